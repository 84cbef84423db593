"""What stands beside the cards of a month in the story: signed adjustments and verified red lines."""

from collections.abc import Mapping

from core.period import first_day
from scoring.operations.events import adjust_points, record_red_line
from seeds import company_in, draw
from seeds.calendar import received
from seeds.flows import Adjusted, Story
from seeds.quality import Month
from seeds.units import Company


async def record(company: Company, story: Story, month: Month, units: Mapping[str, int]) -> None:
    """Record the events of one month; units that this company does not have are passed over."""
    organiser, auditor = await company_in.actor("organiser"), await company_in.actor("auditor")
    for entry in story.adjustment:
        for code in entry.units if month.number in entry.months else ():
            if code in units:
                points = _points(company, entry, month, code)
                await adjust_points(
                    month=month.month, unit_id=units[code], points=points, reason=entry.reason.zh, actor=organiser,
                    at=received(month.through),
                )  # fmt: skip
    for event in story.red_line:
        if event.month == month.number and event.unit in units:
            day = first_day(month.month).replace(day=event.day)
            await record_red_line(
                unit_id=units[event.unit], on=day, code=event.code, reason=event.about.zh, actor=auditor,
                at=received(day),
            )  # fmt: skip


def _points(company: Company, entry: Adjusted, month: Month, code: str) -> int:
    """Return cents between the two bounds, in steps of a tenth of a point."""
    least, most = entry.cents
    base = draw.key(company.seed, "adjustment", code)
    return least + 10 * draw.one_below(base, month.month, (most - least) // 10 + 1)
