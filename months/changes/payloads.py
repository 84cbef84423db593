"""What a change set of each kind proposes, as it is stored: JSON by names, read strictly."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import structs

from core.errors import Invalid, Problem, problem
from core.language import Text
from core.wrong_values import misfit
from scoring.intake.told import Record

MOST_CENTS = 100_000
MOST_RECORDS = 1_000
MOST_NAMED = 100
Number: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class Kind(StrEnum):
    """What a change set changes; the values are public words of the API."""

    RULES = "rules"
    CORRECTION = "correction"
    LATE_DATA = "late_data"
    MEMBERSHIP = "membership"
    APPEAL = "appeal"
    ADJUSTMENT = "adjustment"
    EXCLUSION = "exclusion"
    QUARANTINE = "quarantine"
    RED_LINE = "red_line"
    NAMING = "naming"


NAMES: dict[Kind, Text] = {
    Kind.RULES: Text(zh="规则", en="Rules"),
    Kind.CORRECTION: Text(zh="数据更正", en="Correction"),
    Kind.LATE_DATA: Text(zh="迟到数据", en="Late data"),
    Kind.MEMBERSHIP: Text(zh="归属", en="Membership"),
    Kind.APPEAL: Text(zh="申诉结果", en="Outcome of an appeal"),
    Kind.ADJUSTMENT: Text(zh="加减分", en="Adjustment"),
    Kind.EXCLUSION: Text(zh="排除", en="Exclusion"),
    Kind.QUARANTINE: Text(zh="数据隔离", en="Quarantine"),
    Kind.RED_LINE: Text(zh="红线", en="Red line"),
    Kind.NAMING: Text(zh="评定奖项", en="Award by hand"),
}


class Adjustment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Signed points (cents) beside a unit's card; or `lift`, the number of an entry that ends."""

    unit_id: Number | None = None
    points: Annotated[int, msgspec.Meta(ge=-MOST_CENTS, le=MOST_CENTS)] = 0
    evidence: Annotated[str, msgspec.Meta(max_length=500)] | None = None
    lift: Number | None = None


class RedLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A verified serious misconduct of a unit on a day of the month; or `lift`, the number of an event that was none."""

    unit_id: Number | None = None
    on: date | None = None
    code: Annotated[str, msgspec.Meta(max_length=24)] = ""
    lift: Number | None = None


class Exclusion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A unit left out of the award, of the statistics or of both; or `lift`, the number of an exclusion that ends."""

    unit_id: Number | None = None
    what: Annotated[str, msgspec.Meta(pattern="^(award|statistics|both)$")] = "both"
    lift: Number | None = None


class Naming(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Units named for an award that no rule decides; or `lift`, the number of a naming that ends."""

    award: Annotated[str, msgspec.Meta(max_length=32)] = ""
    unit_ids: Annotated[tuple[Number, ...], msgspec.Meta(max_length=MOST_NAMED)] = ()
    lift: Number | None = None


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Facts that replace stored ones: as records, as an uploaded file, or `withdraw`, a whole import taken back."""

    records: Annotated[tuple[Record, ...], msgspec.Meta(max_length=MOST_RECORDS)] = ()
    upload_id: Number | None = None
    only_good: bool = False
    withdraw: Number | None = None


class LateData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An import that came after the cut-off and is to count for the month all the same."""

    batch_id: Number


class FactKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One stored fact: KPI, unit, day, and the item within the KPI where it has any."""

    kpi: Annotated[str, msgspec.Meta(max_length=32)]
    unit_id: Number
    on: date
    item: Annotated[str, msgspec.Meta(max_length=48)] = ""


class Quarantine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Facts set aside: named one by one, or all of a KPI of a unit in the month, of some days if they are given."""

    facts: Annotated[tuple[FactKey, ...], msgspec.Meta(max_length=MOST_RECORDS)] = ()
    kpi: Annotated[str, msgspec.Meta(max_length=32)] = ""
    unit_id: Number | None = None
    first_on: date | None = None
    last_on: date | None = None
    finding_id: Number | None = None


class Membership(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A unit put under another parent (or employer) from a day on."""

    unit_id: Number
    parent_id: Number
    on: date
    relation: Annotated[str, msgspec.Meta(pattern="^(line|employer)$")] = "line"


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Another version of the rules, another theme, or both, for a month that runs."""

    rule_book_id: Number | None = None
    theme: Annotated[str, msgspec.Meta(max_length=24)] | None = None
    plan_version: Number | None = None


class Appeal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an upheld appeal comes to: one change of another kind, with the appeal's number."""

    appeal_id: Number
    kind: Kind
    payload: dict[str, Any]


Payload: TypeAlias = (
    Adjustment | RedLine | Exclusion | Naming | Correction | LateData | Quarantine | Membership | Rules | Appeal
)
SHAPES: dict[Kind, type[Payload]] = {
    Kind.ADJUSTMENT: Adjustment,
    Kind.RED_LINE: RedLine,
    Kind.EXCLUSION: Exclusion,
    Kind.NAMING: Naming,
    Kind.CORRECTION: Correction,
    Kind.LATE_DATA: LateData,
    Kind.QUARANTINE: Quarantine,
    Kind.MEMBERSHIP: Membership,
    Kind.RULES: Rules,
    Kind.APPEAL: Appeal,
}


def read(kind: Kind, given: Mapping[str, Any] | str) -> Payload:
    """Return a payload given as JSON or as plain values; Invalid where it does not fit the kind or says nothing."""
    try:
        if isinstance(given, str):
            found = msgspec.json.decode(given, type=SHAPES[kind])
        else:
            found = msgspec.convert(msgspec.to_builtins(given), SHAPES[kind])
    except msgspec.ValidationError as failure:
        fault = misfit(failure, "payload")
        told = Text(f"变更的内容不对：{fault.sentence.zh}", f"What is to change is wrong: {fault.sentence.en}")
        raise Invalid(structs.replace(fault, code="bad_change", sentence=told)) from None
    if isinstance(found, Appeal):
        if found.kind is Kind.APPEAL:
            raise Invalid(_says_nothing())
        read(found.kind, found.payload)
    elif not _says_something(found):
        raise Invalid(_says_nothing())
    return found


def inner(kind: Kind, payload: Payload) -> tuple[Kind, Payload]:
    """Return what is truly changed: an appeal's change is that of another kind."""
    return (payload.kind, read(payload.kind, payload.payload)) if isinstance(payload, Appeal) else (kind, payload)


def encoded(payload: Payload) -> str:
    """Return a payload as it is stored: the same change is the same text."""
    return msgspec.json.encode(payload, order="sorted").decode()


def units_of(payload: Payload) -> frozenset[int]:
    """Return the units that a change names itself; those of lifted entries and of files are found where they are stored."""
    if isinstance(payload, Quarantine):
        return frozenset({*(fact.unit_id for fact in payload.facts), *([payload.unit_id] if payload.unit_id else [])})
    if isinstance(payload, Naming):
        return frozenset(payload.unit_ids)
    named = getattr(payload, "unit_id", None)
    return frozenset() if named is None else frozenset({named})


def touches_facts(kind: Kind) -> bool:
    """Tell whether the month has to be folded anew, not only scored."""
    return kind in {Kind.CORRECTION, Kind.LATE_DATA, Kind.QUARANTINE, Kind.RULES}


def _says_something(found: Payload) -> bool:
    if isinstance(found, Adjustment):
        return found.lift is not None or (found.unit_id is not None and found.points != 0)
    if isinstance(found, RedLine):
        return found.lift is not None or (found.unit_id is not None and found.on is not None and found.code != "")
    if isinstance(found, Exclusion):
        return found.lift is not None or found.unit_id is not None
    if isinstance(found, Naming):
        return found.lift is not None or (bool(found.unit_ids) and found.award != "")
    if isinstance(found, Correction):
        return sum((bool(found.records), found.upload_id is not None, found.withdraw is not None)) == 1
    if isinstance(found, Quarantine):
        return bool(found.facts) != bool(found.kpi and found.unit_id)
    return not isinstance(found, Rules) or found.rule_book_id is not None or found.theme is not None


def _says_nothing() -> Problem:
    return problem("empty_change", "这个变更没有要改的内容。", "This change changes nothing.")
