"""Every setting of the project in one table, read from the environment into one frozen value."""

import contextlib
import os
import secrets
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from core.addresses import Database, Networks, Redis, database_address, networks, redis_address
from core.errors import BadSetup, Problem
from core.language import Text

Reader = Callable[[str], Any]


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One environment variable; a secret may instead stand in the file that NAME_FILE names."""

    name: str
    field: str
    read: Reader
    default: str
    about: Text
    secret: bool = False


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What this process was told; None for an address means the embedded server."""

    database: Database | None
    owner: Database | None
    redis: Redis | None
    data: Path
    evidence: Path | None
    backups: Path
    host: str
    port: int
    public_url: str
    secret: str
    demo: bool
    public_board: bool
    trusted_proxies: Networks
    log_level: str
    log_format: str
    language: str
    pool_size: int
    statement_timeout_ms: int
    upload_mib: int
    drain_seconds: int
    stream_seconds: int
    metrics_token: str
    pg_bin_dir: str
    valkey_bin: str

    def __repr__(self) -> str:
        """Name no value: settings hold passwords, and a repr ends up in logs."""
        return "Settings(…)"


def _word(value: str) -> str:
    return value


def _path(value: str) -> Path:
    return Path(value).expanduser()


def _yes(value: str) -> bool:
    answers = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "": False,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    if value.lower() not in answers:
        raise ValueError(Text(zh="请写 1 或 0", en="write 1 or 0"))
    return answers[value.lower()]


def _number(low: int, high: int) -> Reader:
    def read(value: str) -> int:
        if not (value.isascii() and value.isdigit() and len(value) < 10 and low <= int(value) <= high):  # noqa: PLR2004 - longer than any bound here
            raise ValueError(
                Text(zh=f"请写 {low} 到 {high} 之间的整数", en=f"write a whole number from {low} to {high}")
            )
        return int(value)

    return read


def _one_of(*choices: str) -> Reader:
    def read(value: str) -> str:
        if value not in choices:
            listed = ", ".join(choice or "''" for choice in choices)
            raise ValueError(Text(zh=f"请写其中之一：{listed}", en=f"write one of: {listed}"))
        return value

    return read


def _public_url(value: str) -> str:
    if value and not value.startswith(("https://", "http://")):
        raise ValueError(Text(zh="应以 https:// 开头", en="it should begin with https://"))
    return value.rstrip("/")


def _optional(read: Reader) -> Reader:
    return lambda value: read(value) if value else None


SETTINGS: tuple[Setting, ...] = (
    Setting(name="DATABASE_URL", field="database", read=_optional(database_address), default="", secret=True,
            about=Text(zh="PostgreSQL 地址 postgresql://用户:密码@主机:端口/库?sslmode=…；留空则使用内置的 PostgreSQL",
                       en="PostgreSQL address postgresql://user:password@host:port/database?sslmode=…; empty: the embedded PostgreSQL")),
    Setting(name="SHIFEN_OWNER_DATABASE_URL", field="owner", read=_optional(database_address), default="", secret=True,
            about=Text(zh="同一数据库中数据表所有者的地址，供 shifen migrate 与 shifen restore 使用；留空则与 DATABASE_URL 相同",
                       en="the same database as the owner of its tables, for shifen migrate and shifen restore; empty: as DATABASE_URL")),
    Setting(name="REDIS_URL", field="redis", read=_optional(redis_address), default="", secret=True,
            about=Text(zh="Valkey 或 Redis 地址 redis://:密码@主机:端口/0（加密用 rediss://）；留空则使用内置的 Valkey",
                       en="Valkey or Redis address redis://:password@host:port/0 (rediss:// for TLS); empty: the embedded Valkey")),
    Setting(name="SHIFEN_DATA", field="data", read=_path, default="shifen-data",
            about=Text(zh="数据目录：内置服务器、日志、密钥", en="data folder: embedded servers, logs, the secret")),
    Setting(name="SHIFEN_EVIDENCE", field="evidence", read=_optional(_path), default="",
            about=Text(zh="证据文件目录，各副本共用；留空则在数据目录中", en="folder of evidence files, shared by all replicas; empty: inside the data folder")),
    Setting(name="SHIFEN_BACKUPS", field="backups", read=_path, default="backups",
            about=Text(zh="备份目录", en="folder of backups")),
    Setting(name="SHIFEN_HOST", field="host", read=_word, default="127.0.0.1",
            about=Text(zh="监听地址；本机之外须经 HTTPS", en="address to listen on; beyond this machine HTTPS is required")),
    Setting(name="SHIFEN_PORT", field="port", read=_number(1, 65535), default="8000",
            about=Text(zh="监听端口；演示时若被占用则取下一个空闲端口", en="port to listen on; the demo takes the next free one when it is taken")),
    Setting(name="SHIFEN_PUBLIC_URL", field="public_url", read=_public_url, default="",
            about=Text(zh="用户看到的网址，例如 https://shifen.example.cn", en="the address people see, for example https://shifen.example.cn")),
    Setting(name="SHIFEN_SECRET", field="secret", read=_word, default="", secret=True,
            about=Text(zh="签名密钥，至少 32 个字符，各副本相同；留空则在数据目录中生成",
                       en="signing secret, at least 32 characters, the same on every replica; empty: made and kept in the data folder")),
    Setting(name="SHIFEN_DEMO", field="demo", read=_yes, default="0",
            about=Text(zh="演示模式：虚构公司与其演示账号", en="demo mode: the invented company and its demo accounts")),
    Setting(name="SHIFEN_PUBLIC_BOARD", field="public_board", read=_yes, default="0",
            about=Text(zh="无需登录即可查看已公开的榜单", en="boards may be read without signing in")),
    Setting(name="SHIFEN_TRUSTED_PROXIES", field="trusted_proxies", read=networks, default="",
            about=Text(zh="可信代理的网段，逗号分隔，例如 172.20.0.0/16", en="networks of trusted proxies, separated by commas, for example 172.20.0.0/16")),
    Setting(name="SHIFEN_LOG_LEVEL", field="log_level", read=_one_of("debug", "info", "warning", "error"), default="info",
            about=Text(zh="日志级别：debug、info、warning、error", en="log level: debug, info, warning, error")),
    Setting(name="SHIFEN_LOG_FORMAT", field="log_format", read=_one_of("json", "text"), default="json",
            about=Text(zh="日志格式：json 或 text", en="log format: json or text")),
    Setting(name="SHIFEN_LANG", field="language", read=_one_of("", "zh", "en"), default="",
            about=Text(zh="命令行语言：zh 或 en；留空则按系统区域", en="language of the command line: zh or en; empty: as the system's locale")),
    Setting(name="SHIFEN_POOL_SIZE", field="pool_size", read=_number(2, 200), default="10",
            about=Text(zh="每个进程的数据库连接数", en="database connections of each process")),
    Setting(name="SHIFEN_STATEMENT_TIMEOUT_MS", field="statement_timeout_ms", read=_number(100, 3_600_000), default="15000",
            about=Text(zh="网页进程单条数据库语句的时限（毫秒）", en="time limit of one database statement of the web process, in milliseconds")),
    Setting(name="SHIFEN_UPLOAD_MIB", field="upload_mib", read=_number(1, 1024), default="100",
            about=Text(zh="上传文件的大小上限（MiB）", en="largest upload, in MiB")),
    Setting(name="SHIFEN_DRAIN_SECONDS", field="drain_seconds", read=_number(0, 600), default="5",
            about=Text(zh="停止前 /readyz 报告 503 的秒数", en="seconds for which /readyz says 503 before the process stops")),
    Setting(name="SHIFEN_STREAM_SECONDS", field="stream_seconds", read=_number(0, 3600), default="120",
            about=Text(zh="页面的实时连接多少秒后重新建立（重新核对权限）", en="seconds after which a page's live stream ends and is asked for anew, with its rights")),
    Setting(name="SHIFEN_METRICS_TOKEN", field="metrics_token", read=_word, default="", secret=True,
            about=Text(zh="/metrics 的令牌；留空则只允许本机读取", en="token for /metrics; empty: only this machine may read them")),
    Setting(name="PG_BIN_DIR", field="pg_bin_dir", read=_word, default="",
            about=Text(zh="内置 PostgreSQL 程序所在目录；留空则自动查找", en="folder of the PostgreSQL programs to embed; empty: looked up")),
    Setting(name="VALKEY_BIN", field="valkey_bin", read=_word, default="",
            about=Text(zh="内置 Valkey 程序；留空则自动查找", en="the Valkey program to embed; empty: looked up")),
)  # fmt: skip


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings that an environment holds; raise BadSetup naming the variable that is wrong."""
    return Settings(**{setting.field: _value(setting, environment) for setting in SETTINGS})


@cache
def current() -> Settings:
    """Return this process's settings, read once."""
    return load()


def _value(setting: Setting, environment: Mapping[str, str]) -> Any:  # noqa: ANN401 - each setting has its own type
    text = _text(setting, environment)
    try:
        return setting.read(text)
    except ValueError as wrong:
        reason = wrong.args[0] if isinstance(wrong.args[0], Text) else Text(zh=str(wrong), en=str(wrong))
        sentence = Text(zh="设置 {name} 有误：{reason}。", en="Setting {name} is wrong: {reason}.")
        raise _bad(sentence.format(name=setting.name, reason=reason)) from None


def _text(setting: Setting, environment: Mapping[str, str]) -> str:
    given = environment.get(setting.name, "")
    file = environment.get(f"{setting.name}_FILE", "") if setting.secret else ""
    if given or not file:
        return given or setting.default
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as failure:
        sentence = Text(
            zh="无法读取 {name}_FILE 所指的文件 {file}：{reason}。",
            en="Cannot read {file}, which {name}_FILE names: {reason}.",
        )
        filled = sentence.format(name=setting.name, file=file, reason=failure.strerror or failure)
        raise _bad(filled) from None


def _bad(sentence: Text) -> BadSetup:
    return BadSetup(Problem(code="setting", sentence=sentence))


def signing_secret(settings: Settings) -> str:
    """Return the secret that signs tokens: the one given, else one made once and kept in the data folder."""
    if settings.secret:
        return settings.secret
    path = settings.data / "secret"
    if not path.exists():
        settings.data.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f".secret-{os.getpid()}")
        made.touch(0o600)
        made.write_text(secrets.token_urlsafe(48), encoding="ascii")
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(made)  # whoever is first wins, and nobody reads half a secret
        made.unlink()
    return path.read_text(encoding="ascii")
