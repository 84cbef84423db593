"""Notices about change sets."""

from collections.abc import Sequence
from datetime import datetime

from core.language import Text


async def tell(*, kind: str, text: Text, href: str, unit_ids: Sequence[int], at: datetime) -> None:
    """Tell the people of some units something, inside the caller's transaction."""
    del kind, text, href, unit_ids, at
