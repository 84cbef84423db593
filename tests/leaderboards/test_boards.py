"""What people see of a board: full windows, shared places, cursors, hidden names; on boards built by hand."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid, NotFound
from core.language import Text
from leaderboards.board_rows import Ranking
from leaderboards.flags import BOTTOM, NOT_RANKED, PEER_BOTTOM, TIED
from leaderboards.month_board import CardHead, Detail, MonthBoard, Standing
from leaderboards.queries import boards
from leaderboards.queries.boards import _page, _placed
from leaderboards.queries.snapshots import forget, month_board
from leaderboards.rankings import by_total, by_values, season_values
from org.visibility import NOBODY, Scope
from tests.cast import MONTH, Cast, day
from tests.factories import Fact
from tests.leaderboards import october

ALL = Scope(sees_all=True, key="organiser")


def scope(*own: int) -> Scope:
    return Scope(own=frozenset(own), key=f"own {own}")


def board(totals: list[int], month: int = MONTH, hidden_min: int = 8, processes: list[int] | None = None) -> MonthBoard:
    """Halls U1, U2, … with these totals, most first; the bottom third flagged as the scorer flags it."""
    ranks = [1 + sum(other > total for other in totals) for total in totals]
    bound = len(totals) - len(totals) // 3 + 1
    head = CardHead(
        code="hall", number=0, name=Text(zh="厅", en="Hall"), person=False, groups=("all",), group_names=(Text(zh="全", en="All"),),
        kpis=("SAT",), breakers=("sample",), ties="competition", measure="total", hidden_one_in=3, hidden_min=hidden_min,
        peer_groups=True, floors={"": (7_000,), "all": (7_000,)},
    )  # fmt: skip
    standings = [
        Standing(
            unit_id=number, code=f"U{number}", name=Text(zh=f"厅{number}", en=f"Hall {number}"), card="hall", group="all", status=0,
            flags=(TIED if totals.count(total) > 1 else 0) | (BOTTOM | PEER_BOTTOM if rank >= bound else 0), pos=number, rank=rank,
            peer_pos=number, peer_rank=rank, total=total, total_text=str(total), coverage=10_000, measures=(total,),
            processes=((processes or totals)[number - 1],),
        )
        for number, (total, rank) in enumerate(zip(totals, ranks, strict=True), 1)
    ]  # fmt: skip
    detail = Detail(theme=None, rule_book="", processes=("P",), measures=("card",), cards=(head,))
    return MonthBoard(snapshot_id=month, month=month, made_at="", detail=detail, standings=standings)


TWELVE = [9_900, 9_800, 9_800, 9_600, 9_500, 9_400, 9_300, 9_200, 6_400, 6_300, 6_200, 6_100]


def ranking(totals: list[int] = TWELVE, **options: int) -> Ranking:
    return by_total(board(totals, **options), "hall", None)


def names(rows: tuple[boards.Row, ...]) -> list[str | None]:
    return [row.code for row in rows]


def test_equal_totals_share_a_place_and_the_next_is_skipped() -> None:
    rows = _page(ranking(), ALL, "month", "hall", 0, 4).rows
    assert [(row.rank, row.tied) for row in rows] == [(1, False), (2, True), (2, True), (4, False)]


@pytest.mark.parametrize("unit_id", [1, 2, 6, 11, 12])
def test_the_window_of_neighbours_is_full_at_both_ends(unit_id: int) -> None:
    place = _placed(ranking(), ALL, "hall", unit_id, 2)
    assert len(place.neighbours) == 5
    assert f"U{unit_id}" in names(place.neighbours)


def test_a_board_smaller_than_the_window_is_shown_whole() -> None:
    assert len(_placed(ranking([9_000, 8_000, 7_000]), ALL, "hall", 2, 5).neighbours) == 3


def test_the_way_to_the_next_place_skips_those_who_share_the_own_one() -> None:
    place = _placed(ranking(), ALL, "hall", 3, 5)
    assert (place.gap, place.next_rank) == ("1.00", 1)


def test_the_first_has_nobody_to_reach() -> None:
    assert _placed(ranking(), ALL, "hall", 1, 5).gap is None


@given(
    totals=st.lists(st.integers(0, 9), min_size=3, max_size=15),
    own=st.sets(st.integers(1, 15)),
    index=st.integers(0, 14),
    everything=st.booleans(),
)
def test_the_way_up_is_what_a_walk_up_the_board_would_find(
    totals: list[int], own: set[int], index: int, *, everything: bool
) -> None:
    found, viewer = ranking(sorted(totals, reverse=True)), ALL if everything else scope(*own)
    index %= len(totals)
    rank = found.entries[index].rank
    assert rank is not None
    walk = (
        entry
        for entry in reversed(found.entries[:index])
        if entry.rank is not None
        and entry.rank < rank
        and viewer.name(entry.standing.unit_id, in_bottom_third=entry.hidden)
    )
    assert found.better(index, viewer) == next(walk, None)


def test_a_stranger_reads_no_name_and_no_number_of_the_bottom_third() -> None:
    rows = _page(ranking(), scope(1), "month", "hall", 0, 50).rows
    assert names(rows) == [*(f"U{number}" for number in range(1, 9)), None, None, None, None]
    hidden = msgspec.to_builtins(rows[8])
    assert hidden == {"rank": 9, "hidden": True, "bottom": True}


def test_the_neighbours_of_a_hidden_unit_are_hidden_from_it_too() -> None:
    place = _placed(ranking(), scope(11), "hall", 11, 2)
    assert names(place.neighbours) == ["U8", None, None, "U11", None]


def test_the_way_up_of_a_hidden_unit_leads_to_the_last_place_that_is_named() -> None:
    place = _placed(ranking(), scope(11), "hall", 11, 2)
    assert place.next_rank == 8
    assert _placed(ranking(), ALL, "hall", 11, 2).next_rank == 10


def test_a_manager_reads_the_names_of_those_it_manages() -> None:
    rows = _page(ranking(), scope(9, 12), "month", "hall", 8, 50).rows
    assert names(rows) == ["U9", None, None, "U12"]


def test_a_single_hidden_row_is_left_out_because_it_could_be_told_by_elimination() -> None:
    page = _page(ranking(), scope(9, 10, 11), "month", "hall", 0, 50)
    assert names(page.rows) == [f"U{number}" for number in range(1, 12)]
    assert page.shown == 11


def test_a_board_too_small_to_hide_anyone_shows_no_bottom_third() -> None:
    small = ranking([9_000, 8_000, 7_000, 6_000, 5_000, 4_000])
    assert names(_page(small, scope(1), "month", "hall", 0, 50).rows) == ["U1", "U2", "U3", "U4"]
    assert names(_page(small, scope(6), "month", "hall", 0, 50).rows) == ["U1", "U2", "U3", "U4", "U6"]


def test_history_and_movement_do_not_tell_who_was_in_the_bottom_third_last_month() -> None:
    now, before = board(TWELVE), board(list(reversed(TWELVE)), month=MONTH - 1)
    riser = by_total(now, "hall", None)
    riser.past, riser.previous = (before,), by_total(before, "hall", None)
    risen = _page(riser, scope(5), "month", "hall", 0, 1).rows[0]
    assert (risen.movement, risen.history) == (None, (None, 9_900))
    told = _page(riser, ALL, "month", "hall", 0, 1).rows[0]
    assert (told.movement, told.history) == (11, (6_100, 9_900))


def test_a_process_in_which_a_unit_stands_at_the_bottom_is_not_told_on_its_row() -> None:
    row = _page(ranking(processes=[6_000] + [9_000] * 11), scope(5), "month", "hall", 0, 1).rows[0]  # type: ignore[arg-type]  # passed on
    assert row.processes == (None,)


def test_whom_the_board_of_a_group_does_not_name_the_board_of_everybody_does_not_either() -> None:
    found = board(TWELVE)
    for number in (1, 2, 3):
        found.by_unit[number] = msgspec.structs.replace(found.by_unit[number], group="few")  # type: ignore[index]  # a dict here
    values = {number: 10_000 - number for number in range(1, 13)}
    assert by_values(found, "hall", "few", values, "P").hidden == {3}
    assert by_values(found, "hall", None, values, "P").hidden == {3, 9, 10, 11, 12}


def test_units_without_a_number_stand_last_and_have_no_rank() -> None:
    found = by_values(board(TWELVE), "hall", None, {1: 5_000, 2: None, 3: 7_000}, "P")
    assert [(one.standing.unit_id, one.rank) for one in found.entries[:3]] == [(3, 1), (1, 2), (2, None)]


def test_the_season_is_the_mean_of_the_months_in_which_a_unit_was_ranked() -> None:
    months = [board([9_000, 8_000], month=202609), board([9_001, 8_001], month=202610)]
    assert season_values(months, "hall") == {1: 9_001, 2: 8_001}


def test_who_was_ranked_in_less_than_half_of_the_months_has_no_season() -> None:
    thin = board([9_000, 8_000], month=202608)
    absent = [
        msgspec.structs.replace(one, status=NOT_RANKED) if one.unit_id == 2 else one for one in thin.by_unit.values()
    ]
    months = [
        board([9_000, 8_000]),
        *(MonthBoard(snapshot_id=n, month=n, made_at="", detail=thin.detail, standings=absent) for n in (1, 2)),
    ]
    assert season_values(months, "hall")[2] is None


async def test_pages_are_bound_to_one_snapshot(cast: Cast) -> None:
    await october.told(october.everything())
    first = await boards.board(ALL, card="storefront", month=MONTH, limit=2)
    assert names(first.rows) == ["S1", "S2"]
    await october.told([Fact("S4", "VISIT", day(9), 5_000, 50)])
    second = await boards.board(ALL, card="storefront", month=MONTH, limit=2, after=first.after)
    assert (second.snapshot_id, names(second.rows)) == (first.snapshot_id, ["S3", "S4"])


@pytest.mark.parametrize("cursor", ["", "1", "x.y", "1.-5", "1.5.5", "999999999999999999999.1", "１.2"])
async def test_a_broken_cursor_is_refused(cast: Cast, cursor: str) -> None:
    with pytest.raises(Invalid):
        await boards.board(ALL, card="storefront", month=MONTH, after=cursor)


async def test_a_snapshot_that_was_cleared_away_says_so(cast: Cast) -> None:
    with pytest.raises(NotFound):
        await boards.board(ALL, card="storefront", month=MONTH, after="999999.50")


@pytest.mark.parametrize("card", ["storefront", "moon"])
async def test_a_board_that_is_not_there_is_not_found(cast: Cast, card: str) -> None:
    await october.scored(MONTH)
    with pytest.raises(NotFound):
        await boards.board(ALL, card=card, month=202701 if card == "storefront" else MONTH)


async def test_search_finds_by_part_of_a_name_in_both_languages(cast: Cast) -> None:
    await october.told(october.everything())
    assert names(await boards.search(ALL, text="晴岚", month=MONTH)) == ["S3", "T4"]
    assert names(await boards.search(ALL, text="bridge hall", month=MONTH, card="storefront")) == ["S3"]


async def test_search_does_not_find_whom_the_reader_may_not_name(cast: Cast) -> None:
    await october.told(october.everything())
    assert not await boards.search(NOBODY, text="拾光里", month=MONTH, card="storefront")
    own = scope(cast["S4"])
    assert names(await boards.search(own, text="拾光里", month=MONTH, card="storefront")) == ["S4"]


async def test_boards_by_process_and_by_kpi_rank_by_their_own_numbers(cast: Cast) -> None:
    await october.told(october.everything())
    by_process = await boards.board(ALL, card="branch", month=MONTH, measure="NET")
    assert [(row.code, row.cents) for row in by_process.rows] == [("B1", 10_400), ("B2", 8_286)]
    by_kpi = await boards.board(ALL, card="storefront", month=MONTH, measure="WAIT")
    assert [(row.code, row.total) for row in by_kpi.rows] == [
        ("S1", "100.00"),
        ("S3", "100.00"),
        ("S2", "70.00"),
        ("S4", "0.00"),
    ]


async def test_the_road_of_most_requests_says_what_the_board_and_the_place_say(cast: Cast) -> None:
    await october.told(october.everything())
    viewer = scope(cast["S3"])
    both = await boards.reading(viewer, card="storefront", unit_id=cast["S3"], month=MONTH)
    assert both.page == await boards.board(viewer, card="storefront", month=MONTH)
    assert both.place == await boards.place(viewer, unit_id=cast["S3"], month=MONTH)


async def test_movement_is_against_the_month_before(cast: Cast) -> None:
    await october.told(october.everything(202609), 202609)
    turned = dict(zip(october.VISITS, reversed(october.VISITS.values()), strict=True))
    await october.told(
        [*october.clerks(dict.fromkeys(october.RATINGS, "8.7")), *october.halls(turned), *october.others()]
    )
    forget()
    rows = (await boards.board(ALL, card="storefront", month=MONTH)).rows
    now = {one.code: one.rank for one in (await month_board(MONTH)).by_unit.values()}
    before = {one.code: one.rank for one in (await month_board(202609)).by_unit.values()}
    assert {row.code: row.movement for row in rows} == {code: before[code] - now[code] for code in october.VISITS}  # type: ignore[operator]  # all are ranked


def test_a_total_from_too_little_data_is_for_the_unit_and_its_managers() -> None:
    found = board(TWELVE)
    thin = msgspec.structs.replace(found.by_unit[5], status=NOT_RANKED, rank=None, flags=0)
    few = MonthBoard(
        snapshot_id=1, month=MONTH, made_at="", detail=found.detail, standings=[*[*found.by_unit.values()][:4], thin]
    )
    few_rows = by_total(few, "hall", None)
    few_rows.past = (few,)
    told, own = (_page(few_rows, scope(unit), "month", "hall", 0, 50).rows[-1] for unit in (1, 5))
    assert (told.code, told.total, told.processes, told.history) == ("U5", None, (None,), (None, None))
    assert (own.total, own.processes, own.history) == ("95.00", (9_500,), (9_500, 9_500))


async def test_people_without_a_card_have_no_board(cast: Cast) -> None:
    await october.told(october.everything())
    index = await boards.cards()
    assert {"storefront", "branch", "clerk"} <= {head.code for head in index.cards}
    assert not {"staff", "company"} & {head.code for head in index.cards}
    with pytest.raises(NotFound):
        await boards.board(ALL, card="staff")
    assert await boards.search(ALL, text="林悦") == ()
