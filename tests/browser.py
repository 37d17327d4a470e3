"""Find the browser that the site tests need, install it where that is possible, or say how."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HELP = """The site tests need Chromium, and none was found. Install it with one of
    sudo apt-get install chromium
    python -m playwright install --with-deps chromium
or name yours: CHROMIUM=/path/to/chrome make site-test"""


def find():
    """The path of a Chromium: the variable CHROMIUM, a system one, or the one that playwright installed; else None."""
    if named := os.environ.get("CHROMIUM"):
        return named if Path(named).exists() else sys.exit(f"CHROMIUM names {named}, which does not exist.")
    if found := next(filter(None, map(shutil.which, NAMES)), None):
        return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install():
    """Try Debian's package as root, then playwright's build; true if one worked."""
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        attempts.insert(0, ["sh", "-c", "apt-get update -qq && apt-get install -y -qq chromium"])
    return any(subprocess.run(command).returncode == 0 and find() for command in attempts)


if __name__ == "__main__":
    if not find() and not install():
        sys.exit(HELP)
