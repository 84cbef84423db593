"""The trail of changes, as those read it who may."""

from datetime import datetime

from msgspec import Struct

from web.views.shell import Choice, Link


class Changed(Struct, frozen=True):
    """One value that a change touched; an empty text where there was or is none."""

    name: str
    before: str
    after: str


class EntryRow(Struct, frozen=True):
    """One change: who, what, on what, from what to what, why, when."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: Link
    changes: tuple[Changed, ...]
    why: str


class AuditView(Struct, frozen=True):
    """One page of the trail, the newest first, with what it was filtered by."""

    rows: tuple[EntryRow, ...]
    kinds: tuple[Choice, ...]
    subject: str
    actor: str
    newest: str
    older: str
