"""What a person was told."""

from datetime import datetime

import msgspec

MOST_SHOWN = 99
"""Unread notices are counted to one more than this and no further."""


class NoticeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence to one person, in both languages, and where to read on; numbered among the reader's own, from one on."""

    id: int
    kind: str
    zh: str
    en: str
    href: str
    at: datetime
    read_at: datetime | None
