"""New facts held against those that are stored: what is known already, what corrects, and which revision each gets."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.bulk import Records, copied_in
from scoring.intake.preview import Facts

STORED = (
    ("kpi_id", ">i2"), ("unit_id", ">i4"), ("on_day", ">i4"), ("item", ">i2"), ("revision", ">i2"),
    ("span_days", ">i2"), ("num", ">i8"), ("den", ">i8"), ("sample", ">i4"), ("batch_id", ">i4"), ("row_no", ">i4"),
)  # fmt: skip
"""The columns of the table of facts, as binary COPY carries them."""
COLUMNS = tuple(name for name, _ in STORED)
EPOCH_SHIFT = 10_957
"""Days from 1970-01-01 to 2000-01-01, from which PostgreSQL counts."""
MOST_REVISIONS = 32_000
"""A fact corrected more often than this is refused: its number would not fit the column."""
FEW = 200
Held: TypeAlias = tuple[NDArray[np.int32], NDArray[np.bool_], NDArray[np.bool_]]
_KEY = ["kpi_id", "unit_id", "on_day", "item"]
_VALUES = ["num", "den", "sample", "span_days"]


@dataclass(frozen=True, slots=True)
class Merged:
    """The facts to be stored with their revisions, and how many were known or are corrections."""

    facts: Facts
    revisions: NDArray[np.int16]
    known: int = 0
    corrections: int = 0


def merged(facts: Facts, stored: Records, withdrawn: Sequence[int]) -> Merged:
    """Return what to store; `stored` are all revisions of facts that may meet the new ones, days counted from 2000.

    A fact equal to the one that counts now is known. One that differs takes the next revision and corrects it; where
    all earlier revisions were withdrawn it is new again.
    """
    if not len(stored) or not len(facts):
        return Merged(facts, np.zeros(len(facts), np.int16))
    held = _few if len(stored) + len(facts) <= FEW else _many
    revisions, counted, same = held(facts, stored, withdrawn)
    return Merged(
        facts=taken(facts, ~same),
        revisions=np.minimum(revisions[~same], MOST_REVISIONS).astype(np.int16),
        known=int(same.sum()),
        corrections=int((counted & ~same).sum()),
    )


def _few(facts: Facts, stored: Records, withdrawn: Sequence[int]) -> Held:
    """Return the same as `_many`, one fact after another: the sooner way for a few."""
    highest: dict[tuple[int, ...], int] = {}
    counting: dict[tuple[int, ...], tuple[int, ...]] = {}
    for row in sorted(({name: int(row[name]) for name in COLUMNS} for row in stored), key=lambda row: row["revision"]):
        key = tuple(row[name] for name in _KEY)
        highest[key] = row["revision"]
        if row["batch_id"] not in withdrawn:
            counting[key] = tuple(row[name] for name in _VALUES)
    keys = list(
        zip(
            facts.kpi_id.tolist(),
            facts.unit_id.tolist(),
            (facts.on_day - EPOCH_SHIFT).tolist(),
            facts.item.tolist(),
            strict=True,
        )
    )
    values = zip(*(getattr(facts, name).tolist() for name in _VALUES), strict=True)
    return (
        np.array([highest.get(key, -1) + 1 for key in keys], np.int32),
        np.array([key in counting for key in keys], bool),
        np.array([counting.get(key) == value for key, value in zip(keys, values, strict=True)], bool),
    )


def _many(facts: Facts, stored: Records, withdrawn: Sequence[int]) -> Held:
    """Return for each fact its revision, whether a stored one counts now, and whether that one is the same."""
    old = pl.DataFrame({name: stored[name].astype(stored[name].dtype.newbyteorder("=")) for name in COLUMNS})
    counting = old.filter(~pl.col("batch_id").is_in(list(withdrawn))).sort("revision").unique(_KEY, keep="last")
    highest = old.group_by(_KEY).agg(pl.col("revision").max().alias("highest"))
    new = pl.DataFrame({name: getattr(facts, name) for name in (*_KEY, *_VALUES)})
    new = new.with_columns(pl.col("on_day") - EPOCH_SHIFT)
    met = new.join(highest, on=_KEY, how="left", maintain_order="left")
    met = met.join(counting.select(*_KEY, *_VALUES), on=_KEY, how="left", maintain_order="left", suffix="_now")
    counted = met["num_now"].is_not_null()
    same = met.select(pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_now")) for name in _VALUES)).to_series()
    revisions = (met["highest"].cast(pl.Int32) + 1).fill_null(0)
    return revisions.to_numpy(), counted.to_numpy(), same.to_numpy()


def taken(facts: Facts, places: NDArray[np.bool_]) -> Facts:
    """Return some of the facts, in the same order."""
    return Facts(**{field.name: getattr(facts, field.name)[places] for field in fields(Facts)})


def encoded(facts: Facts, revisions: NDArray[np.int16], batch_id: int, part: slice) -> bytes:
    """Return some of the facts as the rows of a binary COPY for the columns of `COLUMNS`, without head and end."""
    rows = copied_in(STORED, len(facts.unit_id[part]))
    for name in ("kpi_id", "unit_id", "item", "span_days", "num", "den", "sample", "row_no"):
        rows[name] = getattr(facts, name)[part]
    rows["on_day"] = facts.on_day[part] - EPOCH_SHIFT
    rows["revision"] = revisions[part]
    rows["batch_id"] = batch_id
    return rows.tobytes()
