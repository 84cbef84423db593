"""Questions that many requests ask at the same moment, put to the database as one."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Gathering(Generic[K, V]):
    """Answers single questions by asking for many at once.

    A question put while another is on its way waits for the next round, so that every answer is read after it was
    asked for; a lonely question goes out at once.
    """

    def __init__(self, fetch: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._fetch = fetch
        self._waiting: dict[K, asyncio.Future[V | None]] = {}
        self._round: asyncio.Task[None] | None = None

    async def one(self, key: K) -> V | None:
        """Return the answer for a key, None when there is none."""
        future = self._waiting.get(key)
        if future is None or future.get_loop() is not asyncio.get_running_loop():
            future = self._waiting[key] = asyncio.get_running_loop().create_future()
        if self._round is None or self._round.done():
            self._round = asyncio.create_task(self._rounds())
        return await asyncio.shield(future)

    async def _rounds(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting, {}
            try:
                answers = await self._fetch(list(asked))
            except Exception as failure:  # noqa: BLE001 - whoever asked shall hear of it
                _fail(asked.values(), failure)
                continue
            except BaseException:
                _cancel(asked.values())
                raise
            for key, future in asked.items():
                if not future.done():
                    future.set_result(answers.get(key))


def _fail(futures: Iterable[asyncio.Future[V | None]], failure: Exception) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(failure)
            future.exception()  # somebody who has gone away in the meantime need not hear it


def _cancel(futures: Iterable[asyncio.Future[V | None]]) -> None:
    for future in futures:
        future.cancel()
