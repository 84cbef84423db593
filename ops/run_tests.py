"""What `make test` runs after the linters: pytest on two workers with coverage, and Chromium fetched where that is allowed."""

import os
import shutil
import subprocess
import sys

WORKERS = "2"
COMMAND = [
    "-m",
    "pytest",
    "-n",
    WORKERS,
    "--dist",
    "loadfile",
    "--cov",
    "--cov-report",
    "term:skip-covered",
    "--durations",
    "10",
]


def main() -> int:
    """Run everything and return pytest's exit code; the last line says when browser tests did not run."""
    from tests import chromium

    if chromium.program() is None and may_install():
        install()
    words = [*COMMAND, *sys.argv[1:]]
    here = chromium.program() is not None
    if not here and not os.environ.get("CI"):
        words += ["-m", "not browser"]
    code = subprocess.run([sys.executable, *words], check=False).returncode
    if not here:
        print(f"The browser tests did not run: no Chromium is installed. To run them: {chromium.INSTALL}")
    return code or (1 if not here and os.environ.get("CI") else 0)


def may_install() -> bool:
    """Tell whether this machine's packages are ours to add to."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install() -> None:
    """Install Chromium; a failure is told by the last line of the run."""
    print("Installing Chromium for the browser tests …", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        done = subprocess.run(["apt-get", "-qq", *words], env=quiet, capture_output=True, check=False)
        if done.returncode != 0:
            return


if __name__ == "__main__":
    sys.exit(main())
