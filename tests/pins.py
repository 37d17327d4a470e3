"""What stands behind requirements.txt: which files are meant, and under which licences they come.

`python tests/pins.py` writes `requirements-hashes.txt`, the same pins with the hashes of their files, and
`THIRD-PARTY.md`, a line on the licence of each package as it is installed here. To be run after a pin has moved.
"""

import json
import re
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PINS = ROOT / "requirements.txt"
HASHES = ROOT / "requirements-hashes.txt"
LICENCES = ROOT / "THIRD-PARTY.md"
UV = "uv==0.13.8"
TORCH = "https://download.pytorch.org/whl/cpu"
# torch's CUDA build needs packages that are not pinned, so its wheels are left out; the workflows run Linux with 3.11.
WHEELS = [("manylinux_2_28_x86_64", "3.11"), *(("macosx_14_0_arm64", version) for version in ("3.11", "3.12", "3.13"))]
ABOVE_HASHES = f"""\
# Written by tests/pins.py: requirements.txt with the hash of every file that PyPI has for a pin. Of torch only the builds for
# macOS and, for Python 3.11 on x86-64 Linux, the CPU build, which the workflows use. No file that was exchanged gets through:
#   pip install --require-hashes -r requirements-hashes.txt --extra-index-url {TORCH}
"""
ABOVE_LICENCES = """\
# Third-party licences

What the book is built and tested with, as each package's own metadata says; written by `tests/pins.py`. None of it is copied
into this repository, except [KaTeX](book/vendor/katex), under the MIT licence, with its fonts, under the SIL Open Font License
1.1, and the [sentences](src/principles/sequences/text.txt) of scikit-learn's documentation, under the BSD 3-clause licence. The
built site carries KaTeX and the styles and scripts of Sphinx, its themes and its extensions.

| Package | Licence |
|---|---|
"""


def pins(path=PINS):
    """The requirements of a file, comments, hashes and the project itself left out."""
    lines = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return [Requirement(line.split(" --hash")[0]) for line in lines if line[:1].isalnum()]


def here(path=PINS):
    """Name and pinned version of every requirement that applies to this platform."""
    return {pin.name: next(iter(pin.specifier)).version for pin in pins(path) if pin.marker is None or pin.marker.evaluate()}


def licence(name):
    """What an installed package says of its licence: the SPDX expression, or whichever older field it fills in."""
    about, files = metadata.metadata(name), metadata.distribution(name)
    kinds = [kind.split(" :: ")[-1] for kind in about.get_all("Classifier", []) if kind.startswith("License :: ")]
    text = about.get("License") or files.read_text("licenses/LICENSE") or files.read_text("LICENSE") or "not stated"
    return about.get("License-Expression") or ", ".join(kinds) or text.strip().splitlines()[0]


def table(names):
    """Rows of the table of licences."""
    return [f"| {name} | {licence(name)} |" for name in names]


def torch_hash(platform, version):
    """The hash of torch's wheel for a platform and a Python: on Linux the CPU build, whose index lies elsewhere."""
    where = ["--extra-index-url", TORCH] if "linux" in platform else []
    options = ["--platform", platform, "--python-version", version, "--only-binary=:all:", "--target", "unused", "--no-deps"]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--report", "-", *options, *where]
    done = subprocess.run([*command, f"torch=={here()['torch']}"], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["install"][0]["download_info"]["archive_info"]["hashes"]["sha256"]


def hashes():
    """The pins with the hashes that the index gives for their files, as uv collects them."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.txt"), Path(folder, "out.txt")
        source.write_text("\n".join(map(str, pins())), encoding="utf-8")
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--target", folder, UV], check=True)
        options = ["--no-deps", "--universal", "--generate-hashes", "--no-header", "--no-annotate", "--python-version", "3.11"]
        subprocess.run([Path(folder, "bin", "uv"), "pip", "compile", "--quiet", *options, source, "-o", target], check=True)
        found = target.read_text(encoding="utf-8")
    torch = " \\\n".join([f"torch=={here()['torch']}", *(f"    --hash=sha256:{torch_hash(*wheel)}" for wheel in WHEELS)])
    return re.sub(r"^torch==.*(?:\n +--hash.*)+", lambda _: torch, found, flags=re.M)


if __name__ == "__main__":
    HASHES.write_text(ABOVE_HASHES + hashes(), encoding="utf-8")
    LICENCES.write_text(ABOVE_LICENCES + "\n".join(table(here())) + "\n", encoding="utf-8")
