"""A catalogue made ready for looking up: built once for many files, safe to share between threads."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.intake.catalogue import BY_RATER, Catalogue
from scoring.intake.names import KpiDirectory, UnitDirectory
from scoring.intake.settling import KpiTable, kpi_table


@dataclass(frozen=True)
class Index:
    """The catalogue with directories of names and its columns as arrays."""

    catalogue: Catalogue
    units: UnitDirectory
    kpis: KpiDirectory
    table: KpiTable
    unit_ids: NDArray[np.int32]
    kpi_ids: NDArray[np.int16]
    unit_kinds: NDArray[np.int16]
    recorded: NDArray[np.bool_]
    itemised: NDArray[np.bool_]
    rated: NDArray[np.bool_]
    shares: NDArray[np.bool_]


def index_of(catalogue: Catalogue) -> Index:
    """Return the index; units and KPIs must stand in the order of their ids."""
    kinds = sorted({unit.kind for unit in catalogue.units})
    places = {kind: place for place, kind in enumerate(kinds)}
    return Index(
        catalogue=catalogue,
        units=UnitDirectory(catalogue.units),
        kpis=KpiDirectory(catalogue.kpis),
        table=kpi_table(catalogue.kpis),
        unit_ids=np.array([unit.id for unit in catalogue.units], np.int32),
        kpi_ids=np.array([kpi.id for kpi in catalogue.kpis], np.int16),
        unit_kinds=np.array([places[unit.kind] for unit in catalogue.units], np.int16),
        recorded=np.array(
            [[not kpi.recorded_by or kind in kpi.recorded_by for kind in kinds] for kpi in catalogue.kpis], bool
        ).reshape(len(catalogue.kpis), len(kinds)),
        itemised=np.array([len(kpi.items) > 1 for kpi in catalogue.kpis], bool),
        rated=np.array([kpi.aggregation == BY_RATER for kpi in catalogue.kpis], bool),
        shares=np.array([kpi.measure == "pct" for kpi in catalogue.kpis], bool),
    )
