"""A month under a rule book whose halls and branches have trees: scored, shown, explained, closed, exported, verified."""

import re
from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
import pytest_asyncio

import scoring.operations.rules
from core.audit import SYSTEM
from core.points import cents_text
from leaderboards.queries.cards import card
from leaderboards.queries.snapshots import month_board
from months.exports import files
from months.operations.verifying import differing_boards
from months.queries.results import results
from months.queries.sealed import broken_seals
from org.queries import account_by_id, organisation, viewer
from tests.cast import MONTH, Cast
from tests.factories import SMALL_BOOK
from tests.months.story import closed, closing_day, ran
from tests.web.reader import Reader

TREES = """
[trees.storefront.nodes.total]
name = { zh = "营业厅总分", en = "Total of the hall" }
op = "weighted_mean"
children = { care = 60, weakest = 30, extra = 10 }
cap = 118
floor = 0
round = { places = 2 }
[trees.storefront.nodes.care]
name = { zh = "关怀", en = "Care" }
op = "weighted_mean"
children = { SAT = "40", VISIT = "30" }
[trees.storefront.nodes.weakest]
name = { zh = "短板", en = "Weakest link" }
op = "min"
children = ["SMILE", "WAIT"]
[trees.storefront.nodes.extra]
op = "formula"
children = ["SMILE", "VISIT"]
formula = "100 if SMILE >= 100 and VISIT >= 100 else 50"

[trees.branch.nodes.total]
op = "weighted_mean"
children = { halls = 60, COVER = 25, COMPLAINT = 15 }
[trees.branch.nodes.halls]
op = "best"
children = ["SAT", "VISIT", "SMILE", "WAIT"]
n = 3

[scorecards.outlet]"""


def tree_book() -> str:
    """Return the small rule book with trees in place of two of its cards."""
    text = SMALL_BOOK.read_text(encoding="utf-8")
    head, _, rest = text.partition("[scorecards.storefront]")
    _, _, rest = rest.partition("[scorecards.outlet]")
    text = head + TREES + rest
    head, _, rest = text.partition("[scorecards.branch]")
    return head + rest[rest.index("[extras.branch]") :]


@pytest_asyncio.fixture
async def grown(cast: Cast) -> Cast:
    """The cast with a month that ran under the trees and was scored."""
    book = await scoring.operations.rules.store_rule_book(text=tree_book(), actor=SYSTEM)
    cast = msgspec.structs.replace(cast, rule_book_id=book)
    await ran(cast, MONTH)
    return cast


async def hall_scores(cast: Cast) -> dict[str, Fraction]:
    """Return the scores of the best hall's lines."""
    found = await card(cast["S1"], month=MONTH)
    return {line.kpi: Fraction(line.score) for line in found.lines if line.score is not None}


async def test_a_halls_total_is_its_tree_over_its_scores(grown: Cast) -> None:
    found, score = await card(grown["S1"], month=MONTH), await hall_scores(grown)
    # The theme of the month doubles SAT, in the mean in which it stands.
    care = (score["SAT"] * 80 + score["VISIT"] * 30) / 110
    weakest = min(score["SMILE"], score["WAIT"])
    extra = 100 if score["SMILE"] >= 100 and score["VISIT"] >= 100 else 50
    total = min((care * 60 + weakest * 30 + extra * 10) / 100, Fraction(118))
    assert abs(Fraction(found.total or "0") - total) <= Fraction(1, 200)


async def test_what_a_formula_takes_in_has_no_weight_on_paper(grown: Cast, reader: Reader) -> None:
    found = await card(grown["S1"], month=MONTH)
    assert {line.kpi: line.on_paper for line in found.lines} == {
        "SAT": True,
        "VISIT": False,
        "SMILE": False,
        "WAIT": True,
    }
    await reader.sign_in("linyue")
    page = await reader.read(f"/units/{grown['S1']}/kpis/SMILE?month={MONTH}")
    assert "由公式决定，没有原权重" in page
    assert "原权重 " not in page.replace("没有原权重", "")


async def test_the_card_of_a_hall_adds_up(grown: Cast) -> None:
    board = await month_board(MONTH)
    for code in ("S1", "S2", "S3", "S4", "B1", "B2"):
        found = await card(grown[code], month=MONTH)
        points = sum(Decimal(line.points) for line in found.lines)
        assert points + Decimal(found.body.rounding) == Decimal(found.body.card_total)
        assert found.body.card_total == cents_text(board.by_unit[grown[code]].measures[0] or 0)


async def test_the_board_ranks_by_the_tree(grown: Cast) -> None:
    board = await month_board(MONTH)
    halls = [board.by_unit[grown[code]] for code in ("S1", "S2", "S3", "S4")]
    assert all(hall.rank for hall in halls)
    totals = [hall.total or 0 for hall in halls]
    assert totals == sorted(totals, reverse=True)
    assert totals[0] > totals[-1]


PAGES = (
    "/boards?kind=storefront", "/completeness?card=storefront", "/rules", "/losses", "/departments", "/departments/{CSD}",
    "/departments/{CSD}/losses", *(f"/units/{{{unit}}}{page}" for unit in ("S1", "S4", "B1") for page in ("", "/receipt", "/what-if", "/gains", "/losses")),
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_of_such_a_month_opens(path: str, reader: Reader, grown: Cast) -> None:
    await reader.sign_in("sulan")
    answer = await reader.get(path.format(**grown.units))
    assert answer.status_code == 200, answer.text[-800:]


async def test_a_card_with_a_formula_tells_what_it_adds_beyond_its_points(reader: Reader, grown: Cast) -> None:
    await reader.sign_in("sulan")
    assert "封顶、取位与公式等" in await reader.read(f"/units/{grown['S1']}")


async def test_the_closing_line_of_such_a_card_comes_to_its_total(reader: Reader, grown: Cast) -> None:
    await reader.sign_in("sulan")
    found = await card(grown["S1"], month=MONTH)
    html = await reader.read(f"/units/{grown['S1']}")
    told = re.search(r"满分 100 − 失分 ([\d.]+)，公式、封顶与取位等 ([+−][\d.]+) = 记分卡 ([\d.]+) 分", html)
    assert told is not None
    lost, rest, total = (Decimal(part.replace("−", "-")) for part in told.groups())
    assert (100 - lost + rest, total) == (total, Decimal(found.body.card_total or 0))


async def test_a_line_that_carries_no_share_is_not_told_to_lose_nothing_or_to_lack_a_score(
    reader: Reader, grown: Cast
) -> None:
    await reader.sign_in("sulan")
    found = await card(grown["S1"], month=MONTH)
    idle = [one.kpi for one in found.lines if one.score is not None and not one.extra and not Decimal(one.weight_after)]
    assert idle
    for kpi in idle:
        html = await reader.read(f"/units/{grown['S1']}/kpis/{kpi}")
        assert "不占固定份额" in html
        assert "没有失分" not in html
        assert "没有计分，它们的权重" not in html


async def test_the_receipt_takes_every_node_apart(reader: Reader, grown: Cast) -> None:
    await reader.sign_in("sulan")
    html = await reader.read(f"/units/{grown['S1']}/receipt")
    for name in ("营业厅总分", "关怀", "短板"):
        assert name in html
    assert "取最低：" in html


async def test_each_line_of_such_a_card_is_explained(reader: Reader, grown: Cast) -> None:
    await reader.sign_in("sulan")
    html = await reader.read(f"/units/{grown['S1']}")
    whys = set(re.findall(rf"/units/{grown['S1']}/kpis/\w+", html))
    assert {why.rsplit("/", 1)[1] for why in whys} == {"SAT", "VISIT", "SMILE", "WAIT"}
    for why in whys:
        assert "背后的事实" in await reader.read(why)


async def test_no_weight_is_said_to_move_on_a_card_built_in_layers(reader: Reader, grown: Cast) -> None:
    await reader.sign_in("linyue")
    for kpi in ("SAT", "SMILE", "WAIT"):
        html = await reader.read(f"/units/{grown['S1']}/kpis/{kpi}")
        assert "总分分层计算" in html
        assert "权重没有在指标之间移动" not in html
        assert "移给了其余指标" not in html


async def test_such_a_month_is_closed_sealed_exported_and_found_right(grown: Cast) -> None:
    await closed(grown)
    account = await account_by_id(grown.person("sulan").account_id)
    assert account is not None
    found = await results(MONTH, await viewer(account), await organisation(closing_day().date()))
    rows = [row for sheet in found.cards if sheet.card == "storefront" for row in sheet.rows if row.code == "S1"]
    assert {row.kpi for row in rows} == {"SAT", "VISIT", "SMILE", "WAIT"}
    assert sum(row.weight for row in rows) == 100
    assert all(made for made in (files.xlsx(found, "zh"), files.csv_zip(found, "en"), files.json_bytes(found)))
    assert not await differing_boards()
    assert not await broken_seals()
