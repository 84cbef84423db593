"""What a person was told, as the page shows it."""

from datetime import datetime

from msgspec import Struct


class NoticeItem(Struct, frozen=True):
    """One sentence; what was read already stands back."""

    number: int
    sentence: str
    at: datetime
    unread: bool


class NoticesView(Struct, frozen=True):
    """The newest first; `through` is the latest one on the page."""

    rows: tuple[NoticeItem, ...]
    unread: bool
    through: int
    newest: str = ""
    older: str = ""
