from collections import Counter
from datetime import date
from hashlib import sha256
from pathlib import Path
from subprocess import run
from sys import executable

import pytest

from seeds.counts import DEMO, DEMO_SIZE, counts_for
from seeds.facts import Facts, facts
from seeds.files import write
from seeds.flows import flows, story
from seeds.organisation import company
from seeds.quality import Month
from seeds.tables import cast
from seeds.units import Company

FIRST = date(2026, 6, 1)
OCTOBER = Month(202610, 4, date(2026, 10, 31), frozenset())
PINNED = "0fc42c3171c35d6311d5e9651c310716e3a36c1db840386c6aff893112e950ab"
REAL_NAMES = (
    "移动",
    "联通",
    "电信",
    "西安",
    "陕西",
    "北京",
    "上海",
    "China Mobile",
    "Unicom",
    "Telecom",
    "Xi'an",
    "Beijing",
)


@pytest.fixture(scope="module")
def demo() -> Company:
    return company(seed=1, counts=DEMO, first_on=FIRST)


@pytest.fixture(scope="module")
def october(demo: Company) -> tuple[Facts, ...]:
    return facts(demo, OCTOBER, story())


def written(folder: Path, seed: int) -> str:
    small = company(seed=seed, counts=counts_for(200), first_on=FIRST)
    paths = write(small, facts(small, OCTOBER, story()), folder)
    return sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def test_the_demo_company_has_the_promised_units(demo: Company) -> None:
    found = Counter(unit.kind for unit in demo.units)
    promised = {
        "company": 1, "branch": 12, "department": 20, "storefront": 150, "outlet": 1200, "team": 300, "clerk": 1200,
        "hotline_team": 6, "hotline_agent": 48, "account_manager": 60, "employer": 6, "promoter": 150,
    }  # fmt: skip
    assert {kind: found[kind] for kind in promised} == promised


def test_every_unit_stands_after_the_unit_it_belongs_to(demo: Company) -> None:
    seen: set[str] = set()
    for unit in demo.units:
        assert unit.parent is None or unit.parent in seen
        assert unit.employer is None or unit.employer in seen
        seen.add(unit.code)
    assert len(seen) == len(demo.units)


def test_the_named_cast_stands_where_its_table_says(demo: Company) -> None:
    places = {(unit.name.zh, unit.post, unit.parent) for unit in demo.units}
    assert all((person.name.zh, person.post, person.at) in places for person in cast())


def test_nothing_bears_the_name_of_a_real_operator_or_city(demo: Company) -> None:
    names = "\n".join(f"{unit.name.zh}\n{unit.name.en}" for unit in demo.units)
    assert not [name for name in REAL_NAMES if name in names]


def test_the_same_seed_number_gives_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    here = written(tmp_path / "here", 7)
    program = "from pathlib import Path; from tests.seeds.test_company import written; print(written(Path(%r), 7))"
    for hash_seed in ("0", "4711"):
        command = [executable, "-c", program % str(tmp_path / hash_seed)]
        there = run(
            command, capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": "."}
        )
        assert there.stdout.strip() == here


def test_another_seed_number_gives_another_company(tmp_path: Path) -> None:
    assert written(tmp_path / "one", 1) != written(tmp_path / "two", 2)


def test_the_bytes_of_seed_seven_are_the_ones_load_tests_were_made_with(tmp_path: Path) -> None:
    assert written(tmp_path, 7) == PINNED


@pytest.mark.parametrize("size", [1_400, DEMO_SIZE, 20_000])
def test_a_company_of_any_size_has_about_that_many_units(size: int) -> None:
    made = company(seed=1, counts=counts_for(size), first_on=FIRST)
    assert abs(len(made.units) - size) < size // 8


def test_every_kpi_of_the_catalogue_has_facts(october: tuple[Facts, ...]) -> None:
    assert {kpi for part in october for kpi in part.kpis} == {flow.kpi for flow in flows()}
    assert len({flow.kpi for flow in flows()}) == 66


def test_counts_never_pass_what_was_counted(october: tuple[Facts, ...]) -> None:
    shares = {flow.kpi for flow in flows() if flow.how == "share"}
    for part in october:
        share = [part.kpis[kpi] in shares for kpi in part.kpi.tolist()]
        assert (part.den > 0).all()
        assert (part.num[share] <= part.den[share]).all()
        assert (part.num[share] >= 0).all()


def test_no_fact_is_told_twice(october: tuple[Facts, ...]) -> None:
    for part in october:
        told = list(zip(part.kpi.tolist(), part.unit.tolist(), part.day.tolist(), part.item.tolist(), strict=True))
        assert len(told) == len(set(told))


def test_the_running_month_ends_yesterday_and_lacks_what_is_late(demo: Company) -> None:
    through = date(2026, 11, 21)
    november = Month(202611, 5, through, frozenset())
    whole, running = (facts(demo, november, story(), running=late) for late in (False, True))
    assert max(int((part.day + part.span).max()) for part in running) <= through.toordinal() + 1
    assert sum(len(part.num) for part in running) < sum(len(part.num) for part in whole)
