"""The embedded PostgreSQL: made once, started on a free port, healed after a kill."""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import msgspec

from core.addresses import Database
from ops.embedded import process
from ops.embedded.binaries import postgres_bin, wheel_root
from ops.embedded.faults import fault, tail
from ops.embedded.process import Identity

READY_SECONDS = 60
READY_LINE = 8
OWNER = "shifen"
APPLICATION = "shifen_app"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path may have 107 bytes only
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "max_connections": "120",
}


class Postgres(msgspec.Struct):
    """One cluster in `place`, its log in `logs`."""

    place: Path
    logs: Path
    password: str
    own_password: str
    """That of the application's role; `password` is that of the owner of the tables."""
    identity: Identity
    programs: Path
    extra: dict[str, str] = {}
    child: "subprocess.Popen[bytes] | None" = None
    port: int = 0

    @property
    def data(self) -> Path:
        """Return the cluster's folder."""
        return self.place / "postgres-18"

    @property
    def log(self) -> Path:
        """Return the server's log."""
        return self.logs / "postgres.log"

    def address(self) -> Database:
        """Return where the application reaches the running server."""
        return self._address(APPLICATION, self.own_password)

    def owner(self) -> Database:
        """Return where the owner of the tables reaches it."""
        return self._address(OWNER, self.password)

    def _address(self, role: str, password: str) -> Database:
        return Database(host="127.0.0.1", port=self.port, user=role, password=password, name=OWNER, ssl_mode="disable")

    def start(self) -> Database:
        """Make the cluster when absent, start it, and return when it accepts connections."""
        if not self.data.exists():
            self._make()
        _clear_stale_lock(self.data)
        if not self._roles.exists():
            self._admit()
        for attempt in range(process.ATTEMPTS):
            self.port = self.port if self.port and attempt == 0 else process.free_port()
            words = self._try_port()
            if words is None:
                return self.address()
            if not re.search("Address already in use|pre-existing shared memory|lock file", words):
                raise fault("PostgreSQL", words, self.log)
            time.sleep(attempt)
        raise fault("PostgreSQL", words or "", self.log)

    def stop(self) -> None:
        """Stop fast and clean: open transactions are rolled back."""
        if self.child:
            process.stop(self.child, signal.SIGINT)

    def _make(self) -> None:
        """Make the cluster aside and move it into place, so that a kill half-way leaves nothing broken."""
        unfinished = self.place / "postgres-18.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        self.identity.folder(unfinished)
        phrase = self.place / "password.new"
        phrase.touch(0o600)
        phrase.write_text(self.password, encoding="ascii")
        self.identity.own(phrase)
        try:
            self._run(["initdb", "-D", str(unfinished), "-U", "postgres", "-A", "scram-sha-256", f"--pwfile={phrase}",
                       "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
                       "--data-checksums", "--no-instructions"])  # fmt: skip
        finally:
            phrase.unlink()
        owner = (
            f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD '{self.password}';\nCREATE DATABASE {OWNER} OWNER {OWNER};\n"
        )
        self._run(["postgres", "--single", "-D", str(unfinished), "postgres"], owner)
        unfinished.rename(self.data)

    @property
    def _roles(self) -> Path:
        """Return the note that the application's role is there; clusters made by earlier versions have none."""
        return self.data / "shifen.roles"

    def _admit(self) -> None:
        """Make the application's role, which owns nothing; what it may do is granted with the tables."""
        made = (
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APPLICATION}')"
            f" THEN CREATE ROLE {APPLICATION} LOGIN NOINHERIT; END IF; END $$;\n"
            f"ALTER ROLE {APPLICATION} PASSWORD '{self.own_password}';\n"
        )
        self._run(["postgres", "--single", "-D", str(self.data), "postgres"], made)
        self._roles.touch()

    def _run(self, command: list[str], given: str = "") -> None:
        done = subprocess.run(
            [str(self.programs / command[0]), *command[1:]],
            input=given,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=_environment(),
            **self.identity.options(),
        )
        if done.returncode != 0:
            raise fault(command[0], done.stderr or done.stdout, self.place)

    def _try_port(self) -> str | None:
        """Start on the chosen port; return None when ready, else what the server said before it ended."""
        began = self.log.stat().st_size if self.log.exists() else 0
        options = [
            part
            for name, value in {**SETTINGS, **self.extra, "port": str(self.port)}.items()
            for part in ("-c", f"{name}={value}")
        ]
        command = [str(self.programs / "postgres"), "-D", str(self.data), *options]
        self.child = process.start(command, log=self.log, identity=self.identity, death=signal.SIGINT)
        end = time.monotonic() + READY_SECONDS
        while self.child.poll() is None:
            if _ready(self.data / "postmaster.pid", self.child.pid):
                return None
            if time.monotonic() > end:
                process.stop(self.child, signal.SIGINT)
                return "not ready after a minute"
            time.sleep(0.01)
        return tail(self.log, began)


def find_programs(named: str, place: Path, identity: Identity) -> Path:
    """Return a folder of PostgreSQL programs that the servers' user can run, copied when it could not."""
    folder = postgres_bin(named)
    if identity.reaches(folder / "postgres"):
        return folder
    site = wheel_root(folder)
    # The programs look for their libraries in a sibling folder, so both are copied.
    siblings = [site / folder.relative_to(site).parts[0]] if site else [folder.parent]
    siblings += [site / f"{siblings[0].name}.libs"] if site else []
    size = (folder / "postgres").stat().st_size
    return process.reachable_copy(folder, siblings, place / f"programs-{size}")


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}


def _ready(lock: Path, pid: int) -> bool:
    try:
        lines = lock.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    return len(lines) >= READY_LINE and lines[READY_LINE - 1].strip() == "ready" and lines[0].strip() == str(pid)


def _clear_stale_lock(data: Path, patience: int = 10) -> None:
    """Remove `postmaster.pid` when no live process works in the cluster.

    After kill -9 the dead postmaster may stay a zombie (where PID 1 does not reap), and PostgreSQL would take it for alive.
    Backends that have lost their postmaster end by themselves; they are waited for.
    """
    lock = data / "postmaster.pid"
    end = time.monotonic() + patience
    while lock.exists() and _somebody_works_in(data):
        if time.monotonic() > end:
            return
        time.sleep(0.05)
    lock.unlink(missing_ok=True)


def _somebody_works_in(data: Path) -> bool:
    processes = Path("/proc")
    if not processes.is_dir():
        return True  # without /proc PostgreSQL's own check has to do
    return any(entry.name.isdigit() and _works_in(entry, data) for entry in processes.iterdir())


def _works_in(entry: Path, data: Path) -> bool:
    try:
        state = (entry / "stat").read_text(errors="replace").rsplit(")", 1)[1].split()[0]
        return state != "Z" and (entry / "cwd").readlink() == data
    except OSError:
        return False
