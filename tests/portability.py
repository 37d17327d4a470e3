"""Do the pages print the same on other processors, with more threads, and with other versions of the libraries?

`python tests/portability.py` executes every page under each setting and compares it with its rendered reference;
`--versions` does so in fresh environments with the oldest and the newest releases that `pyproject.toml` admits.
A line a run says what passed; the outputs that differ stand in `_build/portability/`.
"""

import argparse
import itertools
import os
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOGS = ROOT / "_build" / "portability"
RENDERED = ROOT / "tests" / "rendered"
CAPABILITIES = {"default": None, "avx2": "avx2", "avx512": "avx512f"}  # ATen's names, and the flag a processor shows
CORES = {"Haswell": "avx2", "SkylakeX": "avx512f", "Zen": "avx2"}
THREADS = ("1", "2")
VARIED = ("numpy", "scipy", "matplotlib", "scikit-learn")


def flags():
    """The instruction sets of this processor, as Linux names them; empty elsewhere."""
    info = Path("/proc/cpuinfo")
    found = re.search(r"^flags\s*:(.*)$", info.read_text(), re.M) if info.exists() else None
    return set(found[1].split()) if found else set()


def settings(present):
    """Every combination of processor kernels and threads that a processor with these instruction sets can run."""
    capabilities = [name for name, needs in CAPABILITIES.items() if needs is None or needs in present]
    cores = [name for name, needs in CORES.items() if needs in present]
    for capability, core, threads in itertools.product(capabilities, cores, THREADS):
        yield {
            "ATEN_CPU_CAPABILITY": capability,
            "OPENBLAS_CORETYPE": core,
            "OMP_NUM_THREADS": threads,
            "OPENBLAS_NUM_THREADS": threads,
            "OMP_WAIT_POLICY": "passive",
        }


def requirements(which):
    """What to install for the oldest or the newest admitted releases, as arguments for pip.

    Args:
        which: "oldest" or "newest".
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ranges = {re.match(r"[\w.-]+", entry)[0]: entry for entry in project["dependencies"]}
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    others = [line for line in pins if re.match(r"[\w.-]+==", line) and line.split("==")[0].lower() not in VARIED]
    if which == "newest":
        return [*others, *(ranges[name] for name in VARIED)]
    return [*others, *(f"{name}=={ranges[name].partition('>=')[2]}" for name in VARIED)]


def environment(which):
    """A fresh environment with the oldest or the newest releases; returns its Python."""
    folder = LOGS / f"venv-{which}"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *requirements(which)], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", "-e", ROOT], check=True)
    return python


def compare(name, python, variables, pages):
    """Execute the pages with these variables and compare; writes a log and prints a line. Returns whether all agree."""
    LOGS.mkdir(parents=True, exist_ok=True)
    nbval = ["--nbval", "--nbval-sanitize-with", RENDERED / "sanitize.cfg", "-n", "2", "--dist", "loadfile"]
    done = subprocess.run(
        [python, "-m", "pytest", "-q", *nbval, *pages], cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True
    )
    (LOGS / f"{name}.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    print(f"{name}: {done.stdout.strip().splitlines()[-1] if done.stdout.strip() else 'did not run'}", flush=True)
    return done.returncode == 0


def main(arguments):
    """Run what was asked for; the exit status is 1 if any output differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="*", help="names of pages, such as 03-kernels; all if none is named")
    parser.add_argument("--versions", action="store_true", help="the oldest and newest releases in place of processors")
    options = parser.parse_args(arguments)
    pages = [RENDERED / f"{name}.ipynb" for name in options.pages] or [RENDERED]
    if options.versions:
        results = [compare(which, environment(which), {}, pages) for which in ("oldest", "newest")]
    else:
        runs = {"-".join((s["ATEN_CPU_CAPABILITY"], s["OPENBLAS_CORETYPE"], s["OMP_NUM_THREADS"])): s for s in settings(flags())}
        results = [compare(name, sys.executable, variables, pages) for name, variables in runs.items()]
    sys.exit(not all(results))


if __name__ == "__main__":
    main(sys.argv[1:])
