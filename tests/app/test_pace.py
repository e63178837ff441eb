"""Messages leave at a platform's pace, the most urgent first."""

import asyncio

from bot.app.pace import Pace, Speed
from bot.domain.ids import MessageKind
from bot.domain.urgency import URGENCY, Urgency
from tests.bench.deliver_simulated import simulated


async def left(pace: Pace, urgencies: list[Urgency]) -> list[tuple[Urgency, float]]:
    """When each of them was let go."""
    found: list[tuple[Urgency, float]] = []
    loop = asyncio.get_running_loop()

    async def go(urgency: Urgency) -> None:
        await pace.turn(urgency)
        found.append((urgency, round(loop.time(), 3)))

    await asyncio.gather(*(go(each) for each in urgencies))
    return found


def test_no_more_leave_than_the_platform_takes() -> None:
    async def many() -> list[tuple[Urgency, float]]:
        pace = Pace(Speed(60, burst=2), asyncio.get_running_loop().time)
        return await left(pace, [Urgency.DAILY] * 5)

    assert [at for _, at in simulated(many())] == [0, 0, 1, 2, 3]


def test_the_most_urgent_goes_first_and_else_who_came_first() -> None:
    async def mixed() -> list[tuple[Urgency, float]]:
        pace = Pace(Speed(60), asyncio.get_running_loop().time)
        order = [Urgency.LAST, Urgency.DAILY, Urgency.SOON, Urgency.NOW, Urgency.DAILY]
        return await left(pace, order)

    assert [urgency for urgency, _ in simulated(mixed())] == [
        Urgency.LAST, Urgency.NOW, Urgency.SOON, Urgency.DAILY, Urgency.DAILY,
    ]  # fmt: skip


def test_whoever_gave_up_waiting_uses_no_turn() -> None:
    async def one_gives_up() -> float:
        loop = asyncio.get_running_loop()
        pace = Pace(Speed(60), loop.time)
        await pace.turn(Urgency.NOW)
        impatient = asyncio.create_task(pace.turn(Urgency.NOW))
        patient = asyncio.create_task(pace.turn(Urgency.DAILY))
        await asyncio.sleep(0.5)
        impatient.cancel()
        await patient
        return loop.time()

    assert round(simulated(one_gives_up()), 3) == 1


def test_there_is_room_for_what_leaves_within_a_second() -> None:
    async def rooms() -> tuple[int, int]:
        pace = Pace(Speed(300, burst=5), asyncio.get_running_loop().time)
        before = pace.room
        waiting = [asyncio.create_task(pace.turn(Urgency.DAILY)) for _ in range(9)]
        await asyncio.sleep(0)
        after = pace.room
        await asyncio.gather(*waiting)
        return before, after

    assert simulated(rooms()) == (10, 1)


def test_whoever_serve_together_share_what_the_platform_takes() -> None:
    assert Speed(300, burst=5).shared(2) == Speed(150, burst=2)
    assert Speed(50, burst=3).shared(4) == Speed(12.5, burst=1)


def test_nobody_goes_while_the_platform_has_enough_and_then_the_most_urgent_first() -> None:
    async def told_to_wait() -> tuple[int, list[tuple[Urgency, float]]]:
        pace = Pace(Speed(60, burst=2), asyncio.get_running_loop().time)
        pace.rest(10)
        pace.rest(3)  # who asks for less meanwhile shortens nothing
        room = pace.room
        return room, await left(pace, [Urgency.DAILY, Urgency.NOW])

    assert simulated(told_to_wait()) == (0, [(Urgency.NOW, 11), (Urgency.DAILY, 12)])


def test_those_who_wait_already_rest_too_but_not_for_ever() -> None:
    async def told_to_wait() -> float:
        pace = Pace(Speed(60), asyncio.get_running_loop().time)
        await pace.turn(Urgency.NOW)
        waits = asyncio.create_task(pace.turn(Urgency.NOW))
        await asyncio.sleep(0.5)
        pace.rest(3600)
        await waits
        return round(asyncio.get_running_loop().time(), 3)

    assert simulated(told_to_wait()) == 31.5


def test_every_kind_has_its_urgency_and_dangers_come_first() -> None:
    assert set(URGENCY) == set(MessageKind)
    first = {kind for kind, urgency in URGENCY.items() if urgency is Urgency.NOW}
    assert {MessageKind.URGENT_CASE, MessageKind.NOT_YET_SEEN, MessageKind.DSL_ALERT} <= first
    assert URGENCY[MessageKind.DIGEST] is Urgency.LAST
