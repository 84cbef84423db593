"""What chance a KPI is open to, as its rule says; the arithmetic of it is `scoring.noise`."""

from scoring.book_parts import Kpi

NATURE = {
    "ratio_of_sums": "proportion",
    "nps": "proportion",
    "rate_of_sums": "events",
    "sum": "events",
    "sample_mean": "answers",
    "weighted_mean": "answers",
    "trimmed_mean": "answers",
}


def nature(kpi: Kpi) -> str:
    """Return what chance a KPI is open to: none where every case is counted, unless the rule says otherwise."""
    if kpi.noise != "auto":
        return kpi.noise
    if kpi.aggregation == "rate_of_sums" or (kpi.aggregation == "sum" and kpi.items):
        return "events"
    return NATURE[kpi.aggregation] if kpi.sampled and kpi.aggregation != "sum" else "none"
