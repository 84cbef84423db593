"""The activities of a month: how far one has come, recording, checking."""

from msgspec import Struct

from web.views.shell import Choice, Crumb

Words = dict[str, str]


class OwnActivity(Struct, frozen=True, kw_only=True):
    """How far the reader's unit has come with one activity."""

    name: str
    told: str
    """What it brings and who checks it."""
    points: str
    share: int
    """Of the cap, in per cent."""
    of: str
    waiting: str = ""


class RecordView(Struct, frozen=True, kw_only=True):
    """One record, with what the reader may do about it."""

    id: int
    unit: str
    code: str
    activity: str
    told: str
    note: str
    evidence: str
    evidence_href: str
    state: str
    tone: str
    decided: str
    may_check: bool = False
    may_revoke: bool = False


class ActivitiesView(Struct, frozen=True, kw_only=True):
    """The page of a month's activities."""

    month: int
    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    months: tuple[Choice, ...]
    unit: str
    own: tuple[OwnActivity, ...]
    activities: tuple[Choice, ...]
    units: tuple[Choice, ...]
    first: str
    last: str
    """Days between which something can be recorded."""
    may_record: bool
    why_not: str
    evidence: bool
    problems: tuple[str, ...]
    typed: Words
    waiting: tuple[RecordView, ...]
    records: tuple[RecordView, ...]
    words: Words
