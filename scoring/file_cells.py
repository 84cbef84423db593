"""What plain files say, added up: a cell for every period, unit and KPI, and the rows that could not be used."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction
from typing import Literal

from core.errors import Place, Problem
from core.language import Text
from core.points import FACT_SCALE
from scoring.natural import natural
from scoring.rulebook import Kpi

STORED_PLACES = len(str(FACT_SCALE)) - 1
FILE_PLACES = 12
FILE_SCALE: int = 10**FILE_PLACES
FINER = FILE_SCALE // FACT_SCALE
Fact = tuple[int, int, int]
"""Numerator and denominator in 1/FILE_SCALE, sample in whole answers."""
Exempt = Literal["", "award", "statistics", "both"]


@dataclass(frozen=True)
class Unit:
    """One unit of a file; facts of `parents` include its own."""

    code: str
    kind: str
    group: str | None = None
    name: str = ""
    parents: tuple[str, ...] = ()
    exempt: Exempt = ""
    values: Mapping[str, Fact] = field(default_factory=dict)
    """By KPI: what holds for the unit in every period."""
    sizes: Mapping[str, Fraction] = field(default_factory=dict)
    """How large the unit is, by the column that says so: what exposure divides by."""

    @property
    def competes(self) -> bool:
        """Tell whether the unit may be ranked."""
        return self.exempt not in {"award", "both"}

    @property
    def counts(self) -> bool:
        """Tell whether the unit counts in statistics of the population."""
        return self.exempt not in {"statistics", "both"}


@dataclass
class Cell:
    """What the rows of one unit, KPI and period say: sums in 1/FILE_SCALE, single ratings where they are needed."""

    num: int = 0
    den: int = 0
    sample: int = 0
    rows: int = 0
    ratings: list[Fact] = field(default_factory=list)
    items: dict[str, int] = field(default_factory=dict)
    constants: dict[str, Fraction] = field(default_factory=dict)
    previous: int | None = None

    def add(self, fact: Fact, item: str, *, single: bool) -> None:
        """Count one row in."""
        self.num, self.den, self.sample, self.rows = (
            self.num + fact[0],
            self.den + fact[1],
            self.sample + fact[2],
            self.rows + 1,
        )
        if single:
            self.ratings.append(fact)
        if item:
            self.items[item] = self.items.get(item, 0) + fact[0]


@dataclass
class Observations:
    """All cells by period, unit and KPI; `problems` holds the rows that could not be used."""

    cells: dict[tuple[str, str, str], Cell] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    rounds: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Season and name of each period."""
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0
    seen: set[str] = field(default_factory=set)

    @property
    def periods(self) -> list[str]:
        """Return the periods of the cells in the order people mean: 2 before 10."""
        return sorted(self.seen, key=natural)

    def cell(self, period: str, unit: str, kpi: Kpi) -> Cell:
        """Return the cell where the facts of a KPI stand, made when it is first asked for."""
        self.seen.add(period)
        return self.cells.setdefault((period, unit, kpi.facts), Cell())

    def add(self, period: str, unit: str, kpi: Kpi, fact: Fact | None, item: str = "") -> None:
        """Count what a row says in for the unit and everyone above whom its facts reach; None says nothing."""
        self.cell(period, unit, kpi)
        single = kpi.aggregation == "trimmed_mean"
        for code in lineage(self.units, unit, kpi) if fact else ():
            self.cell(period, code, kpi).add(fact, item, single=single) if fact else None


def lineage(units: Mapping[str, Unit], unit: str, kpi: Kpi) -> Iterator[str]:
    """Return the unit and everyone above it whom its facts reach."""
    seen, waiting = {unit}, [unit]
    while waiting:
        code = waiting.pop()
        yield code
        known = units.get(code)
        if known is None:
            continue
        above = known.parents[1:] if known.kind in kpi.stays_with else known.parents
        fresh = [parent for parent in above if parent in units and parent not in seen]
        seen.update(fresh)
        waiting.extend(fresh)


def unknown(column: str, name: str, known: Sequence[str]) -> Problem:
    """Return the problem of a name that does not exist, with the nearest one that does."""
    near = get_close_matches(name, known, n=1, cutoff=0)
    hint = Text(zh=f"最接近的是 {near[0]}。", en=f"The nearest is {near[0]}.") if near else None
    return Problem("unknown_name", Text(zh=f"没有“{name}”。", en=f"There is no “{name}”."), Place(column=column), hint)


def trouble(code: str, column: str, zh: str, en: str) -> Problem:
    """Return a problem of one column of a row."""
    return Problem(code, Text(zh=zh, en=en), Place(column=column))


def refused(problems: Iterable[Problem]) -> Iterator[tuple[str, str, str, str, str]]:
    """Return row, code, the two sentences and the file of every row that was not used."""
    for problem in problems:
        place = problem.place or Place()
        row = str(place.row) if place.row else ""
        yield row, problem.code, problem.sentence.zh, problem.sentence.en, place.source or ""
