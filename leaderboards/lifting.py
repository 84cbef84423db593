"""What would lift a unit most: every KPI moved as far as it can be, valued by the real engine, the largest gain first."""

import re
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from core.language import Text
from core.points import cents_text, plain_text, said_text
from leaderboards.month_board import MonthBoard, Standing
from leaderboards.outlooks import Gain
from leaderboards.reach import Field, Pace, Reached, ways
from leaderboards.supposed import Coming, coming, grouped, suppose
from leaderboards.working import Working
from org.visibility import Scope
from scoring.statuses import INSUFFICIENT_SAMPLE, SCORED
from scoring.supposing import facts_at

SHOWN = 2
_ASIDE = re.compile("[(（]|/1")
"""Where the name of a measure's unit goes on to say its scale, as in 分（10分制） or /10."""


def lifts(working: Working, board: MonthBoard, standing: Standing, pace: Pace, scope: Scope) -> tuple[Gain, ...]:
    """Return what each KPI of the card would bring: what can still be done this month first, then by points."""
    kept = len(working.scored.kpis) - working.scored.extras
    found = [one for row in range(kept) if (one := _lift(working, board, standing, row, pace, scope)) is not None]
    return tuple(sorted(found, key=_first))


def _first(one: Gain) -> tuple[bool, Fraction, Fraction, str]:
    """Return what stands first: what can still be done, by points, then by points on the card where a red line holds the total."""
    return not one.movable, -Fraction(one.points), -Fraction(one.card_points), one.kpi


def _lift(working: Working, board: MonthBoard, standing: Standing, row: int, pace: Pace, scope: Scope) -> Gain | None:
    """Return the nearest goal of a KPI that brings anything, None when nothing does."""
    field, code = _field(working, standing, row, pace), working.scored.kpis[row]
    for reached in ways(field):
        item = _item(working, code)
        found = suppose(working, standing, {code: reached.facts}, {code: item} if item else None)
        seen = coming(working, board, standing, found, scope, in_group=grouped(board, standing))
        sign = -1 if reached.way == "avoid" else 1
        gain, on_card = sign * seen.gain, sign * (seen.card[1] - seen.card[0])
        if gain > 0 or on_card > 0 or (reached.way == "collect" and gain):
            return _told(working, field, reached, seen, gain)
    return None


def _item(working: Working, code: str) -> str | None:
    """Return the kind of event that costs most, for a KPI that counts several."""
    rows = working.book.kpis[code].params.get("items")
    if code not in working.sheet.items or not isinstance(rows, dict):
        return None
    return max(rows, key=lambda one: Fraction(str(rows[one].get("points", 0))), default=None)


def _field(working: Working, standing: Standing, row: int, pace: Pace) -> Field:
    found, place = working.scored, working.places[standing.unit_id]
    kpi = working.book.kpis[found.kpis[row]]
    status = int(found.statuses[row, place])
    return Field(
        kpi=kpi,
        card=working.run.code,
        now=facts_at(working.sheet, kpi.code, place),
        value=found.measured[row].at(place) if status != INSUFFICIENT_SAMPLE else None,
        peers=_peers(working, row, place),
        pace=pace,
    )


def _peers(working: Working, row: int, place: int) -> Sequence[Fraction]:
    found, group = working.scored, working.sheet.group
    among = (found.statuses[row] == SCORED) & (group == group[place])
    among[place] = False
    measured = found.measured[row]
    values = (measured.at(at) for at in np.flatnonzero(among).tolist())
    return [value for value in values if value is not None]


def _told(working: Working, field: Field, reached: Reached, seen: Coming, gain: int) -> Gain:
    kpi = field.kpi
    places = {
        "name": kpi.name,
        "n": f"{reached.n:,}",
        "value": _with_unit(reached.goal, kpi.unit_name),
        "best": "" if kpi.maximum is None else plain_text(kpi.maximum),
        "rest": f"{reached.rest:,}",
    }
    return Gain(
        kpi=kpi.code,
        name=kpi.name,
        way=reached.way,
        n=reached.n,
        value_now=None if field.value is None else plain_text(field.value, SHOWN),
        value=plain_text(reached.goal, SHOWN),
        unit_name=kpi.unit_name,
        points=cents_text(gain),
        card_points=cents_text(abs(seen.card[1] - seen.card[0])),
        place=None if reached.way == "avoid" else seen.place,
        movable=reached.movable,
        sentence=SENTENCES[reached.way].format(**places),
        basis=BASES[reached.way if reached.movable else "level"].format(**places),
        advice=working.book.coaching.advice.get(kpi.code) or Text(zh="", en=""),
    )


def _with_unit(value: Fraction, unit_name: Text) -> Text:
    number = said_text(value, SHOWN)
    return Text(zh=_unit(number, unit_name.zh), en=_unit(number, unit_name.en))


def _unit(number: str, unit: str) -> str:
    word = _ASIDE.split(unit)[0]
    return f"{number}%" if unit == "%" else f"{number} {word}".strip()


SENTENCES: dict[str, Text] = {
    "answers": Text(
        zh="“{name}”接下来若有 {n} 位客户十分满意（{best} 分），升到 {value}",
        en="“{name}” reaches {value} if {n} more customers are fully satisfied ({best})",
    ),
    "passes": Text(
        zh="“{name}”接下来连续 {n} 次达标，升到 {value}", en="“{name}” reaches {value} if the next {n} all pass"
    ),
    "clean": Text(
        zh="“{name}”接下来连续 {n} 次不出问题，降到 {value}",
        en="“{name}” falls to {value} if the next {n} bring no trouble",
    ),
    "rest": Text(
        zh="“{name}”本月剩下的约 {n} 次都做到同类最好的水平，到月底 {value}",
        en="“{name}” ends the month at {value} if the {n} or so still to come are as good as the best of the peers",
    ),
    "level": Text(zh="“{name}”做到 {value}", en="“{name}” at {value}"),
    "avoid": Text(zh="“{name}”每再避免 1 次", en="each further event avoided in “{name}”"),
    "more": Text(zh="“{name}”每再加 1", en="each further one in “{name}”"),
    "collect": Text(
        zh="“{name}”再有 {n} 个有效样本就计分（按现在的水平）",
        en="{n} more valid samples and “{name}” is scored (at its present level)",
    ),
}
BASES: dict[str, Text] = {
    "answers": Text(
        zh="同类前四分之一的水平；照现在的速度，月底前约还有 {rest} 份",
        en="the level of the upper quarter of the peers; at the present rate some {rest} more come this month",
    ),
    "passes": Text(
        zh="同类前四分之一的水平；照现在的速度，月底前约还有 {rest} 次",
        en="the level of the upper quarter of the peers; at the present rate some {rest} more come this month",
    ),
    "clean": Text(
        zh="同类前四分之一的水平；照现在的速度，月底前约还有 {rest} 次",
        en="the level of the upper quarter of the peers; at the present rate some {rest} more come this month",
    ),
    "rest": Text(
        zh="剩下的天数限定了能到多少；照现在的速度约还有 {rest} 次",
        en="the days left limit how far it can move; at the present rate some {rest} more come",
    ),
    "level": Text(zh="本月已定；下个月做到就多得", en="settled for this month; worth it next month"),
    "avoid": Text(zh="发生过的不能抵消，只能不再添", en="what has happened stays; only more can be avoided"),
    "more": Text(zh="按本指标的规则", en="by the rule of this KPI"),
    "collect": Text(zh="样本够了，权重才回到这一项", en="with enough samples the weight comes back to it"),
}
