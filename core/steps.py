"""Long work in short steps, so that an event loop goes on answering between them."""

import asyncio
from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")
Steps = Generator[None, None, T]
STEP = 100
"""So many rows are one step: a few tenths of a millisecond; a request has several turns, and each waits for one step."""


def at_once(work: Steps[T]) -> T:
    """Do all steps without a pause and return the result."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]  # the result of a generator


async def by_and_by(work: Steps[T]) -> T:
    """Do one step after another and let others have their turn between them."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]  # the result of a generator
        await asyncio.sleep(0)
