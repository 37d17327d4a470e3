"""What the environment is made of is pinned: packages, their files, their licences, and the steps of the workflows."""

import re
from importlib import metadata

import pins
import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PLATFORMS = [
    {"sys_platform": system, "platform_system": name, "python_version": version, "python_full_version": f"{version}.9"}
    for system, name in (("linux", "Linux"), ("darwin", "Darwin"))
    for version in ("3.11", "3.12", "3.13")
]
WORKFLOWS = sorted((pins.ROOT / ".github" / "workflows").glob("*.yml"))


def installed():
    """The packages that are installed in their pinned version: of others neither needs nor licences are known."""
    found = {d.name: d.version.partition("+")[0] for d in metadata.distributions()}
    return [name for name, version in pins.here().items() if found.get(name) == version]


def needs(name):
    """What a package needs on any of the platforms, where it is to be had from PyPI without a GPU."""
    for requirement in map(Requirement, metadata.requires(name) or []):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({**default_environment(), **p, "extra": ""}) for p in PLATFORMS):
            yield canonicalize_name(requirement.name)


def canonical(pin):
    """A pin as it is compared: uv spells names in lower case."""
    return canonicalize_name(pin.name), str(pin.specifier), str(pin.marker)


def test_every_package_that_a_pinned_one_needs_is_pinned():
    pinned = {canonicalize_name(pin.name) for pin in pins.pins()}
    assert [f"{name} needs {other}" for name in installed() for other in needs(name) if other not in pinned] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-mutation.txt"])
def test_every_requirement_is_pinned_to_one_version(name):
    assert [str(pin) for pin in pins.pins(pins.ROOT / name) if not re.fullmatch(r"==[^*,]+", str(pin.specifier))] == []


def test_the_file_with_hashes_holds_the_same_pins_each_with_a_hash():
    hashed, plain = ({canonical(pin) for pin in pins.pins(path)} for path in (pins.HASHES, pins.PINS))
    assert hashed == plain, "run: python tests/pins.py"
    blocks = re.split(r"^(?=\w)", pins.HASHES.read_text(encoding="utf-8"), flags=re.M)[1:]
    assert [block for block in blocks if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", block)] == []


def test_the_table_of_licences_is_current():
    text = pins.LICENCES.read_text(encoding="utf-8")
    assert [name for name in pins.here() if f"\n| {name} | " not in text] == [], "run: python tests/pins.py"
    assert [row for row in pins.table(installed()) if row not in text.splitlines()] == [], "run: python tests/pins.py"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_name_the_commit_of_every_action(path):
    uses = re.findall(r"uses: *(\S+.*)", path.read_text(encoding="utf-8"))
    assert uses
    assert [line for line in uses if not re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}  # v[\d.]+", line)] == []
