"""What months scored by a rule book show of it: who would have been ranked, what never happens, what decides."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from core.errors import Problem
from core.language import Text
from core.points import exact, said_text
from scoring.book_parts import Kpi
from scoring.checks.deciding import paper_weights
from scoring.checks.fairness import DECIDES
from scoring.checks.findings import PER_CENT, card_path, finding, share_text
from scoring.columns import Bools, Column, Ints, order_keys
from scoring.rulebook import RuleBook
from scoring.scored import Scored
from scoring.statuses import INSUFFICIENT_SAMPLE, SCORED

ENOUGH_RANKED = Fraction(80)
"""Under so many per cent of a card's units ranked the card is worth little."""
MOST = Fraction(50)
FEWEST = 5
"""Of fewer units nothing is said."""


@dataclass(frozen=True)
class CardMonth:
    """One card of one month as the rule book scores it; `competing` are the units that ought to be ranked, `ranked` were."""

    kind: str
    scored: Scored
    competing: Bools
    ranked: Bools


def checked_with(book: RuleBook, months: Sequence[Sequence[CardMonth]]) -> tuple[Problem, ...]:
    """Return what months of data, the newest first, show of a rule book: warnings first."""
    newest = months[0] if months else ()
    found = [problem for card in newest for check in OF_A_CARD for problem in check(book, card)]
    found += never_reached(book, months)
    return tuple(sorted(found, key=lambda problem: ("error", "warning", "note").index(problem.grade)))


def ranked_share(book: RuleBook, card: CardMonth) -> Iterator[Problem]:
    """Say how many per cent of a card's units would have been ranked."""
    of, ranked = int(card.competing.sum()), int((card.ranked & card.competing).sum())
    if of and book.kinds[card.kind].ranked:
        few = ranked * PER_CENT < ENOUGH_RANKED * of
        words = Text(
            zh="按最近一个月的样本，“{name}”有{share}%的单位能排名（{ranked}/{of}）。",
            en="With last month's samples {share}% of “{name}” would have been ranked ({ranked} of {of}).",
        ).format(name=book.kinds[card.kind].name, share=share_text(ranked, of), ranked=ranked, of=of)
        yield finding(
            "few_ranked" if few else "ranked_share", card_path(book, card.kind), "warning" if few else "note", words
        )


def few_samples(book: RuleBook, card: CardMonth) -> Iterator[Problem]:
    """Warn of a KPI that most of its units have too few samples for."""
    for row, code in enumerate(card.scored.kpis):
        status = card.scored.statuses[row][card.competing]
        short, of = (
            int((status == INSUFFICIENT_SAMPLE).sum()),
            int(np.isin(status, (SCORED, INSUFFICIENT_SAMPLE)).sum()),
        )
        if of and short * PER_CENT > MOST * of:
            words = Text(
                zh="“{kpi}”在“{name}”中有{share}%的单位样本不足，不计分。",
                en="{share}% of “{name}” have too few samples of “{kpi}” to be scored.",
            ).format(kpi=book.kpis[code].name, name=book.kinds[card.kind].name, share=share_text(short, of))
            yield finding("below_minimum_sample", card_path(book, card.kind, code), "warning", words)


def dead_zones(book: RuleBook, card: CardMonth) -> Iterator[Problem]:
    """Warn of a KPI that gives most units one and the same score although their values differ."""
    for row, code in enumerate(card.scored.kpis):
        members = np.flatnonzero((card.scored.statuses[row] == SCORED) & card.competing)
        if len(members) < FEWEST:
            continue
        scores, counts = np.unique(card.scored.scores[row][members], return_counts=True)
        most = int(counts.argmax())
        alike = members[card.scored.scores[row][members] == scores[most]]
        if len(alike) * PER_CENT > MOST * len(members) and _differ(card.scored.values[row], alike):
            words = Text(
                zh="“{kpi}”有{share}%的单位都得{score}分，尽管数值不同：这一段努力没有回报。",
                en="“{kpi}” gives {share}% of the units the same score of {score} although their values differ: effort brings nothing there.",
            ).format(
                kpi=book.kpis[code].name,
                share=share_text(len(alike), len(members)),
                score=said_text(Fraction(int(scores[most]), 10**card.scored.places), 2),
            )
            yield finding("dead_zone", card_path(book, card.kind, code), "warning", words)


def _differ(values: Column, members: Ints) -> bool:
    some = Column(values.num[members], values.den[members], values.known[members])
    return len(np.unique(order_keys(some))) * 2 > len(members)


def one_decides(book: RuleBook, card: CardMonth) -> Iterator[Problem]:
    """Warn of a KPI that carries most of the variance of a card's totals, whatever its weight says."""
    members = np.flatnonzero(card.competing & (card.scored.covered_num > 0))
    rows = range(len(card.scored.kpis) - card.scored.extras)
    if len(members) < FEWEST or len(rows) <= 2:  # noqa: PLR2004 - of two KPIs one always decides
        return
    points = [[int(one) for one in card.scored.points[row][members]] for row in rows]
    totals = [sum(column) for column in zip(*points, strict=True)]
    whole = _covariance(totals, totals)
    for row, own in zip(rows, points, strict=True):
        share = Fraction(_covariance(own, totals) * PER_CENT, whole) if whole else Fraction(0)
        if share > DECIDES:
            code = card.scored.kpis[row]
            words = Text(
                zh="“{kpi}”权重{weight}%，却决定了“{name}”总分差异的{share}%。",
                en="“{kpi}” has {weight}% of the weight and makes {share}% of the differences between the totals of “{name}”.",
            ).format(
                kpi=book.kpis[code].name,
                name=book.kinds[card.kind].name,
                weight=said_text(paper_weights(book, card.kind).get(code, Fraction(0)), 1),
                share=said_text(share, 0),
            )
            yield finding("one_kpi_decides_totals", card_path(book, card.kind, code), "warning", words)


def _covariance(left: list[int], right: list[int]) -> int:
    """Return n² times the covariance, exactly."""
    size = len(left)
    return size * sum(a * b for a, b in zip(left, right, strict=True)) - sum(left) * sum(right)


def never_reached(book: RuleBook, months: Sequence[Sequence[CardMonth]]) -> Iterator[Problem]:
    """Warn of targets and top bands that nobody has reached in any of the months."""
    best: dict[str, Fraction] = {}
    top: dict[str, int] = {}
    for card in (card for month in months for card in month):
        for row, code in enumerate(card.scored.kpis):
            members = np.flatnonzero((card.scored.statuses[row] == SCORED) & card.competing)
            if len(members):
                _note_best(book.kpis[code], card.scored, row, members, best, top)
    for code, value in best.items():
        kpi = book.kpis[code]
        if kpi.target is not None and not _by_events(kpi) and not _reaches(kpi, value, exact(kpi.target)):
            words = Text(
                zh="“{kpi}”的目标{target}在看过的月份里没有一家达到，最好的是{best}。",
                en="Nobody reached the target {target} of “{kpi}” in the months looked at; the best was {best}.",
            ).format(kpi=kpi.name, target=said_text(kpi.target), best=said_text(value, 4))
            yield finding("target_never_reached", f"kpis.{code}.target", "warning", words)
        highest = _top_band(kpi)
        if highest is not None and top[code] < highest * 100:
            words = Text(
                zh="“{kpi}”的最高档{band}分在看过的月份里没有一家得到，最高是{best}分。",
                en="Nobody got the {band} of the top band of “{kpi}” in the months looked at; the best was {best}.",
            ).format(kpi=kpi.name, band=said_text(highest, 2), best=said_text(Fraction(top[code], 100), 2))
            yield finding("top_band_never_reached", f"kpis.{code}.params.bands", "warning", words)


def _note_best(
    kpi: Kpi, scored: Scored, row: int, members: Ints, best: dict[str, Fraction], top: dict[str, int]
) -> None:
    values = scored.values[row]
    keys = order_keys(Column(values.num[members], values.den[members], values.known[members]))
    at = members[int(keys.argmax() if kpi.direction == "higher" else keys.argmin())]
    value = values.at(int(at))
    if value is not None and (kpi.code not in best or not _reaches(kpi, best[kpi.code], value)):
        best[kpi.code] = value
    scale = 10 ** (scored.places - 2)
    top[kpi.code] = max(top.get(kpi.code, 0), int(scored.scores[row][members].max()) // scale)


def _reaches(kpi: Kpi, value: Fraction, target: Fraction) -> bool:
    return value >= target if kpi.direction == "higher" else value <= target


def _by_events(kpi: Kpi) -> bool:
    """Tell whether the value is a count of events from which the score is made, which no target is about."""
    return bool(kpi.items) or kpi.method in {"deduct", "add_subtract"}


def _top_band(kpi: Kpi) -> Fraction | None:
    bands = kpi.params.get("bands")
    if kpi.method != "band" or not isinstance(bands, (list, tuple)):
        return None
    try:
        return max((exact(str(row["score"])) for row in bands), default=None)
    except (KeyError, TypeError, ValueError):
        return None


OF_A_CARD = (ranked_share, few_samples, dead_zones, one_decides)
