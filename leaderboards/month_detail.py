"""What a snapshot says about itself, so that its readers need neither the rule book nor numpy."""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.language import Text
from core.points import plain_text
from leaderboards.beside import beside_names
from leaderboards.breakers import told
from leaderboards.hiding import first_hidden_rank
from leaderboards.inputs import MonthInputs
from leaderboards.month_board import CardHead, ClassHead, ClassStepHead, Detail
from leaderboards.month_results import CARD, MonthResults
from leaderboards.results import NONE, CardResult
from scoring.book_result_checks import SEASON
from scoring.book_results import ClassRule
from scoring.bulk import Ints
from scoring.result_words import breaker_words, step_name
from scoring.rulebook import Board, UnitKind

EFFECT_PLACES = 12


def detail_of(inputs: MonthInputs, rule_book: str, results: MonthResults) -> Detail:
    """Return the description of a month's results; `rule_book` is its fingerprint."""
    return _detail(inputs, rule_book, results, [_card_head(inputs, card) for card in results.cards])


def detail_moved(inputs: MonthInputs, before: tuple[MonthResults, Detail], results: MonthResults) -> Detail:
    """Return the same for a month that was moved: only what can have changed is worked out."""
    heads = [
        head if old is card else _head_moved(inputs, head, old, card)
        for head, old, card in zip(before[1].cards, before[0].cards, results.cards, strict=True)
    ]
    return _detail(inputs, before[1].rule_book, results, heads)


def _head_moved(inputs: MonthInputs, head: CardHead, old: CardResult, card: CardResult) -> CardHead:
    """Return the head of a card whose units have moved: the floors of the processes that changed are found anew."""
    if not ((old.ranks > 0) == (card.ranks > 0)).all():
        return _card_head(inputs, card)
    changed = (old.processes != card.processes).any(axis=0)
    return msgspec.structs.replace(head, floors=_floors(card, head.hidden_one_in, (head.floors, changed)))


def _detail(inputs: MonthInputs, rule_book: str, results: MonthResults, heads: Sequence[CardHead]) -> Detail:
    book = inputs.book
    return Detail(
        theme=inputs.theme,
        rule_book=rule_book,
        processes=tuple(book.processes),
        measures=(CARD, *book.measures, *beside_names(book)),
        cards=tuple(heads),
        classes=tuple(_class_head(rule) for rule in book.classes.values() if not rule.of.startswith(SEASON)),
        city={code: str(score) for code, score in results.city.items() if score is not None},
        city_before={code: str(score) for code, score in inputs.previous_city.items()},
    )


def _card_head(inputs: MonthInputs, card: CardResult) -> CardHead:
    run = card.run
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
        breakers=told(board.breakers),
        chain=tuple(breaker_words(book, run.code, breaker) for breaker in board.breakers),
        ties=board.ties,
        measure=board.measure,
        hidden_one_in=board.hidden_one_in,
        hidden_min=board.hidden_min,
        peer_groups=board.peer_groups,
        public=board.public,
        floors=_floors(card, board.hidden_one_in),
    )


def _floors(
    card: CardResult, hidden_one_in: int, known: tuple[Mapping[str, tuple[int, ...]], NDArray[np.bool_]] | None = None
) -> dict[str, tuple[int, ...]]:
    """Return for each process the cents below which a unit stands in its bottom part, on the whole board and by group.

    `known` are floors found before, and which processes have changed since.
    """
    eligible = card.ranks > 0
    populations = {"": eligible, **{name: eligible & (card.run.group == n) for n, name in enumerate(card.run.groups)}}
    before, changed = known or ({}, np.ones(card.processes.shape[1], dtype=bool))
    return {
        name: tuple(
            _floor(column[members], hidden_one_in) if changed[at] else before[name][at]
            for at, column in enumerate(card.processes.T)
        )
        for name, members in populations.items()
    }


def _floor(values: Ints, hidden_one_in: int) -> int:
    """Return the least number that still stands above the bottom part, NONE when nobody is hidden."""
    known = np.sort(values[values != NONE])[::-1]
    last_named = first_hidden_rank(len(known), hidden_one_in) - 2
    return int(known[last_named]) if 0 <= last_named < len(known) - 1 else NONE


def _group_name(kind: UnitKind, name: str) -> Text:
    """Return the name of a peer group, of its parts where small ones were merged."""
    known = {group.code: group.name for group in kind.groups}
    parts = [known.get(code, Text(zh=code, en=code)) for code in name.split("+")]
    return Text(zh="、".join(part.zh for part in parts), en=", ".join(part.en for part in parts))


def _class_head(rule: ClassRule) -> ClassHead:
    steps = tuple(
        ClassStepHead(
            step.code, step_name(step), None if step.effect is None else plain_text(step.effect, EFFECT_PLACES)
        )
        for step in rule.steps
    )
    return ClassHead(code=rule.code, name=rule.name, kind=rule.kind, steps=steps)
