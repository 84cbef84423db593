"""How the points of a card become the total that is ranked, and the total a place: steps in words and figures."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from core.language import Text
from core.points import cents_text, decimal_text, exact, plain_text, said_cents
from leaderboards.month_board import MonthBoard, Standing
from leaderboards.queries.activities import ActivityLine
from leaderboards.queries.cards import Card
from scoring.method_words import listed
from scoring.plain_words import BREAKERS, TIES
from scoring.posted_reason import reason_in
from scoring.rulebook import RedLine, RuleBook
from scoring.scored import Scored
from scoring.steps.telling import Step, told
from scoring.tree.explain import node_steps

FULL, POINTS, CENTS = 100, 10_000, 100


def total_steps(card: Card, book: RuleBook, found: Scored | None, place: int) -> tuple[Step, ...]:
    """Return the steps from the points of the lines to the ranked total; `found` is the engine's own card."""
    if found is not None and found.rest is not None:
        steps = [*node_steps(found, book, place), *_of_tree(card, found, place)]
    else:
        steps = list(_sum(card, 0 if found is None else int(found.bonus[place])))
    before = Fraction(card.body.card_total)
    if (mixed := _blended(card)) is not None:
        steps.append(mixed)
        before = Fraction(mixed.result)
    steps += _settled(card, book, before)
    return tuple(steps)


def department_steps(card: Card, parts: Sequence[tuple[Text, str, int, str]], bonus: str) -> tuple[Step, ...]:
    """Return how the parts of a support department make its total: name, weight in per cent, cents, points."""
    steps = [
        Step(
            code="part",
            name=name,
            figures=f"{cents_text(cents)} × {plain_text(Decimal(weight), 4)} ÷ 100",
            result=points,
        )
        for name, weight, cents, points in parts
    ]
    if card.total is None:
        return tuple(steps)
    told_so_far = [Fraction(points) for _, _, _, points in parts] + [Fraction(bonus)]
    rounding = Fraction(card.total) - sum(told_so_far, Fraction(0))
    figures = " + ".join(points for _, _, _, points in parts)
    figures += "".join(f" {'+' if one > 0 else '−'} {_cents(abs(one))}" for one in (Fraction(bonus), rounding) if one)
    note = Text(zh="含加减分与取位", en="with points added or taken, and rounding")
    total = Text(zh="相加", en="Added up")
    return (*steps, Step(code="parts", name=total, figures=figures, result=card.total, note=note))


def _sum(card: Card, bonus: int) -> Iterator[Step]:
    """Yield the sum of the points and its rounding."""
    counted = [line.points for line in card.lines if not line.extra and Fraction(line.weight_after)]
    total = sum((Fraction(points) for points in counted), Fraction(0))
    figures = " + ".join(points.replace("-", "−") for points in counted)
    yield Step(code="sum", name=Text(zh="得分点合计", en="Points added up"), figures=figures, result=_points(total))
    if bonus:
        more = Fraction(bonus, POINTS)
        yield Step(
            code="bonus",
            name=Text(zh="主题加分", en="Bonus of the theme"),
            figures=f"{_points(total)} + {_points(more)}",
            result=_points(total + more),
        )
        total += more
    rounding = Fraction(card.body.card_total) - total
    yield Step(
        code="total_rounding",
        name=Text(zh="总分取位", en="Total rounded"),
        figures=f"{_points(total)} {'+' if rounding >= 0 else '−'} {_points(abs(rounding))}",
        result=card.body.card_total,
        note=Text(zh="保留 2 位小数，四舍五入", en="two decimals, halves away from zero"),
    )


def _of_tree(card: Card, found: Scored, place: int) -> Iterator[Step]:
    """Yield the total of a tree: what its lines bring, and what limits, roundings and formulas add."""
    rest = found.rest.at(place) if found.rest is not None else None
    whole = found.exact.at(place) if found.exact is not None else None
    if rest is None or whole is None:
        return
    yield Step(
        code="sum",
        name=Text(zh="各项得分点与其余相加", en="Points of the lines and the rest"),
        figures=f"{told(whole - rest)} + {told(rest)}" if rest else told(whole),
        result=told(whole),
        note=Text(zh="其余来自封顶、取位与公式", en="the rest comes from limits, roundings and formulas"),
    )
    yield Step(
        code="total_rounding",
        name=Text(zh="总分取位", en="Total rounded"),
        figures=told(whole),
        result=card.body.card_total,
    )


def _points(value: Fraction) -> str:
    return decimal_text(int(value * POINTS), 4).replace("-", "−")


def _blended(card: Card) -> Step | None:
    known = [(part.name, Fraction(part.weight), part.cents) for part in card.parts if part.cents is not None]
    mixed = card.mixed
    if mixed is None or card.measure is None:
        return None
    whole = sum(weight for _, weight, _ in known)
    figures = " + ".join(f"{said_cents(cents)} × {plain_text(weight, 4)}" for _, weight, cents in known)
    return Step(
        code="blend",
        name=card.measure,
        figures=f"({figures}) ÷ {plain_text(Fraction(whole), 4)}",
        result=said_cents(mixed),
        note=listed([name for name, _, _ in known]),
    )


def _settled(card: Card, book: RuleBook, before: Fraction) -> Iterator[Step]:
    """Yield activities, adjustments held within their limit, and what red lines did; nothing where there were none."""
    for done in card.activities:
        yield _done(done, before)
        before = before + Fraction(done.points)
    most = Fraction(book.composition.adjustment_max)
    added = sum((Fraction(row.points) for row in card.adjustments), Fraction(0))
    held = max(-most, min(most, added))
    if card.adjustments:
        reasons = Text(
            zh="；".join(reason_in(row.reason, "zh") for row in card.adjustments),
            en="; ".join(reason_in(row.reason, "en") for row in card.adjustments),
        )
        yield Step(
            code="adjustments",
            name=Text(zh="加减分", en="Adjustments"),
            figures=f"{_cents(before)} {'+' if held >= 0 else '−'} {_cents(abs(held))}",
            result=_cents(max(before + held, Fraction(0))),
            note=reasons,
        )
    total = max(before + held, Fraction(0))
    for code in dict.fromkeys(row.code for row in card.red_lines):
        rows = [row for row in card.red_lines if row.code == code]
        figures, total = _struck(book.red_lines[code], total, len(rows))
        told_why = "；".join(row.reason for row in rows)
        yield Step(
            code="red_lines",
            name=Text(zh=f"红线：{rows[0].name.zh}", en=f"Red line: {rows[0].name.en}"),
            figures=figures,
            result=_cents(total),
            note=Text(zh=told_why, en=told_why),
        )


def _done(one: ActivityLine, before: Fraction) -> Step:
    """Return what an activity adds: valid records × points, held by the cap."""
    brought, each = Fraction(one.points), one.each.replace("-", "−")
    times = f"{one.count} × {each}" if not one.each.startswith("-") else f"{one.count} × ({each})"
    held = (
        f"min({times}, {one.cap})"
        if one.capped and brought > 0
        else f"max({times}, −{one.cap})"
        if one.capped
        else times
    )
    return Step(
        code="activities",
        name=one.name,
        figures=f"{_cents(before)} + {held}",
        result=_cents(before + brought),
        note=Text(zh=f"主题活动，有效登记 {one.count} 次", en=f"activity of the theme, {one.count} valid records"),
    )


def _struck(line: RedLine, total: Fraction, events: int) -> tuple[str, Fraction]:
    """Return what a red line does to a total, in figures and as the total that is left."""
    if line.effect == "cap_total":
        cap = exact(line.cap_at)
        return f"min({_cents(total)}, {told(cap)})", min(total, cap)
    if line.effect == "deduct_total":
        taken = exact(line.points)
        return f"max({_cents(total)} − {told(taken)} × {events}, 0)", max(total - taken * events, Fraction(0))
    if line.effect == "zero_total":
        return f"{_cents(total)} × 0", Fraction(0)
    return _cents(total), total


def _cents(value: Fraction) -> str:
    return cents_text(int(value * CENTS)).replace("-", "−")


def place_steps(
    card: Card, board: MonthBoard, standing: Standing, book: RuleBook, covered: tuple[int, int]
) -> tuple[Step, ...]:
    """Return the coverage against its minimum, and how many stand better in the group and on the whole board."""
    done, whole = covered
    steps: list[Step] = [] if not whole else [_coverage(done, whole, book)]
    head = board.heads[card.card]
    if card.peer_rank is not None:
        note = _standing(card.peer_rank, card.peer_of, _chain(board, standing, book), person=head.person)
        steps.append(_place("peer_place", card.group_name, card.peer_rank, note))
    if card.rank is not None and len(head.groups) > 1:
        note = _standing(card.rank, card.of, Text(zh="", en=""), person=head.person)
        steps.append(_place("place", head.name, card.rank, note))
    return tuple(steps)


def _coverage(done: int, whole: int, book: RuleBook) -> Step:
    least = Fraction(book.composition.coverage_min) * FULL
    share = Fraction(done, whole) * FULL
    enough = Text(zh="参加排名", en="ranked") if share >= least else Text(zh="不参加排名", en="not ranked")
    return Step(
        code="coverage",
        name=Text(zh="数据覆盖率（%）", en="Data coverage (%)"),
        figures=f"{done} ÷ {whole} × 100",
        result=plain_text(share, 2),
        note=Text(zh=f"至少 {told(least)}%：{enough.zh}", en=f"at least {told(least)} %: {enough.en}"),
    )


def _place(code: str, name: Text, rank: int, note: Text) -> Step:
    words = Text(zh=f"名次：{name.zh}", en=f"Place: {name.en}")
    return Step(code=code, name=words, figures=f"1 + {rank - 1}", result=str(rank), note=note)


def _standing(rank: int, of: int, chain: Text, *, person: bool) -> Text:
    """Return how many stand before, and what decides between equals; people are not counted as houses are."""
    one = "人" if person else "家"
    return Text(
        zh=f"共 {of} {one}，{rank - 1} {one}在前。{chain.zh}", en=f"{rank - 1} of {of} stand before. {chain.en}".strip()
    )


def _chain(board: MonthBoard, standing: Standing, book: RuleBook) -> Text:
    """Return what decides between equal totals."""
    head = board.heads[standing.card]
    ties = TIES.get(head.ties, Text(zh="", en=""))
    names = [_breaker(one, book) for one in head.breakers]
    if not names:
        return Text(zh=f"{ties.zh}。", en=f"{ties.en[:1].upper()}{ties.en[1:]}.")
    chain = listed(names)
    return Text(
        zh=f"总分相同依次比较{chain.zh}；{ties.zh}。", en=f"Equal totals are compared by {chain.en}; {ties.en}."
    )


def _breaker(code: str, book: RuleBook) -> Text:
    field, _, kpi = code.partition(":")
    if kpi in book.kpis:
        return book.kpis[kpi].name
    return BREAKERS.get(field, Text(zh=field, en=field))
