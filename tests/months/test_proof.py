"""A sealed month is computed again from its facts, and every deviation is told with its place."""

from months.proof.bundle import Bundle
from months.proof.checking import checked
from months.queries.proof import bundle, versions
from tests.cast import MONTH, Cast, day
from tests.factories import Fact, facts
from tests.months.story import closed, ran


async def sealed_month(cast: Cast) -> Bundle:
    await ran(cast)
    await closed(cast)
    return await bundle(MONTH)


async def test_a_sealed_month_follows_from_its_facts(cast: Cast) -> None:
    report = checked(await sealed_month(cast))
    assert report.differences == ()
    assert report.digest == report.found_digest
    assert report.units > 20
    assert report.facts > 40


async def test_facts_that_come_later_do_not_matter(cast: Cast) -> None:
    await sealed_month(cast)
    await facts([Fact("S4", "VISIT", day(30), 100, 1)])
    assert checked(await bundle(MONTH)).differences == ()


async def test_every_version_is_there_to_be_checked(cast: Cast) -> None:
    made = await sealed_month(cast)
    assert [(one.version, one.digest, one.holds) for one in await versions(MONTH)] == [(1, made.digest, True)]
