"""The invented company as plain rows: places that serve customers, and the offices behind them, from one seed number."""

from collections.abc import Iterator
from datetime import date

from core.language import Text
from core.period import first_day, month_of, shifted
from seeds import people
from seeds.counts import Counts
from seeds.tables import departments, words
from seeds.units import COMPANY, Company, Making, SeedUnit

COMPANY_NAME = Text(zh="示例通信·云川", en="Shili Mobile, Yunchuan")
CLASSES = {"A": (9000, 7000), "B": (4000, 5000), "C": (1500, 2500)}
"""Customers a month of a storefront class: the lowest, and how many more at most."""
CLASS_TENTHS = "AABBBBCCCC"
STAR_TENTHS = (4, 4, 4, 4, 4, 5, 5, 5, 6, 6)
BRANCH_CUSTOMERS = {"urban": (280_000, 340_000), "county": (90_000, 170_000)}
MONTHS = 6


def company(*, seed: int, counts: Counts, first_on: date, months: int = MONTHS) -> Company:
    """Return the company of a seed number; `first_on`, the first day of its months, only dates the openings.

    The last storefront opens in the last month but one, so that a newcomer is shown under protection.
    """
    newest_on = first_day(shifted(month_of(first_on), max(months - 2, 0)))
    making = Making(seed=seed, counts=counts, first_on=first_on, newest_on=newest_on)
    return Company(seed=seed, counts=counts, units=tuple(_units(making)))


def _units(making: Making) -> Iterator[SeedUnit]:
    branches = [_branch(making, number) for number in range(making.counts.branches)]
    yield SeedUnit(
        code=COMPANY, name=COMPANY_NAME, kind="company", parent=None, opened_on=making.opened("company", 0),
        customers=sum(branch.customers or 0 for branch in branches), traffic=sum(branch.traffic or 0 for branch in branches),
    )  # fmt: skip
    offices = list(_departments(making))
    employers = [_employer(making, number) for number in range(making.counts.employers)]
    storefronts = [_storefront(making, number, branches) for number in range(making.counts.storefronts)]
    outlets = [_outlet(making, number, branches) for number in range(making.counts.outlets)]
    yield from (*branches, *offices, *employers, *storefronts, *outlets)
    yield from people.everyone(making, branches, offices, employers, storefronts)


def _branch(making: Making, number: int) -> SeedUnit:
    group = "urban" if number % 2 == 0 else "county"
    name = _numbered(words()[group], number // 2)
    least, more = BRANCH_CUSTOMERS[group]
    customers = least + making.drawn("branch customers", number, more)
    return SeedUnit(
        code=f"B{number + 1:02d}", name=Text(zh=f"{name.zh}分公司", en=f"{name.en} Branch"), kind="branch", parent=COMPANY,
        peer_group=group, customers=customers, traffic=customers // 3, opened_on=making.opened("branch", number),
    )  # fmt: skip


def _departments(making: Making) -> Iterator[SeedUnit]:
    for number, row in enumerate(departments()):
        yield SeedUnit(
            code=row.code, name=row.name, kind="department", parent=COMPANY, peer_group=row.kind,
            hors_concours=row.hors_concours, opened_on=making.opened("department", number),
        )  # fmt: skip


def _employer(making: Making, number: int) -> SeedUnit:
    name = _numbered(words()["employer"], number)
    return SeedUnit(
        code=f"E{number + 1:02d}", name=name, kind="employer", parent=None, opened_on=making.opened("employer", number)
    )


def _storefront(making: Making, number: int, branches: list[SeedUnit]) -> SeedUnit:
    street, place = words()["street"], words()["place"]
    first = street[(number * 5 + number // len(street)) % len(street)]
    second = place[(number // len(street)) % len(place)]
    nth = number // (len(street) * len(place))
    again = (f"{nth + 1}店", f" {nth + 1}") if nth else ("", "")
    group = CLASS_TENTHS[making.drawn("storefront class", number, len(CLASS_TENTHS))]
    least, more = CLASSES[group]
    customers = least + making.drawn("storefront customers", number, more)
    last = number == making.counts.storefronts - 1
    return SeedUnit(
        code=f"S{number + 1:03d}", kind="storefront", parent=_home(number, branches).code, size_class=group, peer_group=group,
        name=Text(zh=f"{first.zh}{second.zh}营业厅{again[0]}", en=f"{first.en} {second.en} Hall{again[1]}"),
        customers=customers, traffic=customers * 6 // 5,
        opened_on=making.newest_on if last else making.opened("hall", number),
    )  # fmt: skip


def _outlet(making: Making, number: int, branches: list[SeedUnit]) -> SeedUnit:
    home = _home(number, branches)
    within = number // len(branches)
    shops, trades = words()["shop"], words()["trade"]
    shop, trade = shops[within * 7 % len(shops)], trades[within // len(shops) % len(trades)]
    nth = within // (len(shops) * len(trades))
    again = (f"{nth + 1}店", f" {nth + 1}") if nth else ("", "")
    star = STAR_TENTHS[making.drawn("outlet star", number, len(STAR_TENTHS))]
    customers = 300 + 250 * (star - 4) + making.drawn("outlet customers", number, 900)
    area = Text(zh=home.name.zh.removesuffix("分公司"), en=home.name.en.removesuffix(" Branch"))
    return SeedUnit(
        code=f"O{number + 1:04d}", kind="outlet", parent=home.code, star=star, peer_group=f"star{star}",
        name=Text(zh=f"{area.zh}{shop.zh}{trade.zh}{again[0]}", en=f"{area.en} {shop.en} {trade.en}{again[1]}"),
        customers=customers, traffic=customers, opened_on=making.opened("outlet", number),
    )  # fmt: skip


def _home(number: int, branches: list[SeedUnit]) -> SeedUnit:
    """Return the branch of a storefront or outlet; the first of each belongs to the first branch."""
    return branches[number % len(branches)]


def _numbered(names: tuple[Text, ...], number: int) -> Text:
    nth, place = divmod(number, len(names))
    name = names[place]
    return Text(zh=f"{name.zh}{nth + 1}区", en=f"{name.en} {nth + 1}") if nth else name
