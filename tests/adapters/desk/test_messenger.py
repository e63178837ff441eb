"""The desk is its own platform: what it took is kept, shown anew in place, and told about."""

import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from adapters.desk.messenger import CHANNEL, DeskMessenger
from bot.app.messenger import DeliveryError
from bot.domain.ids import Cause, PersonId

from .samples import DIGEST, RECEIPT, ROUND_UP, WORDS

HEAD, STAFF = PersonId("desk:head"), PersonId("desk:staff")
NOW = datetime(2026, 11, 24, 8, 15, tzinfo=UTC)


async def _now() -> datetime:
    return NOW


def a_messenger(folder: Path) -> DeskMessenger:
    return DeskMessenger(folder / "desk.sqlite3", [HEAD, STAFF], _now)


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[DeskMessenger]:
    messenger = a_messenger(tmp_path)
    yield messenger
    messenger.close()


async def test_a_message_is_kept_as_it_was_drawn(desk: DeskMessenger) -> None:
    ref = await desk.send(HEAD, ROUND_UP, WORDS)
    [kept] = await desk.log(HEAD)
    assert (kept.ref, kept.at, kept.summary, kept.version) == (
        ref,
        NOW,
        "Two things are due today",
        1,
    )
    assert "Neither needs more than a phone call." in kept.html
    assert await desk.log(STAFF) == ()


async def test_the_channel_has_a_log_of_its_own(desk: DeskMessenger) -> None:
    await desk.send(None, DIGEST, WORDS)
    assert [each.summary for each in await desk.log(CHANNEL)] == ["The governors’ digest"]
    assert await desk.log(HEAD) == ()


async def test_an_update_shows_a_message_anew_in_its_old_place(desk: DeskMessenger) -> None:
    first = await desk.send(HEAD, ROUND_UP, WORDS)
    await desk.send(HEAD, DIGEST, WORDS)
    await desk.update(first, RECEIPT, WORDS)
    log = await desk.log(HEAD)
    assert [(each.summary, each.version) for each in log] == [
        ("Your report is 2026-014", 2),
        ("The governors’ digest", 1),
    ]


async def test_an_answer_is_said_once_for_each_cause(desk: DeskMessenger) -> None:
    for cause in ("desk:1", "desk:1", "desk:2"):
        await desk.say(STAFF, Cause(cause), RECEIPT, WORDS)
    assert len(await desk.log(STAFF)) == 2


async def test_an_account_that_is_not_there_is_a_lasting_failure(desk: DeskMessenger) -> None:
    with pytest.raises(DeliveryError) as failed:
        await desk.send(PersonId("desk:nobody"), ROUND_UP, WORDS)
    assert failed.value.permanent


async def test_a_message_that_is_not_there_cannot_be_updated(desk: DeskMessenger) -> None:
    with pytest.raises(DeliveryError) as failed:
        await desk.update("nothing", ROUND_UP, WORDS)
    assert failed.value.permanent


async def test_a_file_that_takes_nothing_is_a_passing_failure(desk: DeskMessenger) -> None:
    desk.close()
    with pytest.raises(DeliveryError) as failed:
        await desk.send(HEAD, ROUND_UP, WORDS)
    assert not failed.value.permanent


async def test_unread_messages_are_counted_until_somebody_looks(desk: DeskMessenger) -> None:
    await desk.send(HEAD, ROUND_UP, WORDS)
    await desk.send(HEAD, RECEIPT, WORDS)
    await desk.send(None, DIGEST, WORDS)
    assert await desk.unread() == {HEAD: 2, CHANNEL: 1}
    await desk.log(HEAD)
    assert await desk.unread() == {CHANNEL: 1}
    await desk.send(HEAD, DIGEST, WORDS)
    assert (await desk.unread())[HEAD] == 1


async def test_whoever_listens_hears_of_each_change_once(desk: DeskMessenger) -> None:
    async with desk.listening() as listener:
        ref = await desk.send(HEAD, ROUND_UP, WORDS)
        await desk.update(ref, RECEIPT, WORDS)
        await desk.say(STAFF, Cause("desk:1"), RECEIPT, WORDS)
        await desk.say(STAFF, Cause("desk:1"), RECEIPT, WORDS)
        desk.hang_up()
        heard = [listener.get_nowait() for _ in range(listener.qsize())]
    assert heard == [HEAD, HEAD, STAFF, None]


_DIES = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.adapters.desk.test_messenger import HEAD, a_messenger
from tests.adapters.desk.samples import ROUND_UP, WORDS

async def main():
    desk = a_messenger(Path(sys.argv[1]))
    print(await desk.send(HEAD, ROUND_UP, WORDS), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_what_was_taken_survives_the_death_of_the_process(tmp_path: Path) -> None:
    died = subprocess.run(  # noqa: ASYNC221 - nothing else runs here
        [sys.executable, "-c", _DIES, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    desk = a_messenger(tmp_path)
    assert [each.ref for each in await desk.log(HEAD)] == [died.stdout.strip()]
    desk.close()
