"""Trees over plain files: totals as fine as they are, nodes written, last period's values standing in."""

from pathlib import Path

from tests.leaderboards.test_files import WORD, run, written

HEAD = f"""
code = "tree"
name = {WORD}
[kinds.hall]
name = {WORD}
level = "hall"
[processes.P]
name = {WORD}
family = {WORD}
[composition]
coverage_min = 0
"""
KPI = """
[kpis.{code}]
name = {{ zh = "词", en = "word" }}
process = "P"
method = "value"
params = {{ cap = "none" }}
round = "none"
"""
KPIS = "".join(KPI.format(code=code) for code in ("A", "B", "C"))
TOTAL = '[trees.hall.nodes.total]\nop = "mean"\nchildren = ["AB", "C"]\n'
UNITS = "unit,kind\nH1,hall\nH2,hall\n"


def facts(*rows: tuple[str, str, str, str]) -> str:
    return "period,unit,kpi,value\n" + "".join(f"{','.join(row)}\n" for row in rows)


def totals(folder: Path) -> dict[tuple[str, str], str]:
    return {(row["period"], row["unit"]): row["total"] for row in written(folder, "scorecards")}


def test_a_total_that_is_not_rounded_keeps_its_decimals(tmp_path: Path) -> None:
    book = HEAD + "show_places = 6\n" + KPIS + TOTAL + '[trees.hall.nodes.AB]\nop = "mean"\nchildren = ["A", "B"]\n'
    run(tmp_path, facts(("1", "H1", "A", "10"), ("1", "H1", "B", "20.5"), ("1", "H1", "C", "7.3")), UNITS, book)
    assert totals(tmp_path)["1", "H1"] == "11.275000"
    nodes = {(row["unit"], row["node"]): row for row in written(tmp_path, "nodes")}
    assert (nodes["H1", "AB"]["scored"], nodes["H1", "AB"]["of"]) == ("2", "2")
    assert nodes["H2", "AB"]["value"] == ""


def test_a_gap_is_filled_with_what_the_period_before_came_to(tmp_path: Path) -> None:
    ab = '[trees.hall.nodes.AB]\nop = "mean"\nchildren = ["A", "B"]\nmissing = "hold_last"\n'
    book = HEAD + KPIS + TOTAL.replace("\nchildren", '\nmissing = "hold_last"\nchildren') + ab
    told = facts(
        ("1", "H1", "A", "10"), ("1", "H1", "B", "20"), ("1", "H1", "C", "5"),
        ("2", "H1", "A", "30"), ("2", "H1", "C", "6"),
        ("3", "H1", "C", "8"),
    )  # fmt: skip
    run(tmp_path, told, UNITS, book)
    found = totals(tmp_path)
    assert [found[period, "H1"] for period in ("1", "2", "3")] == ["10.00", "15.50", "16.50"]
