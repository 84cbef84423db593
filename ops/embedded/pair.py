"""The servers a process works with: addresses that were given, a pair that runs already, or a pair of our own."""

import contextlib
import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from core.addresses import Database, Redis
from core.errors import BadSetup, Problem
from core.language import Text
from core.settings import Settings
from ops.embedded import process
from ops.embedded.faults import file_fault
from ops.embedded.postgres import Postgres
from ops.embedded.postgres import find_programs as find_postgres
from ops.embedded.valkey import Valkey
from ops.embedded.valkey import find_program as find_valkey

LARGEST_LOG = 10_000_000
ELSEWHERE = Path("/var/lib")


class Addresses(msgspec.Struct, frozen=True):
    """Where both servers are reached; `owned` tells whether this process runs them.

    `owner` is the database as the owner of its tables, None where the application's address serves for that too.
    """

    database: Database
    redis: Redis
    owned: bool = False
    owner: Database | None = None


class Pair:
    """The embedded halves of one data folder, started and stopped together."""

    def __init__(self, settings: Settings, extra: dict[str, str] | None = None) -> None:
        self.settings = settings
        self.extra = extra or {}
        self.root = settings.data.absolute()
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        self._lock: IO[str] | None = None
        self.joined = False

    def open(self) -> Addresses:
        """Return addresses, starting whichever half was not given; join the pair of another process if one runs here."""
        given = self.settings
        if given.database and given.redis:
            return Addresses(given.database, given.redis, owner=given.owner)
        try:
            _writable(self.root)
            if not self._take_lock():
                self.joined = True
                return _running(self.root, given)
            return self._start()
        except OSError as failure:
            self.close()
            raise file_fault(failure, self.root) from failure
        except BaseException:
            self.close()  # PostgreSQL must not stay behind when Valkey has failed
            raise

    def close(self) -> None:
        """Stop what this process started."""
        for server in (self.valkey, self.postgres):
            if server:
                server.stop()
        self.valkey = self.postgres = None
        if self._lock:
            _running_file(self.root).unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    def heal(self) -> list[str]:
        """Start again, on the same port, each half that has died; return the names of those."""
        fallen = []
        for server in (self.postgres, self.valkey):
            if server and server.child and server.child.poll() is not None:
                server.start()
                fallen.append(type(server).__name__)
        if fallen:
            self._announce()
        return fallen

    def _take_lock(self) -> bool:
        lock = (self.root / "lock").open("w", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        self._lock = lock
        _running_file(self.root).unlink(missing_ok=True)
        return True

    def _start(self) -> Addresses:
        user = process.identity()
        place = _place(self.root, user)
        phrase = _password(self.root)
        _shorten_logs(self.root)
        if not self.settings.database:
            programs = find_postgres(self.settings.pg_bin_dir, place, user)
            self.postgres = Postgres(
                place, self.root, phrase, _password(self.root, "password-app"), user, programs, self.extra
            )
            self.postgres.start()
        if not self.settings.redis:
            program = find_valkey(self.settings.valkey_bin, place, user)
            self.valkey = Valkey(place, self.root, phrase, user, program)
            self.valkey.start()
        return self._announce()

    def _announce(self) -> Addresses:
        database = self.postgres.address() if self.postgres else self.settings.database
        redis = self.valkey.address() if self.valkey else self.settings.redis
        if not (database and redis):
            raise ValueError("neither given nor started")
        owner = self.postgres.owner() if self.postgres else self.settings.owner
        addresses = Addresses(database, redis, owner=owner)
        _write_private(_running_file(self.root), msgspec.json.encode(addresses))
        return msgspec.structs.replace(addresses, owned=True)


@contextlib.contextmanager
def servers(settings: Settings) -> Iterator[Addresses]:
    """Give a command its two servers, and stop afterwards what was started for it."""
    pair = Pair(settings)
    try:
        yield pair.open()
    finally:
        pair.close()


def _running(root: Path, settings: Settings, patience: int = 30) -> Addresses:
    """Return the addresses that the process holding the lock has written down, once its servers are up."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        with contextlib.suppress(OSError, msgspec.DecodeError):
            found = msgspec.json.decode(_running_file(root).read_bytes(), type=Addresses)
            owner = settings.owner if settings.database else found.owner
            return Addresses(settings.database or found.database, settings.redis or found.redis, owner=owner)
        time.sleep(0.1)
    sentence = Text(
        zh="另一个进程正在使用数据目录 {root}。请先停止它，或用 SHIFEN_DATA 指定另一个目录。",
        en="Another process is using the data folder {root}. Stop it first, or name another folder with SHIFEN_DATA.",
    )
    raise BadSetup(Problem(code="data-in-use", sentence=sentence.format(root=root)))


def _running_file(root: Path) -> Path:
    return root / "running.json"


def _writable(root: Path) -> None:
    root.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        root.chmod(0o711)  # `nobody` passes through to its own folders; the files here stay private
    probe = root / ".probe"
    probe.write_bytes(b"\0" * 4096)
    probe.unlink()


def _place(root: Path, user: process.Identity) -> Path:
    """Return the folder of the clusters: in the data folder, or beside the system's when `nobody` cannot pass to it."""
    inside = root / "servers"
    inside.mkdir(mode=0o711, exist_ok=True)
    if user.reaches(inside):
        return inside
    note = root / "servers-at"
    if not note.exists():
        _write_private(note, str(ELSEWHERE / f"shifen-{secrets.token_hex(8)}").encode())
    elsewhere = Path(note.read_text(encoding="utf-8"))
    elsewhere.mkdir(mode=0o711, exist_ok=True)
    return elsewhere


def _password(root: Path, name: str = "password") -> str:
    path = root / name
    if not path.exists():
        _write_private(path, secrets.token_urlsafe(24).encode())
    return path.read_text(encoding="ascii")


def _write_private(path: Path, content: bytes) -> None:
    """Write a file that only we may read, all or nothing."""
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.touch(0o600)
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _shorten_logs(root: Path) -> None:
    for name in ("postgres.log", "valkey.log"):
        log = root / name
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
