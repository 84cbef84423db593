"""October of the cast: enough facts that every hall, team and clerk has a card, told in one place for many tests."""

from decimal import Decimal

from leaderboards.operations import refresh
from leaderboards.queries.snapshots import forget
from tests import factories
from tests.cast import MONTH, day
from tests.factories import Fact

RATINGS = {"zhouhe": "9.0", "wutong": "8.8", "liyi": "8.9", "qiandan": "8.6", "sunke": "8.5", "zhaoran": "8.3"}
VISITS = {"S1": "92", "S2": "88", "S3": "86", "S4": "82"}
SMILES = {"S1": 28, "S2": 27, "S3": 26, "S4": 24}
WAITS = {"S1": "5", "S2": "7", "S3": "6", "S4": "11"}


def clerks(ratings: dict[str, str] = RATINGS, month: int = MONTH) -> list[Fact]:
    """Ten ratings and an exam of twenty questions for each clerk."""
    told = []
    for name, mean in ratings.items():
        told.append(Fact(f"P-{name}", "SAT", day(3, month), Decimal(mean) * 10, 10))
        told.append(Fact(f"P-{name}", "EXAM", day(5, month), 18, 20))
    return told


def halls(visits: dict[str, str] = VISITS, month: int = MONTH) -> list[Fact]:
    """Five visits, thirty smiles and two hundred waits of each hall."""
    told = []
    for code, mean in visits.items():
        told.append(Fact(code, "VISIT", day(8, month), Decimal(mean) * 5, 5))
        told.append(Fact(code, "SMILE", day(8, month), SMILES[code], 30))
        told.append(Fact(code, "WAIT", day(9, month), Decimal(WAITS[code]) * 200, 200))
    return told


def others(month: int = MONTH) -> list[Fact]:
    """Coverage, complaints and tasks of both branches, tasks and ratings of the departments."""
    ratings = (("B1", "8.5"), ("B2", "8.7"))
    return [
        Fact("B1", "COVER", day(10, month), 96, 100),
        Fact("B2", "COVER", day(10, month), 94, 100),
        Fact("B1", "COMPLAINT", day(10, month), 450, 300_000),
        Fact("B2", "COMPLAINT", day(10, month), 200, 100_000),
        Fact("B1", "TASKS", day(20, month), 9_500, 100),
        Fact("B2", "TASKS", day(20, month), 9_000, 100),
        Fact("NWD", "TASKS", day(20, month), 9_300, 100),
        Fact("CSD", "TASKS", day(20, month), 9_700, 100),
        *(Fact("NWD", "RATING", day(25, month), mark, 1, 1, item=rater) for rater, mark in ratings),
    ]


def everything(month: int = MONTH) -> list[Fact]:
    """All facts of a month."""
    return [*clerks(month=month), *halls(month=month), *others(month)]


async def told(facts: list[Fact], month: int = MONTH) -> int:
    """Commit facts, fold and score the month; return the number of the batch."""
    batch = await factories.facts(facts)
    await scored(month)
    return batch


async def scored(month: int = MONTH) -> int:
    """Fold and score a month; forget what this process remembers of it."""
    snapshot_id = await refresh(month)
    forget()
    return snapshot_id
