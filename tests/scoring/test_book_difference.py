"""Two rule books value by value: nothing that differs is left out, nothing that is the same is told."""

from scoring.book_difference import differences
from scoring.rulebook import parsed
from tests.factories import SMALL_BOOK

SMALL = SMALL_BOOK.read_text(encoding="utf-8")


def told(text: str) -> list[tuple[str, str | None, str | None]]:
    return [(one.path, one.before, one.after) for one in differences(parsed(SMALL), parsed(text))]


def test_the_same_rules_differ_in_nothing() -> None:
    assert told(SMALL + "\n# a remark\n") == []


def test_a_weight_is_named_by_kind_and_kpi() -> None:
    text = SMALL.replace(
        '[scorecards.storefront]\nSAT = "40"\nVISIT = "30"', '[scorecards.storefront]\nSAT = "35"\nVISIT = "35"'
    )
    (one, other) = differences(parsed(SMALL), parsed(text))
    assert (one.about.zh, one.before, one.after) == ("营业厅 · 服务满意度", "40", "35")
    assert (other.about.en, other.before, other.after) == ("Storefront · Mystery-visit score", "30", "35")


def test_a_parameter_is_told_before_and_after() -> None:
    text = SMALL.replace('["8.70", "100"]', '["8.80", "100"]')
    anchors = "(8.20, 60), (8.{}, 100), (9.20, 120)"
    assert ("kpis.SAT.params.anchors", anchors.format("70"), anchors.format("80")) in told(text)


def test_a_thing_that_only_one_book_has_is_one_line() -> None:
    start = SMALL.index("[awards.window]")
    without = SMALL[:start] + SMALL[SMALL.index("[awards.improved]") :]
    assert told(without) == [("awards.window", "✓", None)]
    assert [(one.path, one.before, one.after) for one in differences(parsed(without), parsed(SMALL))] == [
        ("awards.window", None, "✓")
    ]


def test_a_card_that_gives_way_to_a_tree_is_called_by_its_kind() -> None:
    head, _, rest = SMALL.partition("[scorecards.storefront]")
    _, _, rest = rest.partition("[scorecards.outlet]")
    tree = '[trees.storefront.nodes.total]\nop = "mean"\nchildren = ["SAT", "VISIT", "SMILE", "WAIT"]\n\n'
    found = differences(parsed(SMALL), parsed(f"{head}{tree}[scorecards.outlet]{rest}"))
    assert [(one.path, one.about.zh, one.before, one.after) for one in found] == [
        ("scorecards.storefront", "营业厅", "✓", None),
        ("trees.storefront", "营业厅", None, "✓"),
    ]
