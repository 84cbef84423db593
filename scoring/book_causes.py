"""Causes of losses in a rule book: what a complaint or a finding came of, and which departments carry it."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from core.errors import Place, Problem
from core.language import Text
from core.points import plain_text

FULL = Decimal(100)


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """Why something went wrong: of which KPIs (none named: of all), and the shares of the departments, out of 100.

    `own` marks a cause that the unit itself can mend: the shares then say who supports it, not whose fault it is.
    """

    code: str
    name: Text
    kpis: tuple[str, ...] = ()
    shares: dict[str, Decimal] = msgspec.field(default_factory=dict)
    own: bool = False

    def fits(self, kpi: str) -> bool:
        """Tell whether losses of a KPI may have this cause."""
        return not self.kpis or kpi in self.kpis


def cause_references(
    of_kpis: Mapping[str, Mapping[str, Decimal]],
    causes: Mapping[str, Cause],
    kpis: Mapping[str, Any],
    departments: Mapping[str, Any],
) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Return (path, name, table it must stand in) for every name in the finer shares."""
    found: list[tuple[str, str, Mapping[str, Any]]] = []
    for code, shares in of_kpis.items():
        found.append((f"responsibility_kpis.{code}", code, kpis))
        found.extend((f"responsibility_kpis.{code}.{name}", name, departments) for name in shares)
    for code, cause in causes.items():
        found.extend((f"causes.{code}.kpis", name, kpis) for name in cause.kpis)
        found.extend((f"causes.{code}.shares.{name}", name, departments) for name in cause.shares)
    return found


def share_problems(of_kpis: Mapping[str, Mapping[str, Decimal]], causes: Mapping[str, Cause]) -> Iterator[Problem]:
    """Yield every table of finer shares that does not add up to 100, or holds a share below zero.

    A cause without shares is allowed: it tells why, and the shares of the KPI or process hold.
    """
    tables = {f"responsibility_kpis.{code}": shares for code, shares in of_kpis.items()}
    tables |= {f"causes.{code}.shares": cause.shares for code, cause in causes.items() if cause.shares}
    for path, shares in tables.items():
        whole = sum(shares.values(), Decimal(0))
        if whole != FULL or any(share < 0 for share in shares.values()):
            zh = f"各部门份额合计为{plain_text(whole)}，应为不小于零、合计100。"
            en = f"The shares add up to {plain_text(whole)}; none may be below zero, and together they must make 100."
            yield Problem(code="shares_not_100", sentence=Text(zh=zh, en=en), place=Place(path=path))
