"""Contests of the invented company: five in the running month, two of a published month that are settled."""

from collections.abc import Mapping
from datetime import date, timedelta

from core.audit import Actor
from core.language import Text
from core.period import first_day, midnight, next_first_day, shifted
from months.contests.spec import (
    Division,
    Duel,
    Elimination,
    HeadToHead,
    League,
    Leaving,
    Race,
    Spec,
    Team,
    TeamGoal,
)
from months.operations.contests.planning import announce_contest, create_contest
from months.operations.contests.rounds import settle_due
from months.queries.calendar import months
from months.queries.contests.rows import contests
from seeds import company_in
from seeds.calendar import before
from seeds.units import Company, SeedUnit

DRAWN_UP, ANNOUNCED = timedelta(days=10), timedelta(days=2)
KIND = "storefront"
DUELS, IN_CLASS, CLASSES, IN_CUP, IN_RACE, TEAMS = 12, 8, 3, 12, 24, 6
TARGET_CENTS, GOAL_CENTS = 9_200, 8_800
RACE_DAYS = (10, 20)
Named = tuple[Text, Text | None, Spec]


async def add(company: Company, running: int) -> None:
    """Draw up, announce and settle what is to be seen; what is there already stays."""
    if await contests():
        return
    past = shifted(running, -2)
    then, numbers = await company_in.numbers(past), await company_in.numbers(running)
    maker, announcer = await company_in.actor("organiser"), await company_in.actor("hr")
    halls = [unit for unit in company.of_kind(KIND) if unit.code in numbers]
    known_then = [unit for unit in halls if unit.code in then]
    names = {unit.code: unit.name for unit in company.units}
    if past in {row.month for row in await months() if row.public}:
        for told in _settled(known_then, numbers):
            await _hold(past, told, maker, announcer)
    for told in _running(halls, numbers, names, running):
        await _hold(running, told, maker, announcer)
    # What is due in the running month is the worker's business: it looks at boards as of past days.
    await settle_due(midnight(first_day(running)))


async def _hold(month: int, told: Named, maker: Actor, announcer: Actor) -> None:
    name, stake, spec = told
    number = await create_contest(
        month=month, name=name, stake=stake, spec=spec, actor=maker, at=before(month, DRAWN_UP)
    )
    await announce_contest(contest_id=number, actor=announcer, at=before(month, ANNOUNCED))


def _settled(halls: list[SeedUnit], numbers: Mapping[str, int]) -> list[Named]:
    return [
        (Text(zh="营业厅对决", en="Storefront duels"), None, _duels(halls, numbers)),
        (Text(zh="三级联赛", en="League of three classes"), None, _league(halls, numbers)),
    ]


def _running(
    halls: list[SeedUnit], numbers: Mapping[str, int], branches: Mapping[str, Text], month: int
) -> list[Named]:
    end = next_first_day(month) - timedelta(days=1)
    days = (*(date(month // 100, month % 100, day) for day in RACE_DAYS), end)
    ids = tuple(numbers[unit.code] for unit in halls)
    cup = (Leaving(leave=4, on=end - timedelta(days=2)), Leaving(leave=4))
    return [
        (Text(zh="营业厅对决", en="Storefront duels"), _stake(), _duels(halls[::-1], numbers)),
        (Text(zh="分公司同心目标", en="Branch goals"), None, _teams(halls, numbers, branches)),
        (
            Text(zh="冲刺 92 分", en="Race to 92"),
            None,
            Race(card=KIND, units=ids[:IN_RACE], target=TARGET_CENTS, days=days),
        ),
        (Text(zh="十二强淘汰赛", en="Cup of twelve"), None, Elimination(card=KIND, units=ids[:IN_CUP], rounds=cup)),
        (Text(zh="三级联赛", en="League of three classes"), None, _league(halls, numbers)),
    ]


def _stake() -> Text:
    return Text(zh="胜方请负方喝奶茶，由工会出资", en="The winner is treated to milk tea, paid for by the union")


def _duels(halls: list[SeedUnit], numbers: Mapping[str, int]) -> HeadToHead:
    ids = [numbers[unit.code] for unit in halls[: 2 * DUELS]]
    return HeadToHead(card=KIND, pairs=tuple(Duel(one, two) for one, two in zip(ids[::2], ids[1::2], strict=False)))


def _teams(halls: list[SeedUnit], numbers: Mapping[str, int], names: Mapping[str, Text]) -> TeamGoal:
    by_branch: dict[str, list[int]] = {}
    for unit in halls:
        by_branch.setdefault(unit.parent or "", []).append(numbers[unit.code])
    teams = [
        Team(zh=names[code].zh, en=names[code].en[:40], units=tuple(ids))
        for code, ids in by_branch.items()
        if len(ids) > 1
    ]
    return TeamGoal(card=KIND, teams=tuple(teams[:TEAMS]), target=GOAL_CENTS)


def _league(halls: list[SeedUnit], numbers: Mapping[str, int]) -> League:
    ids = [numbers[unit.code] for unit in halls]
    names = (Text(zh="甲级", en="First class"), Text(zh="乙级", en="Second class"), Text(zh="丙级", en="Third class"))
    size = min(IN_CLASS, len(ids) // CLASSES)
    parts = [
        Division(zh=name.zh, en=name.en, units=tuple(ids[at * size : (at + 1) * size])) for at, name in enumerate(names)
    ]
    return League(card=KIND, divisions=tuple(parts), moves=min(2, size // 2))
