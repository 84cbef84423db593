"""Parameters that differ: by kind, group, unit and month, by what stands in each row, by the population of the month."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from scoring.book_parts import Kpi, Target
from scoring.columns import Bools, Column, of_fractions
from scoring.params import Params
from scoring.quantiles import DEFINITIONS, INCLUSIVE, Ordered, quantile
from scoring.rulebook import RuleBook
from scoring.sheet import Sheet

Given: TypeAlias = Mapping[str, Any]
Way: TypeAlias = tuple[str | int, ...]
Places: TypeAlias = NDArray[np.intp]
STATISTICS = ("mean", "median", "min", "max", "quantile", "count", "sum", "squares")
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Slice:
    """Units that are scored by the same parameters; `units` None means all of them."""

    given: Given
    units: Places | None
    computed: bool
    """Some numbers came from columns or from the population."""


@dataclass(frozen=True)
class Facts:
    """What numbers may be computed from: the values of a KPI, and where each unit stands."""

    values: Column
    sheet: Sheet
    constants: Mapping[str, Column]

    @property
    def size(self) -> int:
        """Return the number of units."""
        return len(self.values)


def slices(kpi: Kpi, card: str, targets: Sequence[Target], facts: Facts) -> list[Slice]:
    """Return the units by the parameters that hold for them.

    A unit for which a number cannot be told (its row lacks the column, nobody was measured) is in no slice.
    """
    base = {"direction": kpi.direction, **kpi.params}
    layers = _layers(base, card, targets, facts.sheet)
    return [part for given, units in layers for part in _computed(kpi, given, units, facts)]


def at_unit(kpi: Kpi, card: str, targets: Sequence[Target], facts: Facts, unit: int) -> Given | None:
    """Return the parameters that hold for one unit, every number told; None where one cannot be told."""
    found = slices(kpi, card, targets, facts)
    return next((part.given for part in found if part.units is None or unit in part.units), None)


def variants(book: RuleBook) -> Iterator[tuple[Kpi, str]]:
    """Return every KPI with the path of its parameters, as it is and as it is where one target alone goes over it."""
    yield from ((kpi, f"kpis.{code}.params") for code, kpi in book.kpis.items())
    for at, target in enumerate(book.targets):
        kpi = book.kpis[target.kpi]
        yield structs.replace(kpi, params={**kpi.params, **target.params}), f"targets[{at}].params"


def _layers(base: Given, card: str, targets: Sequence[Target], sheet: Sheet) -> list[tuple[Given, Places | None]]:
    """Return sets of parameters and their units: each name from the most specific target that gives it."""
    fitting = [target for target in targets if target.kind in {None, card} and _in_month(target, sheet)]
    if not fitting:
        return [(base, None)]
    ordered = sorted(fitting, key=_specificity)  # the last written of two alike stays behind the other
    applied: list[tuple[int, ...]] = [()] * len(sheet.group)
    places = {code: place for place, code in enumerate(sheet.units)} if any(one.unit for one in ordered) else {}
    for number, target in enumerate(ordered):
        for unit in _reached(target, sheet, places):
            applied[unit] = (*applied[unit], number)
    found: dict[tuple[int, ...], list[int]] = {}
    for unit, numbers in enumerate(applied):
        found.setdefault(numbers, []).append(unit)
    layers: list[tuple[Given, Places | None]] = []
    for numbers, units in found.items():
        given = dict(base)
        for number in numbers:
            given |= ordered[number].params
        layers.append((given, np.array(units, dtype=np.intp) if len(found) > 1 else None))
    return layers


def _specificity(target: Target) -> tuple[bool, bool, bool, bool]:
    return (target.unit is not None, target.group is not None, target.kind is not None, bool(target.months))


def _in_month(target: Target, sheet: Sheet) -> bool:
    return not target.months or str(sheet.month) in {str(month) for month in target.months}


def _reached(target: Target, sheet: Sheet, places: Mapping[str, int]) -> Sequence[int]:
    reached: Sequence[int] = range(len(sheet.group))
    if target.unit is not None:
        reached = [places[target.unit]] if target.unit in places else []
    if target.group is not None:
        reached = [unit for unit in reached if sheet.own_groups and sheet.own_groups[unit] == target.group]
    return reached


def computed_numbers(given: Any, way: Way = ()) -> Iterator[tuple[Way, Given]]:  # noqa: ANN401 any part of parameters
    """Return where numbers stand that are told by a column or the population, and how."""
    if isinstance(given, Mapping):
        if way and _tells(given):
            yield way, given
            return
        for name, part in given.items():
            yield from computed_numbers(part, (*way, name))
    elif isinstance(given, (list, tuple)):
        for number, part in enumerate(given):
            yield from computed_numbers(part, (*way, number))


def _tells(given: Given) -> bool:
    if isinstance(given.get("population"), str):
        return True
    return len(given) == 1 and isinstance(given.get("column"), str)


def check_told(spec: Params) -> None:
    """Refuse a number that the population shall tell without saying how."""
    if spec.has("population"):
        _statistic(spec)
        spec.choice("scope", ("group", "all"), "group")
        spec.number("times", 1)


def replaced(given: Any, numbers: Mapping[Way, Any], way: Way = ()) -> Any:  # noqa: ANN401 any part of parameters
    """Return parameters with numbers in the places named."""
    if way in numbers:
        return numbers[way]
    if isinstance(given, Mapping):
        return {name: replaced(part, numbers, (*way, name)) for name, part in given.items()}
    if isinstance(given, (list, tuple)):
        return [replaced(part, numbers, (*way, number)) for number, part in enumerate(given)]
    return given


def supposed(given: Given) -> list[Given]:
    """Return parameters as a check may try them: computed numbers as 1, 2, 3 … and the other way round."""
    ways = [way for way, _ in computed_numbers(given)]
    if not ways:
        return [given]
    rising = {way: number for number, way in enumerate(ways, start=1)}
    return [replaced(given, numbers) for numbers in (rising, {way: len(ways) + 1 - at for way, at in rising.items()})]


def _computed(kpi: Kpi, given: Given, units: Places | None, facts: Facts) -> list[Slice]:
    # A formula takes columns as they are; elsewhere each number of a column makes rules of its own.
    ways = {
        way: spec
        for way, spec in computed_numbers(given)
        if not (kpi.method == "formula" and way[0] == "constants" and "column" in spec)
    }
    if not ways:
        return [Slice(given, units, computed=False)]
    params = Params(given, f"kpis.{kpi.code}.params")
    told = {way: _told(params.within(".".join(map(str, way)), spec), facts) for way, spec in ways.items()}
    some = np.arange(facts.size) if units is None else units
    parts, values = _alike([one.which[some] for one in told.values()]), list(told.values())
    found = []
    for places in parts:
        members = some[places]
        numbers = [one.numbers[one.which[members[0]]] for one in values]
        if None not in numbers:
            found.append(Slice(replaced(given, dict(zip(told, numbers, strict=True))), members, computed=True))
    return found


def _alike(columns: Sequence[Places]) -> list[Places]:
    """Return the places that agree in all columns, together."""
    key = np.zeros(len(columns[0]), dtype=np.intp)
    for column in columns:
        _, key = np.unique(key * (int(column.max(initial=0)) + 1) + column, return_inverse=True)
    order = np.argsort(key, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(key[order])) + 1) if len(order) else []


@dataclass(frozen=True)
class _Told:
    """One number for every unit: an index into the numbers there are."""

    numbers: Sequence[Fraction | None]
    which: Places


def _told(spec: Params, facts: Facts) -> _Told:
    if spec.has("population"):
        return _from_population(spec, facts)
    column = facts.constants.get(str(spec.given["column"]))
    if column is None:
        return _Told([None], np.zeros(facts.size, dtype=np.intp))
    numbers: dict[Fraction | None, int] = {}
    which = [numbers.setdefault(column.at(unit), len(numbers)) for unit in range(facts.size)]
    return _Told(list(numbers), np.array(which, dtype=np.intp))


def _from_population(spec: Params, facts: Facts) -> _Told:
    statistic = _statistic(spec)
    times, counted, group = spec.number("times", 1), facts.sheet.population, facts.sheet.group
    if spec.choice("scope", ("group", "all"), "group") == "all":
        group = np.zeros_like(group)
    found = []
    for index in range(int(group.max(initial=-1)) + 1):
        mine: Bools = group == index
        value = statistic(facts.values, mine if counted is None else mine & counted)
        found.append(None if value is None else value * times)
    return _Told(found, group)


def _statistic(spec: Params) -> Callable[[Column, Bools], Fraction | None]:
    word = spec.choice("population", STATISTICS)
    if word in _MOMENTS:
        return _MOMENTS[word]
    share = {"min": Fraction(0), "max": Fraction(1), "median": HALF}.get(word)
    share = spec.number("share") if share is None else share
    if not 0 <= share <= 1:
        raise spec.refusal(
            "bad_share",
            "share",
            "份额应在 0 与 1 之间；90% 写 0.90。",
            "A share lies between 0 and 1; 90 per cent is 0.90.",
        )
    named = spec.choice("definition", DEFINITIONS, INCLUSIVE)
    definition = next(known for known in DEFINITIONS if known == named)
    return lambda values, counted: quantile(values, share, definition, counted)


def _mean(values: Column, counted: Bools) -> Fraction | None:
    ordered = Ordered(values, counted)
    return ordered.mean() if len(ordered) else None


def _count(values: Column, counted: Bools) -> Fraction | None:
    return Fraction(int((values.known & counted).sum())) or None


def _sum(values: Column, counted: Bools) -> Fraction | None:
    ordered = Ordered(values, counted)
    return ordered.mean() * len(ordered) if len(ordered) else None


def _squares(values: Column, counted: Bools) -> Fraction | None:
    taken = (values.at(unit) for unit in np.flatnonzero(values.known & counted).tolist())
    squared = of_fractions([None if value is None else value * value for value in taken])
    return _sum(squared, squared.known)


_MOMENTS: Mapping[str, Callable[[Column, Bools], Fraction | None]] = {
    "mean": _mean,
    "count": _count,
    "sum": _sum,
    "squares": _squares,
}
