"""Our own program in a process of its own, as an operator starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from core.settings import Settings
from ops.embedded.process import free_port

PATIENCE = 60


class Program:
    """A running `shifen` command with its output in a file."""

    def __init__(self, words: list[str], environment: dict[str, str], folder: Path) -> None:
        self.log = folder / f"{words[0]}-{free_port()}.log"
        clean = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "LANG": "C",
            "SHIFEN_DATA": str(folder / "data"),
        }
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ops.cli", *words], env={**clean, **environment}, stdout=out, stderr=out
            )

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Signal it and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def said(self) -> str:
        """Return all it has printed."""
        return self.log.read_text(encoding="utf-8")


@contextmanager
def running(words: list[str], environment: dict[str, str], folder: Path) -> Iterator[Program]:
    """Run a command during the body, and end it at the latest after it."""
    program = Program(words, environment, folder)
    try:
        yield program
    finally:
        program.end(signal.SIGKILL)


def migrating(settings: Settings) -> dict[str, str]:
    """Return the environment in which tables are made or brought back: the owner's address comes with it."""
    owner = settings.owner or settings.database
    assert owner
    return {**pointed(settings), "SHIFEN_OWNER_DATABASE_URL": owner.url()}


def pointed(settings: Settings, port: int = 0) -> dict[str, str]:
    """Return the environment that makes a program use a test's servers as the application does."""
    assert settings.database
    assert settings.redis
    return {
        "DATABASE_URL": settings.database.url(),
        "REDIS_URL": settings.redis.url(),
        "SHIFEN_PORT": str(port or free_port()),
        "SHIFEN_DRAIN_SECONDS": "2",
    }


def status(port: int, path: str = "/readyz") -> int:
    """Return the status of a page, 0 while nobody answers."""
    with suppress(httpx.HTTPError):
        return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=5, trust_env=False).status_code
    return 0


def wait_for(port: int, wanted: int, program: Program) -> None:
    """Wait until a page has a status."""
    end = time.monotonic() + PATIENCE
    while status(port) != wanted:
        assert program.process.poll() is None or wanted == 0, program.said()
        assert time.monotonic() < end, program.said()
        time.sleep(0.05)


def taken_port() -> tuple[socket.socket, int]:
    """Return a listening socket and its port."""
    other = socket.socket()
    other.bind(("127.0.0.1", 0))
    other.listen()
    return other, other.getsockname()[1]
