"""The Chromium that is installed on this machine; the tests bring none of their own."""

import os
import shutil
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = "apt-get install chromium"


def program() -> str | None:
    """Return the path of an installed Chromium, `CHROMIUM` first."""
    named = os.environ.get("CHROMIUM")
    if named and Path(named).exists():
        return named
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def arguments() -> list[str]:
    """Return how it is started: no other host can be reached, and as root without its own sandbox."""
    offline = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
    return [offline, "--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
