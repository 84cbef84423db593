import asyncio
from collections.abc import Sequence

import pytest

from core.gathering import Gathering, Remembering


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


async def test_nothing_is_remembered_while_no_calls_are_heard() -> None:
    desk = Desk()
    desks: Remembering[str, int] = Remembering(desk.answer, seconds=60, most=10)
    assert [await desks.one("a"), await desks.one("a")] == [1, 2]


async def test_an_answer_holds_until_a_call() -> None:
    desk = Desk()
    desks = _hearing(desk)
    assert [await desks.one("a"), await desks.one("a")] == [1, 1]
    desks.forget()
    assert await desks.one("a") == 2


async def test_an_answer_that_a_call_overtook_is_not_kept() -> None:
    desk = Desk()
    desks = _hearing(desk)
    desk.open.clear()
    asked = asyncio.create_task(desks.one("a"))
    await desk.asked.wait()
    desks.forget()
    desk.open.set()
    assert [await asked, await desks.one("a")] == [1, 2]


async def test_an_answer_grows_old() -> None:
    desk = Desk()
    desks = _hearing(desk, seconds=0)
    assert [await desks.one("a"), await desks.one("a")] == [1, 2]


async def test_an_end_of_hearing_ends_all_memories() -> None:
    desk = Desk()
    desks = _hearing(desk)
    await desks.one("a")
    desks.hearing(calls=False)
    desks.hearing(calls=True)
    assert await desks.one("a") == 2


async def test_what_nobody_knows_is_asked_each_time() -> None:
    desk = Desk()
    desks = _hearing(desk)
    await desks.one("nobody")
    await desks.one("nobody")
    assert len(desk.rounds) == 2


async def test_no_more_is_remembered_than_there_is_room_for() -> None:
    desk = Desk()
    desks = _hearing(desk, most=2)
    for key in "abc":
        await desks.one(key)
    assert [await desks.one("c"), await desks.one("a")] == [3, 4]


def _hearing(desk: Desk, seconds: float = 60, most: int = 10) -> Remembering[str, int]:
    desks: Remembering[str, int] = Remembering(desk.answer, seconds=seconds, most=most)
    desks.hearing(calls=True)
    return desks
