"""The people of the invented company: teams and clerks, the hotline, account managers, promoters, and those behind roles."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import count

from core.language import Text
from seeds.tables import cast, words
from seeds.units import COMPANY, Making, SeedUnit

SHIFTS = "一二三四五六七八九"
ACROSS = 1009
"""Prime to the number of names: walks through all of them before one comes again."""


class Staffing:
    """Gives every person a code and a name; the named cast takes its places first."""

    def __init__(self, making: Making) -> None:
        self.making = making
        self.numbers = count(1)
        self.waiting: dict[tuple[str, str], list[Text]] = {}
        for person in cast():
            self.waiting.setdefault((person.at, person.post), []).append(person.name)

    def person(
        self, parent: str, post: str, kind: str = "staff", employer: str | None = None, since: date | None = None
    ) -> SeedUnit:
        """Return the next person of a post in a place; nobody serves there before the place opened."""
        number = next(self.numbers)
        named = self.waiting.get((parent, post))
        opened = self.making.opened("person", number)
        return SeedUnit(
            code=f"P{number:05d}", name=named.pop(0) if named else self._name(number), kind=kind, parent=parent, post=post,
            employer=employer, opened_on=max(opened, since) if since else opened,
        )  # fmt: skip

    def _name(self, number: int) -> Text:
        surnames, given = words()["surname"], words()["given"]
        place = (number * ACROSS + self.making.seed) % (len(surnames) * len(given))
        first, second = surnames[place % len(surnames)], given[place // len(surnames)]
        return Text(zh=first.zh + second.zh, en=f"{first.en} {second.en}")


def everyone(
    making: Making,
    branches: Sequence[SeedUnit],
    offices: Sequence[SeedUnit],
    employers: Sequence[SeedUnit],
    storefronts: Sequence[SeedUnit],
) -> Iterator[SeedUnit]:
    """Yield teams and people, each after the unit it belongs to."""
    staffing = Staffing(making)
    yield from _leaders(staffing, branches, offices)
    yield from _halls(staffing, storefronts)
    yield from _hotline(staffing, offices[0])
    for number in range(making.counts.account_managers):
        yield staffing.person(branches[number % len(branches)].code, "account_manager", "account_manager")
    for number in range(making.counts.promoters):
        hall = storefronts[number % len(storefronts)]
        firm = employers[number % len(employers)]
        yield staffing.person(hall.code, "promoter", "promoter", employer=firm.code, since=hall.opened_on)


def _leaders(staffing: Staffing, branches: Sequence[SeedUnit], offices: Sequence[SeedUnit]) -> Iterator[SeedUnit]:
    for branch in branches:
        for post in ("branch_manager", "service_supervisor", "service_monitor"):
            yield staffing.person(branch.code, post)
    for office in offices:
        yield staffing.person(office.code, "department_head")
    known = {office.code for office in offices} | {COMPANY}
    for person in cast():
        if person.at in known and person.post != "department_head":
            yield staffing.person(person.at, person.post)


def _halls(staffing: Staffing, storefronts: Sequence[SeedUnit]) -> Iterator[SeedUnit]:
    teams = count(1)
    for hall in storefronts:
        yield staffing.person(hall.code, "store_manager", since=hall.opened_on)
        for shift in range(staffing.making.counts.teams_each):
            team = _team(next(teams), shift, hall)
            yield team
            for _ in range(staffing.making.counts.clerks_each):
                yield staffing.person(team.code, "clerk", "clerk", since=hall.opened_on)


def _team(number: int, shift: int, hall: SeedUnit) -> SeedUnit:
    return SeedUnit(
        code=f"T{number:04d}", kind="team", parent=hall.code, opened_on=hall.opened_on,
        name=Text(zh=f"{hall.name.zh}{SHIFTS[shift]}班", en=f"{hall.name.en}, shift {shift + 1}"),
    )  # fmt: skip


def _hotline(staffing: Staffing, home: SeedUnit) -> Iterator[SeedUnit]:
    for number in range(staffing.making.counts.hotline_teams):
        team = SeedUnit(
            code=f"H{number + 1:02d}", kind="hotline_team", parent=home.code, opened_on=staffing.making.opened("hotline", number),
            name=Text(zh=f"热线{number + 1}班", en=f"Hotline team {number + 1}"),
        )  # fmt: skip
        yield team
        for _ in range(staffing.making.counts.agents_each):
            yield staffing.person(team.code, "hotline_agent", "hotline_agent")
