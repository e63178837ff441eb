"""Messages reach people in Teams whole, and are shown anew where they stand."""

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from adapters.teams.messenger import TeamsMessenger
from adapters.teams.references import Reference
from adapters.teams.render import PictureOf
from bot.app.messenger import DeliveryError
from bot.domain.figures import DigestChart
from bot.domain.ids import MessageKind, PersonId, StepId
from bot.screens.facts import plain
from bot.screens.messages import one_line
from bot.screens.nodes import Action, Chart, Message, StepLine
from bot.screens.press import Press, Verb
from bot.screens.say import Say
from bot.screens.wording import Words
from tests.builders import a_school

from .client_cards import buttons_in, elements_of, texts_in
from .door import AtTheDoor, at_the_door
from .stand_in import MOST_BYTES, Failure, Json, too_many

DUE = datetime(2026, 11, 24, 16, tzinfo=UTC)
HELLO = one_line(Say.BACK_AGAIN)


@pytest.fixture
def words(tmp_path: Path) -> Iterator[Words]:
    made = a_school(tmp_path)
    yield made.school.words()
    made.school.store.close()


def a_messenger(
    at: AtTheDoor,
    *,
    channel: Reference | None = None,
    windows: bool = True,
    draw: Callable[[PictureOf], bytes | None] = PictureOf.draw,
) -> TeamsMessenger:
    async def where() -> Reference | None:
        return channel

    async def opens_windows(_where: Reference) -> bool:
        return windows

    return TeamsMessenger(at.client, where, opens_windows, at.report, draw)


def to_staff(at: AtTheDoor) -> PersonId:
    return PersonId(at.chat.encode())


def long_message(lines: int) -> Message:
    steps = tuple(
        StepLine(
            StepId("acknowledge"),
            None,
            DUE,
            plain(Say.STATE_DUE, due=DUE),
            (Action(plain(Say.OPEN_CASE), Press(Verb.OPEN_CASE, f"case-{number}")),),
        )
        for number in range(lines)
    )
    return Message(MessageKind.ROUND_UP, steps, plain(Say.ROUND_UP_TITLE))


async def failure_of(sent: Any) -> DeliveryError:  # noqa: ANN401 - what is awaited
    with pytest.raises(DeliveryError) as error:
        await sent
    return error.value


async def test_a_message_comes_in_the_chat_with_the_bot(words: Words) -> None:
    async with at_the_door() as at:
        ref = await a_messenger(at).send(to_staff(at), HELLO, words)
        (posted,) = at.teams.messages
        assert posted.conversation == at.chat.conversation
        assert ref == f"{at.chat.encode()}\n{posted.id}"
        assert Say.BACK_AGAIN.value in texts_in(posted.card)
        assert posted.activity["summary"] == Say.BACK_AGAIN.value
        assert at.teams.problems == []


async def test_buttons_open_dialogs_only_where_there_are_any(words: Words) -> None:
    async with at_the_door() as at:
        for windows in (True, False):
            await a_messenger(at, windows=windows).send(to_staff(at), long_message(1), words)
        opens = [["msteams" in b["data"] for b in buttons_in(p.card)] for p in at.teams.messages]
        assert opens == [[True], [False]]


async def test_a_long_message_comes_in_parts_and_its_reference_names_them_all(
    words: Words,
) -> None:
    async with at_the_door() as at:
        ref = await a_messenger(at).send(to_staff(at), long_message(100), words)
        posted = at.teams.messages
        assert len(posted) > 1
        assert ref.partition("\n")[2].split(",") == [each.id for each in posted]
        assert at.teams.problems == []


async def test_a_part_that_fails_takes_the_others_back(words: Words) -> None:
    async with at_the_door() as at:
        at.teams.fails("send", None, Failure(500))
        failed = await failure_of(a_messenger(at).send(to_staff(at), long_message(100), words))
        assert not failed.permanent
        assert at.teams.messages == []
        assert len(at.teams.called("delete")) == 1


async def test_a_message_is_shown_anew_where_it_stands(words: Words) -> None:
    async with at_the_door() as at:
        messenger = a_messenger(at)
        ref = await messenger.send(to_staff(at), HELLO, words)
        await messenger.update(ref, one_line(Say.CASES_NONE), words)
        (posted,) = at.teams.messages
        assert Say.CASES_NONE.value in texts_in(posted.card)


async def test_fewer_parts_leave_no_old_one_behind_and_more_are_added(words: Words) -> None:
    async with at_the_door() as at:
        messenger = a_messenger(at)
        ref = await messenger.send(to_staff(at), long_message(100), words)
        parts = len(at.teams.messages)
        await messenger.update(ref, HELLO, words)
        assert len(at.teams.messages) == 1
        first = f"{to_staff(at)}\n{at.teams.messages[0].id}"
        await messenger.update(first, long_message(100), words)
        assert len(at.teams.messages) == parts


async def test_a_superfluous_part_that_is_gone_already_is_no_failure(words: Words) -> None:
    async with at_the_door() as at:
        messenger = a_messenger(at)
        ref = await messenger.send(to_staff(at), long_message(100), words)
        del at.teams.messages[1:]
        await messenger.update(ref, HELLO, words)
        assert len(at.teams.messages) == 1


async def test_a_message_that_was_deleted_is_not_shown_anew(words: Words) -> None:
    async with at_the_door() as at:
        messenger = a_messenger(at)
        ref = await messenger.send(to_staff(at), HELLO, words)
        at.teams.messages.clear()
        assert (await failure_of(messenger.update(ref, HELLO, words))).permanent


# The digest

A_CHART = Chart(DigestChart((), ()), plain(Say.DIGEST_CHART))
DIGEST = Message(MessageKind.DIGEST, (A_CHART,), plain(Say.DIGEST_SUMMARY))


def images_in(card: Json) -> list[Json]:
    return [each for each in elements_of(card) if each.get("type") == "Image"]


async def test_the_digest_has_its_chart_as_a_picture_with_words_for_it(words: Words) -> None:
    async with at_the_door() as at:
        await a_messenger(at, channel=at.channel).send(None, DIGEST, words)
        (posted,) = at.teams.messages
        (image,) = images_in(posted.card)
        assert posted.conversation == at.channel.conversation
        assert image["altText"]
        kind, _, drawn = image["url"].partition(",")
        assert kind == "data:image/png;base64"
        with Image.open(BytesIO(base64.b64decode(drawn))) as opened:
            assert opened.width >= 480
        assert len(str(posted.activity).encode()) <= MOST_BYTES
        assert at.teams.problems == []


async def test_a_chart_that_cannot_be_drawn_comes_in_words(words: Words) -> None:
    def fails(_picture: PictureOf) -> bytes:
        raise OSError

    async with at_the_door() as at:
        await a_messenger(at, channel=at.channel, draw=fails).send(None, DIGEST, words)
        (posted,) = at.teams.messages
        assert images_in(posted.card) == []
        assert Say.DIGEST_CHART.value in texts_in(posted.card)
        assert [what for what, _ in at.failures] == ["drawing a chart"]


@pytest.mark.parametrize("drawn", [None, b"x" * MOST_BYTES])
async def test_a_chart_that_is_too_large_comes_in_words(words: Words, drawn: bytes | None) -> None:
    async with at_the_door() as at:
        messenger = a_messenger(at, channel=at.channel, draw=lambda _: drawn)
        await messenger.send(None, DIGEST, words)
        (posted,) = at.teams.messages
        assert images_in(posted.card) == []


async def test_a_digest_without_a_channel_waits(words: Words) -> None:
    async with at_the_door() as at:
        failed = await failure_of(a_messenger(at).send(None, DIGEST, words))
        assert not failed.permanent


async def test_a_channel_that_the_bot_was_taken_out_of_is_a_failure_for_good(words: Words) -> None:
    async with at_the_door() as at:
        at.teams.channels.clear()
        messenger = a_messenger(at, channel=at.channel)
        assert (await failure_of(messenger.send(None, HELLO, words))).permanent


# People


async def test_somebody_who_removed_the_app_is_a_failure_for_good(words: Words) -> None:
    async with at_the_door() as at:
        to = to_staff(at)
        await at.user.uninstall()
        assert (await failure_of(a_messenger(at).send(to, HELLO, words))).permanent


async def test_an_address_that_is_none_is_a_failure_for_good(words: Words) -> None:
    async with at_the_door() as at:
        assert (await failure_of(a_messenger(at).send(PersonId("U0STAFF"), HELLO, words))).permanent
        assert (await failure_of(a_messenger(at).update("D1:1", HELLO, words))).permanent


async def test_a_pause_is_passed_on(words: Words) -> None:
    async with at_the_door() as at:
        at.teams.fails("send", too_many(12))
        failed = await failure_of(a_messenger(at).send(to_staff(at), HELLO, words))
        assert (failed.permanent, failed.wait_seconds) == (False, 12)


async def test_our_own_secret_loses_no_message(words: Words) -> None:
    async with at_the_door() as at:
        at.teams.fails("token", Failure(401, body='{"error": "invalid_client"}'))
        failed = await failure_of(a_messenger(at).send(to_staff(at), HELLO, words))
        assert not failed.permanent
