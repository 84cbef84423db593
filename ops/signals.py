"""How a process stops: it announces it, lets the proxy look away, and ends."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable

from core import drain


@contextlib.asynccontextmanager
async def stopping(stop: Callable[[], None], drain_seconds: int) -> AsyncIterator[None]:
    """Turn the first signal into a drain and a stop, the second into a stop at once."""
    loop = asyncio.get_running_loop()
    waiting: list[asyncio.Task[None]] = []

    async def after_drain(seconds: int) -> None:
        drain.begin()
        await asyncio.sleep(seconds)
        stop()

    def signalled(seconds: int) -> None:
        waiting.append(loop.create_task(after_drain(0 if waiting else seconds)))

    loop.add_signal_handler(signal.SIGTERM, signalled, drain_seconds)
    loop.add_signal_handler(signal.SIGINT, signalled, 0)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
        for task in waiting:
            task.cancel()
