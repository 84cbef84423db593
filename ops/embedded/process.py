"""Child processes that die with us, and that run as `nobody` when we are root."""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from core.errors import BadSetup, Problem
from core.language import Text

PR_SET_PDEATHSIG = 1
ATTEMPTS = 5


class Identity(msgspec.Struct, frozen=True):
    """Whom the servers run as: ourselves, or `nobody` because PostgreSQL refuses root."""

    uid: int | None = None
    gid: int | None = None

    def options(self) -> dict[str, Any]:
        """Return what `subprocess` needs to become this user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a path to this user."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def folder(self, path: Path) -> Path:
        """Return a private folder of this user, made when absent."""
        path.mkdir(exist_ok=True)
        path.chmod(0o700)
        self.own(path)
        return path

    def reaches(self, path: Path) -> bool:
        """Tell whether this user can enter or execute a path."""
        if self.uid is None:
            return True
        return subprocess.run(["test", "-x", str(path)], cwd="/", check=False, **self.options()).returncode == 0


def identity() -> Identity:
    """Return whom the servers must run as."""
    if os.geteuid() != 0:
        return Identity()
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        sentence = Text(
            zh="以 root 运行时需要系统用户 nobody。请建立该用户，或以普通用户运行。",
            en="Run as root, Shifen needs the system user nobody. Make it, or run as an ordinary user.",
        )
        raise BadSetup(Problem(code="no-nobody", sentence=sentence)) from None
    return Identity(nobody.pw_uid, nobody.pw_gid)


def dies_with_us(number: signal.Signals) -> Callable[[], None] | None:
    """Return what a child does first, so that the kernel signals it when we are gone; only Linux can."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def ask_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)

    return ask_kernel


def start(
    command: list[str], *, log: Path, identity: Identity, death: signal.Signals, given: bytes = b""
) -> "subprocess.Popen[bytes]":
    """Start a server in a session of its own (Ctrl-C is ours to handle), its output in a log."""
    with log.open("ab") as out:
        # The call of prctl between fork and exec takes no lock, so preexec_fn is safe here.
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=out,
            cwd="/",
            start_new_session=True,
            preexec_fn=dies_with_us(death),  # noqa: PLW1509 - see above
            **identity.options(),
        )
    if child.stdin:
        with contextlib.suppress(BrokenPipeError):  # it has ended already; whoever waits for it reads why
            child.stdin.write(given)
            child.stdin.close()
    return child


def stop(child: "subprocess.Popen[bytes]", number: signal.Signals, patience: int = 15) -> None:
    """Ask a server to end, and make it end when it does not."""
    if child.poll() is None:
        child.send_signal(number)
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def free_port() -> int:
    """Return a port that was free a moment ago; whoever uses it must be ready to try another."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def reachable_copy(source: Path, siblings: list[Path], target: Path) -> Path:
    """Copy files side by side to where `nobody` can read them, all or nothing; return the copy of `source`."""
    if not target.exists():
        unfinished = target.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o755)
        for sibling in siblings:
            if sibling.is_dir():
                shutil.copytree(sibling, unfinished / sibling.name, symlinks=True)
            elif sibling.exists():
                shutil.copy2(sibling, unfinished / sibling.name)
        subprocess.run(["chmod", "-R", "a+rX", str(unfinished)], check=True)
        unfinished.rename(target)
    return target / source.relative_to(siblings[0].parent)
