import org.queries
from leaderboards.queries.snapshots import whole
from org.operations import sessions
from tests import factories
from tests.cast import MONTH, PASSWORD, Cast, believable, cast, close, day, plan  # noqa: F401 - `cast` is a fixture
from tests.factories import Fact, facts


async def test_the_cast_stands_in_its_tree(cast: Cast) -> None:  # noqa: F811 - the fixture of the same name
    tree = await org.queries.organisation_of_month(MONTH)
    assert tree.ancestors(cast.person("zhouhe").unit_id) == (cast["T1"], cast["S1"], cast["B1"], cast["YC"])
    assert tree.employed(cast["E1"]) == (cast["P-jiangfan"],)


async def test_everybody_signs_in_with_the_password_of_the_cast(cast: Cast) -> None:  # noqa: F811 - pytest hands the fixture in by its name
    signed = await sessions.sign_in(username="zhouhe", password=PASSWORD)
    assert signed.account.id == cast.person("zhouhe").account_id


async def test_facts_are_kept_in_full(cast: Cast) -> None:  # noqa: F811 - pytest hands the fixture in by its name
    assert await facts([Fact("P-zhouhe", "SAT", day(3), "17", 2), Fact("NWD", "RATING", day(4), "8.5", item="B1")])


async def test_with_believable_facts_everybody_has_a_place_and_the_month_closes(cast: Cast) -> None:  # noqa: F811 - pytest hands the fixture in by its name
    await plan(cast)
    await believable()
    board = await whole(await factories.scored(MONTH))
    ranked = {standing.code: standing.rank for standing in board.by_unit.values() if standing.ranked}
    assert [ranked[hall] for hall in ("S1", "S2", "S3", "S4")] == [1, 2, 3, 4]
    assert {"B1", "B2", "NWD", "O1", "T1", "P-zhouhe", "P-jiangfan", "E1"} <= ranked.keys()
    assert len(await close(cast)) == 64
