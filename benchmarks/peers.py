"""How fast are the book's functions, next to what one would take from a library instead?

    make bench                                  # every pair: prints the table and writes it into peers.md
    python benchmarks/peers.py kalman layer     # those whose names hold one of these words: prints only

Both sides get the same input on one thread, in float64. First they must compute the same. Then they take turns: a round
times ours, then the peer's, each repeated until the clock can resolve it. The ratio of every round is taken, so that a
slow moment of the machine meets both sides; the table shows the median ratio and its quartiles. Above 1, ours is slower.
"""

import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from pairs import PRIMITIVES
from threadpoolctl import threadpool_limits

TABLE = Path(__file__).with_suffix(".md")
ROUNDS, LEAST = 15, 0.01  # rounds, and seconds that one side of a round takes at least
SLOW = 1.5  # above this ratio there has to be a reason


def seconds(run, repeats):
    """Seconds a call, over several calls."""
    start = time.perf_counter()
    for _ in range(repeats):
        run()
    return (time.perf_counter() - start) / repeats


def alternately(sides):
    """Seconds of both sides, a row a round; they must agree and are warm before the first."""
    np.testing.assert_allclose(*(np.asarray(run()) for run in sides), rtol=1e-8, atol=1e-9)
    repeats = [max(1, round(LEAST / seconds(run, 1))) for run in sides]
    return np.array([[seconds(run, count) for run, count in zip(sides, repeats)] for _ in range(ROUNDS)])


def amount(s):
    """Seconds in a fitting unit, to two digits."""
    unit, name = next((u, n) for u, n in ((1, "s"), (1e-3, "ms"), (1e-6, "µs")) if s >= u or u == 1e-6)
    return f"{s / unit:.{1 if s / unit < 9.95 else 0}f} {name}"


def row(name, peer, label, size, reason, build):
    """The line of the table for one size, and whether it is slow without a reason."""
    times = alternately(build(np.random.default_rng(0), *size))
    quartiles = np.quantile(times[:, 0] / times[:, 1], [0.25, 0.5, 0.75])
    slow, (ours, theirs) = quartiles[1] > SLOW, map(amount, np.median(times, axis=0))
    low, ratio, high = (f"{float(f'{q:.2g}'):g}" for q in quartiles)
    note = (reason or "**no reason: make it faster**") if slow else ""
    cells = f"`{name}`", label.format(*size), ours, f"{theirs}, {peer}", f"{ratio} ({low} to {high})", note
    return f"| {' | '.join(cells)} |", bool(slow and not reason)


def main(words):
    """Every size of every primitive whose name holds one of the words, or of all of them."""
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    introduction = __doc__.split("\n\n")[2].strip().replace("\n", " ")
    packages = ", ".join(f"{p} {version(p)}" for p in ("numpy", "scipy", "scikit-learn", "statsmodels", "torch"))
    lines = [f"Written by peers.py (`make bench`), with {packages}.", "", introduction, ""]
    lines += ["| Primitive | Size | Ours | Peer | Ratio (quartiles) | Note |", "|---|---|---|---|---|---|"]
    print("\n".join(lines))
    open_rows = 0
    for name, peer, label, sizes, reasons, build in PRIMITIVES:
        for size, reason in zip(sizes, reasons) if not words or any(word in name for word in words) else ():
            line, missing = row(name, peer, label, size, reason, build)
            print(line, flush=True)
            lines, open_rows = [*lines, line], open_rows + missing
    if not words:
        TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.exit(f"{open_rows} of them slower than {SLOW} times the peer without a reason" if open_rows else 0)


if __name__ == "__main__":
    with threadpool_limits(1):
        main(sys.argv[1:])
