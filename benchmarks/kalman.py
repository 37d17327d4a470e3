"""How fast is the book's Kalman filter? One run over many series, against statsmodels' compiled filter for each.

    python benchmarks/kalman.py

prints, for each number of series, seconds of both and their ratio, after checking that both return the same means.
"""

import time

import numpy as np
from statsmodels.tsa.statespace.structural import UnobservedComponents

from principles.data import nile
from principles.sequences import kalman


def fastest(run, repeats):
    """Result and shortest time of several runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = run()
        times.append(time.perf_counter() - start)
    return result, min(times)


def statsmodels_means(xs, model):
    """Filtered means of every column, one at a time; building the model is not timed."""
    peers = [UnobservedComponents(x, "llevel", use_exact_diffuse=True) for x in xs.T]
    parameters = [model.observation_variance, model.state_variance]
    for peer in peers:
        peer.update(parameters)
    results, seconds = fastest(lambda: [peer.ssm.filter() for peer in peers], 1)
    return np.stack([r.filtered_state[0] for r in results], axis=1), seconds


def main():
    """Time both on the Nile model, for 1, 10, 100 and 1000 series of 100 years."""
    flow = nile().y
    model = kalman.fit_local_level(flow)
    rng = np.random.default_rng(0)
    print(f"{'series':>8}{'book, s':>12}{'statsmodels, s':>16}{'ratio':>9}")
    for n in (1, 10, 100, 1000):
        _, xs = kalman.simulate(model, len(flow), series=n, first=kalman.Belief(1000.0, 1e4), rng=rng)
        ours, seconds = fastest(lambda xs=xs: kalman.run(xs, model, first=None).means, 5)
        theirs, peer_seconds = statsmodels_means(xs, model)
        np.testing.assert_allclose(ours, theirs, rtol=1e-8)
        print(f"{n:>8}{seconds:>12.5f}{peer_seconds:>16.5f}{peer_seconds / seconds:>9.1f}")


if __name__ == "__main__":
    main()
