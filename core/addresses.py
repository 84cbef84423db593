"""Addresses of servers, parsed by us: the libraries read `sslmode` and `ssl=false` wrongly."""

import ssl
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

import msgspec

from core.language import Text

Networks = tuple[IPv4Network | IPv6Network, ...]

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
DATABASE_OPTIONS = {"sslmode", "sslrootcert", "host", "application_name", "statement_cache_size"}
POSTGRES_PORT = 5432
REDIS_PORT = 6379
LAST_PORT = 65535


class Database(msgspec.Struct, frozen=True, kw_only=True):
    """Where PostgreSQL is; `host` may be the folder of its socket."""

    host: str
    port: int = POSTGRES_PORT
    user: str
    password: str = ""
    name: str
    ssl_mode: str = "prefer"
    ssl_root: str = ""
    application_name: str = "shifen"
    statement_cache_size: int = 100

    def __repr__(self) -> str:
        """Leave the password out: a repr ends up in logs."""
        return f"Database({self.user}@{self.host}:{self.port}/{self.name})"

    def credentials(self) -> dict[str, Any]:
        """Return the keyword arguments that asyncpg and Tortoise take."""
        given = {"host": self.host, "port": self.port, "user": self.user, "database": self.name}
        password = {"password": self.password} if self.password else {}
        return {**given, **password, "ssl": self._ssl(), "statement_cache_size": self.statement_cache_size}

    def _ssl(self) -> str | bool | ssl.SSLContext:
        if self.ssl_mode == "disable" or self.host.startswith("/"):
            return False
        if not self.ssl_mode.startswith("verify"):
            return self.ssl_mode
        context = ssl.create_default_context(cafile=self.ssl_root or None)
        context.check_hostname = self.ssl_mode == "verify-full"
        return context

    def named(self, name: str) -> "Database":
        """Return the address of another database on the same server."""
        return msgspec.structs.replace(self, name=name)

    def url(self) -> str:
        """Return the address as one line for a child process; it holds the password."""
        auth = quote(self.user, safe="") + (f":{quote(self.password, safe='')}" if self.password else "")
        socket = self.host.startswith("/")
        place = "" if socket else f"{_bracketed(self.host)}:{self.port}"
        options = [f"sslmode={self.ssl_mode}"] + ([f"host={quote(self.host, safe='')}"] if socket else [])
        options += [f"sslrootcert={quote(self.ssl_root, safe='')}"] if self.ssl_root else []
        return f"postgresql://{auth}@{place}/{quote(self.name, safe='')}?{'&'.join(options)}"


class Redis(msgspec.Struct, frozen=True, kw_only=True):
    """Where Valkey or Redis is."""

    host: str
    port: int = REDIS_PORT
    number: int = 0
    user: str = ""
    password: str = ""
    tls: bool = False

    def __repr__(self) -> str:
        """Leave the password out: a repr ends up in logs."""
        return f"Redis({self.host}:{self.port}/{self.number})"

    def url(self) -> str:
        """Return the address as one line; it holds the password."""
        auth = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@" if self.user or self.password else ""
        return f"{'rediss' if self.tls else 'redis'}://{auth}{_bracketed(self.host)}:{self.port}/{self.number}"


def database_address(text: str) -> Database:
    """Parse a PostgreSQL address; raise ValueError with a Text that never repeats the password."""
    parts = _split(text, ("postgres", "postgresql"))
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    _refuse_unknown(options, DATABASE_OPTIONS)
    name = unquote(parts.path.lstrip("/"))
    host = options.get("host") or parts.hostname or ""
    if not (host and parts.username and name):
        raise ValueError(Text(zh="缺少主机、用户或库名", en="host, user or database is missing"))
    mode = options.get("sslmode", "prefer")
    if mode not in SSL_MODES:
        raise ValueError(
            Text(zh="sslmode 应为 {modes}", en="sslmode should be one of {modes}").format(modes=", ".join(SSL_MODES))
        )
    _refuse_absent(options.get("sslrootcert", ""))
    return Database(
        host=host,
        port=_port(parts, POSTGRES_PORT),
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        name=name,
        ssl_mode=mode,
        ssl_root=options.get("sslrootcert", ""),
        application_name=options.get("application_name", "shifen"),
        statement_cache_size=_small_number(options.get("statement_cache_size", "100"), "statement_cache_size"),
    )


def redis_address(text: str) -> Redis:
    """Parse a Valkey or Redis address; raise ValueError with a Text that never repeats the password."""
    parts = _split(text, ("redis", "rediss"))
    _refuse_unknown(dict(parse_qsl(parts.query, keep_blank_values=True)), set())
    if not parts.hostname:
        raise ValueError(Text(zh="缺少主机", en="the host is missing"))
    return Redis(
        host=parts.hostname,
        port=_port(parts, REDIS_PORT),
        number=_small_number(parts.path.strip("/") or "0", "/0"),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=parts.scheme == "rediss",
    )


def networks(text: str) -> Networks:
    """Parse networks separated by commas."""
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise ValueError(
            Text(
                zh="应为逗号分隔的网段，例如 10.0.0.0/8",
                en="it should be networks separated by commas, for example 10.0.0.0/8",
            )
        ) from None


def is_loopback(host: str) -> bool:
    """Tell whether an address reaches this machine alone."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _split(text: str, schemes: tuple[str, ...]) -> SplitResult:
    try:
        parts = urlsplit(text)
    except ValueError:
        raise ValueError(Text(zh="不是有效的地址", en="it is not an address")) from None
    if parts.scheme not in schemes:
        raise ValueError(
            Text(zh="应以 {scheme}:// 开头", en="it should begin with {scheme}://").format(scheme=schemes[-1])
        )
    return parts


def _port(parts: SplitResult, default: int) -> int:
    try:
        return parts.port or default
    except ValueError:
        raise ValueError(
            Text(
                zh="端口应为 1 到 65535；密码中的特殊字符须写成 %XX",
                en="the port should be from 1 to 65535; special characters of a password are written %XX",
            )
        ) from None


def _small_number(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:6]) <= LAST_PORT):
        raise ValueError(Text(zh="{name} 应为整数", en="{name} should be a whole number").format(name=name))
    return int(text)


def _refuse_unknown(options: dict[str, str], known: set[str]) -> None:
    unknown = sorted(options.keys() - known)
    if unknown:
        raise ValueError(Text(zh="未知选项 {names}", en="unknown option {names}").format(names=", ".join(unknown)))


def _refuse_absent(file: str) -> None:
    if file and not Path(file).is_file():
        raise ValueError(
            Text(zh="找不到 sslrootcert 文件 {file}", en="there is no sslrootcert file {file}").format(file=file)
        )


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
