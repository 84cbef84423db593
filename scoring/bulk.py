"""The same packed records for whole months at once: binary COPY in and out of numpy, group sums, dense columns."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Records: TypeAlias = NDArray[np.void]
Ints: TypeAlias = NDArray[np.int64]

CELLS = np.dtype([("kpi", "<i2"), ("item", "<i2"), ("num", "<i8"), ("den", "<i8"), ("sample", "<i4")])
LINES = np.dtype(
    [("kpi", "<i2"), ("state", "u1"), ("score", "<i4"), ("points", "<i4"), ("value", "<i8"), ("sample", "<i4")]
)
SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
SAFE = 2**62


def copied_out(data: bytes, fields: Sequence[tuple[str, str]]) -> Records:
    """Return the rows of a binary COPY whose columns are all of fixed width and never null.

    `fields` are pairs of a name and a big-endian type such as `>i4`; the result has one field for each.
    """
    spec: list[tuple[str, str]] = [("", ">i2")]
    for name, kind in fields:
        spec += [(f"{name}_size", ">i4"), (name, kind)]
    spec[0] = ("_columns", ">i2")
    body = memoryview(data)[len(SIGNATURE) : -len(TRAILER)]
    return np.frombuffer(body, dtype=np.dtype(spec))


def copied_in(fields: Sequence[tuple[str, Any]], size: int) -> Records:
    """Return empty rows for a binary COPY of fixed-width columns, heads and sizes already written.

    A null column is given by the type `null`; raw bytes by `V<n>`.
    """
    spec: list[Any] = [("_columns", ">i2")]
    sizes: list[tuple[str, int]] = []
    for name, kind in fields:
        width = -1 if kind == "null" else np.dtype(kind).itemsize
        sizes.append((f"{name}_size", width))
        spec.append((f"{name}_size", ">i4"))
        if width > 0:
            spec.append((name, kind))
    rows = np.zeros(size, dtype=np.dtype(spec))
    rows["_columns"] = len(fields)
    for name, width in sizes:
        rows[name] = width
    return rows


def copy_stream(parts: Iterable[bytes | memoryview]) -> bytes:
    """Return rows as one binary COPY stream."""
    return b"".join((SIGNATURE, *parts, TRAILER))


class UnitCells(NamedTuple):
    """The cells of many units, one after another: unit ids, how many cells each has, the cells."""

    units: Ints
    counts: Ints
    cells: Records

    @classmethod
    def of(cls, rows: Iterable[tuple[int, bytes]]) -> "UnitCells":
        """Return rows of the matrix as cells."""
        found = list(rows)
        return cls(
            units=np.array([unit for unit, _ in found], dtype=np.int64),
            counts=np.array([len(packed) for _, packed in found], dtype=np.int64) // CELLS.itemsize,
            cells=np.frombuffer(b"".join(packed for _, packed in found), dtype=CELLS),
        )

    @classmethod
    def one_by_one(cls, units: Ints, cells: Records) -> "UnitCells":
        """Return cells of which each is told its unit, in order."""
        distinct, counts = np.unique(units, return_counts=True)
        return cls(units=distinct, counts=counts, cells=cells)


def unit_cells(blocks: Sequence[tuple[bytes, bytes]]) -> UnitCells:
    """Return blocks of the matrix as cells: of each the units with the bytes that each has (int4 both), then all the bytes."""
    heads = np.frombuffer(b"".join([head for head, _ in blocks]), dtype=">i4").reshape(-1, 2)
    packed = blocks[0][1] if len(blocks) == 1 else b"".join([cells for _, cells in blocks])
    units, sizes = heads.astype(np.int64).T
    return UnitCells(units=units, counts=sizes // CELLS.itemsize, cells=np.frombuffer(packed, dtype=CELLS))


def matrix_rows(month: int, units: Ints, cells: Records) -> bytes:
    """Return the binary COPY stream of month_matrix rows; cells sorted by unit, `units` holding the unit of each cell."""
    return copy_stream(_matrix_parts(month, units, cells))


def packed_units(found: UnitCells) -> list[bytes]:
    """Return the cells of each unit as they are stored."""
    ends = np.cumsum(found.counts)
    return [part.tobytes() for part in np.split(found.cells, ends[:-1])] if len(ends) else []


def _matrix_parts(month: int, units: Ints, cells: Records) -> Iterator[bytes]:
    starts = np.flatnonzero(np.diff(units, prepend=-1)).tolist()
    ends = [*starts[1:], len(units)] if starts else []
    raw, width = cells.tobytes(), CELLS.itemsize
    head = struct.Struct(">hiiiii")
    for start, end, unit in zip(starts, ends, units[starts].tolist(), strict=True):
        yield head.pack(3, 4, month, 4, unit, (end - start) * width)
        yield raw[start * width : end * width]


def summed(keys: Ints, values: Sequence[Ints]) -> tuple[Ints, list[Ints]]:
    """Return the distinct keys in order, and for each column its exact sum per key; OverflowError beyond 64 bits."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1]))) if len(keys) else order
    if len(starts) == len(keys):
        return ordered, [column[order] for column in values]
    longest = int(np.diff(starts, append=len(keys)).max())
    return ordered[starts], [_group_sums(column[order], starts, longest) for column in values]


def _group_sums(column: Ints, starts: Ints, longest: int) -> Ints:
    if largest(column) * longest < SAFE:
        return np.add.reduceat(column, starts)
    exact = np.add.reduceat(column.astype(object), starts)
    return exact.astype(np.int64)


def largest(column: Ints) -> int:
    """Return the largest absolute value of a column, as a Python number."""
    return max(abs(int(column.max())), abs(int(column.min()))) if column.size else 0
