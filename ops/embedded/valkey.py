"""The embedded Valkey. It holds only what can be rebuilt, so a damaged file is set aside and it starts empty."""

import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import msgspec

from core.addresses import Redis
from ops.embedded import process
from ops.embedded.binaries import valkey_program
from ops.embedded.faults import fault, tail
from ops.embedded.process import Identity

READY_SECONDS = 20
ANSWER_BYTES = 64


class Valkey(msgspec.Struct):
    """One server in `place`, its log in `logs`."""

    place: Path
    logs: Path
    password: str
    identity: Identity
    program: Path
    child: "subprocess.Popen[bytes] | None" = None
    port: int = 0

    @property
    def log(self) -> Path:
        """Return the server's log."""
        return self.logs / "valkey.log"

    def address(self) -> Redis:
        """Return where the running server is reached."""
        return Redis(host="127.0.0.1", port=self.port, password=self.password)

    def start(self) -> Redis:
        """Start on a free port and return when it has answered."""
        words: str | None = ""
        for attempt in range(process.ATTEMPTS):
            self.port = self.port if self.port and attempt == 0 else process.free_port()
            words = self._try_port()
            if words is None:
                return self.address()
            if any(sign in words for sign in ("No space left", "Permission denied")):
                break
            if "Address already in use" not in words:
                shutil.rmtree(self.place / "valkey", ignore_errors=True)
        raise fault("Valkey", words or "", self.log)

    def stop(self) -> None:
        """Stop after writing out what it holds."""
        if self.child:
            process.stop(self.child, signal.SIGTERM)

    def _try_port(self) -> str | None:
        """Start on the chosen port; return None when it answers, else what it said before it ended."""
        folder = self.identity.folder(self.place / "valkey")
        began = self.log.stat().st_size if self.log.exists() else 0
        # By standard input, so that the password stands in no file and no process list.
        lines = (
            f"port {self.port}", "bind 127.0.0.1", f'dir "{folder}"', 'save ""', "appendonly yes", "appendfsync everysec",
            f"requirepass {self.password}", "maxmemory-policy noeviction", "",
        )  # fmt: skip
        self.child = process.start(
            [str(self.program), "-"],
            log=self.log,
            identity=self.identity,
            death=signal.SIGTERM,
            given="\n".join(lines).encode(),
        )
        end = time.monotonic() + READY_SECONDS
        while self.child.poll() is None:
            if answers(self.port, self.password):
                return None
            if time.monotonic() > end:
                process.stop(self.child, signal.SIGTERM)
                return "no answer to PING"
            time.sleep(0.01)
        return tail(self.log, began)


def answers(port: int, password: str) -> bool:
    """Tell whether the server behind a port accepts the password and answers PING."""
    try:
        with socket.create_connection(("127.0.0.1", port), 0.5) as line:
            line.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while b"+PONG" not in answer:
                part = line.recv(ANSWER_BYTES)
                if not part or b"-" in part[:1]:
                    return False
                answer += part
    except OSError:
        return False
    return True


def find_program(named: str, place: Path, identity: Identity) -> Path:
    """Return a Valkey program that the servers' user can run, copied when it could not."""
    program = valkey_program(named)
    if identity.reaches(program):
        return program
    return process.reachable_copy(program, [program], place / f"valkey-program-{program.stat().st_size}")
