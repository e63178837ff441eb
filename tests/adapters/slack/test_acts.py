"""What people do in Slack reaches the school, once, and is answered where they did it."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.payloads import forwarded
from bot.app.inbound import Inbound
from bot.app.respond import respond
from bot.domain.ids import EvidenceId
from bot.domain.uploads import MOST_BYTES
from bot.journeys.sample import file_named
from bot.screens.nodes import Reply
from bot.screens.say import Say
from storage import SqlStore
from storage.same_file import FileGone
from tests.builders import SchoolAtWork

from .at_work import AtWork, at_work
from .member import Member, button_called, buttons_in, texts_in
from .stand_in import Failure, Posted, too_many

FIRST = {"safety": ["none"], "content": ["offensive"], "about": ["staff-member"]}
SECOND = {"place": "closed-group", "poster": "parent-or-carer"}


async def fill(at: AtWork, me: Member, answers: dict[str, Any]) -> None:
    for name, value in answers.items():
        assert await me.fill(name, value), name
        await at.settled()


async def to_the_second_page(at: AtWork, me: Member) -> None:
    await at.done(me.command("https://www.facebook.com/groups/1/posts/2"))
    await fill(at, me, FIRST)
    await at.done(me.submit())


def said_to(me: Member) -> str:
    posted = [text for each in me.messages for text in texts_in(each.blocks)]
    return "\n".join([*posted, *(t for body in me.told for t in texts_in(body["blocks"]))])


def drafts(school: SchoolAtWork, label: str = "staff") -> int:
    with school.school.store.reading() as reading:
        return len(reading.drafts_of(school.id_of(label)))


def cases(school: SchoolAtWork) -> int:
    with school.school.store.reading() as reading:
        return len(reading.case_rows())


def move(file: Path, there: Path) -> None:
    file.rename(there)


# Ways in


async def test_a_command_with_a_link_opens_the_questions(at: AtWork) -> None:
    staff = at.member("staff")
    status, text = await at.done(staff.command("https://www.facebook.com/groups/1/posts/2"))
    assert (status, text) == (200, "")
    await fill(at, staff, FIRST)
    await at.done(staff.submit())
    links = staff.input_of("links")
    assert links is not None
    assert links["element"]["initial_value"] == "https://www.facebook.com/groups/1/posts/2"
    at.no_failures()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("help", Say.HELP_TITLE.value),
        ("what?", Say.UNKNOWN_WORD.value),
        ("case 2026-999", Say.NOT_FOR_YOU.value),
        ("case", Say.CASE_WHICH.value),
        ("cases", Say.NOT_FOR_YOU.value),
        ("digest-here", Say.NOT_FOR_YOU.value),
    ],
)
async def test_a_word_is_answered_to_the_person_alone(at: AtWork, text: str, says: str) -> None:
    staff = at.member("staff")
    await at.done(staff.command(text))
    assert says in said_to(staff)
    assert at.slack.messages == []
    assert all(body["response_type"] == "ephemeral" for body in staff.told)


async def test_an_outsider_is_told_whom_to_ask(at: AtWork) -> None:
    await at.done(at.member("guest").command("status"))
    assert Say.NOT_A_MEMBER.value in said_to(at.member("guest"))


async def test_the_digest_comes_to_the_channel_in_which_the_head_said_so(at: AtWork) -> None:
    head = at.member("head")
    await at.done(head.command("digest-here", channel="D0HEAD"))
    assert await at.host.governors_channel(at.host.schools.first) is None
    await at.done(head.command("digest-here", channel="C0GOVERNORS"))
    assert await at.host.governors_channel(at.host.schools.first) == "C0GOVERNORS"


LINKS = [
    "https://a.example/1?x=1&y=2",
    "https://b.example/2",
    "https://c.example/3",
    "http://d.example/4",
]
MESSAGE = {
    "text": "See <https://a.example/1?x=1&amp;y=2|this> and <mailto:a@example.org|a@example.org>",
    "blocks": [
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_list",
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [{"type": "link", "url": LINKS[1], "text": "there"}],
                        }
                    ],
                },
                {
                    "type": "rich_text_quote",
                    "elements": [{"type": "text", "text": f"and {LINKS[2]}, too."}],
                },
            ],
        }
    ],
    "attachments": [
        {"from_url": LINKS[3], "title_link": LINKS[3], "thumb_url": "https://t.example"}
    ],
}


def test_every_link_of_a_message_is_taken_and_nothing_else() -> None:
    assert [each.reveal() for each in forwarded(MESSAGE).links] == LINKS


async def test_a_message_is_forwarded_with_its_links(at: AtWork) -> None:
    staff = at.member("staff")
    await at.done(staff.shortcut(MESSAGE))
    await fill(at, staff, FIRST)
    await at.done(staff.submit())
    links = staff.input_of("links")
    assert links is not None
    assert links["element"]["initial_value"] == "\n".join(LINKS)
    at.no_failures()


async def test_what_is_written_to_the_bot_is_answered_with_a_button_that_opens_it(
    at: AtWork,
) -> None:
    staff = at.member("staff")
    await at.done(staff.write("Look: <https://a.example/1>"))
    await at.done(
        staff.press_in(staff.messages[0], button_called(staff.messages[0].blocks, "Open it"))
    )
    assert staff.modal.view["callback_id"] == "form"
    at.no_failures()


@pytest.mark.parametrize(
    "more",
    [
        {"subtype": "message_changed"},
        {"bot_id": "B0BOT"},
        {"channel_type": "channel"},
        {"user": ""},
    ],
    ids=str,
)
async def test_what_nobody_wrote_to_the_bot_is_not_answered(
    at: AtWork, more: dict[str, str]
) -> None:
    await at.done(at.member("staff").write("help", **more))
    assert at.slack.messages == []


# The questions


async def test_a_report_is_filed_and_the_modals_close(at: AtWork, school: SchoolAtWork) -> None:
    staff = at.member("staff")
    await to_the_second_page(at, staff)
    await fill(at, staff, SECOND)
    _, text = await at.done(staff.submit())
    assert json.loads(text) == {"response_action": "clear"}
    assert (cases(school), drafts(school)) == (1, 0)
    assert staff.messages == []  # the receipt comes by itself
    at.no_failures()


async def test_what_is_missing_is_said_beside_its_field(at: AtWork) -> None:
    staff = at.member("staff")
    await at.done(staff.command(""))
    _, text = await at.done(staff.submit())
    errors = json.loads(text)["errors"]
    assert Say.WRONG_MISSING.value in errors["many.safety"]


async def test_a_choice_that_reveals_something_reveals_it_at_once(at: AtWork) -> None:
    staff = at.member("staff")
    await at.done(staff.command(""))
    await fill(at, staff, {"safety": ["hurt-soon"]})
    assert button_called(staff.modal.view, Say.ALERT_NOW.value)
    (update,) = at.slack.called("views.update")
    assert update["hash"]


async def test_a_change_that_was_overtaken_is_dropped(at: AtWork) -> None:
    staff = at.member("staff")
    await at.done(staff.command(""))
    modal, view = staff.modal, staff.modal.view
    payload = staff.modal_press_payload(modal, {})
    block = staff.input_of("safety")
    assert block is not None
    name = block["block_id"]
    payload["actions"] = [{"type": "checkboxes", "block_id": name, "action_id": name}]
    at.slack.change(modal, {**view, "private_metadata": view["private_metadata"]})
    await at.done(staff.line.send_payload(payload))
    assert modal.view == view
    at.no_failures()


async def test_back_keeps_what_was_answered(at: AtWork) -> None:
    staff = at.member("staff")
    await to_the_second_page(at, staff)
    await fill(at, staff, SECOND)
    await at.done(staff.press(button_called(staff.modal.view, Say.BACK.value)))
    at.clock.ahead += 2
    await at.done(staff.submit())
    place = staff.input_of("place")
    assert place is not None
    assert place["element"]["initial_option"]["value"] == "closed-group"


async def test_a_modal_that_is_closed_keeps_what_it_held(at: AtWork) -> None:
    staff = at.member("staff")
    await to_the_second_page(at, staff)
    await fill(at, staff, SECOND)
    await at.done(_close(staff))
    await at.done(staff.command(""))
    await at.done(staff.press(button_called(staff.modal.view, Say.RESUME_REPORT.value)))
    place = staff.input_of("place")
    assert place is not None
    assert place["element"]["initial_option"]["value"] == "closed-group"


async def _close(me: Member) -> tuple[int, str]:
    await me.close()
    return 200, ""


async def test_a_closed_modal_of_which_slack_says_nothing_loses_nothing(
    at: AtWork, school: SchoolAtWork
) -> None:
    staff = at.member("staff")
    await to_the_second_page(at, staff)
    await at.done(staff.press(button_called(staff.modal.view, Say.BACK.value)))
    payload = staff.submit_payload(staff.modal) | {"type": "view_closed", "is_cleared": False}
    payload["view"]["state"] = {"values": {}}
    await at.done(staff.line.send_payload(payload))
    await at.done(staff.command(""))
    await at.done(staff.press(button_called(staff.modal.view, Say.RESUME_REPORT.value)))
    assert staff.input_of("place") is not None  # the first page is answered still
    assert drafts(school) == 2


# Files


async def test_a_picture_is_fetched_with_the_bots_token_and_kept(
    at: AtWork, school: SchoolAtWork
) -> None:
    staff = at.member("staff")
    await to_the_second_page(at, staff)
    await fill(at, staff, SECOND)
    staff.modal.values["files.screenshots"] = files_of(at, file_named("a.png"))
    await at.done(staff.submit())
    assert cases(school) == 1
    at.no_failures()


def files_of(at: AtWork, *contents: bytes) -> dict[str, Any]:
    files = [{"id": at.slack.add_file(each)} for each in contents]
    return {"type": "file_input", "files": files}


@pytest.mark.parametrize(
    "content", [b"neither picture nor PDF", b"", b"\x89PNG" + b"x" * (MOST_BYTES + 10)]
)
async def test_a_file_that_is_not_taken_is_said_beside_its_field(
    at: AtWork, school: SchoolAtWork, content: bytes
) -> None:
    staff = at.member("staff")
    await to_the_second_page(at, staff)
    await fill(at, staff, SECOND)
    staff.modal.values["files.screenshots"] = files_of(at, content)
    _, text = await at.done(staff.submit())
    assert list(json.loads(text)["errors"]) == ["files.screenshots"]
    assert cases(school) == 0


async def test_a_file_that_does_not_arrive_is_told_and_nothing_is_lost(
    at: AtWork, school: SchoolAtWork
) -> None:
    staff = at.member("staff")
    await to_the_second_page(at, staff)
    await fill(at, staff, SECOND)
    staff.modal.values["files.screenshots"] = files_of(at, file_named("a.png"))
    at.slack.fails("GET file", Failure(status=500))
    _, text = await at.done(staff.submit())
    assert json.loads(text)["errors"] == {"files.screenshots": Say.FILE_NOT_FETCHED.value}
    assert (cases(school), drafts(school)) == (0, 1)
    await at.done(staff.submit())
    assert cases(school) == 1


async def test_a_file_is_taken_once_though_its_page_comes_twice(
    at: AtWork, school: SchoolAtWork
) -> None:
    staff = at.member("staff")
    await to_the_second_page(at, staff)
    await fill(at, staff, {"poster": "parent-or-carer"})
    staff.modal.values["files.screenshots"] = files_of(at, file_named("a.png"))
    _, text = await at.done(staff.submit())
    assert "errors" in json.loads(text)
    await fill(at, staff, SECOND)
    await at.done(staff.submit())
    with school.school.store.reading() as reading:
        (row,) = reading.case_rows()
    assert len(school.state(row.case).evidence) == 1
    assert len(at.slack.called("GET file")) == 1


# Once, and in time


async def test_an_event_that_slack_repeats_is_answered_once(at: AtWork) -> None:
    staff = at.member("staff")
    event = staff.message_payload("help", "Ev0SAME")
    await at.done(staff.line.send_event(event))
    for number in "123":
        headers = {"X-Slack-Retry-Num": number, "X-Slack-Retry-Reason": "http_timeout"}
        status, _ = await at.done(staff.line.send_event(event, **headers))
        assert status == 200
    assert len(staff.messages) == 1


async def test_an_interaction_that_slack_repeats_is_answered_once(at: AtWork) -> None:
    staff = at.member("staff")
    payload = staff.command_payload("status")
    for _ in range(3):
        await at.done(staff.line.send_form(payload))
    assert len(at.slack.called("views.open")) == 1
    assert said_to(staff) == ""


async def test_a_double_click_acts_once(at: AtWork, school: SchoolAtWork) -> None:
    await file_a_report(at)
    head = at.member("head")
    await at.done(head.command("case 2026-001"))
    at.clock.ahead += 2
    button = button_called(head.modal.view, Say.DECLARE_INTEREST.value)
    payloads = [head.modal_press_payload(head.modal, button) for _ in range(2)]
    await asyncio.gather(*(head.line.send_payload(each) for each in payloads))
    await at.settled()
    assert entries(school, "InterestDeclared") == 1
    at.no_failures()


def entries(school: SchoolAtWork, name: str) -> int:
    with school.school.store.reading() as reading:
        rows = reading.case_rows()
    found = [e for row in rows for e in school.file(row.case).entries]
    return sum(type(each.event).__name__ == name for each in found)


async def file_a_report(at: AtWork) -> None:
    staff = at.member("staff")
    await to_the_second_page(at, staff)
    await fill(at, staff, SECOND)
    await at.done(staff.submit())


async def test_a_report_that_is_sent_twice_is_one(at: AtWork, school: SchoolAtWork) -> None:
    staff = at.member("staff")
    await to_the_second_page(at, staff)
    await fill(at, staff, SECOND)
    payload = staff.submit_payload(staff.modal)
    answers = await asyncio.gather(*(staff.line.send_payload(payload) for _ in range(3)))
    await at.settled()
    answers.append(await staff.line.send_payload(payload))
    assert {text for _, text in answers} == {'{"response_action": "clear"}'}
    assert cases(school) == 1


async def test_answers_that_were_corrected_are_another_act(at: AtWork) -> None:
    staff = at.member("staff")
    await at.done(staff.command(""))
    modal = staff.modal.id
    await at.done(staff.submit())
    await fill(at, staff, FIRST)
    await at.done(staff.submit())
    assert staff.modal.id == modal
    assert staff.input_of("place") is not None


async def test_a_trigger_that_has_expired_leaves_a_button_and_loses_nothing(at: AtWork) -> None:
    staff = at.member("staff")
    payload = staff.command_payload("https://a.example/1")
    at.slack.triggers[payload["trigger_id"]] = (staff.user, at.clock() - 5)
    await at.done(staff.line.send_form(payload))
    (told,) = staff.told
    assert Say.TOO_SLOW.value in texts_in(told["blocks"])
    button = button_called(told["blocks"], Say.OPEN_IT.value)
    await at.done(staff.press_in(an_old_message(), button))
    await fill(at, staff, FIRST)
    await at.done(staff.submit())
    links = staff.input_of("links")
    assert links is not None
    assert links["element"]["initial_value"] == "https://a.example/1"


def an_old_message() -> Posted:
    return Posted("C0STAFF", "1790000000.000900", [], "", {})


async def test_a_modal_that_slack_does_not_open_leaves_a_button(at: AtWork) -> None:
    staff = at.member("staff")
    at.slack.fails("views.open", too_many())
    await at.done(staff.command(""))
    assert button_called(staff.told[0]["blocks"], Say.OPEN_IT.value)


async def test_what_cannot_be_said_in_place_is_said_in_the_chat(at: AtWork) -> None:
    staff = at.member("staff")
    at.slack.fails("response_url", Failure(status=404))
    await at.done(staff.command("help"))
    assert Say.HELP_TITLE.value in said_to(staff)
    assert len(staff.messages) == 1


class Slow:
    """A school that takes its time."""

    def __init__(self, at: AtWork, school: SchoolAtWork) -> None:
        self._answer = partial(respond, school.school)
        self.go = asyncio.Event()
        self._at = at

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._at.host, name)

    async def respond(self, inbound: Inbound) -> Reply:
        await self.go.wait()
        return self._answer(inbound)


@pytest.fixture
def slowly(school: SchoolAtWork) -> Callable[[AtWork], Slow]:
    return lambda at: Slow(at, school)


async def test_a_slow_submission_says_saving_and_then_shows_the_next_page(
    school: SchoolAtWork, slowly: Callable[[AtWork], Slow]
) -> None:
    async with at_work(school.school, patience=0.05) as at:
        staff = at.member("staff")
        await at.done(staff.command(""))
        await fill(at, staff, FIRST)
        at.workspace.host = slow = slowly(at)
        await staff.submit()
        assert staff.modal.view["callback_id"] == "saving"
        slow.go.set()
        await at.settled()
        assert staff.input_of("place") is not None
        at.no_failures()


async def test_a_slow_report_ends_in_words(
    school: SchoolAtWork, slowly: Callable[[AtWork], Slow]
) -> None:
    async with at_work(school.school, patience=0.05) as at:
        staff = at.member("staff")
        await to_the_second_page(at, staff)
        await fill(at, staff, SECOND)
        at.workspace.host = slow = slowly(at)
        await staff.submit()
        slow.go.set()
        await at.settled()
        assert cases(school) == 1
        assert "Your report is 2026-001" in "\n".join(texts_in([staff.modal.view]))


async def test_nobody_is_thanked_once_the_database_was_moved_away(
    at: AtWork, school: SchoolAtWork
) -> None:
    staff = at.member("staff")
    await to_the_second_page(at, staff)
    await fill(at, staff, SECOND)
    store = school.school.store
    assert isinstance(store, SqlStore)
    file = Path(store.engines.writing.url.database or "")
    move(file, file.with_name("away"))
    _, text = await at.done(staff.submit())
    assert "Your report is" not in "\n".join([text, *texts_in([staff.modal.view])])
    assert [type(error) for _, error in at.failures] == [FileGone]
    move(file.with_name("away"), file)
    assert cases(school) == 0
    await at.done(staff.submit())
    assert cases(school) == 1


async def test_a_failure_of_ours_is_told_and_the_modal_stays(at: AtWork) -> None:
    staff = at.member("staff")
    await at.done(staff.command(""))
    await fill(at, staff, FIRST)

    class Broken:
        words = at.host.words

        async def learn(self, person: object) -> None: ...

        async def respond(self, inbound: Inbound) -> Reply:
            raise RuntimeError(inbound.cause)

    at.workspace.host = Broken()  # type: ignore[assignment]
    _, text = await at.done(staff.submit())
    assert Say.SOMETHING_WENT_WRONG.value in json.loads(text)["errors"].values()
    await at.done(staff.command("status"))
    assert Say.SOMETHING_WENT_WRONG.value in said_to(staff)
    assert [what for what, _ in at.failures] == ["answering a modal in Slack", "answering in Slack"]


async def test_somebody_whom_slack_does_not_name_gets_no_answer_but_an_apology(at: AtWork) -> None:
    staff = at.member("staff")
    at.slack.fails("users.info", Failure(status=500))
    await at.done(staff.command("status"))
    assert at.slack.stacks.get(staff.user) is None
    assert Say.SOMETHING_WENT_WRONG.value in said_to(staff)


@pytest.mark.parametrize(
    "button",
    [
        {"action_id": "press.0.open-case", "value": "not json"},
        {"action_id": "press.0.open-case", "value": '["fly","","",0,""]'},
        {"action_id": "turn.1", "value": "[]"},
        {"action_id": "back", "value": "back"},
        {"action_id": "more"},
        {"action_id": "show.0", "value": '["open-case","x","",0,"y"]'},
    ],
    ids=str,
)
async def test_a_button_that_the_bot_never_made_does_nothing(
    at: AtWork, button: dict[str, str]
) -> None:
    staff = at.member("staff")
    await at.done(staff.press_in(an_old_message(), button))
    assert at.slack.stacks.get(staff.user) is None
    assert len(at.failures) == 1


async def test_what_has_not_the_shape_of_a_button_is_not_read(at: AtWork) -> None:
    staff = at.member("staff")
    await at.done(staff.press_in(an_old_message(), {}))
    assert at.slack.stacks.get(staff.user) is None
    assert at.failures == []


# Cases


async def test_a_form_opened_from_a_case_closes_and_the_case_is_shown_anew(at: AtWork) -> None:
    await file_a_report(at)
    head = at.member("head")
    await at.done(head.command("case 2026-001"))
    case = head.modal.id
    (answer, *_) = [
        each for each in buttons_in(head.modal.view) if '"acknowledge"' in each.get("value", "")
    ]
    at.clock.ahead += 2
    await at.done(head.press(answer))
    assert at.slack.stacks[head.user] == [case, head.modal.id]
    await fill(at, head, {"outcome": "accepted"})
    await fill(at, head, {"fair_concern": "no", "gravely_offensive": "no"})
    _, text = await at.done(head.submit())
    assert text == ""
    assert head.modal.id == case
    assert "Speak to" in "\n".join(texts_in([head.modal.view])) or "speak" in str(head.modal.view)
    at.no_failures()


async def test_evidence_is_shown_while_the_case_is_open_and_no_longer(at: AtWork) -> None:
    staff, head = at.member("staff"), at.member("head")
    await to_the_second_page(at, staff)
    await fill(at, staff, SECOND)
    staff.modal.values["files.screenshots"] = files_of(at, file_named("a.png"))
    await at.done(staff.submit())
    await at.done(head.command("case 2026-001"))
    (show,) = [e for e in buttons_in(head.modal.view) if e["action_id"].startswith("show.")]
    await at.done(head.press(show))
    (image,) = [each for each in head.modal.view["blocks"] if each["type"] == "image"]
    file = image["slack_file"]["id"]
    assert at.slack.contents[file] == file_named("a.png")
    await at.done(_close(head))
    assert file not in at.slack.files
    at.no_failures()


async def test_evidence_is_shown_to_nobody_who_may_not_see_it(at: AtWork) -> None:
    staff = at.member("staff")
    await at.done(staff.command("status"))
    forged = EvidenceId("0" * 32)
    button = {"action_id": "show.0", "value": f'["open-case","x","",0,"{forged}"]'}
    await at.done(staff.press(button))
    assert at.slack.called("files.getUploadURLExternal") == []
    assert Say.NOT_FOR_YOU.value in texts_in([staff.modal.view])


async def test_nothing_that_was_typed_is_in_what_slack_keeps(
    at: AtWork, school: SchoolAtWork
) -> None:
    marker = "Zzmarker"
    staff, head = at.member("staff"), at.member("head")
    await at.done(staff.command(f"https://a.example/{marker}"))
    await fill(at, staff, FIRST)
    await at.done(staff.submit())
    await fill(at, staff, SECOND)
    more = button_called(staff.modal.view, "More, if you know it …")
    await at.done(staff.press(more))
    for name in ("words", "poster_name", "about_names", "note"):
        assert await staff.fill(name, f"{marker} {name} <!channel> <@U0HEAD> *bold*")
    await at.done(staff.submit())
    await at.done(staff.submit())
    assert cases(school) == 1
    for me in (staff, head):
        for word in ("status", "cases", "help", "case 2026-001"):
            await at.done(me.command(word))
        await at.done(me.look_at_home())
        await at.done(me.write(f"https://a.example/{marker}/again"))
    assert marker in json.dumps(head.modal.view)
    kept = [[each.blocks, each.text] for each in at.slack.messages]
    assert marker not in json.dumps([kept, at.slack.ephemerals, at.slack.homes])
    at.no_failures()
