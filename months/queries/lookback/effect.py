"""What the theme of a public month achieved, card by card, and how it faded over the public months after it."""

from collections.abc import Sequence

import msgspec
import numpy as np

from core.errors import NotFound, problem
from core.language import Text
from core.period import shifted
from core.points import rounded
from leaderboards.month_board import MonthBoard
from leaderboards.queries.looking_back import KpiColumns, kpi_columns
from leaderboards.queries.snapshots import month_board
from months.lookback.effect import Estimate, Faded, between, fading, within
from months.queries.lookback.hall import public_months
from scoring.columns import Ints
from scoring.queries.rules import Rules, rules_of

BEFORE, AFTER = 3, 6
"""So many public months before the theme are the base; so many after it are looked at."""
TO_FINE = 100
"""From cents to ten-thousandths of a point."""
NOTHING = np.iinfo(np.int64).min


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
    changes = np.concatenate([*apart.values(), np.zeros(0, np.int64)])
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
    outside: Ints,
) -> CardEffect | None:
    inside = lifted[board.month].intersection(board.heads[card].kpis)
    theme, others = await _changes(board, before, card, inside, lifted)
    found = within(_differences(theme, others))
    if found is None:
        return None
    estimates = []
    for one in later:
        there, rest = await _changes(one, before, card, inside, lifted)
        estimate = within(_differences(there, rest))
        if estimate is not None:
            estimates.append((_months_between(board.month, one.month), one.month, estimate))
    left: list[Faded] = list(fading(found, [(months, estimate) for months, _, estimate in estimates]))
    known = theme[theme != NOTHING].tolist()
    return CardEffect(
        card=card,
        name=board.heads[card].name,
        kpis=tuple((code, rules.book.kpis[code].name) for code in board.heads[card].kpis if code in inside),
        others=len(board.heads[card].kpis) - len(inside),
        inside=found,
        outside=between(known, outside.tolist()),
        later=tuple(
            Later(months, key, estimate, faded.left)
            for (months, key, estimate), faded in zip(estimates, left, strict=True)
        ),
    )


def _months_between(first: int, last: int) -> int:
    return (last // 100 - first // 100) * 12 + last % 100 - first % 100


def _differences(theme: Ints, others: Ints) -> list[int]:
    both = (theme != NOTHING) & (others != NOTHING)
    differences: list[int] = (theme[both] - others[both]).tolist()
    return differences


async def _outside(
    board: MonthBoard, before: Sequence[MonthBoard], card: str, lifted: dict[int, frozenset[str]]
) -> Ints:  # fmt: skip
    _, changes = await _changes(board, before, card, frozenset(), lifted)
    told: Ints = changes[changes != NOTHING]
    return told


async def _changes(
    board: MonthBoard,
    before: Sequence[MonthBoard],
    card: str,
    inside: frozenset[str],
    lifted: dict[int, frozenset[str]],
) -> tuple[Ints, Ints]:
    """Return for each unit the mean change of the theme's KPIs and of the others against the base, NOTHING where there is none.

    A KPI that another of the compared months lifts is no measure of what lies outside a theme.
    """
    if card not in board.heads:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    now = await kpi_columns(board, card)
    sums, counts = np.zeros_like(now.scores), np.zeros_like(now.scores)
    for one in before:
        if card in one.heads:
            score, known = _aligned(await kpi_columns(one, card), now.units, now.kpis)
            sums, counts = sums + score, counts + known
    both = now.known & (counts > 0)
    change = np.where(both, rounded((now.scores * counts - sums) * TO_FINE, np.maximum(counts, 1)), 0)
    lifts = lifted[board.month].union(*(lifted[one.month] for one in before))
    is_inside = np.array([code in inside for code in now.kpis], dtype=bool)
    is_outside = np.array([code not in inside and code not in lifts for code in now.kpis], dtype=bool)
    return _mean(change, both & is_inside), _mean(change, both & is_outside)


def _aligned(columns: KpiColumns, units: Ints, kpis: Sequence[str]) -> tuple[Ints, Ints]:
    """Return scores and whether they are known for other units and KPIs than the columns were made for."""
    scores, known = np.zeros((2, len(units), len(kpis)), dtype=np.int64)
    rows = np.searchsorted(columns.units, units)
    there = rows < len(columns.units)
    there[there] = columns.units[rows[there]] == units[there]
    for at, kpi in enumerate(kpis):
        if kpi in columns.kpis:
            column = columns.kpis.index(kpi)
            known[there, at] = columns.known[rows[there], column]
            scores[there, at] = columns.scores[rows[there], column] * known[there, at]
    return scores, known


def _mean(change: Ints, where: Ints) -> Ints:
    counts = where.sum(axis=1)
    means = rounded((change * where).sum(axis=1), np.maximum(counts, 1))
    found: Ints = np.where(counts > 0, means, NOTHING)
    return found
