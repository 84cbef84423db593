import asyncio
from collections.abc import Sequence

import pytest

from core.gathering import Gathering


class Desk:
    """Answers with the number of the round in which it was asked."""

    def __init__(self) -> None:
        self.rounds: list[Sequence[str]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.asked = asyncio.Event()

    async def answer(self, keys: Sequence[str]) -> dict[str, int]:
        self.rounds.append(sorted(keys))
        number = len(self.rounds)
        self.asked.set()
        await self.open.wait()
        if "broken" in keys:
            raise ValueError("broken")
        return {key: number for key in keys if key != "nobody"}


async def test_questions_put_at_once_are_one_question() -> None:
    desk = Desk()
    desks: Gathering[str, int] = Gathering(desk.answer)
    assert await asyncio.gather(*(desks.one(key) for key in "abcab")) == [1] * 5
    assert desk.rounds == [["a", "b", "c"]]


async def test_a_question_put_while_another_is_on_its_way_is_asked_anew() -> None:
    desk = Desk()
    desks: Gathering[str, int] = Gathering(desk.answer)
    desk.open.clear()
    first = asyncio.create_task(desks.one("a"))
    await desk.asked.wait()
    second = asyncio.create_task(desks.one("a"))
    await asyncio.sleep(0)
    desk.open.set()
    assert (await first, await second) == (1, 2)


async def test_an_unknown_key_is_answered_with_none() -> None:
    desks: Gathering[str, int] = Gathering(Desk().answer)
    assert await desks.one("nobody") is None


async def test_a_failure_reaches_everybody_who_asked_and_the_next_round_works() -> None:
    desks: Gathering[str, int] = Gathering(Desk().answer)
    found = await asyncio.gather(desks.one("a"), desks.one("broken"), return_exceptions=True)
    assert [type(one) for one in found] == [ValueError, ValueError]
    assert await desks.one("a") == 2


async def test_somebody_who_goes_away_does_not_take_the_answer_along() -> None:
    desk = Desk()
    desks: Gathering[str, int] = Gathering(desk.answer)
    desk.open.clear()
    leaving, staying = asyncio.create_task(desks.one("a")), asyncio.create_task(desks.one("a"))
    await desk.asked.wait()
    leaving.cancel()
    desk.open.set()
    assert await staying == 1
    with pytest.raises(asyncio.CancelledError):
        await leaving
