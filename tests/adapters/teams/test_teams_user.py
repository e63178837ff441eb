"""The Teams that the tests drive does with cards what a Teams client does."""

from typing import Any

import pytest

from adapters.teams.render import attachment, continue_dialog, say_in_dialog

from .activities import a_message, uploaded
from .client_cards import button_called, texts_in
from .door import CHANNEL, AtTheDoor, at_the_door
from .stand_in import Json, Posted
from .teams_user import TeamsUser

OPEN: Json = {
    "type": "Action.Submit",
    "title": "Open",
    "data": {"rp": {"did": "press"}, "msteams": {"type": "task/fetch"}},
}
PLAIN: Json = {"type": "Action.Submit", "title": "Plain", "data": {"rp": {"did": "here"}}}
EXECUTE: Json = {
    "type": "Action.Execute",
    "title": "Send",
    "verb": "submit",
    "data": {"rp": {"did": "submit"}},
    "fallback": {
        "type": "Action.Submit",
        "title": "Send",
        "data": {"rp": {"did": "submit", "fallback": True}},
    },
}
FIELDS: list[Json] = [
    {
        "type": "Input.ChoiceSet",
        "id": "many.safety",
        "isMultiSelect": True,
        "choices": [{"title": each, "value": each} for each in ("a", "b", "c")],
    },
    {"type": "Input.ChoiceSet", "id": "one.place", "value": "x", "choices": [
        {"title": "X", "value": "x"}, {"title": "Y", "value": "y"}]},
    {"type": "Input.Text", "id": "text.words"},
    {"type": "Input.Toggle", "id": "clear.text.words", "title": "Delete"},
]  # fmt: skip
FOLDED: list[Json] = [
    {
        "type": "ActionSet",
        "actions": [
            {"type": "Action.ToggleVisibility", "title": "More", "targetElements": ["more"]}
        ],
    },
    {
        "type": "Container",
        "id": "more",
        "isVisible": False,
        "items": [{"type": "Input.Date", "id": "when.seen"}],
    },
]
AS_IT_BEGINS = {"one.place": "x", "text.words": "", "clear.text.words": "false"}


def a_card(*actions: Json, body: list[Json] | None = None, says: str = "Hello") -> Json:
    text: Json = {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": says}]}
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "fallbackText": says,
        "body": [text, *(body or [])],
        "actions": list(actions),
    }


async def shown(at: AtTheDoor, card: Json) -> tuple[TeamsUser, Posted]:
    """Somebody who has a card of the bot's in their chat."""
    user = at.user
    await at.client.send(at.chat, {"type": "message", "attachments": [attachment(card)]})
    return user, user.messages[-1]


async def in_a_dialog(at: AtTheDoor, card: Json) -> TeamsUser:
    """Somebody who opened a dialog."""
    user, posted = await shown(at, a_card(OPEN))
    at.answer = continue_dialog(card, "What is happening?")
    await user.press("Open", posted)
    return user


def last_value(at: AtTheDoor) -> Any:  # noqa: ANN401 - JSON
    return at.turns[-1]["value"]


async def test_a_button_opens_a_dialog() -> None:
    async with at_the_door() as at:
        user = await in_a_dialog(at, a_card(PLAIN, says="A page"))
        assert (at.turns[-1]["name"], last_value(at)["data"]) == ("task/fetch", OPEN["data"])
        assert at.turns[-1]["replyToId"] == user.messages[0].id
        assert user.dialog is not None
        assert user.dialog.title == "What is happening?"
        assert user.shown[-3:] == ["What is happening?", "A page", "Plain"]


async def test_a_client_without_dialogs_sends_nothing() -> None:
    async with at_the_door() as at:
        user, posted = await shown(at, a_card(OPEN))
        user.opens_windows = False
        assert await user.press("Open", posted) == (0, None)
        assert at.turns == []


async def test_a_dialogs_pages_follow_each_other_until_it_says_something() -> None:
    async with at_the_door() as at:
        user = await in_a_dialog(at, a_card(PLAIN, body=FIELDS))
        at.answer = continue_dialog(a_card(PLAIN, says="Page 2"), "The post")
        await user.press("Plain")
        assert at.turns[-1]["name"] == "task/submit"
        assert last_value(at)["data"] == PLAIN["data"] | AS_IT_BEGINS
        assert user.dialog is not None
        assert texts_in(user.dialog.card)[0] == "Page 2"
        at.answer = say_in_dialog("Thank you.")
        await user.press("Plain")
        assert user.told == ["Thank you."]
        assert user.dialog is None


async def test_a_dialog_whose_answer_fails_stays() -> None:
    async with at_the_door() as at:
        user = await in_a_dialog(at, a_card(PLAIN))
        at.answer = None
        await user.press("Plain")
        assert user.dialog is not None
        assert user.failed == 1
        user.close()
        assert user.dialog is None


async def test_what_was_filled_in_is_sent() -> None:
    async with at_the_door() as at:
        user = await in_a_dialog(at, a_card(PLAIN, body=FIELDS))
        assert user.fill("safety", ["c", "a"])
        assert user.fill("place", "y")
        assert user.fill("text.words", "It says")
        assert user.fill("clear.text.words", "yes")
        assert not user.fill("nothing", "x")
        await user.press("Plain")
        assert last_value(at)["data"] == PLAIN["data"] | {
            "many.safety": "a,c",
            "one.place": "y",
            "text.words": "It says",
            "clear.text.words": "true",
        }
        assert user.taps == 1 + 2 + 2 + 1 + 1 + 1  # Open, two ticks, a menu, a text, a tick, Plain


async def test_what_is_not_offered_cannot_be_chosen_but_smuggled() -> None:
    async with at_the_door() as at:
        user = await in_a_dialog(at, a_card(PLAIN, body=FIELDS))
        with pytest.raises(AssertionError):
            user.fill("safety", ["d"])
        with pytest.raises(AssertionError):
            user.fill("place", ["x", "y"])
        user.smuggle("one.place", "z")
        await user.press("Plain")
        assert last_value(at)["data"]["one.place"] == "z"


async def test_some_clients_leave_out_what_is_empty() -> None:
    async with at_the_door() as at:
        user = await in_a_dialog(at, a_card(PLAIN, body=FIELDS))
        user.leaves_out_empty = True
        user.fill("place", None)
        await user.press("Plain")
        assert last_value(at)["data"] == PLAIN["data"] | {"clear.text.words": "false"}


async def test_what_is_folded_is_unfolded_before_it_is_filled_in() -> None:
    async with at_the_door() as at:
        user = await in_a_dialog(at, a_card(PLAIN, body=FOLDED))
        assert user.dialog is not None
        assert not user.dialog.filled.is_seen("when.seen")
        user.fill("seen", "2026-11-22")
        assert user.dialog.filled.is_seen("when.seen")
        await user.press("More")
        assert not user.dialog.filled.is_seen("when.seen")
        await user.press("Plain")
        assert last_value(at)["data"]["when.seen"] == "2026-11-22"


async def test_an_execute_shows_its_answer_to_this_person_until_the_message_changes() -> None:
    async with at_the_door() as at:
        user, posted = await shown(at, a_card(EXECUTE, body=FIELDS))
        user.fill("words", "It says", posted)
        new = a_card(says="Done")
        at.answer = {
            "statusCode": 200,
            "type": "application/vnd.microsoft.card.adaptive",
            "value": new,
        }
        await user.press("Send", posted)
        action = last_value(at)["action"]
        assert (at.turns[-1]["name"], action["verb"]) == ("adaptiveCard/action", "submit")
        assert action["data"]["text.words"] == "It says"
        assert user.cards == [new]
        assert posted.card != new
        after = {"type": "message", "attachments": [attachment(a_card(says="Later"))]}
        await at.client.update(at.chat, posted.id, after)
        assert user.shown == ["Later"]


async def test_an_execute_may_be_answered_with_a_sentence_or_an_error() -> None:
    async with at_the_door() as at:
        user, posted = await shown(at, a_card(EXECUTE))
        says = {"type": "application/vnd.microsoft.activity.message", "value": "Not for you."}
        at.answer = {"statusCode": 200, **says}
        await user.press("Send", posted)
        assert user.told == ["Not for you."]
        for answer in ({"statusCode": 500, "type": "application/vnd.microsoft.error"}, None):
            at.answer = answer
            await user.press("Send", posted)
        assert user.failed == 2


async def test_an_older_client_takes_the_fallback() -> None:
    async with at_the_door() as at:
        user, posted = await shown(at, a_card(EXECUTE, body=FIELDS))
        user.knows_execute = False
        await user.press("Send", posted)
        assert (at.turns[-1]["type"], at.turns[-1]["replyToId"]) == ("message", posted.id)
        assert last_value(at) == EXECUTE["fallback"]["data"] | AS_IT_BEGINS


async def test_a_plain_button_in_the_chat_is_a_message_without_text() -> None:
    async with at_the_door() as at:
        user, posted = await shown(at, a_card(PLAIN))
        await user.press("Plain", posted)
        assert (at.turns[-1]["type"], last_value(at)) == ("message", PLAIN["data"])
        assert "text" not in at.turns[-1]


async def test_a_button_behind_a_question_carries_the_inputs_around_it() -> None:
    inner = a_card(PLAIN | {"title": "Yes"}, body=[{"type": "Input.Text", "id": "text.why"}])
    ask = {"type": "Action.ShowCard", "title": "Delete", "card": inner}
    other = {**ask, "title": "Other", "card": a_card(PLAIN | {"title": "No"}, body=FOLDED)}
    async with at_the_door() as at:
        user = await in_a_dialog(at, a_card(PLAIN, ask, other, body=FIELDS))
        await user.press("Delete")
        user.fill("why", "It was I")
        await user.press("Yes")
        assert last_value(at)["data"] == PLAIN["data"] | AS_IT_BEGINS | {"text.why": "It was I"}


async def test_a_message_is_forwarded_into_a_dialog() -> None:
    async with at_the_door() as at:
        user = at.user
        at.answer = continue_dialog(a_card(PLAIN), "What is happening?")
        await user.forward(a_message("<p>Look</p>"))
        assert last_value(at)["messagePayload"]["body"]["content"] == "<p>Look</p>"
        assert last_value(at)["commandContext"] == "message"
        await user.press("Plain")
        assert at.turns[-1]["name"] == "composeExtension/submitAction"
        assert last_value(at)["data"] == PLAIN["data"]
        await user.forward(None)
        assert last_value(at)["commandContext"] == "compose"
        assert "messagePayload" not in last_value(at)


async def test_the_app_is_installed_and_removed() -> None:
    async with at_the_door() as at:
        user = at.user
        await user.uninstall()
        await user.install()
        assert [(each["type"], each.get("action")) for each in at.turns] == [
            ("installationUpdate", "remove"),
            ("conversationUpdate", None),
            ("installationUpdate", "add"),
        ]


async def test_messages_files_and_channels() -> None:
    async with at_the_door() as at:
        user = at.user
        file = uploaded(at.teams.add_file(b"x", pasted=False))
        await user.say("Here", [file])
        assert at.turns[-1]["attachments"][0] == file
        await user.in_channel("digest-here", CHANNEL)
        assert at.turns[-1]["conversation"]["conversationType"] == "channel"
        await user.edit("There", at.turns[0]["id"])
        assert at.turns[-1]["type"] == "messageUpdate"


def test_a_button_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(AssertionError, match="Plain"):
        button_called(a_card(PLAIN), "Send")
