"""Whatever people type is text: no Markdown, mention, link or date comes of it, nor is it kept."""

import json
from collections.abc import Iterator
from dataclasses import replace
from html import escape

import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from adapters.teams.blocks import lines, may_be_opened, runs
from adapters.teams.limits import problems_in
from adapters.teams.render import (
    Card,
    Shell,
    TooLong,
    done_card,
    form_card,
    message_payload,
    offer_card,
    show_here_card,
    view_card,
)
from adapters.teams.texts import is_plain, pieces, shortened
from bot.domain.ids import EvidenceId
from bot.domain.personal import Personal
from bot.screens.nodes import (
    Action,
    Actions,
    Bullets,
    Choice,
    ChooseMany,
    ChooseOne,
    Facts,
    Form,
    FormField,
    Heading,
    Line,
    Links,
    LongText,
    Message,
    MessageNode,
    Paragraph,
    Picture,
    ShortText,
    StepLine,
    Told,
    View,
    ViewNode,
)
from bot.screens.press import Press, Verb
from tests.adapters.desk import samples
from tests.adapters.desk.hostile import any_text, some_fields
from tests.adapters.desk.samples import WORDS, a_form, words

from .pretend_client import parts_of, texts_in

TEAMS = (
    "<at>Everyone</at>",
    "**bold** _italic_ ~~struck~~ `code` ***",
    "[the school's page](https://evil.example)",
    "![](https://evil.example/a.png)",
    "https://evil.example and www.evil.example, <https://evil.example>",
    "1. list\n2. list\n- list\r- list\n* list\n# heading\n> quote\n---\n| a | b |\n|---|---|",
    "{{DATE(2026-11-24T06:08:39Z,SHORT)}} {{TIME(2026-11-24T06:08:39Z)}} ${a} {{{{",
    "&lt;at&gt; &amp;amp; &copy;",
    "a\\\nb  \nc",
    "1) one",
    "2026. That was the year",
    "[1]: https://evil.example",
    "+1",
    "=====",
)
teams_text = st.one_of(
    st.sampled_from(TEAMS), any_text, st.text("*_`[]()<>#~|\\!-+=.:/w&; 19a\n{}", max_size=20)
)
MARK = "⟦told⟧"
marked = teams_text.map(lambda text: Personal(f"{MARK}{text}"))
_markdown = MarkdownIt("commonmark").enable(["strikethrough", "table"])

USED = {
    "AdaptiveCard", "RichTextBlock", "TextRun", "TextBlock", "Container", "ColumnSet", "Column",
    "Image", "ActionSet", "Action.Submit", "Action.Execute", "Action.ShowCard", "Action.OpenUrl",
    "Action.ToggleVisibility", "Input.Text", "Input.ChoiceSet", "Input.Date", "Input.Time",
    "Input.Toggle", "task/fetch",
}  # fmt: skip


def read_as_markdown(card: Card) -> Iterator[str]:
    """Every text that Teams reads so (cards-format): of TextBlocks, and titles of options."""
    for part in parts_of(card):
        match part.get("type"):
            case "TextBlock":
                yield part["text"]
            case "Input.Toggle":
                yield part["title"]
            case "Input.ChoiceSet":
                yield from (each["title"] for each in part["choices"])


def is_literal(text: str) -> bool:
    """Whether Markdown shows it letter by letter."""
    shown: str = _markdown.render(text)
    return shown == f"<p>{escape(text, quote=False)}</p>\n".replace('"', "&quot;")


def assert_literal(card: Card, links: frozenset[str] = frozenset()) -> None:
    assert card["msteams"] == {"width": "Full"}
    for part in parts_of(card):
        assert part.get("type", "TextRun") in USED
        if part.get("type") == "TextRun":
            assert "{{" not in part["text"]
        if part.get("type") == "Action.OpenUrl":
            assert part["url"] in links
    for text in read_as_markdown(card):
        assert is_literal(text)


def in_chat(form: Form) -> Card:
    try:
        return form_card(form, WORDS, Shell.CHAT)
    except TooLong:  # labels of 10,000 letters
        reject()


@given(some_fields(), teams_text)
def test_no_text_in_a_form_becomes_anything_else(fields: tuple[FormField, ...], text: str) -> None:
    errors = {fields[0].id: words(text), "": words(text)}
    told = replace(fields[0], told=Personal(text), why=words(text))
    intro = (Told(words(text), (Personal(text),)),)
    more = (samples.LINKS,)
    form = a_form(told, *fields[1:], title=text, more=more, intro=intro, back=True, errors=errors)
    assert_literal(form_card(form, WORDS, Shell.DIALOG))
    assert_literal(in_chat(form))


@given(some_fields())
def test_every_form_is_one_that_teams_takes(fields: tuple[FormField, ...]) -> None:
    form = a_form(*fields)
    assert problems_in(form_card(form, WORDS, Shell.DIALOG), 200_000) == ()
    assert problems_in(in_chat(form)) == ()


def _telling(field: FormField, told: Personal) -> FormField:
    """The field, with that wherever a person's words may stand."""
    field = replace(field, told=told)
    match field:
        case ShortText() | LongText():
            return replace(field, value=told)
        case Links():
            return replace(field, value=(told, told))
        case ChooseOne() | ChooseMany():
            offered = (*field.options[:-1], replace(field.options[-1], label=told))
            return replace(field, options=offered)
        case _:
            return field


@given(some_fields(), marked)
def test_a_form_in_the_chat_holds_nothing_that_was_told(
    fields: tuple[FormField, ...], told: Personal
) -> None:
    telling = tuple(_telling(each, told) for each in fields)
    line = replace(_line(), told=(told,))
    picture = Picture(EvidenceId("e-1"), words("Picture 1"), "image/png")
    intro = (Told(words("Links"), (told, told), links=True), line, picture)
    form = a_form(*telling, more=(replace(samples.LINKS, value=(told,)),), intro=intro)
    card = in_chat(form)
    assert MARK not in json.dumps(card, ensure_ascii=False)
    assert any("See what" in each for each in texts_in(card))
    shown = json.dumps(form_card(form, WORDS, Shell.DIALOG), ensure_ascii=False)
    assert MARK in shown


@given(teams_text)
def test_no_text_in_a_view_becomes_anything_else(text: str) -> None:
    assume(not may_be_opened(text))
    nodes = (*_for_messages(text), *_for_views(text))
    view = View(words(text), nodes, samples.CASE_VIEW.here)
    for shell in (Shell.DIALOG, Shell.CHAT):
        card = view_card(view, WORDS, shell)
        assert_literal(card)
        assert problems_in(card, 200_000) == ()


@given(teams_text)
def test_no_text_in_a_message_becomes_anything_else(text: str) -> None:
    message = Message(None, _for_messages(text), words(text))
    for windows in (True, False):
        for part in message_payload(message, WORDS, windows=windows).parts:
            assert_literal(part)
            assert problems_in(part) == ()
    press = Press(Verb.REPORT)
    said, label = words(text), words(text[:50])
    for card in (
        done_card(said, WORDS),
        offer_card(said, label, press, WORDS, windows=True, other=True),
        show_here_card(said, label, press, WORDS),
    ):
        assert_literal(card)
        assert problems_in(card) == ()


def _for_messages(text: str) -> tuple[MessageNode, ...]:
    said = words(text)
    step = samples.NODES["step-line"]
    assert isinstance(step, StepLine)
    button = Action(said, Press(Verb.CASES), confirm=said)
    return (
        Heading(said),
        Paragraph(said),
        Bullets((said, said)),
        Facts(((said, said), (said, said))),
        replace(step, state=said, notes=(said,), actions=(button, replace(button, confirm=None))),
        Facts(((said, said),)),
        Actions((replace(button, confirm=None),)),
    )


def _for_views(text: str) -> tuple[ViewNode, ...]:
    told = Personal(text)
    return (
        Told(words(text), (told,)),
        Told(words(text), (told,), links=True),
        Picture(EvidenceId("e-1"), words(text), "image/png"),
        Picture(EvidenceId("e-2"), words(text), "application/pdf"),
        replace(_line(), who=words(text), what=words(text), told=(told,)),
    )


def _line() -> Line:
    line = samples.NODES["line"]
    assert isinstance(line, Line)
    return line


@given(teams_text)
def test_what_was_told_is_shown_letter_by_letter(text: str) -> None:
    for node in (Told(words("Told"), (Personal(text),)), replace(_line(), told=(Personal(text),))):
        view = View(words("T"), (node,), samples.CASE_VIEW.here)
        letters = "".join(texts_in(view_card(view, WORDS, Shell.DIALOG)))
        assert text in letters or not text.strip()


@given(teams_text)
def test_runs_are_the_text_and_show_no_function(text: str) -> None:
    made = runs(text)
    assert "".join(each["text"] for each in made) == text
    assert not any("{{" in each["text"] for each in made)


@given(teams_text, st.integers(2, 400))
def test_pieces_are_the_text_and_fit(text: str, most: int) -> None:
    cut = pieces(text, most)
    assert "".join(cut) == text
    assert all(len(each) <= most for each in cut)


@given(teams_text, st.integers(8, 200))
def test_a_shortened_text_fits_and_begins_alike(text: str, most: int) -> None:
    short = shortened(text, most)
    assert len(short) <= most
    assert text.startswith(short.removesuffix("…"))
    assert (short == text) or short.endswith("…")


@given(teams_text)
def test_what_counts_as_plain_is_the_same_in_markdown(text: str) -> None:
    assert not is_plain(text) or is_literal(text)


@pytest.mark.parametrize(
    "text",
    [
        "It says an adult at school harmed, or could harm, a child",
        "Children’s social care (day and night)",
        "I'm not sure",
        "Case 2026-014",
        "A closed group – only its members can read it",
        "The chair of governors (2)",
        "3 school days",
        "What is happening?",
        "Report 1.5",
    ],
)
def test_everyday_words_are_plain(text: str) -> None:
    assert is_plain(text)


@pytest.mark.parametrize("text", [*TEAMS, "", " ", "a\nb", "1. First", "see evil.example", "-"])
def test_other_signs_are_not(text: str) -> None:
    assert not is_plain(text)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " https://x.example",
        "https://x.example/a b",
        "https://x.example/\n",
        "https://x.example|label",
        "https://user@x.example/",
        "https://x.example/é",
        "msteams://teams.microsoft.com/l/chat",
        "mailto:a@b.example",
        "//evil.example",
        "http://",
        "http:evil",
        "https://x.example/" + "a" * 3_000,
        "",
    ],
)
def test_only_whole_web_addresses_can_be_opened(link: str) -> None:
    assert not may_be_opened(link)
    view = View(words("T"), (Told(words("L"), (Personal(link),), links=True),), Press(Verb.CASES))
    assert_literal(view_card(view, WORDS, Shell.DIALOG))


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
    card = view_card(View(words("T"), nodes, Press(Verb.CASES)), WORDS, Shell.DIALOG)
    found = [part for part in parts_of(card) if "selectAction" in part]
    opens = {"type": "Action.OpenUrl", "url": link}
    assert [(each["text"], each["selectAction"]) for each in found] == [(link, opens)] * 2
    assert_literal(card, frozenset({link}))


def test_a_link_in_words_is_not_one() -> None:
    told = Told(words("L"), (Personal("https://evil.example"),))
    card = view_card(View(words("T"), (told,), Press(Verb.CASES)), WORDS, Shell.DIALOG)
    assert not [part for part in parts_of(card) if "selectAction" in part]


def test_options_that_were_told_are_numbers_below_a_list() -> None:
    offered = (Choice("a", Personal("*Pat*")), Choice("b", Personal("Sam")))
    field = ChooseOne(id="who", label=words("Who is it?"), options=offered, required=True)
    dialog = texts_in(form_card(a_form(field), WORDS, Shell.DIALOG))
    assert dialog[:5] == ["1. *Pat*", "2. Sam", "Who is it?", "1", "2"]
    chat = texts_in(form_card(a_form(field), WORDS, Shell.CHAT))
    assert chat[1:4] == ["Who is it?", "Number 1", "Number 2"]


def test_a_long_text_keeps_its_blanks_and_new_lines() -> None:
    text = "\n\nfirst lines empty\r\nlast\r  " * 200
    assert "".join(texts_in(lines(text))) == text
