"""The rules that come of a plan: the text in effect with the month's own theme, awards and participants written into it."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

import msgspec

from core.language import Text
from core.points import plain_text
from months.planning.making import competing
from months.planning.plan import Plan, PlannedActivity, PlannedAward
from scoring.book_editing import Change, edited
from scoring.rulebook import Award, RuleBook

MONTHS_A_YEAR = 100


def compiled(text: str, book: RuleBook, plan: Plan, month: int) -> str:
    """Return the text of the rules for one month; what the plan leaves as it was keeps its bytes. Invalid for no TOML."""
    return edited(text, [*_theme(book, plan, month), *_kinds(book, plan), *_awards(book, plan)])


def _theme(book: RuleBook, plan: Plan, month: int) -> list[Change]:
    at, known = ("themes", plan.theme), book.themes.get(plan.theme)
    changes: list[Change] = []
    if known is None:
        changes += [Change((*at, "name"), _text(plan.title)), Change((*at, "month"), month % MONTHS_A_YEAR)]
    elif known.name != plan.title:
        changes.append(Change((*at, "name"), _text(plan.title)))
    doubled = in_order(plan.doubled, known.doubled if known else ())
    if known is None or known.doubled != doubled:
        changes.append(Change((*at, "doubled"), list(doubled)))
    if known is None or known.multiplier != plan.multiplier:
        changes.append(Change((*at, "multiplier"), _number(plan.multiplier)))
    if (known.mode if known else "renormalise") != plan.mode:
        changes.append(Change((*at, "mode"), plan.mode))
    before = {code: _activity(one) for code, one in known.activities.items()} if known else {}
    asked = {code: one.kinds for code, one in known.activities.items()} if known else {}
    every = tuple(book.kinds)
    after = {
        one.code: _activity(msgspec.structs.replace(one, kinds=in_order(one.kinds, (*asked.get(one.code, ()), *every))))
        for one in plan.activities
    }
    if before != after:
        changes.append(Change((*at, "activities"), after or None))
    return changes


def in_order(codes: Collection[str], order: Iterable[str]) -> tuple[str, ...]:
    """Return a set of codes as the rules already list them, others behind: who ticks them in another order changes nothing."""
    return tuple(dict.fromkeys([*(code for code in order if code in codes), *codes]))


def _kinds(book: RuleBook, plan: Plan) -> list[Change]:
    """Take the places from the kinds that do not take part; their cards go on being measured and shown."""
    return [Change(("kinds", code, "ranked"), value=False) for code in competing(book) if code not in plan.kinds]


def _awards(book: RuleBook, plan: Plan) -> list[Change]:
    planned = {one.code: one for one in plan.awards}
    changes = [Change(("awards", code)) for code in book.awards if code not in planned]
    for code, terms in book.awards.items():
        if code in planned:
            changes += _award(terms, planned[code])
    return changes


def _award(terms: Award, planned: PlannedAward) -> list[Change]:
    at = ("awards", terms.code)
    changes: list[Change] = []
    if planned.count != terms.count:
        changes.append(Change((*at, "count"), dict(planned.count) or None))
    if planned.share != terms.share:
        changes.append(Change((*at, "share"), None if planned.share is None else _number(planned.share)))
    if planned.points != terms.points:
        changes.append(Change((*at, "points"), planned.points))
    if planned.prize != terms.prize:
        changes.append(Change((*at, "prize"), _text(planned.prize)))
    return changes


def _activity(one: Any) -> dict[str, Any]:  # noqa: ANN401 - an activity of the rules or of a plan: the same fields
    fields = PlannedActivity.__struct_fields__
    table: dict[str, Any] = {
        "name": _text(one.name),
        "kinds": list(one.kinds),
        "points": _number(one.points),
    }
    if one.cap is not None:
        table["cap"] = _number(one.cap)
    later = {"evidence": False, "checker": "manager"}
    return table | {name: getattr(one, name) for name in fields if name in later and getattr(one, name) != later[name]}


def _number(value: Decimal) -> int | str:
    """Return a number as rules write it: whole, or a decimal in quotes."""
    return int(value) if value == int(value) else plain_text(value, 12)


def _text(words: Text) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
