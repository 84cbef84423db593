"""What a settled round means for each who takes part, in one word; only who is concerned by this round is told."""

from collections import Counter

from core.language import Text
from months.contests.results import Duels, Result, Runners, Survivors, Tables, Teams
from months.contests.spec import Spec, TeamGoal, days_of

WON, LOST, DRAW, VOID = Text("胜", "won"), Text("负", "lost"), Text("平", "a draw"), Text("不计", "does not count")
ARRIVED, SHORT = Text("已达标", "target reached"), Text("未达标", "target not reached")
REACHED, MISSED = Text("达成目标", "goal reached"), Text("未达成目标", "goal not reached")
UNDECIDED = Text("有数据的成员太少，不作评判", "too few members with data to decide")
OUT, IN, LAST = Text("淘汰", "out"), Text("晋级", "through to the next round"), Text("留到最后", "in until the end")
UP, DOWN, STAY = Text("升级", "promoted"), Text("降级", "relegated"), Text("留在本级", "stays in the class")
SEVERAL = Text("已有结果", "decided")
DUEL = {"draw": (DRAW, DRAW), "void": (VOID, VOID), "left": (WON, LOST), "right": (LOST, WON)}
MOVES = {"up": UP, "down": DOWN, "stay": STAY}


def outcomes(spec: Spec, number: int, result: Result) -> dict[int, Text]:
    """Return by unit what round `number` (from 1) means for it; who left before or was there before is not in it."""
    last = number == len(days_of(spec))
    if isinstance(result, Duels):
        return _duels(result)
    if isinstance(result, Runners):
        return _runners(result, number, last=last)
    if isinstance(result, Teams):
        return _teams(spec, result)
    if isinstance(result, Tables):
        return {row.unit: MOVES[row.move] for table in result.divisions for row in table.rows}
    return _survivors(result, number, last=last)


def _duels(result: Duels) -> dict[int, Text]:
    met = Counter(unit for one in result.duels for unit in (one.left, one.right))
    found: dict[int, Text] = {}
    for one in result.duels:
        for unit, text in zip((one.left, one.right), DUEL[one.won], strict=True):
            found[unit] = text if met[unit] == 1 else SEVERAL
    return found


def _runners(result: Runners, number: int, *, last: bool) -> dict[int, Text]:
    there = {row.unit: ARRIVED for row in result.rows if row.arrived == number}
    return there | {row.unit: SHORT for row in result.rows if last and row.arrived is None}


def _teams(spec: Spec, result: Teams) -> dict[int, Text]:
    words = {True: REACHED, False: MISSED, None: UNDECIDED}
    teams = spec.teams if isinstance(spec, TeamGoal) else ()
    return {unit: words[row.reached] for row in result.rows for unit in teams[row.team].units}


def _survivors(result: Survivors, number: int, *, last: bool) -> dict[int, Text]:
    stays = LAST if last else IN
    return {
        row.unit: stays if row.left is None else OUT for row in result.rows if row.left is None or row.left == number
    }
