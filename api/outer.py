"""What every request meets first and every answer passes last: HTTPS, hosts, hostile bytes, headers, counters."""

from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from api import metrics
from api.problems import early_answer
from core.addresses import is_loopback
from core.errors import Problem, problem
from core.settings import Settings
from leaderboards import faces
from org.queries import identities
from org.visibility import Face

Scope = Any  # ASGI's own mappings
Message = dict[str, Any]
Receive = Any
Send = Any
App = Any  # Litestar and uvicorn write the same protocol in different words

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
UNCHANGING = frozenset({"GET", "HEAD", "OPTIONS"})
UNENCRYPTED = frozenset({"/healthz", "/readyz", "/metrics"})
"""What a load balancer or a collector inside the same network asks; none of it is personal."""
LONGEST_TARGET = 8_000

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
SECURE_HEADERS = (*HEADERS, (b"strict-transport-security", b"max-age=31536000; includeSubDomains"))
NO_STORE = (b"cache-control", b"no-store")


class Outer:
    """The outermost layer around the application."""

    def __init__(self, inner: App, settings: Settings) -> None:
        self.inner = inner
        self.trusted = settings.trusted_proxies
        self.public = urlsplit(settings.public_url)
        self.largest = settings.upload_mib * 1024 * 1024 + LONGEST_TARGET

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what no handler should see; add headers and counts to everything else."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        started = perf_counter()
        self._believe_proxy(scope)
        status = 500

        async def finished(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if scope["method"] not in UNCHANGING:
                    identities.forget()  # a change is seen by whoever asks after it, before the call of PostgreSQL comes
                _add_headers(message, secure=scope["scheme"] == "https")
            await send(message)

        try:
            refusal = self._refusal(scope)
            if refusal is None:
                body = receive if scope["method"] == "GET" else _counted(receive, self.largest)
                with faces.showing(Face.PUBLIC):
                    await self.inner(scope, body, finished)
            else:
                await early_answer(scope, finished, *refusal)
        finally:
            metrics.count(scope, status, perf_counter() - started)

    def _believe_proxy(self, scope: Scope) -> None:
        """Take scheme and client from the proxy's headers, if the peer is a proxy that we know."""
        client = scope.get("client")
        if not self.trusted or client is None or not self._is_trusted(client[0]):
            return
        for name, value in scope["headers"]:
            if name == b"x-forwarded-proto" and value in {b"http", b"https"}:
                scope["scheme"] = value.decode()
            elif name == b"x-forwarded-for":
                scope["client"] = (_farthest(value, self._is_trusted) or client[0], client[1])

    def _is_trusted(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self.trusted)

    def _refusal(self, scope: Scope) -> tuple[int, Problem, dict[str, str]] | None:
        target = scope.get("raw_path") or b""
        if scope["method"] not in METHODS:
            return 405, _UNKNOWN_METHOD, {"allow": ", ".join(sorted(METHODS))}
        if len(target) + len(scope["query_string"]) > LONGEST_TARGET:
            return 414, _LONG, {}
        if not _is_clean(scope["path"], scope["query_string"]):
            return 400, _UNCLEAN, {}
        if _declared_length(scope) > self.largest:
            return 413, _LARGE, {}
        return None if scope["path"] in UNENCRYPTED else self._unencrypted(scope)

    def _unencrypted(self, scope: Scope) -> tuple[int, Problem, dict[str, str]] | None:
        name = _host_name(next((value for name, value in scope["headers"] if name == b"host"), b""))
        if scope["scheme"] == "https":
            return None if not self.public.hostname or name == self.public.hostname else (421, _OTHER_HOST, {})
        if _is_here(name) and _is_here((scope.get("client") or ("",))[0]):
            return None
        if self.public.scheme == "https" and name == self.public.hostname and scope["method"] in {"GET", "HEAD"}:
            return 308, _NEEDS_HTTPS, {"location": f"https://{self.public.netloc}{_quoted(scope)}"}
        return 403, _NEEDS_HTTPS, {}


@lru_cache(maxsize=1024)
def _host_name(header: bytes) -> str:
    host = header.decode("latin-1")
    try:
        return urlsplit(f"//{host}").hostname or "" if host.isprintable() and "@" not in host else ""
    except ValueError:
        return ""


_is_here = lru_cache(maxsize=1024)(is_loopback)


def _farthest(value: bytes, is_trusted: Callable[[str], bool]) -> str | None:
    """Return the last address of X-Forwarded-For that is none of our own proxies."""
    hops = [hop.strip() for hop in value.decode("latin-1").split(",")]
    return next((hop for hop in reversed(hops) if _is_address(hop) and not is_trusted(hop)), None)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_clean(path: str, query: bytes) -> bool:
    """Tell whether no NUL or other control character hides in the address, written out or as %XX."""
    if not path.isprintable() or b"%00" in query:
        return False
    return b"%" not in query or not any(b"%" + bad in query.upper() for bad in _CONTROLS)


_CONTROLS = tuple(f"{number:02X}".encode() for number in (*range(9), 11, 12, *range(14, 32), 127))


def _quoted(scope: Scope) -> str:
    raw = (scope.get("raw_path") or b"/").decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    return f"{raw}?{query}" if query else raw


def _add_headers(message: Message, *, secure: bool) -> None:
    headers = list(message.get("headers") or ())
    if not any(name == b"cache-control" for name, _ in headers):
        headers.append(NO_STORE)
    message["headers"] = [*headers, *(SECURE_HEADERS if secure else HEADERS)]


def _declared_length(scope: Scope) -> int:
    text = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(text) if text.isdigit() and len(text) < 16 else 0  # noqa: PLR2004 - more digits than any disk has bytes


def _counted(receive: Receive, largest: int) -> Receive:
    """Return a way to read the body that stops beyond the limit, whatever length was declared."""
    read = 0

    async def counting() -> Message:
        nonlocal read
        message: Message = await receive()
        read += len(message.get("body", b""))
        if read > largest:
            raise RequestEntityTooLarge
        return message

    return counting


_LARGE = problem("too_large", "文件过大。", "The file is too large.")
_UNKNOWN_METHOD = problem("unknown_method", "不支持该请求方法。", "This method is not supported.")
_LONG = problem("address_too_long", "网址过长。", "The address is too long.")
_UNCLEAN = problem("control_characters", "网址中含有控制字符。", "The address contains control characters.")
_OTHER_HOST = problem("other_host", "该域名不由本服务提供。", "This host name is not served here.")
_NEEDS_HTTPS = problem(
    "https_required",
    "请使用 https:// 访问；明文访问只允许在本机进行。",
    "Use https://; plain HTTP is only allowed on this machine itself.",
)
