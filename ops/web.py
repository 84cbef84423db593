"""The web process: a socket that is really ours, the application, and a stop that lets the proxy look away first."""

import contextlib
import errno
import gc
import socket
import sys
from collections.abc import Callable, Iterator

import msgspec
import uvicorn
from litestar import Litestar

from core import log
from core.addresses import is_loopback
from core.errors import BadSetup, Problem
from core.language import Text
from core.settings import Settings
from ops.signals import stopping

GRACE_SECONDS = 5
PORTS_TRIED = 50
BACKLOG = 2048
SWITCH_SECONDS = 0.0005
"""For so long a thread that builds a board may keep requests waiting before they get their turn."""
COLLECTED_EVERY = (20_000, 20, 50)
"""So many new things, and young rounds, before the collector looks: an old board is a large thing to look through, and has no rings."""

logger = log.logger(__name__)


class Server(uvicorn.Server):
    """A server that leaves the signals to us: uvicorn raises SIGTERM again after it has stopped, and nothing after it would run."""

    started_now: Callable[[], None] | None = None

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so; what was made until now stays, and the collector of garbage need not look at it again."""
        await super().startup(sockets)
        gc.freeze()
        gc.set_threshold(*COLLECTED_EVERY)
        gc.enable()
        if self.started and self.started_now:
            self.started_now()


def bound(settings: Settings, *, next_free: bool = False) -> socket.socket:
    """Return a listening socket, on a following port when that is allowed; raise BadSetup when the port is taken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    for port in range(settings.port, settings.port + (PORTS_TRIED if next_free else 1)):
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, port))
            listener.listen(BACKLOG)
        except OSError as failure:
            listener.close()
            if failure.errno != errno.EADDRINUSE or not next_free:
                raise _no_socket(settings, port, failure) from failure
        else:
            listener.set_inheritable(True)
            return listener
    raise _no_socket(settings, settings.port, OSError(errno.EADDRINUSE, "taken"))


def require_https(settings: Settings) -> None:
    """Refuse to serve plain HTTP beyond this machine."""
    if is_loopback(settings.host) or settings.public_url.startswith("https://"):
        return
    sentence = Text(
        zh="监听 {host} 时须经 HTTPS：请在代理上终止 TLS，并设置 SHIFEN_PUBLIC_URL=https://… 与 SHIFEN_TRUSTED_PROXIES。",
        en="Listening on {host} needs HTTPS: end TLS at a proxy and set SHIFEN_PUBLIC_URL=https://… and SHIFEN_TRUSTED_PROXIES.",
    )
    raise BadSetup(Problem(code="https-needed", sentence=sentence.format(host=settings.host)))


async def run(settings: Settings, listener: socket.socket, app: Litestar, started: Callable[[], None]) -> None:
    """Serve until a signal comes: SIGTERM drains first, Ctrl-C stops at once."""
    sys.setswitchinterval(SWITCH_SECONDS)
    trusted = ",".join(str(network) for network in settings.trusted_proxies)
    server = Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(trusted),
            forwarded_allow_ips=trusted,
            timeout_graceful_shutdown=GRACE_SECONDS,
            lifespan="on",
        )
    )
    server.started_now = started
    async with stopping(lambda: _exit(server), settings.drain_seconds):
        await server.serve(sockets=[listener])


def with_port(settings: Settings, listener: socket.socket) -> Settings:
    """Return the settings with the port that was really taken."""
    return msgspec.structs.replace(settings, port=listener.getsockname()[1])


def _exit(server: uvicorn.Server) -> None:
    server.should_exit = True


def _no_socket(settings: Settings, port: int, failure: OSError) -> BadSetup:
    taken = Text(
        zh="端口 {port} 已被占用。请停止占用它的程序，或设置 SHIFEN_PORT。",
        en="Port {port} is taken. Stop the program that uses it, or set SHIFEN_PORT.",
    )
    other = Text(zh="无法监听 {host}:{port}：{reason}。", en="Cannot listen on {host}:{port}: {reason}.")
    sentence = taken if failure.errno == errno.EADDRINUSE else other
    filled = sentence.format(host=settings.host, port=port, reason=failure.strerror or failure)
    return BadSetup(Problem(code="port", sentence=filled))
