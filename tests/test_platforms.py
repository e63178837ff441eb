"""A school on several platforms: everybody is reached on one, where they acted last."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from aiohttp import web

from bot.app.addresses import learn_address, put_governors_channel, reached_at
from bot.app.messenger import DeliveryError
from bot.app.school import Holder
from bot.app.schools import Schools
from bot.compose.holders_watch import AT_ONCE, PACE_SECONDS, HoldersWatch
from bot.compose.platforms import (
    PlatformsMessenger,
    Whereabouts,
    channels_platform,
    reach,
)
from bot.compose.running import RunningSchools
from bot.compose.schools import open_the_stores, schools_of
from bot.domain.ids import MessageKind, PersonId, Role, SchoolId
from bot.screens.messages import one_line
from bot.screens.say import Say
from tests.builders import STARTS, SchoolAtWork, a_school, address, school_time
from tests.fakes import FakeClock, FakePlatform, Here
from tests.two_schools import HILL, settings_of

BOTH = ("slack", "teams")


@pytest.fixture
def school(tmp_path: Path) -> SchoolAtWork:
    return a_school(tmp_path)


HERE = cast("RunningSchools", Here())


def reached(school: SchoolAtWork, who: str) -> tuple[str, PersonId] | None:
    with school.school.store.reading() as reading:
        return reached_at(reading, school.id_of(who), BOTH)


async def test_somebody_is_reached_where_they_acted_last(school: SchoolAtWork) -> None:
    places = Whereabouts(Schools((school.school,)), HERE)
    assert reached(school, "head") is None
    for platform in ("slack", "teams", "teams", "slack"):
        await places.learn(school.person("head"), PersonId(f"at {platform}"), platform)
        assert reached(school, "head") == (platform, f"at {platform}")
    assert reach(("teams",), school.school, school.id_of("head")) == "teams|at teams"
    assert reach(BOTH, school.school, school.id_of("staff")) is None


def test_an_account_that_is_looked_up_moves_nobody(school: SchoolAtWork) -> None:
    learn_address(school.school, address("head"), PersonId("T"), "teams", acted=True)
    learn_address(school.school, address("head"), PersonId("S"), "slack")
    assert reached(school, "head") == ("teams", "T")


def both(channel: str | None = None) -> tuple[PlatformsMessenger, dict[str, FakePlatform]]:
    fakes = {name: FakePlatform(str) for name in BOTH}
    return PlatformsMessenger(fakes, "slack", _answering(channel)), fakes


def _answering(channel: str | None) -> Callable[[], Awaitable[str | None]]:
    async def asked() -> str | None:
        return channel

    return asked


async def test_a_message_leaves_by_the_platform_of_its_address(school: SchoolAtWork) -> None:
    messenger, fakes = both()
    words, message = school.school.words(), one_line(Say.HELP_DANGER)
    ref = await messenger.send(PersonId("teams|T1|x"), message, words)
    assert [each.to for each in fakes["teams"].taken] == ["T1|x"]
    assert fakes["slack"].taken == []
    await messenger.update(ref, message, words)
    assert list(fakes["teams"].updated) == ["0"]


async def test_what_names_no_platform_is_of_the_usual_one(school: SchoolAtWork) -> None:
    messenger, fakes = both()
    words, message = school.school.words(), one_line(Say.HELP_DANGER)
    await messenger.send(PersonId("U0HEAD"), message, words)
    await messenger.send(None, message, words)
    await messenger.update("0", message, words)
    assert [each.to for each in fakes["slack"].taken] == ["U0HEAD", "governors"]
    assert list(fakes["slack"].updated) == ["0"]


async def test_the_digest_goes_to_the_channels_platform(school: SchoolAtWork) -> None:
    with school.school.store.writing() as writing:
        put_governors_channel(writing, "teams:somewhere")
    messenger, fakes = both(channels_platform(school.school))
    await messenger.send(None, one_line(Say.HELP_DANGER), school.school.words())
    assert [each.to for each in fakes["teams"].taken] == ["governors"]


async def test_a_digest_for_a_platform_that_is_off_waits(school: SchoolAtWork) -> None:
    messenger, fakes = both("desk")
    with pytest.raises(DeliveryError) as error:
        await messenger.send(None, one_line(Say.HELP_DANGER), school.school.words())
    assert not error.value.permanent
    assert not any(each.taken for each in fakes.values())


class Knows:
    """A platform that knows these people."""

    def __init__(self, known: Mapping[str, PersonId | None]) -> None:
        self.known = dict(known)

    async def open(self) -> Sequence[web.AbstractRouteDef]:
        return ()

    def start(self) -> None:
        """Nobody comes."""

    async def close(self) -> None:
        """Nobody came."""

    async def reached(self) -> None:
        """At once."""

    async def why_away(self) -> str:
        return ""

    async def accounts(self, emails: Collection[str]) -> Mapping[str, PersonId | None]:
        return {each: self.known[each] for each in emails if each in self.known}


def alerts(school: SchoolAtWork) -> int:
    school.settle()
    return len(school.sent(MessageKind.ADMIN_ALERT))


def test_who_is_reached_on_one_platform_is_missed_on_none(school: SchoolAtWork) -> None:
    emails = {each.email for people in school.school.holders.values() for each in people}
    slack = Knows(dict.fromkeys(emails, PersonId("U1")))
    teams = Knows(dict.fromkeys(emails))
    watch = HoldersWatch(Schools((school.school,)), HERE, {"slack": slack, "teams": teams})
    asyncio.run(watch.look())
    assert alerts(school) == 0
    slack.known[address("head")] = None
    for _ in range(2):
        asyncio.run(watch.look())
        assert alerts(school) == 1
    del teams.known[address("deputy")]  # Teams gave no answer
    slack.known[address("deputy")] = None
    asyncio.run(watch.look())
    assert alerts(school) == 1


class Counts(Knows):
    """A platform that notes what it is asked, and knows everybody."""

    def __init__(self) -> None:
        super().__init__({})
        self.asked: list[list[str]] = []

    async def accounts(self, emails: Collection[str]) -> Mapping[str, PersonId | None]:
        self.asked.append(list(emails))
        return {each: PersonId(f"U-{each}") for each in emails}


async def test_of_several_schools_each_address_is_looked_up_once_and_at_a_pace(
    tmp_path: Path,
) -> None:
    slack, paused = Counts(), list[float]()

    async def pause(seconds: float) -> None:
        paused.append(seconds)

    with many_schools(tmp_path, 9) as schools:
        await HoldersWatch(schools, HERE, {"slack": slack}, pause).look()
        asked = [email for each in slack.asked for email in each]
        assert len(asked) == len(set(asked)) == 9 * 3 + 2
        assert all(len(each) <= AT_ONCE for each in slack.asked)
        assert paused == [PACE_SECONDS] * (len(slack.asked) - 1)
        assert len(paused) == 1
        for school in schools:
            with school.store.reading() as reading:
                assert len(reading.values("address:slack:")) == 5


@contextmanager
def many_schools(folder: Path, number: int) -> Iterator[Schools]:
    """Schools that share a chair and an administrator."""
    one = settings_of(HILL, folder)
    shared = {role: one.holders[role] for role in (Role.CHAIR, Role.ADMIN)}
    settings = [
        replace(
            one,
            id=SchoolId(f"school-{n}"),
            name=f"School {n}",
            holders={
                **{
                    role: (Holder(f"{role}@school{n}.example"),)
                    for role in (Role.HEAD, Role.DEPUTY, Role.DSL)
                },
                **shared,
            },
        )
        for n in range(number)
    ]
    with open_the_stores(settings, {}) as stores:
        yield schools_of(settings, stores, FakeClock(school_time(STARTS)))
