"""What the theme of a public month achieved, card by card, and how it faded over the public months after it."""

from collections.abc import Sequence
from itertools import chain

import msgspec

from core.errors import NotFound, problem
from core.language import Text
from core.period import shifted
from leaderboards.month_board import MonthBoard
from leaderboards.queries.snapshots import month_board
from months.lookback.effect import Estimate, Faded, between, fading, within
from months.queries.lookback.hall import public_months
from scoring.queries.rules import Rules, rules_of

BEFORE, AFTER = 3, 6
"""So many public months before the theme are the base; so many after it are looked at."""


class Later(msgspec.Struct, frozen=True):
    """The same estimate so many months after the theme, and how much of the effect was left (per cent)."""

    months: int
    month: int
    estimate: Estimate
    left: int | None


class CardEffect(msgspec.Struct, frozen=True, kw_only=True):
    """One card: change of the theme's KPIs less that of the unit's other KPIs, the same less that of units outside, the fading."""

    card: str
    name: Text
    kpis: tuple[tuple[str, Text], ...]
    others: int
    """KPIs of the card that the theme did not lift."""
    inside: Estimate | None
    outside: Estimate | None
    later: tuple[Later, ...]


class ThemeEffect(msgspec.Struct, frozen=True, kw_only=True):
    """What a theme achieved: the base months, the cards, whose units stood outside the theme."""

    month: int
    theme: Text | None
    base: tuple[int, ...]
    cards: tuple[CardEffect, ...]
    outside: tuple[Text, ...]
    """Kinds of which no KPI was lifted."""


async def theme_effect(month: int) -> ThemeEffect:
    """Return what the theme of a public month achieved; NotFound for a month that is not public, or has none before it."""
    public = await public_months()
    base = tuple(key for key in (shifted(month, -back) for back in range(BEFORE, 0, -1)) if key in public)
    if month not in public or not base:
        zh, en = "要有这个月和之前的公布结果才能比较。", "Comparing takes this month and one before it, both published."
        raise NotFound(problem("no_comparison", zh, en))
    rules = await rules_of(month)
    board = await month_board(month)
    before = [await month_board(key) for key in base]
    later = [await month_board(key) for key in _run(month, public)]
    lifted = await _lifted([board, *before, *later])
    theme = rules.book.themes.get(rules.theme or "")
    outer = [code for code, head in board.heads.items() if head.kpis and not lifted[month].intersection(head.kpis)]
    apart = {code: await _outside(board, before, code, lifted) for code in outer}
    changes = list(chain.from_iterable(apart.values()))
    found = [
        await _card(board, before, later, code, rules, lifted, changes) for code in board.heads if code not in outer
    ]
    return ThemeEffect(
        month=month,
        theme=theme.name if theme else None,
        base=base,
        cards=tuple(one for one in found if one is not None),
        outside=tuple(board.heads[code].name for code in outer if len(apart[code])),
    )


def _run(month: int, public: Sequence[int]) -> list[int]:
    """Return the months right after one, as far as they are public without a gap."""
    found: list[int] = []
    for ahead in range(1, AFTER + 1):
        if shifted(month, ahead) not in public:
            break
        found.append(shifted(month, ahead))
    return found


async def _lifted(boards: Sequence[MonthBoard]) -> dict[int, frozenset[str]]:
    """Return by month the KPIs whose weight its theme lifts."""
    found: dict[int, frozenset[str]] = {}
    for board in boards:
        rules = await rules_of(board.month)
        theme = rules.book.themes.get(board.detail.theme or "")
        found[board.month] = frozenset(theme.doubled) if theme else frozenset()
    return found


async def _card(
    board: MonthBoard,
    before: Sequence[MonthBoard],
    later: Sequence[MonthBoard],
    card: str,
    rules: Rules,
    lifted: dict[int, frozenset[str]],
    outside: Sequence[int],
) -> CardEffect | None:
    from months.queries.lookback.changed import changed, differences, told

    inside = lifted[board.month].intersection(board.heads[card].kpis)
    theme, others = await changed(board, before, card, inside, lifted)
    found = within(differences(theme, others))
    if found is None:
        return None
    estimates = []
    for one in later:
        there, rest = await changed(one, before, card, inside, lifted)
        estimate = within(differences(there, rest))
        if estimate is not None:
            estimates.append((_months_between(board.month, one.month), one.month, estimate))
    left: list[Faded] = list(fading(found, [(months, estimate) for months, _, estimate in estimates]))
    known = told(theme)
    return CardEffect(
        card=card,
        name=board.heads[card].name,
        kpis=tuple((code, rules.book.kpis[code].name) for code in board.heads[card].kpis if code in inside),
        others=len(board.heads[card].kpis) - len(inside),
        inside=found,
        outside=between(known, outside),
        later=tuple(
            Later(months, key, estimate, faded.left)
            for (months, key, estimate), faded in zip(estimates, left, strict=True)
        ),
    )


def _months_between(first: int, last: int) -> int:
    return (last // 100 - first // 100) * 12 + last % 100 - first % 100


async def _outside(
    board: MonthBoard, before: Sequence[MonthBoard], card: str, lifted: dict[int, frozenset[str]]
) -> list[int]:  # fmt: skip
    from months.queries.lookback.changed import changed, told

    _, changes = await changed(board, before, card, frozenset(), lifted)
    return told(changes)
