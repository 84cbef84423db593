"""The plan for a unit that lags: its level, its five dated steps, its coach."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from core.language import Text
from core.workdays import Calendar


class StepCode(StrEnum):
    """The five steps of the closed loop, in their order."""

    TRAIN = "train"
    COACH = "coach"
    INSPECT = "inspect"
    ASSESS = "assess"
    REWARD = "reward"


class PlannedStep(msgspec.Struct, frozen=True):
    """One step with the day by which it is due."""

    number: int
    code: StepCode
    due_on: date


class Need(msgspec.Struct, frozen=True):
    """A unit that needs a coach: how much, and among whom one is sought."""

    unit_id: int
    group: str
    level: int
    total: int


ATTENTION, HELP, ON_SITE = 1, 2, 3

LEVELS: dict[int, Text] = {
    ATTENTION: Text(zh="关注", en="attention"),
    HELP: Text(zh="帮扶", en="coaching"),
    ON_SITE: Text(zh="驻点", en="on-site coaching"),
}

STEPS: dict[StepCode, Text] = {
    StepCode.TRAIN: Text(zh="培训", en="Train"),
    StepCode.COACH: Text(zh="辅导", en="Coach"),
    StepCode.INSPECT: Text(zh="检查", en="Inspect"),
    StepCode.ASSESS: Text(zh="考核", en="Assess"),
    StepCode.REWARD: Text(zh="奖优罚劣", en="Reward or escalate"),
}

TASKS: dict[StepCode, Text] = {
    StepCode.TRAIN: Text(
        zh="围绕主要失分项培训，平均成绩不低于80分。", en="Train on the main lost items; average mark 80 or more."
    ),
    StepCode.COACH: Text(
        zh="现场辅导至少2次，覆盖五个时点，当场解决问题。", en="At least two visits on site over all five moments."
    ),
    StepCode.INSPECT: Text(
        zh="由上一层检查人员复查主要失分项。", en="The next layer up inspects the main lost items again."
    ),
    StepCode.ASSESS: Text(
        zh="复查得分不低于85分，目标达成。", en="Re-inspection of 85 or more, and the goals reached."
    ),
    StepCode.REWARD: Text(zh="解除并表扬，或延长，或升级。", en="Lifted with thanks, extended, or escalated."),
}


def level(fired: Collection[str], *, levels: Mapping[str, int], before: int = 0) -> int:
    """Return the level for the triggers that fired: two together are at least coaching, a second round one level more.

    `levels` gives the level of each trigger alone; `before` is the level of help that was not lifted, 0 for none.
    """
    least = max((levels.get(code, ATTENTION) for code in fired), default=ATTENTION)
    if len(fired) > 1:
        least = max(least, HELP)
    return max(least, min(before + 1, ON_SITE)) if before >= HELP else least


def steps(opened_on: date, *, step_days: Mapping[str, int], calendar: Calendar) -> tuple[PlannedStep, ...]:
    """Return the five steps, each due so many working days after the opening as the rule book says."""
    return tuple(
        PlannedStep(number=number, code=code, due_on=calendar.after(opened_on, step_days[code]))
        for number, code in enumerate(StepCode, start=1)
    )


def coaches(
    needs: Iterable[Need], best: Mapping[str, Sequence[int]], *, busy: Mapping[int, int], capacity: int
) -> dict[int, int]:
    """Return a coach for each unit of level 2 or 3 while capacity lasts, the greatest need first.

    `best` lists for each peer group the units that may coach, the best first; `busy` counts what each coaches already.
    """
    load = dict(busy)
    found: dict[int, int] = {}
    for need in sorted(needs, key=_urgency):
        free = (unit for unit in best.get(need.group, ()) if load.get(unit, 0) < capacity and unit != need.unit_id)
        coach = next(free, None) if need.level >= HELP else None
        if coach is not None:
            found[need.unit_id] = coach
            load[coach] = load.get(coach, 0) + 1
    return found


def _urgency(need: Need) -> tuple[int, int, int]:
    return -need.level, need.total, need.unit_id
