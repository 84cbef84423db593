"""What is planned of a month, as one document."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from core.language import Text
from months.dates import NOTICE_DAYS, Agreed
from scoring.book_parts import Checker

NOTHING_SAID = Text(zh="", en="")


class PlannedActivity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What units are asked to do: signed points for each valid record, at most `cap` of them in the month."""

    code: str
    name: Text
    kinds: tuple[str, ...] = ()
    points: Decimal = Decimal(0)
    cap: Decimal | None = None
    evidence: bool = False
    checker: Checker = "manager"


class PlannedAward(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many win an award, by peer group or as a share of each, and its prize in reward points."""

    code: str
    count: dict[str, int] = {}
    share: Decimal | None = None
    points: int = 0
    prize: Text = NOTHING_SAID


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One month: theme, texts, who takes part, what counts double, activities, awards, dates (UTC).

    `kinds` and `left_out` are codes of kinds that take part and of units that do not; `budget` is in reward points;
    a date that is None keeps the default of `months.dates`.
    """

    theme: str
    title: Text
    about: Text = NOTHING_SAID
    kinds: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    peers: Text = NOTHING_SAID
    doubled: tuple[str, ...] = ()
    multiplier: Decimal = Decimal(2)
    mode: Literal["renormalise", "bonus"] = "renormalise"
    activities: tuple[PlannedActivity, ...] = ()
    awards: tuple[PlannedAward, ...] = ()
    budget: int | None = None
    freeze_at: datetime | None = None
    cut_off_at: datetime | None = None
    kpi_cut_offs: dict[str, datetime] = {}
    appeals_until: datetime | None = None
    ceremony_at: datetime | None = None
    notice_days: int = NOTICE_DAYS


DATES: Sequence[str] = ("freeze_at", "cut_off_at", "appeals_until", "ceremony_at")


def agreed(plan: Plan) -> Agreed:
    """Return the dates of a plan as the month keeps them."""
    named = {name: getattr(plan, name) for name in DATES}
    return Agreed(**named, notice_days=plan.notice_days)


def written(plan: Plan) -> str:
    """Return a plan as it is stored."""
    return msgspec.json.encode(plan).decode()


def read(body: str) -> Plan:
    """Return a stored plan."""
    return msgspec.json.decode(body, type=Plan)
