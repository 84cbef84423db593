"""What a server's last words mean, as sentences."""

import errno
from pathlib import Path

from core.errors import BadSetup, Problem
from core.language import Text

TAIL = 4000

_MEANINGS: tuple[tuple[str, str, Text], ...] = (
    ("No space left on device", "disk-full", Text(
        zh="磁盘已满：{place}。请腾出空间，或用 SHIFEN_DATA 指定另一个目录。",
        en="The disk is full at {place}. Make room, or name another folder with SHIFEN_DATA.")),
    ("Disk quota exceeded", "disk-full", Text(
        zh="磁盘配额已用完：{place}。请腾出空间，或用 SHIFEN_DATA 指定另一个目录。",
        en="The disk quota is used up at {place}. Make room, or name another folder with SHIFEN_DATA.")),
    ("Permission denied", "no-permission", Text(
        zh="没有写入 {place} 的权限。请更改权限，或用 SHIFEN_DATA 指定另一个目录。",
        en="No permission to write at {place}. Change it, or name another folder with SHIFEN_DATA.")),
    ("Read-only file system", "no-permission", Text(
        zh="{place} 所在的文件系统为只读。请用 SHIFEN_DATA 指定另一个目录。",
        en="The file system of {place} is read-only. Name another folder with SHIFEN_DATA.")),
    ("is not compatible with this version", "other-postgres", Text(
        zh="{place} 由另一个版本的 PostgreSQL 建立。请用原版本备份后恢复，或另选 SHIFEN_DATA。",
        en="{place} was made by another version of PostgreSQL. Back up with that one and restore, or choose another SHIFEN_DATA.")),
    ("could not create shared memory", "no-memory", Text(
        zh="内存不足，PostgreSQL 无法启动。", en="Not enough memory for PostgreSQL to start.")),
)  # fmt: skip
_UNKNOWN = Text(
    zh="{server} 未能启动，最后的输出：{words}（日志在 {place}）",
    en="{server} did not start; its last words: {words} (log in {place})",
)


def fault(server: str, words: str, place: Path) -> BadSetup:
    """Return the refusal that a server's output stands for."""
    for sign, code, sentence in _MEANINGS:
        if sign in words:
            return BadSetup(Problem(code=code, sentence=sentence.format(place=place)))
    last = " / ".join(words.strip().splitlines()[-3:]) or "-"
    return BadSetup(Problem(code="server-start", sentence=_UNKNOWN.format(server=server, words=last, place=place)))


def file_fault(failure: OSError, place: Path) -> BadSetup:
    """Return the refusal for a folder that cannot be written."""
    known = {
        errno.ENOSPC: "No space left on device",
        errno.EDQUOT: "Disk quota exceeded",
        errno.EACCES: "Permission denied",
        errno.EPERM: "Permission denied",
        errno.EROFS: "Read-only file system",
    }
    words = known.get(failure.errno or 0, failure.strerror or str(failure))
    return fault("shifen", words, Path(failure.filename or place))


def missing(what: str, setting: str) -> BadSetup:
    """Return the refusal when no program is found for one half."""
    sentence = Text(
        zh="找不到 {what} 程序。请执行 make setup，或设置 {setting} 使用外部服务器。",
        en="No {what} program was found. Run make setup, or set {setting} to use a server of your own.",
    )
    return BadSetup(Problem(code="no-program", sentence=sentence.format(what=what, setting=setting)))


def tail(log: Path, start: int) -> str:
    """Return what a log has gained since a position, its end only."""
    with log.open("rb") as file:
        file.seek(start)
        return file.read().decode(errors="replace")[-TAIL:]
