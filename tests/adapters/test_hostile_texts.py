"""Texts that are made to take for ever take no time, and what is no text of ours is not read."""

import json
import logging
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from adapters.desk.inbound import read as read_desk
from adapters.slack.payloads import asked_in_chat
from adapters.teams.links_in_message import links_in_html
from adapters.teams.payloads import typed_text
from adapters.teams.pictures import as_data_uri
from bot.app.inbound import Act, Asked, Changed, Inbound, Submitted
from bot.app.respond import respond
from bot.domain.ids import Cause
from bot.domain.links import LinkNotAccepted, normalise
from bot.journeys.sample import file_named
from bot.screens.nodes import Done
from bot.screens.press import FormRef, NotOurs, Press, Verb, read_form_ref, read_press
from bot.screens.say import Say
from tests.builders import a_school
from tests.faults.hostile_files import png
from tests.faults.memory import spending
from tests.markers import everything_logged, found

LENGTH = 200_000


def from_desk(text: str) -> object:
    return read_desk((("mark", "0" * 32), ("do", "say"), ("text", text)))


def normalised(text: str) -> object:
    with suppress(LinkNotAccepted):
        return normalise(text)
    return None


@pytest.mark.parametrize("piece", [" ", "\n", "\u200b", "<", "<!--", "<![", "<a href=", "&#"])
@pytest.mark.parametrize(
    "read",
    [
        from_desk,
        lambda text: asked_in_chat({"text": text}),
        lambda text: typed_text({"text": text}),
        links_in_html,
        normalised,
    ],
    ids=["the page", "Slack", "Teams", "HTML", "a link"],
)
def test_a_text_without_an_end_takes_no_time(read: Callable[[str], object], piece: str) -> None:
    text = f"https://a.example/{piece * (LENGTH // len(piece))}x"
    began = time.process_time()
    read(text)
    assert time.process_time() - began < 5  # it was minutes


@pytest.mark.parametrize("command", ["report-post status", " /report-post status", "\nstatus"])
def test_the_command_is_left_out_where_it_begins(command: str) -> None:
    came = read_desk((("mark", "0" * 32), ("do", "say"), ("text", command)))
    assert isinstance(came.act, Asked)
    assert came.act.text.reveal() == "status"
    assert asked_in_chat({"text": command}).text.reveal() == "status"
    assert typed_text({"text": command}) == "status"


def test_the_command_within_a_sentence_stays() -> None:
    sentence = "what is report-post for"
    assert asked_in_chat({"text": sentence}).text.reveal() == sentence
    assert typed_text({"text": sentence}) == sentence


@pytest.mark.parametrize("part", ["\ud800", "a\x00b"])
def test_what_no_database_can_hold_is_no_press_and_no_form_of_ours(part: str) -> None:
    for press in (Press(Verb.OPEN_CASE, part), Press(Verb.GET_FILE, "a", what=part)):
        with pytest.raises(NotOurs):
            read_press(press.encode())
    with pytest.raises(NotOurs):
        read_form_ref(FormRef(Press(Verb.REPORT), part).encode())


def test_the_links_of_html_are_found_as_before() -> None:
    html = (
        "<p>See <a title='a > b' HREF=\"https://a.example/1?a=b&amp;c=d\">here</a>, "
        "https://a.example/2 and <b>www.a.example/3</b><!-- https://a.example/4 --> "
        "<a href=https://a.example/5>x</a> <a data-href='https://a.example/6'>y</a></p>"
    )
    assert links_in_html(html) == [
        "https://a.example/1?a=b&c=d",
        "https://a.example/2",
        "https://www.a.example/3",
        "https://a.example/5",
    ]
    assert links_in_html(html, in_text=False) == [
        "https://a.example/1?a=b&c=d",
        "https://a.example/5",
    ]


def test_a_warning_and_a_lost_task_are_logged_without_what_they_quote() -> None:
    with everything_logged() as logged:
        warnings.warn("form-data; filename=zqx001qxz", UserWarning, stacklevel=1)
        logging.getLogger("asyncio").error("Task failed\nfuture: <Task ValueError('zqx001qxz')>")
    lines = [json.loads(line)["event"] for line in logged.getvalue().splitlines()]
    assert not found(["zqx001qxz"], [logged.getvalue()])
    assert lines[0].endswith(": UserWarning")
    assert lines[1] == "Task failed"


@pytest.mark.parametrize("verb", [Verb.DRAFT_LETTER, Verb.OPEN_CASE, Verb.DECLARE_INTEREST])
def test_a_form_that_no_button_opens_is_refused_to_those_who_may(
    verb: Verb, tmp_path: Path
) -> None:
    at = a_school(tmp_path)
    form = FormRef(Press(verb, at.report(), "acknowledge", 1))
    acts: tuple[Act, ...] = (Submitted(form, {}), Changed(form, {}))
    for number, act in enumerate(acts):
        reply = respond(at.school, Inbound(at.person("head"), Cause(f"cause-{number}"), act))
        assert isinstance(reply.show, Done)
        assert reply.show.says.key is Say.NOT_FOR_YOU


@pytest.mark.parametrize(("width", "height"), [(6_324, 6_324), (40_000, 1_000), (1_000, 40_000)])
def test_the_largest_picture_is_drawn_in_bounded_memory(width: int, height: int) -> None:
    picture = png(width, height)
    as_data_uri(file_named("a.png"), "image/png")  # Pillow itself is no part of it
    with spending() as spent:
        drawn = as_data_uri(picture, "image/png")
    assert drawn
    assert spent.megabytes < 250  # it was 490; the pixels alone are 160
