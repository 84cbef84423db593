"""The offline bundle as one ZIP file: the same month gives the same bytes, and nothing hostile is unpacked.

`bundle.json` names the other entries with size and SHA-256; `document.json` is the sealed document in its canonical form,
so that its SHA-256 is the digest of the month; `rules.toml`, `numbers.json`, `facts.csv`, `earlier/yyyymm.csv`.
"""

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
import polars as pl

from core.errors import Invalid, Place, problem
from months.proof import rows
from months.proof.bundle import Bundle
from months.proof.report import Difference
from months.seal import canonical
from scoring.bulk import CELLS, Records, UnitCells
from scoring.folding import FACTS

FORMAT = "shifen-bundle-1"
MIB = 1024 * 1024
MOST_FILE = 256 * MIB
MOST_UNPACKED = 1024 * MIB
RATIO, RATIO_FROM = 200, 4 * MIB
MOST_ENTRIES = 16
FIXED_TIME = (2000, 1, 1, 0, 0, 0)
DIRECTORY, DOCUMENT, RULES, NUMBERS, FACTS_FILE = (
    "bundle.json",
    "document.json",
    "rules.toml",
    "numbers.json",
    "facts.csv",
)
_EARLIER = re.compile(r"earlier/(\d{4}(?:0[1-9]|1[0-2]))\.csv")
FACT_COLUMNS = ("unit", "kpi", "item", "revision", "day", "num", "den", "sample")
CELL_COLUMNS = ("unit", "kpi", "item", "num", "den", "sample")
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    OverflowError,
    NotImplementedError,
    OSError,
    RuntimeError,
    EOFError,
)
_MALFORMED = (
    msgspec.MsgspecError, LookupError, TypeError, AttributeError, RecursionError, pl.exceptions.PolarsError,
)  # fmt: skip


class Unpacked(NamedTuple):
    """A bundle as it was read, and the entries that are not what its directory says."""

    bundle: Bundle
    differences: tuple[Difference, ...]


def packed(bundle: Bundle) -> bytes:
    """Return the bundle as a file; the same bytes every time."""
    entries = {
        DOCUMENT: rows.written(bundle.document),
        FACTS_FILE: _facts_csv(bundle.facts),
        NUMBERS: canonical({"items": dict(bundle.items), "kpis": dict(bundle.kpis)}),
        RULES: bundle.rules.encode(),
        **{f"earlier/{month}.csv": _cells_csv(cells) for month, cells in bundle.earlier.items()},
    }
    directory = canonical(
        {
            "format": FORMAT,
            "month": bundle.month,
            "version": bundle.version,
            "digest": bundle.digest,
            "entries": {name: [len(content), _sha256(content)] for name, content in entries.items()},
        }
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in [(DIRECTORY, directory), *sorted(entries.items())]:
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(entry, content)
    return out.getvalue()


def unpacked(data: bytes, name: str) -> Unpacked:
    """Return what a file holds; Invalid when it is no bundle, too large, or made to do harm."""
    if len(data) > MOST_FILE:
        raise _refused("bundle_too_large", "文件太大。", "The file is too large.", name)
    entries: dict[str, bytes] = {}
    try:
        entries = _entries(data, name)
        return _read(entries)
    except (*_UNREADABLE, *_MALFORMED) as failure:
        raise _no_bundle(name, _not_as_listed(entries)) from failure


def _not_as_listed(entries: Mapping[str, bytes]) -> list[str]:
    """Return the entries that are not as the directory lists them, of a file that cannot be read as a whole."""
    try:
        directory = msgspec.json.decode(entries.get(DIRECTORY, b""), type=_Directory)
    except (msgspec.MsgspecError, RecursionError):
        return [DIRECTORY] if entries else []
    return [one.field for one in _unlisted(directory, entries) if one.field]


def _entries(data: bytes, name: str) -> dict[str, bytes]:
    """Return the entries of an archive by name, judged by its directory before a byte is unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        listed = archive.infolist()
        names = [entry.filename for entry in listed]
        if len(names) > MOST_ENTRIES or len(set(names)) != len(names) or not all(map(_known, names)):
            raise _no_bundle(name)
        if sum(entry.file_size for entry in listed) > MOST_UNPACKED or any(map(_abnormal, listed)):
            zh, en = "压缩包展开后大得不正常，没有读取。", "Unpacked, the archive is abnormally large; it was not read."
            raise _refused("bundle_unpacks_too_large", zh, en, name)
        return {entry.filename: _content(archive, entry, name) for entry in listed}


def _known(name: str) -> bool:
    return name in {DIRECTORY, DOCUMENT, RULES, NUMBERS, FACTS_FILE} or _EARLIER.fullmatch(name) is not None


def _abnormal(entry: zipfile.ZipInfo) -> bool:
    encrypted = bool(entry.flag_bits & 0x1)
    plain = entry.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    swollen = entry.file_size > RATIO_FROM and entry.file_size > RATIO * max(entry.compress_size, 1)
    return encrypted or not plain or swollen


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    """Return one entry, and never more of it than the directory declares."""
    with archive.open(entry) as file:
        content = file.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise _no_bundle(name)
    return content


class _Directory(msgspec.Struct, frozen=True):
    format: str
    month: int
    version: int
    digest: str
    entries: dict[str, tuple[int, str]]


def _read(entries: Mapping[str, bytes]) -> Unpacked:
    directory = msgspec.json.decode(entries[DIRECTORY], type=_Directory)
    if directory.format != FORMAT:
        raise ValueError(directory.format)
    document = rows.read(entries[DOCUMENT])
    numbers = msgspec.json.decode(entries[NUMBERS], type=dict[str, dict[str, int]])
    if document["month"] != directory.month:
        raise ValueError(document["month"])
    bundle = Bundle(
        document=document,
        digest=directory.digest,
        rules=entries[RULES].decode(),
        kpis=numbers["kpis"],
        items=numbers["items"],
        facts=_facts(entries[FACTS_FILE]),
        earlier={int(found[1]): _cells(entries[name]) for name in entries if (found := _EARLIER.fullmatch(name))},
        version=directory.version,
    )
    return Unpacked(bundle, (*_unlisted(directory, entries), *_not_canonical(document, entries)))


def _unlisted(directory: _Directory, entries: Mapping[str, bytes]) -> Iterator[Difference]:
    for name in sorted({*directory.entries, *entries} - {DIRECTORY}):
        said = directory.entries.get(name, (0, ""))[1]
        found = _sha256(entries[name]) if name in entries else ""
        if said != found:
            yield Difference("file", field=name, sealed=said, found=found)


def _not_canonical(document: Mapping[str, Any], entries: Mapping[str, bytes]) -> Iterator[Difference]:
    """Tell of a document whose bytes are not its canonical form: its own checksum would not be the digest."""
    found, sealed = rows.digest_of(document), _sha256(entries[DOCUMENT])
    if found != sealed:
        yield Difference("file", field=DOCUMENT, sealed=sealed, found=found)


def _facts_csv(facts: Records) -> bytes:
    names = [name for name, _ in FACTS]
    columns = {ours: facts[name].astype(np.int64) for ours, name in zip(FACT_COLUMNS, names, strict=True)}
    return pl.DataFrame(columns).sort("unit", "kpi", "day", "item", "revision").write_csv().encode()


def _cells_csv(cells: UnitCells) -> bytes:
    columns = {name: cells.cells[name].astype(np.int64) for name in CELL_COLUMNS[1:]}
    units = np.repeat(cells.units, cells.counts).astype(np.int64)
    return pl.DataFrame({"unit": units, **columns}).sort("unit", "kpi", "item").write_csv().encode()


def _table(content: bytes, columns: tuple[str, ...]) -> pl.DataFrame:
    frame = pl.read_csv(io.BytesIO(content), schema=dict.fromkeys(columns, pl.Int64))
    if frame.null_count().sum_horizontal().sum():
        raise ValueError(columns)
    return frame


def _facts(content: bytes) -> Records:
    frame = _table(content, FACT_COLUMNS)
    found = np.zeros(len(frame), dtype=np.dtype(list(FACTS)))
    for ours, (name, kind) in zip(FACT_COLUMNS, FACTS, strict=True):
        found[name] = _fitting(frame[ours].to_numpy(), kind)
    return found


def _cells(content: bytes) -> UnitCells:
    frame = _table(content, CELL_COLUMNS)
    cells = np.zeros(len(frame), dtype=CELLS)
    for name in CELL_COLUMNS[1:]:
        cells[name] = _fitting(frame[name].to_numpy(), CELLS[name].str)
    units, counts = np.unique(frame["unit"].to_numpy(), return_counts=True)
    return UnitCells(units=units, counts=counts, cells=cells)


def _fitting(values: Any, kind: str) -> Any:  # noqa: ANN401 - columns of numpy
    """Return numbers that fit their column; ValueError for others, which would wrap around."""
    limits = np.iinfo(np.dtype(kind))
    if len(values) and (values.min() < limits.min or values.max() > limits.max):
        raise ValueError(kind)
    return values


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _no_bundle(name: str, entries: Sequence[str] = ()) -> Invalid:
    zh = f"：{'、'.join(entries)} 与目录不符" if entries else ""
    en = f": {', '.join(entries)} not as its directory says" if entries else ""
    return _refused("not_a_bundle", f"这不是完好的核对包{zh}。", f"This is no intact bundle of a month{en}.", name)


def _refused(code: str, zh: str, en: str, name: str) -> Invalid:
    return Invalid(problem(code, zh, en, Place(source=name)))
