"""Plain files in, plain files out, with no database: for an auditor, a researcher, another system.

Reads a rule book and CSV files of observations (and one of units); writes `lines.csv`, `scorecards.csv`,
`standings.csv`, and where the rule book has them `nodes.csv`, `seasons.csv`, `classes.csv`; `refused.csv` when rows
could not be used.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TextIO

from core.errors import Invalid, Place, Problem, problem
from leaderboards.file_results import Result, results_of
from leaderboards.file_seasons import CLASS_COLUMNS, SEASON_COLUMNS, class_rows, season_rows, standings
from leaderboards.file_tables import (
    CARD_COLUMNS,
    LINE_COLUMNS,
    NODE_COLUMNS,
    STANDING_COLUMNS,
    card_rows,
    line_row,
    node_rows,
    place_rows,
)
from scoring.book_checks import checked
from scoring.book_files import FileScheme
from scoring.book_params import refuse_wrong_parameters
from scoring.book_text import with_lines
from scoring.explain import Line, line
from scoring.file_cells import Observations, refused
from scoring.file_reading import Reading, units_of
from scoring.method_words import rule_words
from scoring.rulebook import RuleBook, parsed

Table = tuple[str, Sequence[str], Iterable[Sequence[object]]]
OPTIONAL = ("nodes.csv", "seasons.csv", "classes.csv", "refused.csv")
"""Written only when there is something to write; what an earlier run left of them is removed."""


@dataclass(frozen=True)
class Summary:
    """What was done: rows read, lines written and how many of them scored, units, how many ranked, rows refused, files."""

    rows: int
    lines: int
    scored: int
    units: int
    ranked: int
    problems: tuple[Problem, ...]
    files: tuple[str, ...] = ()
    findings: tuple[Problem, ...] = ()
    """What the check says of the rule book, errors first; plain files are scored all the same."""


def score_files(
    rulebook_path: Path,
    observations: Path | Sequence[Path],
    units_path: Path | None,
    out_dir: Path,
    *,
    theme: str | None = None,
) -> Summary:
    """Score plain files and write the results; Invalid when the rule book or a file as a whole makes no sense."""
    text = opened(rulebook_path).read()
    book = parsed(text, rulebook_path.name)
    refuse_wrong_parameters(book, rulebook_path.name)
    found = read(book, [observations] if isinstance(observations, Path) else observations, units_path)
    results = list(results_of(book, found, theme))
    written = [row for result in results for row in _lines(book, result)]
    out_dir.mkdir(parents=True, exist_ok=True)
    tables = [
        ("lines.csv", LINE_COLUMNS, (line_row(result, at, line) for result, at, line in written)),
        ("scorecards.csv", CARD_COLUMNS, (row for result in results for row in card_rows(result))),
        ("standings.csv", STANDING_COLUMNS, (row for result in results for row in place_rows(result))),
        *_more(book, found, results),
    ]
    for name in {*OPTIONAL} - {name for name, _, _ in tables}:
        (out_dir / name).unlink(missing_ok=True)
    for name, columns, rows in tables:
        _write(out_dir / name, columns, rows)
    return Summary(
        rows=found.rows,
        lines=len(written),
        scored=sum(line.status == "scored" for _, _, line in written),
        units=len(found.units),
        ranked=sum(int(result.ranked.sum()) for result in results),
        problems=tuple(found.problems),
        files=tuple(name for name, _, _ in tables),
        findings=with_lines(text, checked(book)),
    )


def _more(book: RuleBook, found: Observations, results: Sequence[Result]) -> Iterator[Table]:
    """Yield the tables that only some rule books have, and the rows that were refused."""
    if book.trees:
        yield "nodes.csv", NODE_COLUMNS, (row for result in results for row in node_rows(result))
    boards = list(standings(book, results))
    if book.seasons:
        yield "seasons.csv", SEASON_COLUMNS, season_rows(book, boards, found.units)
    if book.classes:
        yield "classes.csv", CLASS_COLUMNS, class_rows(book, results, boards)
    if found.problems:
        yield "refused.csv", ("row", "code", "zh", "en", "file"), refused(found.problems)


def read(book: RuleBook, observations: Sequence[Path], units_path: Path | None) -> Observations:
    """Return the observations of some files by the columns that the rule book names."""
    scheme = book.files or FileScheme()
    kind = scheme.kind or next(iter(book.cards()), "")
    if not book.cards():
        zh, en = (
            "规则书没有记分卡，也没有树，无从计分。",
            "The rule book has neither a scorecard nor a tree: nothing would be scored.",
        )
        raise Invalid(problem("no_card", zh, en, Place(path="scorecards")))
    if kind not in book.kinds:
        zh, en = "规则书没有说明这些单位是哪一类。", "The rule book does not say of which kind these units are."
        raise Invalid(problem("no_kind", zh, en, Place(path="files.kind")))
    units = {} if units_path is None else units_of(opened(units_path), book, scheme, kind)
    reading = Reading(book, scheme, units, kind)
    for path in observations:
        try:
            reading.read(opened(path), path.name)
        except csv.Error as error:
            zh, en = f"不是能读的 CSV:{error}", f"This is not a readable CSV: {error}"
            raise Invalid(problem("not_csv", zh, en, Place(source=path.name))) from None
    return reading.finished()


def opened(path: Path) -> TextIO:
    """Return a text file in UTF-8 or GB18030; Invalid when it is not there or not text."""
    try:
        content = path.read_bytes()
    except OSError as error:
        zh, en = f"文件读不了：{error.strerror}", f"The file cannot be read: {error.strerror}"
        raise Invalid(problem("no_file", zh, en, Place(source=str(path)))) from None
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            return StringIO(content.decode(encoding), newline="")
    zh, en = "既不是 UTF-8 也不是 GB18030 文字。", "The file is neither UTF-8 nor GB18030 text."
    raise Invalid(problem("not_text", zh, en, Place(source=str(path))))


def _lines(book: RuleBook, result: Result) -> Iterator[tuple[Result, int, Line]]:
    kpis = [(book.kpis[code], rule_words(book.kpis[code])) for code in result.scored.kpis]
    kept = result.scored.with_values()  # every unit asks for every column
    for index in range(len(result.units)):
        for row, (kpi, rule) in enumerate(kpis):
            yield result, index, line(kept, kpi, result.sheet, row, index, rule)


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
