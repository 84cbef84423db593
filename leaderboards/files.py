"""Plain files in, plain files out, with no database: for an auditor, a researcher, another system.

Reads a rule book and a CSV of observations (and one of units); writes `lines.csv`, `scorecards.csv`, `standings.csv`,
and `refused.csv` when rows could not be used.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from core.errors import Invalid, Place, Problem, problem
from core.points import cents_text, decimal_text
from leaderboards.ranking import Order, ranks
from scoring.engine import Scored, Sheet, scored
from scoring.explain import Line, line
from scoring.file_reading import Observations, Unit, observations_of, refused, units_of
from scoring.file_sheets import sheet_of
from scoring.measures import measured_totals
from scoring.method_words import rule_words
from scoring.rulebook import Board, FileScheme, RuleBook, parsed


@dataclass(frozen=True)
class Summary:
    """What was done: rows read, lines written and how many of them scored, units, how many ranked, rows refused."""

    rows: int
    lines: int
    scored: int
    units: int
    ranked: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Result:
    """One kind in one period."""

    period: str
    kind: str
    units: Sequence[Unit]
    sheet: Sheet
    scored: Scored


LINE_COLUMNS = [
    "period",
    "unit",
    "kpi",
    "process",
    "measured",
    "value",
    "numerator",
    "denominator",
    "sample",
    "score",
    "status",
    "policy",
    "weight",
    "weight_after",
    "weight_fraction",
    "points",
    "lost",
]
CARD_COLUMNS = ("period", "unit", "name", "kind", "group", "total", "rounding", "coverage", "status", "grade")
STANDING_COLUMNS = ("period", "kind", "group", "rank", "tied", "unit", "name", "total")


def score_files(
    rulebook_path: Path, observations_path: Path, units_path: Path | None, out_dir: Path, *, theme: str | None = None
) -> Summary:
    """Score plain files and write the results; Invalid when the rule book or a file as a whole makes no sense."""
    book = parsed(opened(rulebook_path).read(), rulebook_path.name)
    found = read(book, observations_path, units_path)
    results = list(results_of(book, found, theme))
    out_dir.mkdir(parents=True, exist_ok=True)
    written = [(result, unit, line) for result in results for unit, line in _lines(book, result)]
    _write(out_dir / "lines.csv", LINE_COLUMNS, (_line_row(*row, book) for row in written))
    _write(out_dir / "scorecards.csv", CARD_COLUMNS, (row for result in results for row in _card_rows(book, result)))
    _write(
        out_dir / "standings.csv", STANDING_COLUMNS, (row for result in results for row in _place_rows(book, result))
    )
    if found.problems:
        _write(out_dir / "refused.csv", ("row", "code", "zh", "en"), refused(found.problems))
    return Summary(
        rows=found.rows,
        lines=len(written),
        scored=sum(line.status == "scored" for _, _, line in written),
        units=len(found.units),
        ranked=sum(int(result.scored.ranked.sum()) for result in results),
        problems=tuple(found.problems),
    )


def read(book: RuleBook, observations_path: Path, units_path: Path | None) -> Observations:
    """Return the observations of a file by the columns that the rule book names."""
    scheme = book.files or FileScheme()
    kind = scheme.kind or next(iter(book.scorecards), "")
    if kind not in book.kinds:
        zh, en = "规则书没有说明这些单位是哪一类。", "The rule book does not say of which kind these units are."
        raise Invalid(problem("no_kind", zh, en, Place(path="files.kind")))
    units: dict[str, Unit] = {}
    if units_path is not None:
        units = units_of(opened(units_path), scheme, kind)
    try:
        return observations_of(opened(observations_path), book, scheme, units, kind)
    except csv.Error as error:
        zh, en = f"不是能读的 CSV:{error}", f"This is not a readable CSV: {error}"
        raise Invalid(problem("not_csv", zh, en, Place(source=observations_path.name))) from None


def opened(path: Path) -> TextIO:
    """Return a text file in UTF-8 or GB18030; Invalid when it is not there or not text."""
    try:
        content = path.read_bytes()
    except OSError as error:
        zh, en = f"文件读不了:{error.strerror}", f"The file cannot be read: {error.strerror}"
        raise Invalid(problem("no_file", zh, en, Place(source=str(path)))) from None
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            return StringIO(content.decode(encoding), newline="")
    zh, en = "既不是 UTF-8 也不是 GB18030 文字。", "The file is neither UTF-8 nor GB18030 text."
    raise Invalid(problem("not_text", zh, en, Place(source=str(path))))


def results_of(book: RuleBook, found: Observations, theme: str | None = None) -> Iterator[Result]:
    """Return the scored sheets, period by period and kind by kind; kinds without a card are left out."""
    by_kind: dict[str, list[Unit]] = {}
    for unit in sorted(found.units.values(), key=lambda unit: unit.code):
        by_kind.setdefault(unit.kind, []).append(unit)
    for period in found.periods:
        for kind in (kind for kind in book.scorecards if kind in by_kind):
            units = by_kind[kind]
            sheet = sheet_of(found, book, units, kind, period)
            yield Result(period, kind, units, sheet, scored(book, kind, sheet, theme or _theme(book, period)))


def _theme(book: RuleBook, period: str) -> str | None:
    """Return the theme of the calendar month that a period such as 202611 or 2026-11 names."""
    digits = "".join(character for character in period if character.isdigit())
    return book.months.get(int(digits[4:6])) if len(digits) >= len("202611") else None


def _lines(book: RuleBook, result: Result) -> Iterator[tuple[Unit, Line]]:
    kpis = [(book.kpis[code], rule_words(book.kpis[code])) for code in result.scored.kpis]
    for index, unit in enumerate(result.units):
        for row, (kpi, rule) in enumerate(kpis):
            yield unit, line(result.scored, kpi, result.sheet, row, index, rule)


def _line_row(result: Result, unit: Unit, line: Line, book: RuleBook) -> list[object]:
    plain = [getattr(line, name) for name in LINE_COLUMNS[2:]]
    plain[LINE_COLUMNS.index("score") - 2] = _score(book, line.score)
    return [result.period, unit.code, *("" if part is None else part for part in plain)]


def _score(book: RuleBook, score: str | None) -> str:
    """Return a score with as many decimals as the rule book rounds it to."""
    places = book.composition.score_places
    if score is None or places >= len(score.partition(".")[2]):
        return score or ""
    return score[: score.index(".") + (places + 1 if places else 0)]


def _card_rows(book: RuleBook, result: Result) -> Iterator[list[object]]:
    totals = measured_totals(book, result.kind, result.scored, {})
    for index, unit in enumerate(result.units):
        total, ranked = int(totals[index]), bool(result.scored.ranked[index])
        grade = book.grade_of(total) if ranked else None
        yield [
            result.period,
            unit.code,
            unit.name,
            result.kind,
            unit.group or "",
            cents_text(total) if total >= 0 else "",
            decimal_text(int(result.scored.rounding[index]), 4),
            decimal_text(int(result.scored.coverage[index]), 4),
            "ranked" if ranked else "not_ranked",
            grade.code if grade else "",
        ]


def _place_rows(book: RuleBook, result: Result) -> Iterator[list[object]]:
    totals = measured_totals(book, result.kind, result.scored, {})
    for index in range(int(result.sheet.group.max(initial=-1)) + 1):
        members = np.flatnonzero(result.sheet.group == index)
        yield from _group_rows(book, result, totals, members)


def _group_rows(
    book: RuleBook, result: Result, totals: NDArray[np.int64], members: NDArray[np.intp]
) -> Iterator[list[object]]:
    board = book.boards.get(result.kind, Board(code=result.kind, name=book.kinds[result.kind].name))
    chain = [(values[members], order) for values, order in _breakers(board, result)]
    places = ranks(totals[members], chain, board.ties, result.scored.ranked[members])
    for at in places.order:
        unit = result.units[members[at]]
        yield [
            result.period,
            result.kind,
            unit.group or "",
            int(places.ranks[at]),
            "yes" if places.tied[at] else "",
            unit.code,
            unit.name,
            cents_text(int(totals[members[at]])),
        ]


def _breakers(board: Board, result: Result) -> Iterator[tuple[NDArray[np.int64], Order]]:
    """Return the links of the tie-break chain that plain files can know."""
    found = result.scored
    known = {
        "theme": found.theme_scores,
        "coverage": found.coverage,
        "sample": sum((sums.sample for sums in result.sheet.sums.values()), np.zeros_like(found.totals)),
    }
    for breaker in board.breakers:
        if breaker.field in known:
            yield known[breaker.field], breaker.order


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
