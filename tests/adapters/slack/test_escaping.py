"""Whatever people type is text: no mention, link, channel call, emoji or formatting comes of it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.slack.blocks import may_be_opened
from adapters.slack.limits import problems_in
from adapters.slack.paging import signs_in
from adapters.slack.render import (
    errors_answer,
    home_view,
    kept_view,
    message_payload,
    modal,
    more_view,
)
from adapters.slack.texts import Block, escaped, pieces, shortened, size
from bot.domain.ids import EvidenceId
from bot.domain.personal import Personal
from bot.screens.nodes import (
    Action,
    Actions,
    Bullets,
    Choice,
    ChooseOne,
    Done,
    Facts,
    FormField,
    Heading,
    Line,
    Message,
    MessageNode,
    Paragraph,
    Picture,
    StepLine,
    Told,
    View,
    ViewNode,
)
from bot.screens.press import Press, Verb
from tests.adapters.desk import samples
from tests.adapters.desk.hostile import NASTY, any_text, some_fields
from tests.adapters.desk.samples import WORDS, a_form, words

SLACK = (
    "<!channel>",
    "<!here|here> <@U012ABCDEF> <#C012ABCDEF|general> <!subteam^S1>",
    "<https://evil.example|the school's page>",
    "https://evil.example and www.evil.example, mail me@evil.example",
    "*bold* _italic_ ~struck~ `code` ```block``` >quote\n> quote\n• list\n1. list",
    ":skull: :+1::skin-tone-2:",
    "@here @channel @everyone #general",
    "&lt;!channel&gt; &amp;amp;",
    "<!date^1392734382^{date}^https://evil.example|x>",
)
slack_text = st.one_of(st.sampled_from(SLACK), any_text)


def parts_of(payload: object) -> Iterator[Block]:
    """Every object of a payload."""
    if isinstance(payload, dict):
        yield payload
        for inner in payload.values():
            yield from parts_of(inner)
    elif isinstance(payload, list | tuple):
        for each in payload:
            yield from parts_of(each)


LITERAL = {
    "modal", "home", "header", "section", "context", "actions", "input", "rich_text", "divider",
    "plain_text", "rich_text_section", "rich_text_list", "rich_text_quote", "text", "button",
    "radio_buttons", "checkboxes", "static_select", "multi_static_select", "plain_text_input",
    "datepicker", "datetimepicker", "file_input", "image",
}  # fmt: skip
"""Types in which Slack shows letters as they are; ``mrkdwn`` is not among them."""
OUR_EMOJI = {"warning", "octagonal_sign", "speech_balloon"}


def assert_literal(payload: Block, links: frozenset[str] = frozenset()) -> None:
    for part in parts_of(payload):
        match part.get("type"):
            case "emoji":
                assert part["name"] in OUR_EMOJI
            case "link":
                assert part["url"] in links
                assert part["text"] == part["url"]
            case "plain_text":
                assert part["emoji"] is False
            case None:
                assert "text" not in part or isinstance(part["text"], dict | str)
            case other:
                assert other in LITERAL


LONG_TICK = ChooseOne(
    id="q0",
    label=words("Yes or no"),
    options=(Choice("a", words("Yes or no"), words("x" * 10_000)),),
)


@given(some_fields(), slack_text)
@example((LONG_TICK,), "x")
def test_no_text_in_a_form_becomes_anything_else(fields: tuple[FormField, ...], text: str) -> None:
    errors = {fields[0].id: words(text), "": words(text)}
    told = replace(fields[0], told=Personal(text), why=words(text))
    form = a_form(told, *fields[1:], title=text, more=(samples.LINKS,), intro=(), back=True)
    for view in (modal(form, WORDS), more_view(form, WORDS), kept_view(form, WORDS)):
        assert_literal(view)
    with_errors = replace(form, errors=errors)
    assert_literal(modal(with_errors, WORDS))
    assert problems_in(modal(with_errors, WORDS)) == ()
    assert problems_in(errors_answer(with_errors, WORDS)) == ()


def nodes_with(text: str) -> tuple[ViewNode, ...]:
    """Every kind of node that can hold any words."""
    said, press = words(text), Press(Verb.OPEN_CASE, "c-1")
    button = Action(said, press, danger=True, confirm=said)
    step, line = samples.NODES["step-line"], samples.NODES["line"]
    assert isinstance(step, StepLine)
    assert isinstance(line, Line)
    return (
        Heading(said),
        Paragraph(said),
        Bullets((said, said)),
        Facts(((said, said), (said, said))),
        Facts(((said, said),)),
        Actions((Action(said, press),)),
        Actions((button, button)),
        replace(step, state=said, notes=(said,), actions=(button,)),
        replace(step, state=said, notes=(), actions=(Action(said, press),)),
        Told(said, (Personal(text),)),
        Told(said, (Personal(text),), links=True),
        Picture(EvidenceId("e-1"), said, "image/png"),
        replace(line, who=said, what=said, told=(Personal(text),)),
    )


@given(slack_text)
def test_no_text_in_a_view_becomes_anything_else(text: str) -> None:
    view = View(words(text), nodes_with(text), samples.CASE_VIEW.here)
    links = frozenset({text}) if may_be_opened(text) else frozenset()
    for page in range(4):
        drawn = modal(view, WORDS, page=page, pictures=lambda _: {"id": "F1"})
        assert_literal(drawn, links)
        assert problems_in(drawn) == ()


@given(slack_text)
def test_no_text_in_a_message_becomes_anything_else(text: str) -> None:
    message = Message(None, _for_messages(text), words(text))
    for part in message_payload(message, WORDS).parts:
        assert_literal({"blocks": list(part.blocks)})
        assert not {"<", ">"} & set(part.text)
        assert problems_in({"blocks": list(part.blocks), "text": part.text}) == ()
    assert_literal(home_view(_for_messages(text), WORDS))
    assert_literal(modal(Done(words(text)), WORDS))
    assert problems_in(modal(Done(words(text)), WORDS)) == ()


def _for_messages(text: str) -> tuple[MessageNode, ...]:
    return tuple(each for each in nodes_with(text) if not isinstance(each, Told | Picture | Line))


@given(slack_text)
def test_what_was_told_is_shown_letter_by_letter(text: str) -> None:
    told = (Told(words("Told"), (Personal(text),)), replace(_line(), told=(Personal(text),)))
    drawn = [
        modal(View(words("T"), (each,), samples.CASE_VIEW.here), WORDS, page=page)["blocks"]
        for each in told
        for page in range(2)
    ]
    letters = ["".join(_letters(each)) for each in drawn]
    if text.strip():
        assert all(text in each for each in (letters[0], letters[2]))


def _letters(blocks: object) -> Iterator[str]:
    for part in parts_of(blocks):
        if part.get("type") == "text":
            yield str(part["text"])


def _line() -> Line:
    line = samples.NODES["line"]
    assert isinstance(line, Line)
    return line


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " https://x.example",
        "https://x.example/a b",
        "https://x.example/\n",
        "https://x.example|label",
        "https://x.example/>",
        "https://user@x.example/",
        "https://x.example/é",
        "slack://channel?id=1",
        "mailto:a@b.example",
        "//evil.example",
        "http://",
        "http:evil",
        "http://[broken",
        "https://x.example/" + "a" * 3_000,
        "",
    ],
)
def test_only_whole_web_addresses_can_be_opened(link: str) -> None:
    assert not may_be_opened(link)
    view = View(words("T"), (Told(words("L"), (Personal(link),), links=True),), _here())
    assert_literal(modal(view, WORDS))


def _here() -> Press:
    return samples.CASE_VIEW.here


@pytest.mark.parametrize(
    "link",
    [
        "https://www.facebook.com/groups/1/posts/2?a=1&b=%22#c",
        "http://x.example",
        "https://x.example:8443/a/(b)/c~d;e=f,g'h!i*j$k[l]@m+n",
    ],
)
def test_a_link_that_was_told_says_where_it_leads(link: str) -> None:
    nodes = (Told(words("L"), (Personal(link), Personal(link)), links=True),)
    drawn = modal(View(words("T"), nodes, _here()), WORDS)
    found = [part for part in parts_of(drawn) if part.get("type") == "link"]
    assert found == [{"type": "link", "url": link, "text": link}] * 2


def test_a_link_in_words_is_not_one() -> None:
    drawn = modal(View(words("T"), (Told(words("L"), (Personal(SLACK[3]),)),), _here()), WORDS)
    assert not [part for part in parts_of(drawn) if part.get("type") == "link"]


@given(slack_text, st.integers(2, 400))
def test_pieces_are_the_text_and_fit(text: str, most: int) -> None:
    cut = pieces(text, max(most, 5))
    assert "".join(cut) == text
    assert all(size(each) <= max(most, 5) for each in cut)


@given(slack_text, st.integers(8, 200))
def test_a_shortened_text_fits_and_begins_alike(text: str, most: int) -> None:
    short = shortened(text, most)
    assert size(short) <= most
    assert text.startswith(short.removesuffix("…"))
    assert (short == text) or short.endswith("…")


@given(slack_text)
def test_the_notification_line_has_no_control_signs(text: str) -> None:
    line = escaped(text)
    assert not {"<", ">"} & set(line)
    assert line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


def test_the_nasty_texts_of_the_page_are_tried_here_too() -> None:
    assert all(signs_in({"text": each}) >= len(each) for each in NASTY)
