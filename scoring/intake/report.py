"""A preview as it is stored and shown: numbers, causes, oddities and the first refusals."""

from scoring.intake.explaining import causes, column_uses, oddities, refusals, skipped
from scoring.intake.index import Index
from scoring.intake.preview import Preview
from scoring.intake.telling import day_of
from scoring.intake.told import Report

MOST_SKIPPED = 200


def report(found: Preview, index: Index) -> Report:
    """Return the preview in words."""
    facts = found.facts
    refused = refusals(found, index)
    codes = {kpi.id: kpi.code for kpi in index.catalogue.kpis}
    kpis = sorted(set(facts.kpi_id.tolist())) if len(facts) else []
    last = facts.on_day + facts.span_days - 1
    return Report(
        read=found.read,
        good=found.good,
        refused=found.refused,
        skipped=found.skipped,
        odd=len(found.odds.entries),
        units=len(set(facts.unit_id.tolist())),
        kpis=tuple(codes[kpi] for kpi in kpis),
        first_on=day_of(int(facts.on_day.min())).isoformat() if len(facts) else None,
        last_on=day_of(int(last.max())).isoformat() if len(facts) else None,
        causes=causes(found, index, refused),
        refusals=refused,
        passed_over=skipped(found, index, count=MOST_SKIPPED),
        oddities=oddities(found, index),
        columns=column_uses(found, index),
        notes=found.notes,
    )
