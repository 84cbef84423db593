"""What a snapshot says about itself, so that its readers need neither the rule book nor numpy."""

from collections.abc import Mapping
from fractions import Fraction

from core.language import Text
from leaderboards.frame import CardRun
from leaderboards.inputs import MonthInputs
from leaderboards.month_board import CardHead, Detail
from leaderboards.month_results import CARD
from scoring.rulebook import Board, Breaker, UnitKind


def detail_of(inputs: MonthInputs, rule_book: str, city: Mapping[str, Fraction | None]) -> Detail:
    """Return the description of a month's results; `rule_book` is its fingerprint."""
    book = inputs.book
    return Detail(
        theme=inputs.theme,
        rule_book=rule_book,
        processes=tuple(book.processes),
        measures=(CARD, *book.measures),
        cards=tuple(_card_head(inputs, run) for run in inputs.frame.cards.values()),
        city={code: str(score) for code, score in city.items() if score is not None},
    )


def _card_head(inputs: MonthInputs, run: CardRun) -> CardHead:
    book, kind = inputs.book, inputs.book.kinds[run.code]
    board = book.boards.get(run.code) or Board(code=run.code, name=kind.name)
    return CardHead(
        code=run.code,
        number=run.number,
        name=kind.name,
        person=kind.person,
        groups=run.groups,
        group_names=tuple(_group_name(kind, name) for name in run.groups),
        kpis=book.kpis_of(run.code),
        breakers=tuple(_breaker_name(breaker) for breaker in board.breakers),
        ties=board.ties,
        measure=board.measure,
        hidden_one_in=board.hidden_one_in,
        hidden_min=board.hidden_min,
        peer_groups=board.peer_groups,
        public=board.public,
    )


def _group_name(kind: UnitKind, name: str) -> Text:
    """Return the name of a peer group, of its parts where small ones were merged."""
    known = {group.code: group.name for group in kind.groups}
    parts = [known.get(code, Text(zh=code, en=code)) for code in name.split("+")]
    return Text(zh="、".join(part.zh for part in parts), en=", ".join(part.en for part in parts))


def _breaker_name(breaker: Breaker) -> str:
    return f"{breaker.field}:{breaker.kpi}" if breaker.kpi else breaker.field
