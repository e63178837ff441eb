"""How messages of several schools leave together: by urgency, so many at once, none forgotten."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.deliveries import AT_ONCE, Deliveries
from bot.app.intents import Intent, ToPerson
from bot.app.leaving import Leaving
from bot.app.school import School
from bot.compose.schools import open_the_stores, schools_of
from bot.config import sample_settings
from bot.domain.ids import MessageKind, PersonId, SchoolId
from bot.screens.nodes import Message
from bot.screens.wording import Words
from tests.builders import STARTS, run_here, school_time
from tests.claiming import waiting_in
from tests.fakes import FakeClock

NAMES = ("ash", "beech", "cedar")


@dataclass
class Slow:
    """Takes each message only when it is told to."""

    asked: list[str] = field(default_factory=list)
    most: int = 0
    under_way: int = 0
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, to: PersonId | None, message: Message, words: Words) -> str:
        del message, words
        self.asked.append(str(to))
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await self.go_on.wait()
        self.under_way -= 1
        return "ref"

    async def update(self, message_ref: str, message: Message, words: Words) -> None:
        raise AssertionError(message_ref, message, words)


@contextmanager
def three_schools(folder: Path) -> Iterator[tuple[School, ...]]:
    url = f"sqlite:///{folder / 'data.db'}"
    settings = [replace(sample_settings(folder), id=SchoolId(name), database=url) for name in NAMES]
    with open_the_stores(settings, {}) as stores:
        yield schools_of(settings, stores, FakeClock(school_time(STARTS))).all


def alert(school: School, to: str, kind: MessageKind = MessageKind.ADMIN_ALERT) -> None:
    """Something to be told without a case."""
    now = school.now()
    facts = {"why": "calendar", "draft": "none"}
    with school.store.writing() as writing:
        writing.enqueue([Intent(f"{kind}:{to}", kind, ToPerson(PersonId(to)), now, (), facts)])


def deliveries(schools: tuple[School, ...], platform: Slow, at_once: int = AT_ONCE) -> Deliveries:
    leaving = {each.id: Leaving(each, platform, lambda person: person) for each in schools}
    together = schools[0].store.together([each.store for each in schools])
    return Deliveries(together, leaving, run_here, at_once)


def waiting(school: School) -> int:
    with school.store.reading() as reading:
        return waiting_in(reading, school.now())


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - turns of the loop, and no time
            await asyncio.sleep(0)


async def test_never_more_are_under_way_than_may_be(tmp_path: Path) -> None:
    with three_schools(tmp_path) as schools:
        for school in schools:
            for number in range(8):
                alert(school, f"p{number}")
        platform = Slow()
        going = asyncio.create_task(deliveries(schools, platform, at_once=10).deliver_due())
        await until(lambda: platform.under_way == 8)
        platform.go_on.set()
        assert await going == 24
        assert platform.most == 8  # two places are kept for what is most urgent


async def test_what_becomes_urgent_meanwhile_overtakes_what_can_wait(tmp_path: Path) -> None:
    with three_schools(tmp_path) as schools:
        for number in range(20):
            alert(schools[0], f"p{number:02}")
        platform = Slow()
        all_of_them = deliveries(schools, platform, at_once=5)
        going = asyncio.create_task(all_of_them.deliver_due())
        await until(lambda: platform.under_way == 4)
        held = schools[2]
        with held.store.writing() as writing:
            facts = {"why": "calendar"}
            now = held.now()
            urgent = Intent("u", MessageKind.ADMIN_ALERT, ToPerson(PersonId("u")), now, (), facts)
            writing.enqueue([urgent])
            writing.connection.exec_driver_sql("UPDATE outbox SET urgency = 0 WHERE key = 'u'")  # type: ignore[attr-defined]
        all_of_them.look_again()
        await until(lambda: platform.under_way == 5)
        assert platform.asked[4] == "u"
        platform.go_on.set()
        assert await going == 21


async def test_a_stop_begins_nothing_new_and_writes_down_what_has_left(tmp_path: Path) -> None:
    with three_schools(tmp_path) as schools:
        for number in range(9):
            alert(schools[0], f"p{number}")
        platform = Slow()
        all_of_them = deliveries(schools, platform, at_once=5)
        going = asyncio.create_task(all_of_them.deliver_due())
        await until(lambda: platform.under_way == 4)
        all_of_them.stop()
        platform.go_on.set()
        assert await going == 4
        assert waiting(schools[0]) == 5


async def test_what_has_left_is_written_down_once_the_database_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with three_schools(tmp_path) as schools:
        alert(schools[0], "p")
        platform = Slow()
        platform.go_on.set()
        all_of_them = deliveries(schools, platform)
        taken = asyncio.create_task(all_of_them.deliver_due())
        engines = schools[0].store.engines  # type: ignore[attr-defined]
        away = 3

        def gone() -> object:
            nonlocal away
            if platform.asked and away:
                away -= 1
                raise ConnectionError
            return type(engines).my_turn(engines)

        monkeypatch.setitem(engines.__dict__, "my_turn", gone)
        assert await taken == 1
        assert (platform.asked, away) == (["p"], 0)
        assert waiting(schools[0]) == 0


async def test_a_database_that_is_away_for_a_moment_stops_nothing_that_is_on_its_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with three_schools(tmp_path) as schools:
        alert(schools[0], "a")
        platform = Slow()
        all_of_them = deliveries(schools, platform)
        going = asyncio.create_task(all_of_them.deliver_due())
        await until(lambda: platform.under_way == 1)
        engines = schools[0].store.engines  # type: ignore[attr-defined]
        with monkeypatch.context() as away:
            asked = list[None]()

            class Gone:
                def begin(self) -> object:
                    asked.append(None)
                    raise ConnectionError

            away.setitem(engines.__dict__, "reading", Gone())
            all_of_them.look_again()
            await until(lambda: bool(asked))
        alert(schools[0], "b")
        platform.go_on.set()
        with pytest.raises(ExceptionGroup) as told:
            await going
        assert [type(each) for each in told.value.exceptions] == [ConnectionError]
        assert platform.asked == ["a", "b"]
        assert waiting(schools[0]) == 0


async def test_what_was_claimed_and_could_not_be_made_is_tried_soon_and_not_left_to_its_lease(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with three_schools(tmp_path) as schools:
        alert(schools[0], "a")
        platform = Slow()
        platform.go_on.set()
        all_of_them = deliveries(schools, platform)
        with monkeypatch.context() as away:
            away.setattr(all_of_them.together, "reading", gone_away)
            with pytest.raises(ExceptionGroup):
                await all_of_them.deliver_due()
        schools[0].clock.machine_waits(timedelta(seconds=6))  # type: ignore[attr-defined]
        assert await all_of_them.deliver_due() == 1


def gone_away() -> None:
    raise ConnectionError


async def test_a_message_that_is_long_on_its_way_is_not_sent_again(tmp_path: Path) -> None:
    with three_schools(tmp_path) as schools:
        alert(schools[0], "a")
        platform = Slow()
        all_of_them = deliveries(schools, platform)
        going = asyncio.create_task(all_of_them.deliver_due())
        await until(lambda: platform.under_way == 1)
        another_process = deliveries(schools, platform)
        for _ in range(5):
            schools[0].clock.machine_waits(timedelta(seconds=59))  # type: ignore[attr-defined]
            alert(schools[1], "b")
            all_of_them.look_again()
            await until(lambda: not all_of_them.to_keep())
            async with asyncio.timeout(20):
                assert await another_process.deliver_due() == 0
        schools[0].clock.machine_waits(timedelta(minutes=5))  # type: ignore[attr-defined]
        again = asyncio.create_task(all_of_them.deliver_due())
        platform.go_on.set()
        await going
        await again
        assert platform.asked.count("a") == 1


async def test_each_school_speaks_for_itself_though_they_leave_together(tmp_path: Path) -> None:
    with three_schools(tmp_path) as schools:
        for school in schools:
            alert(school, "same-person")
        platform = Slow()
        platform.go_on.set()
        assert await deliveries(schools, platform).deliver_due() == 3
        later = timedelta(hours=1)
        for school in schools:
            with school.store.reading() as reading:
                assert waiting_in(reading, school.now() + later) == 0
