"""What a person was told, as the page shows it."""

from datetime import datetime

from msgspec import Struct


class NoticeItem(Struct, frozen=True):
    """One sentence; what was read already stands back."""

    number: int
    sentence: str
    at: datetime
    unread: bool
    icon: str = "bell"


class NoticeGroup(Struct, frozen=True):
    """What was told on one day or in one month."""

    name: str
    rows: tuple[NoticeItem, ...]


class NoticesView(Struct, frozen=True):
    """The newest first; `through` is the latest one on the page."""

    groups: tuple[NoticeGroup, ...]
    unread: bool
    through: int
    newest: str = ""
    older: str = ""
