"""Is a sealed month what its facts say: every difference with its place, down to unit, KPI and field."""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

import msgspec

from core.errors import ShifenError
from core.period import shifted
from leaderboards.inputs import months_back
from months.proof.bundle import Bundle, cells_digest, cells_of_facts
from months.proof.rebuilding import rebuilt
from months.proof.report import Difference, Report
from months.proof.rows import Rows, digest_of
from months.sealed_rows import LINE
from scoring.company_card import with_company_card
from scoring.rulebook import RuleBook, fingerprint, parsed
from scoring.single_ratings import trimmed_kpis

MOST_TOLD = 500
"""Differences that a report names one by one; the rest are counted."""
ODD_VALUES = (ShifenError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError, struct.error)
"""What computing with values that somebody has tampered with may end in."""


def checked(bundle: Bundle, known: Sequence[Difference] = (), published: str | None = None) -> Report:
    """Return whether a sealed month follows from its facts, and where not.

    `known` are differences found while reading it; `published` is the digest that it has to have.
    """
    found_digest = _digest(bundle.document)
    told, more = _first(chain(known, _seal(bundle, found_digest, published), _contents(bundle)))
    standings = bundle.document.get("standings")
    rows = standings if isinstance(standings, list | Rows) else []
    return Report(
        month=bundle.month,
        version=bundle.version,
        digest=bundle.digest,
        found_digest=found_digest,
        units=len(rows),
        lines=sum(len(row.get("lines", ())) for row in rows if isinstance(row, dict)),
        facts=len(bundle.facts),
        differences=told,
        more=more,
        computed=_tells_all(bundle.document),
    )


def _first(places: Iterable[Difference]) -> tuple[tuple[Difference, ...], int]:
    """Return the differences that are named, and how many more there are: of a month without its facts, millions."""
    one_by_one = iter(places)
    return tuple(islice(one_by_one, MOST_TOLD)), sum(1 for _ in one_by_one)


def _tells_all(document: Mapping[str, Any]) -> bool:
    """Say whether the header holds everything that a result follows from: those of the first releases do not."""
    return "beside" in document and "units" in document


def _digest(document: Mapping[str, Any]) -> str:
    try:
        return digest_of(document)
    except (TypeError, ValueError, RecursionError):
        return ""


def _seal(bundle: Bundle, found: str, published: str | None) -> Iterator[Difference]:
    if published is not None and found != published:
        yield Difference("published", sealed=published, found=found)
    if found != bundle.digest:
        yield Difference("digest", sealed=bundle.digest, found=found)


def _contents(bundle: Bundle) -> Iterator[Difference]:
    """Yield what does not agree inside; what cannot even be computed with is told as that."""
    try:
        yield from _compared(bundle)
    except ODD_VALUES as failure:
        yield Difference("unreadable", found=_words(failure))


def _compared(bundle: Bundle) -> Iterator[Difference]:
    document = bundle.document
    book = parsed(bundle.rules, "rules.toml")
    if fingerprint(book) != document["rule_book"]:
        yield Difference("rules", sealed=str(document["rule_book"]), found=fingerprint(book))
    cells = cells_of_facts(bundle.facts, *trimmed_kpis(with_company_card(book), bundle.kpis))
    yield from _facts(bundle, cells_digest(cells), book)
    if not _tells_all(document):
        return
    made = rebuilt(bundle, with_company_card(book), cells)
    yield from _results(document["standings"], made.standings)
    # The awards of a restated month stand with the version that was published; the restated one has none of its own.
    yield from _awards(document["awards"], () if "restatement" in document else made.awards)


def _facts(bundle: Bundle, own: str, book: RuleBook) -> Iterator[Difference]:
    sealed = bundle.document["inputs"]["facts"]
    if sealed[str(bundle.month)] != own:
        yield Difference("facts", month=bundle.month, sealed=sealed[str(bundle.month)], found=own)
    for back in range(1, months_back(book) + 1):
        month = shifted(bundle.month, -back)
        found = cells_digest(bundle.earlier[month]) if month in bundle.earlier else ""
        if sealed[str(month)] != found:
            yield Difference("facts", month=month, sealed=sealed[str(month)], found=found)


def _results(sealed: Sequence[Any], made: Iterable[Any]) -> Iterator[Difference]:
    """Yield how two lists of standings differ; of neither more than one is looked at at a time."""
    places = {str(row["unit"]): place for place, row in enumerate(sealed)}
    for found in made:
        place = places.pop(found["unit"], None)
        if place is None:
            yield _missing("result", found["unit"], there=False)
        elif (held := sealed[place]) != found:
            yield from _standing(found["unit"], held, found)
    for unit in sorted(places):
        yield _missing("result", unit, there=True)


def _standing(unit: str, held: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Difference]:
    for name in sorted({*held, *found} - {"unit", "lines"}):
        if held.get(name) != found.get(name):
            yield Difference("result", unit, None, name, _text(held.get(name)), _text(found.get(name)))
    lines, others = ({line[0]: line for line in row["lines"]} for row in (held, found))
    for kpi in sorted({*lines, *others}):
        if kpi not in lines or kpi not in others:
            yield _missing("result", unit, there=kpi in lines, kpi=kpi)
            continue
        yield from _line(unit, kpi, lines[kpi], others[kpi])


def _line(unit: str, kpi: str, held: Sequence[Any], found: Sequence[Any]) -> Iterator[Difference]:
    for name, one, other in zip(LINE[1:], held[1:], found[1:], strict=True):
        if one != other:
            yield Difference("result", unit, kpi, name, _text(one), _text(other))


def _awards(sealed: Iterable[Any], made: Iterable[Any]) -> Iterator[Difference]:
    held, found = ({(row["award"], row["unit"]): row for row in rows} for rows in (sealed, made))
    for award, unit in sorted({*held, *found}):
        one, other = held.get((award, unit)), found.get((award, unit))
        if one is None or other is None:
            yield Difference("award", unit, None, award, *(("+", "-") if other is None else ("-", "+")))
            continue
        for name in ("group", "place", "value"):
            if one[name] != other[name]:
                yield Difference("award", unit, None, f"{award}.{name}", _text(one[name]), _text(other[name]))


def _missing(what: str, unit: str, *, there: bool, kpi: str | None = None) -> Difference:
    return Difference(what, unit, kpi, None, "+" if there else "-", "-" if there else "+")


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _words(failure: BaseException) -> str:
    if isinstance(failure, ShifenError):
        return failure.problem.read("en")
    return f"{type(failure).__name__}: {failure}"
