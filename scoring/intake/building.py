"""The catalogue of a rule book and an organisation, as intake wants it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import org.organisation
from core.language import Text
from scoring.book_parts import Kpi as BookKpi
from scoring.intake.catalogue import MICRO, Catalogue, Cause, Item, Kpi, Unit
from scoring.rulebook import RuleBook


def catalogue_of(
    book: RuleBook, kpi_ids: Mapping[str, int], item_ids: Mapping[str, int], units: Mapping[int, org.organisation.Unit]
) -> Catalogue:
    """Return the units, and the KPIs that have a number and facts of their own, each in the order of their ids."""
    kpis = sorted((kpi_ids[code], kpi) for code, kpi in book.kpis.items() if code in kpi_ids and not kpi.reads)
    return Catalogue(
        units=_units(units),
        kpis=tuple(_kpi(number, kpi, item_ids) for number, kpi in kpis),
        kinds={code: kind.name for code, kind in book.kinds.items()},
        sources={code: source.name for code, source in book.sources.items()},
        causes=tuple(
            Cause(code, cause.name.zh, cause.name.en, frozenset(cause.kpis)) for code, cause in book.causes.items()
        ),
    )


def _units(units: Mapping[int, org.organisation.Unit]) -> tuple[Unit, ...]:
    names = {unit_id: unit.name_zh for unit_id, unit in units.items()}
    return tuple(
        Unit(unit.id, unit.code, unit.name_zh, unit.name_en, unit.kind, names.get(unit.parent_id or 0, ""))
        for unit in sorted(units.values(), key=lambda unit: unit.id)
    )


def _kpi(number: int, kpi: BookKpi, item_ids: Mapping[str, int]) -> Kpi:
    return Kpi(
        id=number,
        code=kpi.code,
        name_zh=kpi.name.zh,
        name_en=kpi.name.en,
        measure=kpi.unit,
        minimum=_micro(kpi.minimum),
        maximum=_micro(kpi.maximum),
        aggregation=kpi.aggregation,
        recorded_by=frozenset(kpi.recorded_by),
        sampled=kpi.sampled,
        source=kpi.source,
        items=tuple(_items(kpi, item_ids)),
        typical=_micro(kpi.target),
    )


def _items(kpi: BookKpi, item_ids: Mapping[str, int]) -> Iterable[Item]:
    for code, item in kpi.items.items():
        if code in item_ids:
            yield Item(item_ids[code], code, _name(item.name).zh, _name(item.name).en)


def _name(name: Text | None) -> Text:
    return name or Text(zh="", en="")


def _micro(value: Decimal | None) -> int | None:
    return None if value is None else int(value * MICRO)
