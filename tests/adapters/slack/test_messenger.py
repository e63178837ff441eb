"""Messages reach people in Slack whole, and are shown anew where they stand."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.slack.messenger import SlackMessenger
from bot.app.messenger import DeliveryError
from bot.domain.figures import DigestChart
from bot.domain.ids import MessageKind, PersonId, StepId
from bot.screens.facts import plain
from bot.screens.messages import one_line
from bot.screens.nodes import Action, Chart, Message, StepLine
from bot.screens.press import Press, Verb
from bot.screens.say import Say
from tests.builders import SchoolAtWork

from .at_work import AtWork
from .member import texts_in
from .stand_in import Failure, too_many

STAFF = PersonId("U0STAFF")
DUE = datetime(2026, 11, 24, 16, tzinfo=UTC)


def a_messenger(at: AtWork, channel: str | None = "C0GOVERNORS") -> SlackMessenger:
    async def where() -> str | None:
        return channel

    def report(what: str, error: Exception) -> None:
        at.failures.append((what, error))

    return SlackMessenger(at.client, where, report, waits=(0, 0), draw=lambda _: b"a picture")


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


@pytest.fixture
def send(at: AtWork, school: SchoolAtWork) -> Callable[..., Any]:
    async def sent(message: Message, to: PersonId | None = STAFF, **given: Any) -> str:  # noqa: ANN401
        return await a_messenger(at, **given).send(to, message, school.school.words())

    return sent


Send = Callable[..., Any]
HELLO = one_line(Say.BACK_AGAIN)


async def test_a_message_comes_in_the_chat_with_the_bot(at: AtWork, send: Send) -> None:
    ref = await send(HELLO)
    (posted,) = at.slack.messages
    assert ref == f"{at.slack.chat_of('U0STAFF')}:{posted.ts}"
    assert texts_in(posted.blocks) == [Say.BACK_AGAIN.value]


async def test_a_long_message_comes_in_parts_and_its_reference_names_them_all(
    at: AtWork, send: Send
) -> None:
    ref = await send(long_message(60))
    stamps = [each.ts for each in at.slack.messages]
    assert len(stamps) > 1
    assert ref.partition(":")[2].split(",") == stamps
    assert at.slack.problems == []


async def test_a_part_that_fails_takes_the_others_back(at: AtWork, send: Send) -> None:
    ok = Failure("internal_error")
    at.slack.failing["chat.postMessage"] = []
    messages = at.slack.messages

    class AfterOne(list[Failure]):
        def __bool__(self) -> bool:
            return len(messages) == 1

        def pop(self, *_: object) -> Failure:
            return ok

    at.slack.failing["chat.postMessage"] = AfterOne()
    with pytest.raises(DeliveryError):
        await send(long_message(60))
    assert at.slack.messages == []


async def test_a_message_is_shown_anew_where_it_stands(
    at: AtWork, school: SchoolAtWork, send: Send
) -> None:
    ref = await send(HELLO)
    messenger = a_messenger(at)
    await messenger.update(ref, one_line(Say.CASES_NONE), school.school.words())
    (posted,) = at.slack.messages
    assert texts_in(posted.blocks) == [Say.CASES_NONE.value]


async def test_fewer_parts_leave_no_old_one_behind(
    at: AtWork, school: SchoolAtWork, send: Send
) -> None:
    ref = await send(long_message(60))
    await a_messenger(at).update(ref, HELLO, school.school.words())
    assert [texts_in(each.blocks) for each in at.slack.messages] == [[Say.BACK_AGAIN.value]]


async def test_a_message_that_was_deleted_is_not_shown_anew(
    at: AtWork, school: SchoolAtWork, send: Send
) -> None:
    ref = await send(HELLO)
    at.slack.messages.clear()
    with pytest.raises(DeliveryError) as error:
        await a_messenger(at).update(ref, HELLO, school.school.words())
    assert error.value.permanent


A_CHART = Chart(DigestChart((), ()), plain(Say.DIGEST_CHART))
DIGEST = Message(MessageKind.DIGEST, (A_CHART,), plain(Say.DIGEST_SUMMARY))


def images_in(posted: Any) -> list[Mapping[str, Any]]:  # noqa: ANN401
    return [each for each in posted.blocks if each["type"] == "image"]


async def test_the_digest_has_its_chart_as_a_picture_with_words_for_it(
    at: AtWork, send: Send
) -> None:
    await send(DIGEST, None)
    (posted,) = at.slack.messages
    (image,) = images_in(posted)
    assert posted.channel == "C0GOVERNORS"
    assert at.slack.contents[image["slack_file"]["id"]] == b"a picture"
    assert image["alt_text"]
    assert at.slack.called("files.getUploadURLExternal")[0]["alt_txt"] == image["alt_text"]


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload"])
async def test_a_chart_that_cannot_be_uploaded_comes_in_words(
    at: AtWork, send: Send, method: str
) -> None:
    at.slack.fails(method, Failure(status=500))
    await send(DIGEST, None)
    (posted,) = at.slack.messages
    assert images_in(posted) == []
    assert Say.DIGEST_CHART.value in "".join(texts_in(posted.blocks))
    assert len(at.failures) == 1


async def test_a_picture_that_slack_has_not_looked_at_yet_is_posted_a_moment_later(
    at: AtWork, send: Send
) -> None:
    at.slack.fails("chat.postMessage", Failure("invalid_blocks"))
    await send(DIGEST, None)
    assert len(images_in(at.slack.messages[0])) == 1


async def test_a_picture_that_slack_never_takes_comes_as_a_file_below_its_words(
    at: AtWork, send: Send
) -> None:
    at.slack.fails("chat.postMessage", Failure("invalid_blocks"), Failure("invalid_blocks"))
    await send(DIGEST, None)
    assert images_in(at.slack.messages[0]) == []
    assert [each.get("channel") for each in at.slack.files.values()] == [None, "C0GOVERNORS"]


async def test_a_digest_without_a_channel_waits(send: Send) -> None:
    with pytest.raises(DeliveryError) as error:
        await send(DIGEST, None, channel=None)
    assert not error.value.permanent


async def test_a_channel_that_the_bot_is_not_in_is_a_failure_for_good(
    at: AtWork, send: Send
) -> None:
    at.slack.closed_to.add("C0GOVERNORS")
    with pytest.raises(DeliveryError) as error:
        await send(HELLO, None)
    assert error.value.permanent


async def test_a_deactivated_account_is_a_failure_for_good(at: AtWork, send: Send) -> None:
    at.slack.users["U0STAFF"]["deleted"] = True
    with pytest.raises(DeliveryError) as error:
        await send(HELLO)
    assert error.value.permanent


async def test_a_pause_is_passed_on(at: AtWork, send: Send) -> None:
    at.slack.fails("chat.postMessage", too_many(12))
    with pytest.raises(DeliveryError) as error:
        await send(HELLO)
    assert (error.value.permanent, error.value.wait_seconds) == (False, 12)
