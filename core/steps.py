"""Long work in short steps, so that an event loop goes on answering between them."""

import asyncio
from collections.abc import Callable, Generator
from typing import ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")
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


async def aside(light: bool, work: Callable[P, T], *values: P.args, **named: P.kwargs) -> T:  # noqa: FBT001 - what follows are arguments of the work
    """Do light work at once, and other work in a thread: others are answered meanwhile."""
    return work(*values, **named) if light else await asyncio.to_thread(work, *values, **named)
