"""Questions that many requests ask at the same moment, put to the database as one, and answers that hold for a moment."""

import asyncio
import time
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


class Remembering(Gathering[K, V]):
    """Remembers answers for a moment, and only while calls tell when they are no longer true.

    An answer is never kept that was on its way when a call came; what nobody knows is asked anew each time.
    """

    def __init__(self, fetch: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]], seconds: float, most: int) -> None:
        super().__init__(fetch)
        self._seconds, self._most = seconds, most
        self._hearing = False
        self._calls = 0
        self._kept: dict[K, tuple[float, V]] = {}

    def hearing(self, *, calls: bool) -> None:
        """Say whether calls are heard; while they are not, every question is asked."""
        self._hearing = calls
        self.forget()

    def forget(self) -> None:
        """Hear that any answer may have changed."""
        self._calls += 1
        self._kept.clear()

    async def one(self, key: K) -> V | None:
        """Return the answer for a key as it is now, or as it was a moment ago if no call has come since."""
        begun, calls = time.monotonic(), self._calls
        known = self._kept.get(key)
        if known is not None and begun < known[0]:
            return known[1]
        answer = await super().one(key)
        if self._hearing and calls == self._calls and answer is not None:
            if len(self._kept) >= self._most:
                self._kept.clear()
            self._kept[key] = (begun + self._seconds, answer)
        return answer

    async def anew(self, key: K) -> V | None:
        """Return the answer for a key as it is now."""
        self._kept.pop(key, None)
        return await self.one(key)


def _fail(futures: Iterable[asyncio.Future[V | None]], failure: Exception) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(failure)
            future.exception()  # somebody who has gone away in the meantime need not hear it


def _cancel(futures: Iterable[asyncio.Future[V | None]]) -> None:
    for future in futures:
        future.cancel()
