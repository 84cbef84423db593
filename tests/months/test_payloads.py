"""What a change set proposes is read strictly, and what does not fit is told in the reader's language."""

from typing import Any

import pytest

from core.errors import Invalid
from months.changes.payloads import Kind, read


@pytest.mark.parametrize(
    ("kind", "payload", "path", "zh", "en"),
    [
        (Kind.ADJUSTMENT, {"unit_id": 0, "points": 5}, "payload.unit_id", "应不小于 1", "has to be at least 1"),
        (Kind.ADJUSTMENT, {"unit_id": 1, "points": "x"}, "payload.points", "应为整数", "expected a whole number"),
        (Kind.LATE_DATA, {}, "payload", "缺少 batch_id", "lacks batch_id"),
        (Kind.RED_LINE, {"on": "soon"}, "payload.on", "应为日期，如 2026-11-30", "expected a date"),
        (Kind.QUARANTINE, {"facts": [{"kpi": "K"}]}, "payload.facts[0]", "缺少 unit_id", "lacks unit_id"),
        (Kind.EXCLUSION, {"unit_id": 1, "why": "x"}, "payload", "没有 why 这一项", "has no field why"),
    ],
)
def test_a_change_that_does_not_fit_is_told_where_and_why(
    kind: Kind, payload: dict[str, Any], path: str, zh: str, en: str
) -> None:
    with pytest.raises(Invalid) as refused:
        read(kind, payload)
    told = refused.value.problem
    assert told.place is not None
    assert told.place.path == path
    assert zh in told.sentence.zh
    assert en in told.sentence.en
    assert "`" not in told.sentence.zh + told.sentence.en


def test_a_change_of_nothing_is_refused() -> None:
    with pytest.raises(Invalid, match="changes nothing"):
        read(Kind.ADJUSTMENT, {"unit_id": 1, "points": 0})
