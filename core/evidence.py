"""Files that show what somebody says: bounded, known by their content, kept beside the database under their digest."""

import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import msgspec

from core.errors import Invalid, NotFound, problem
from core.settings import Settings

MIB = 2**20
LARGEST = 10 * MIB
LARGEST_FORM = 32 * MIB
"""What a form with such files may hold in all."""
LONGEST_NAME = 120
PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT, CSV = "text/plain; charset=utf-8", "text/csv; charset=utf-8"
ENDS: dict[str, str] = {
    ".pdf": PDF, ".png": PNG, ".jpg": JPEG, ".jpeg": JPEG, ".xlsx": XLSX, ".csv": CSV, ".txt": TEXT,
}  # fmt: skip
"""The ends of names that are taken, each with what the content must be."""
_BEGINS: dict[str, bytes] = {PDF: b"%PDF-", PNG: b"\x89PNG\r\n\x1a\n", JPEG: b"\xff\xd8\xff", XLSX: b"PK\x03\x04"}
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13}


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """A kept file: its digest (hex), size in bytes, media type, and the name under which it came."""

    sha256: str
    size: int
    media_type: str
    filename: str


def folder(settings: Settings) -> Path:
    """Return where the files lie: SHIFEN_EVIDENCE, else a folder of the data folder."""
    return settings.evidence or settings.data / "evidence"


def keep(where: Path, content: bytes, filename: str) -> Evidence:
    """Keep a file and return what is known of it; the same content is kept once. Raises Invalid for what is not taken."""
    found = looked_at(content, filename)
    place = _place(where, found.sha256)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = place.with_name(f".{place.name}-{os.getpid()}")
        with made.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        made.replace(place)
    return found


def looked_at(content: bytes, filename: str) -> Evidence:
    """Return what a file is, by its content and by its name, which have to agree; Invalid where they do not."""
    name = clean_name(filename)
    told_zh, told_en = (f"“{name}”", f"“{name}”") if name else ("文件", "The file")
    if not content:
        raise Invalid(problem("evidence_empty", f"{told_zh}是空的。", f"{told_en} is empty."))
    if len(content) > LARGEST:
        zh = f"{told_zh}太大：每个文件最大 {LARGEST // MIB} MiB。"
        raise Invalid(
            problem("evidence_too_large", zh, f"{told_en} is too large: a file has at most {LARGEST // MIB} MiB.")
        )
    kind = ENDS.get(Path(name).suffix.lower())
    if kind is None or not _is(content, kind):
        zh = f"{told_zh}不能收：只接受 PDF、PNG、JPEG、XLSX、CSV 和 TXT 文件，内容须与扩展名相符。"
        en = f"{told_en} is not taken: only PDF, PNG, JPEG, XLSX, CSV and TXT files are, with the content that their name says."
        raise Invalid(problem("evidence_kind", zh, en))
    return Evidence(sha256=sha256(content).hexdigest(), size=len(content), media_type=kind, filename=name)


def clean_name(filename: str) -> str:
    """Return a name without folders and unprintable characters, not longer than is kept."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(sign for sign in last if sign.isprintable() and sign not in '<>:"|?*').strip(" .")
    stem, dot, end = plain.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(end) - 1]}{dot}{end}" if stem else plain[:LONGEST_NAME]


def read(where: Path, digest: str) -> bytes:
    """Return the content of a kept file; NotFound when it is gone or is no longer what was kept."""
    try:
        content = _place(where, digest).read_bytes()
    except OSError:
        content = b""
    if sha256(content).hexdigest() != digest:
        raise NotFound(problem("evidence_lost", "证据文件缺失或已损坏。", "The evidence file is missing or damaged."))
    return content


def kept(where: Path) -> list[Path]:
    """Return the kept files, in order of their digests."""
    return sorted(path for path in where.glob("??/*") if not path.name.startswith("."))


def damaged(where: Path) -> list[str]:
    """Return the names of kept files whose content is not what their name says."""
    return [path.name for path in kept(where) if sha256(path.read_bytes()).hexdigest() != path.name]


def lost(where: Path, digests: Iterable[str]) -> list[str]:
    """Return the digests of which no file is there, or one whose content is another."""
    return [digest for digest in digests if not _intact(_place(where, digest), digest)]


def _intact(path: Path, digest: str) -> bool:
    return path.is_file() and sha256(path.read_bytes()).hexdigest() == digest


def _place(where: Path, digest: str) -> Path:
    return where / digest[:2] / digest


def _is(content: bytes, kind: str) -> bool:
    if kind in _BEGINS:
        return content.startswith(_BEGINS[kind]) and (kind != XLSX or b"xl/workbook" in content)
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return _CONTROLS.isdisjoint(content)
