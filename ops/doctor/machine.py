"""What the doctor looks at on the machine: Python, folders, programs, port, address, secret."""

import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core import evidence
from core.addresses import is_loopback
from core.errors import ShifenError
from core.language import Text
from core.settings import Settings
from ops.doctor.findings import Finding, ill, refused, well
from ops.embedded.binaries import postgres_bin, valkey_program
from ops.embedded.faults import file_fault
from ops.embedded.process import identity

LEAST_FREE_MIB = 1024
MIB = 2**20
SHORTEST_SECRET = 32


def findings(settings: Settings) -> list[Finding]:
    """Return everything that can be seen without a server."""
    return [
        _time_zone(),
        *_folder(settings.data, Text(zh="数据目录", en="data folder")),
        *_folder(evidence.folder(settings), Text(zh="证据目录", en="evidence folder")),
        *_programs(settings),
        _port(settings),
        _address(settings),
        _secret(settings),
    ]


def _time_zone() -> Finding:
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        return ill(
            Text(zh="时区", en="time zone"),
            Text(zh="找不到 Asia/Shanghai", en="Asia/Shanghai is not known"),
            Text(zh="请执行 make setup。", en="Run make setup."),
        )
    return well("时区 Asia/Shanghai", "time zone Asia/Shanghai")


def _folder(folder: Path, about: Text) -> list[Finding]:
    named = Text(zh=f"{about.zh} {folder.absolute()}", en=f"{about.en} {folder.absolute()}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".doctor"
        probe.write_bytes(b"\0" * 4096)
        probe.unlink()
    except OSError as failure:
        return [refused(named, file_fault(failure, folder))]
    free = shutil.disk_usage(folder).free // MIB
    if free < LEAST_FREE_MIB:
        little = Text(zh=f"只剩 {free} MiB 空间", en=f"only {free} MiB are free")
        return [ill(named, little, Text(zh="请腾出空间。", en="Make room."), "warning")]
    return [Finding(named)]


def _programs(settings: Settings) -> list[Finding]:
    found = []
    looked_up: tuple[tuple[object, str, Callable[[], Path]], ...] = (
        (settings.database, "PostgreSQL", lambda: postgres_bin(settings.pg_bin_dir)),
        (settings.redis, "Valkey", lambda: valkey_program(settings.valkey_bin)),
    )
    for given, name, look in looked_up:
        about = Text(zh=f"内置 {name} 程序", en=f"embedded {name} program")
        if given:
            continue
        try:
            identity()
            place = look()
            found.append(well(f"{about.zh} {place}", f"{about.en} {place}"))
        except ShifenError as refusal:
            found.append(refused(about, refusal))
    return found


def _port(settings: Settings) -> Finding:
    about = Text(zh=f"端口 {settings.port}", en=f"port {settings.port}")
    if port_is_free(settings.host, settings.port):
        return Finding(about)
    return ill(
        about,
        Text(zh="已被占用", en="it is taken"),
        Text(zh="若不是十分自己在运行，请设置 SHIFEN_PORT。", en="Unless Shifen itself is running, set SHIFEN_PORT."),
        "warning",
    )


def port_is_free(host: str, port: int) -> bool:
    """Tell whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _address(settings: Settings) -> Finding:
    about = Text(zh=f"监听地址 {settings.host}", en=f"address {settings.host}")
    if is_loopback(settings.host) or settings.public_url.startswith("https://"):
        return Finding(about)
    return ill(
        about,
        Text(zh="本机之外只允许 HTTPS", en="beyond this machine only HTTPS is allowed"),
        Text(
            zh="请在代理上终止 TLS，并设置 SHIFEN_PUBLIC_URL=https://… 与 SHIFEN_TRUSTED_PROXIES。",
            en="End TLS at a proxy and set SHIFEN_PUBLIC_URL=https://… and SHIFEN_TRUSTED_PROXIES.",
        ),
    )


def _secret(settings: Settings) -> Finding:
    about = Text(zh="签名密钥", en="signing secret")
    if settings.secret and len(settings.secret) < SHORTEST_SECRET:
        short = Text(zh="少于 32 个字符", en="it has fewer than 32 characters")
        return ill(
            about, short, Text(zh="可用 openssl rand -base64 48 生成。", en="openssl rand -base64 48 makes one.")
        )
    if not settings.secret and settings.database and not settings.demo:
        own = Text(zh="未设置，各副本会各自生成", en="it is not set: each replica would make its own")
        return ill(
            about,
            own,
            Text(zh="请设置 SHIFEN_SECRET 或 SHIFEN_SECRET_FILE。", en="Set SHIFEN_SECRET or SHIFEN_SECRET_FILE."),
            "warning",
        )
    path = settings.data / "secret"
    if path.exists() and path.stat().st_mode & 0o077:
        return ill(
            about,
            Text(zh=f"{path} 可被他人读取", en=f"others can read {path}"),
            Text(zh="请执行 chmod 600。", en="Run chmod 600."),
        )
    return Finding(about)
