"""The form of a rule book that its fingerprint is taken of: the same for the same rules, also under later versions."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from core.points import plain_text

MOST_PLACES = 30


def canonical_bytes(book: msgspec.Struct) -> bytes:
    """Return the same bytes for the same rules, however their document was laid out."""
    return json.dumps(_plain(book), ensure_ascii=False, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:  # noqa: ANN401 any value of a rule book, returned as JSON with its numbers in shortest form
    if isinstance(value, msgspec.Struct):
        return {field.encode_name: _plain(_first_form(value, field.name)) for field in _told(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return plain_text(value, MOST_PLACES) if isinstance(value, Decimal) else value


def _first_form(value: msgspec.Struct, name: str) -> Any:  # noqa: ANN401 the value of a field, of any type
    """Return a field as the first release wrote it: the period was one column then."""
    given = getattr(value, name)
    return given[0] if (type(value).__name__, name) == ("FileScheme", "period") and len(given) == 1 else given


def _told(value: msgspec.Struct) -> list[msgspec.structs.FieldInfo]:
    """Return the fields that count: the first ones always, later ones where they say something."""
    first = FIRST.get(type(value).__name__, frozenset())
    return [
        field
        for field in msgspec.structs.fields(type(value))
        if field.name in first or getattr(value, field.name) != _default(field)
    ]


def _default(field: msgspec.structs.FieldInfo) -> Any:  # noqa: ANN401 the default of a field, of any type
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default


_FIELDS = {
    "Activity": "code name kinds points cap",
    "Award": "code name kinds measure rule count share at_most at_least bars ties prize points improvement_share",
    "Bar": "code kpi process at_least",
    "Board": "code name measure ties breakers hidden_one_in hidden_min peer_groups public",
    "Breaker": "field order kpi",
    "Checklist": "moments measures items min_coverage red_line_cap",
    "ChecklistItem": "code moment measure points kpi name",
    "Coaching": "triggers rules levels step_days capacity plan_days exit_score min_effect training_mark reinspection_score kinds advice",
    "Composition": "coverage_min score_places total_places adjustment_max provisional_relative_from_day grades",
    "DepartmentRow": "code name group hors_concours",
    "DepartmentRules": "kind outcome tasks internal tasks_kpi internal_kpi bonus_kpis bonus_max improvement branch_kind company_kind",
    "FileColumn": "column words",
    "FileScheme": "kind unit kpi joiner period day value numerator denominator sample previous item constants where units_unit units_kind units_group units_name units_parents",
    "Grade": "code name at_least",
    "Item": "code name",
    "Kpi": "code name process unit unit_name direction source frequency minimum maximum aggregation items sampled min_sample window shrink recorded_by stays_with weight_in_process missing method params formula base target stretch prior lead",
    "Measure": "code name kinds parts",
    "Part": "source weight",
    "PeerGroup": "code name from_exposure shown_only",
    "Process": "code name family weight lead management",
    "RedLine": "code name effect cap_at points bars_awards",
    "RuleBook": "code name purpose time_zone fair_play kinds processes sources kpis scorecards extras departments responsibility department themes months composition boards measures red_lines awards coaching checklist files",
    "Source": "code name lag_days",
    "Theme": "code name month doubled multiplier mode activities",
    "TriggerName": "code name level rule",
    "TriggerRule": "bottom_pct min_group exempt_at small_from small_below threshold process_threshold process_weight decline_months decline_min repeat_months",
    "UnitKind": "code name level ranked person groups merge_under protection_months",
}
FIRST: Mapping[str, frozenset[str]] = {name: frozenset(words.split()) for name, words in _FIELDS.items()}
"""The fields of the first release: a document that uses no later ones keeps the fingerprint it had then."""
