"""Who may decide about a change set, and when: every reason, not only the first one."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

import msgspec

from core.errors import Problem, problem
from core.language import Text
from core.period import until
from months import guards
from months.changes.payloads import Kind
from months.changes.preview import Way
from months.guards import Party
from months.lifecycle import HIDDEN, NAMES, State

AWARDS_STAND = frozenset({State.PUBLISHED, State.SETTLED, State.ARCHIVED})
UNHEARD = Text(
    zh="{unit}将失去奖项，还没有回复（截止 {until}）。",
    en="{unit} would lose an award and has not answered yet (until {until}).",
)
UNHEARD_BESIDE = Text(
    zh="{unit}按重述的结果不再得奖（已公布的奖项不变），还没有回复（截止 {until}）。",
    en="{unit} wins no award in the restated version (the published one stands) and has not answered yet (until {until}).",
)
BEGUN = frozenset(State) - {State.DRAFT, State.ANNOUNCED, State.CANCELLED}


class Hearing(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that loses an award by a change: until when it may speak, and whether it has."""

    unit_id: int
    name: Text
    until: datetime
    answered: bool


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at before a change counts."""

    state: State
    maker: Party
    decider: Party
    concerned: frozenset[int]
    """Units that the change names, and those that win or lose an award by it."""
    hearings: tuple[Hearing, ...] = ()
    at: datetime


def proposing_problems(state: State, kind: Kind, way: Way) -> Iterator[Problem]:
    """Yield why a change of a kind cannot be proposed for a month in this state."""
    if state not in BEGUN:
        zh, en = (
            "这个服务月现在是“{state}”，还没有可变更的结果。",
            "The month is “{state}”: there is no result to change.",
        )
        yield Problem(code="no_result_yet", sentence=Text(zh=zh, en=en).format(state=NAMES[state]))
    elif way is Way.RESTATE and kind is Kind.RULES:
        zh = "已公布的月份不再改规则：新规则只对以后的月份生效。"
        en = "The rules of a published month stand: new ones hold for later months only."
        yield problem("never_backwards", zh, en)
    elif way is Way.RESTATE and kind is Kind.NAMING:
        zh = "已公布的月份不再评定奖项：公布的奖项不变。"
        en = "The awards of a published month stand; nobody is named for one any more."
        yield problem("awards_stand", zh, en)


def deciding_problems(case: Case) -> tuple[Problem, ...]:
    """Return every reason why this person may not let the change count now."""
    found = (_two_people(case), _own_unit(case), _auditor(case))
    return tuple(one for one in (*found, *_unheard(case)) if one is not None)


def declining_problems(case: Case) -> tuple[Problem, ...]:
    """Return why this person may not turn down an open change: its maker takes it back, others not where an own unit is concerned."""
    if guards.same_person(case.maker, case.decider) is not None:
        return ()
    found = _own_unit(case)
    return (found,) if found else ()


def public_places(state: State) -> bool:
    """Tell whether the places of a month are public, so that those displaced can be told without a leak."""
    return state not in HIDDEN


def awards_stand(state: State) -> bool:
    """Tell whether the awards of a month are published: a change goes forward beside them and takes none away."""
    return state in AWARDS_STAND


def _two_people(case: Case) -> Problem | None:
    if guards.same_person(case.maker, case.decider) is None:
        return None
    zh, en = (
        "变更要由两个不同的人完成，{name}已经提出。",
        "A change takes two different people; {name} has proposed it.",
    )
    return Problem(code="same_person", sentence=Text(zh=zh, en=en).format(name=case.maker.name))


def _own_unit(case: Case) -> Problem | None:
    if case.decider.auditor or not case.concerned & case.decider.own_units:
        return None
    zh = "变更涉及{name}所在的单位，须由别人决定。"
    en = "The change concerns a unit of {name}; somebody else has to decide."
    return Problem(code="own_unit", sentence=Text(zh=zh, en=en).format(name=case.decider.name))


def _auditor(case: Case) -> Problem | None:
    """While places are hidden nobody can be heard; an auditor stands in for those concerned."""
    if public_places(case.state) or case.maker.auditor or case.decider.auditor:
        return None
    zh = "名次冻结或尚未公布时不能征求意见，提出人和决定人中须有一位审计员。"
    en = "While places are frozen or not public nobody can be heard: one of the two people has to be an auditor."
    return problem("auditor_needed", zh, en)


def _unheard(case: Case) -> Iterable[Problem]:
    """Return the units that have neither spoken nor let their time pass."""
    if not public_places(case.state):
        return
    for one in case.hearings:
        if not one.answered and case.at < one.until:
            sentence = UNHEARD_BESIDE if awards_stand(case.state) else UNHEARD
            yield Problem(code="not_heard", sentence=sentence.format(unit=one.name, until=until(one.until)))


def waits_for(hearings: Collection[Hearing], at: datetime) -> int:
    """Return of how many units an answer is still awaited."""
    return sum(not one.answered and at < one.until for one in hearings)
