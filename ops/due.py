"""What becomes due by the time alone: the worker asks each of these at every sweep."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from core.clock import now
from core.log import logger
from months.operations.contests.rounds import settle_due
from months.operations.contests.telling import tell_stages
from months.operations.due import carry_out
from months.operations.judging import follow_up
from months.operations.proving import verify_what_is_new
from months.operations.watching import scan_what_moved

DUE: tuple[Callable[[datetime], Awaitable[int]], ...] = (
    carry_out,
    follow_up,
    settle_due,
    tell_stages,
    verify_what_is_new,
    scan_what_moved,
)
"""Functions that do what is due at an instant and return how much that was; twice does no harm."""

log = logger(__name__)


async def do_what_is_due(at: datetime | None = None) -> int:
    """Ask all of them; one that fails does not keep the others from their work, and is asked again at the next sweep."""
    done = 0
    for act in DUE:
        try:
            done += await asyncio.ensure_future(act(at or now()))  # by itself: nothing that it holds outlives it
        except Exception:
            log.exception("due_failed", act=f"{act.__module__}.{act.__name__}")
    return done
