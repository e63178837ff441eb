"""Where things stand in Teams: pages of long screens, pictures, folded fields, mistakes."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.teams import sizes
from adapters.teams.blocks import weight
from adapters.teams.limits import problems_in
from adapters.teams.read import Did, read_card
from adapters.teams.render import (
    Card,
    Shell,
    TooLong,
    attachment,
    continue_dialog,
    done_card,
    form_card,
    message_payload,
    offer_card,
    say_in_dialog,
    show_here_card,
    view_card,
)
from bot.domain.ids import EvidenceId, MessageKind, Reference, StepId
from bot.domain.personal import Personal
from bot.screens.facts import plain
from bot.screens.messages import open_button
from bot.screens.nodes import (
    Action,
    Actions,
    Bullets,
    Chart,
    Choice,
    ChooseMany,
    ChooseOne,
    Facts,
    Form,
    FormField,
    Heading,
    KeptFileLine,
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
from bot.screens.press import FormRef, Press, Verb
from bot.screens.say import Say
from tests.adapters.desk import samples
from tests.adapters.desk.samples import WORDS, a_form, choices, words

from .pretend_client import button, buttons_of, inputs_of, parts_of, sent, shown_of, texts_in

MORNING = datetime(2026, 11, 24, 9, tzinfo=UTC)
HERE = samples.CASE_VIEW.here
Part = dict[str, Any]


def a_view(*nodes: ViewNode, title: str = "Case 2026-014") -> View:
    return View(words(title), nodes, HERE)


def dialog(*fields: FormField, **more: Any) -> Card:  # noqa: ANN401 - any part of a form
    return form_card(a_form(*fields, **more), WORDS, Shell.DIALOG)


def chat(*fields: FormField, **more: Any) -> Card:  # noqa: ANN401 - any part of a form
    return form_card(a_form(*fields, **more), WORDS, Shell.CHAT)


def open_cases(count: int) -> tuple[MessageNode, ...]:
    """As the lists of cases show them."""
    found: list[MessageNode] = [Heading(plain(Say.OPEN_CASES))]
    for number in range(count):
        reference = plain(Say.REFERENCE, reference=Reference(f"2026-{number + 1:03}"))
        line = plain(Say.CASE_LINE_DUE, step=StepId("speak-to-parent"), due=MORNING)
        found += [Facts(((reference, line),)), Actions((open_button(f"case-{number}"),))]
    return tuple(found)


def all_pages(draw: Callable[[int], Card]) -> list[Card]:
    """Every page, by turning them one after the other."""
    pages, number = [], 0
    while True:
        pages.append(draw(number))
        assert problems_in(pages[-1], sizes.ANSWER_BYTES) == ()
        came = [read_card(each["data"]) for each in buttons_of(pages[-1])]
        turns = {each.page for each in came if each.did is Did.TURN}
        assert turns <= {number - 1, number + 1}
        if number + 1 not in turns:
            return pages
        number += 1


def test_three_hundred_open_cases_are_all_there() -> None:
    view = View(plain(Say.CASES_TITLE), open_cases(300), Press(Verb.CASES))
    pages = all_pages(lambda page: view_card(view, WORDS, Shell.DIALOG, page=page))
    shown = [line for page in pages for line in texts_in(page) if line.startswith("Case 2026-")]
    assert [line[:13] for line in shown] == [f"Case 2026-{n + 1:03}" for n in range(300)]
    assert len(pages) > 1
    assert f"Page 2 of {len(pages)}" in texts_in(pages[1])
    assert all(weight(page) <= sizes.VIEW_BYTES + 2_000 for page in pages)


def test_a_page_beyond_the_last_is_the_last() -> None:
    view = View(plain(Say.CASES_TITLE), open_cases(300), Press(Verb.CASES))
    last = len(all_pages(lambda page: view_card(view, WORDS, Shell.DIALOG, page=page))) - 1
    shown = view_card(view, WORDS, Shell.DIALOG, page=last)
    assert view_card(view, WORDS, Shell.DIALOG, page=99) == shown
    assert view_card(view, WORDS, Shell.DIALOG, page=-1) == view_card(view, WORDS, Shell.DIALOG)


def test_a_heading_goes_to_the_page_of_what_it_heads() -> None:
    long = Paragraph(words("x" * 80_000))
    nodes = (long, Heading(words("Later")), Paragraph(words("y" * 9_000)))
    first, second = all_pages(
        lambda page: view_card(a_view(*nodes), WORDS, Shell.DIALOG, page=page)
    )
    assert "Later" not in texts_in(first)
    assert texts_in(second)[0] == "Later"


def test_a_long_chronology_is_paged_and_nothing_is_lost() -> None:
    lines = [
        Line(MORNING + timedelta(minutes=n), words("The head"), words(f"did {n}"),
             (Personal(f"told {n} " + "😀" * 9_000),))
        for n in range(12)
    ]  # fmt: skip
    pages = all_pages(lambda page: view_card(a_view(*lines), WORDS, Shell.CHAT, page=page))
    said = "".join(text for page in pages for text in texts_in(page))
    assert all(f"did {n}" in said and f"told {n} " in said for n in range(12))
    assert said.count("😀") == 12 * 9_000


def test_many_steps_are_one_message_and_very_many_several() -> None:
    step = samples.ROUND_UP_NODES[3]
    assert isinstance(step, StepLine)

    def parts(count: int) -> list[int]:
        message = Message(MessageKind.ROUND_UP, (step,) * count, words("Due"))
        drawn = message_payload(message, WORDS).parts
        assert [problems_in(part) for part in drawn] == [()] * len(drawn)
        return [len(buttons_of(part)) for part in drawn]

    assert parts(20) == [20]
    assert sum(parts(120)) == 120
    assert len(parts(120)) > 2


def test_parts_of_a_message_say_which_they_are() -> None:
    nodes = (Paragraph(words("y" * 20_000)),) * 2
    payload = message_payload(Message(None, nodes, words("A & B")), WORDS)
    assert payload.summary == "A & B"
    assert [part["fallbackText"] for part in payload.parts] == [
        "A & B (Page 1 of 2)",
        "A & B (Page 2 of 2)",
    ]
    assert "".join(text for part in payload.parts for text in texts_in(part)) == "y" * 40_000


@pytest.mark.parametrize("node", ["stop-card", "step-line", "guidance"])
def test_a_box_too_large_for_a_message_is_several_boxes_and_whole(node: str) -> None:
    many = tuple(words(f"note {n} " + "é" * 1_400) for n in range(12))
    step = replace(samples.NODES["step-line"], notes=many)  # type: ignore[arg-type]
    nodes = {"step-line": step}.get(node, samples.NODES[node])
    message = Message(None, (nodes, Bullets(many)), words("Much"))  # type: ignore[arg-type]
    parts = message_payload(message, WORDS).parts
    assert [problems_in(part) for part in parts] == [()] * len(parts)
    said = "\n".join(text for part in parts for text in texts_in(part))
    assert all(f"note {n} " in said for n in range(12))
    assert len(parts) > 2


def test_a_message_without_words_says_its_summary() -> None:
    parts = message_payload(Message(None, (), words("Only this")), WORDS).parts
    assert [texts_in(part) for part in parts] == [["Only this"]]


def test_the_buttons_of_a_message_open_a_dialog_where_there_are_any() -> None:
    message = samples.ROUND_UP
    opening = message_payload(message, WORDS).parts[0]
    assert all(each["data"]["msteams"] == {"type": "task/fetch"} for each in buttons_of(opening))
    without = message_payload(message, WORDS, windows=False).parts[0]
    assert all("msteams" not in each["data"] for each in buttons_of(without))
    for card in (opening, without):
        presses = [read_card(each["data"]).press for each in buttons_of(card)]
        assert [each and each.verb for each in presses] == [
            Verb.ANSWER,
            Verb.OPEN_CASE,
            Verb.ANSWER,
        ]


DIGEST = (
    Heading(words("This week")),
    Chart(samples.CHART, words("Chart")),
    Paragraph(words("z")),
)


def test_a_chart_is_words_until_its_picture_is_there() -> None:
    whole = message_payload(Message(MessageKind.DIGEST, DIGEST, words("Digest")), WORDS)
    assert "Summer 2026: 15" in "".join(texts_in(whole.parts[0]))
    (picture,) = whole.pictures
    assert "Autumn 2026: 10" in picture.alt_text
    png = picture.draw()
    assert png is not None
    assert png.startswith(b"\x89PNG")
    drawn = whole.with_pictures([png]).parts[0]
    assert problems_in(drawn) == ()
    (image,) = [each for each in drawn["body"] if each["type"] == "Image"]
    assert image["altText"] == picture.alt_text
    assert texts_in(drawn) == ["This week", "Chart", "z"]
    assert whole.with_pictures([None]).parts == whole.parts


def test_two_charts_each_get_their_own_picture() -> None:
    nodes = (Chart(samples.CHART, words("A")), Chart(samples.CHART, words("B")))
    whole = message_payload(Message(None, nodes, words("Digest")), WORDS)
    drawn = whole.with_pictures([each.draw() for each in whole.pictures])
    images = [p for part in drawn.parts for p in part["body"] if p["type"] == "Image"]
    assert len(images) == 2
    assert [problems_in(part) for part in drawn.parts] == [()] * len(drawn.parts)


def test_a_picture_for_which_a_message_has_no_room_stays_words() -> None:
    whole = message_payload(Message(None, DIGEST, words("Digest")), WORDS)
    assert whole.pictures[0].most > 14_000
    assert whole.with_pictures([b"x" * 25_000]).parts == whole.parts
    assert problems_in(whole.with_pictures([b"x" * whole.pictures[0].most]).parts[0]) == ()


def test_a_message_keeps_room_for_its_chart() -> None:
    nodes = (Paragraph(words("y" * 12_000)), Chart(samples.CHART, words("Chart")))
    whole = message_payload(Message(None, nodes, words("Digest")), WORDS)
    assert [picture.part for picture in whole.pictures] == [1]
    drawn = whole.with_pictures([whole.pictures[0].draw()])
    assert "Image" in json.dumps(drawn.parts[1])


PICTURES = (
    Picture(EvidenceId("e-1"), words("File 1"), "image/png"),
    Picture(EvidenceId("e-2"), words("File 2: take care"), "image/jpeg"),
    Picture(EvidenceId("e-3"), words("File 3"), "application/pdf"),
)
SMALL = "data:image/jpeg;base64,AAAA"


@pytest.mark.parametrize("shell", [Shell.DIALOG, Shell.CHAT])
def test_evidence_is_a_button_until_it_is_opened(shell: Shell) -> None:
    shut = view_card(a_view(*PICTURES), WORDS, shell)
    shows = [each["title"] for each in buttons_of(shut)]
    assert shows[:2] == ["Show file 1", "Show file 2"]
    assert "A PDF cannot be shown in Teams." in texts_in(shut)
    came = read_card(sent(shut, button(shut, "Show file 2")))
    assert (came.did, came.here, came.evidence) == (Did.PICTURE, HERE, EvidenceId("e-2"))
    opened = view_card(a_view(*PICTURES), WORDS, shell, pictures={EvidenceId("e-2"): SMALL})
    (image,) = [part for part in shown_of(opened) if part.get("type") == "Image"]
    assert (image["url"], image["altText"]) == (SMALL, "File 2: take care")
    assert "Show file 1" in texts_in(opened)


def test_evidence_on_a_later_page_is_opened_there() -> None:
    nodes = (Paragraph(words("x" * 89_000)), *PICTURES)
    view = a_view(*nodes)
    shut = view_card(view, WORDS, Shell.DIALOG, page=1)
    came = read_card(sent(shut, button(shut, "Show file 1")))
    assert came.page == 1
    pictures = {EvidenceId("e-1"): SMALL}
    opened = view_card(view, WORDS, Shell.DIALOG, page=came.page, pictures=pictures)
    assert [p["url"] for p in shown_of(opened) if p.get("type") == "Image"] == [SMALL]


def test_pictures_for_which_there_is_no_room_stay_buttons() -> None:
    large = "data:image/jpeg;base64," + "A" * 90_000
    pictures = {EvidenceId("e-1"): large, EvidenceId("e-2"): large}
    card = view_card(a_view(*PICTURES), WORDS, Shell.DIALOG, pictures=pictures)
    assert problems_in(card, sizes.ANSWER_BYTES) == ()
    assert [p["altText"] for p in shown_of(card) if p.get("type") == "Image"] == ["File 1"]
    assert "Show file 2" in texts_in(card)


def test_a_title_stands_on_the_card_where_no_bar_shows_it_whole() -> None:
    assert "Where is it?" not in texts_in(dialog(samples.LINKS, title="Where is it?"))
    assert texts_in(chat(samples.LINKS, title="Where is it?"))[0] == "Where is it?"
    long = "Look at the report and decide what it is, today"
    assert texts_in(dialog(samples.LINKS, title=long))[0] == long
    assert (
        texts_in(view_card(a_view(Paragraph(words("x")), title=long), WORDS, Shell.DIALOG))[0]
        == long
    )


def test_a_heading_is_one_to_a_screen_reader_if_its_signs_allow() -> None:
    card = view_card(
        a_view(Heading(words("What to do")), Heading(words("*odd*"))), WORDS, Shell.DIALOG
    )
    assert [(each["type"], each.get("style")) for each in card["body"]] == [
        ("TextBlock", "heading"),
        ("RichTextBlock", None),
    ]


def test_long_words_of_buttons_stand_above_in_full() -> None:
    label, asked = "A long label " * 10, "Are you quite sure? " * 100
    press = Press(Verb.DECLARE_INTEREST, "c-1")
    node = Actions((Action(words(label), press, confirm=words(asked)),))
    card = view_card(a_view(node), WORDS, Shell.DIALOG)
    said = texts_in(card)
    assert said[0] == label
    assert asked in "".join(said)
    assert problems_in(card) == ()
    (made,) = buttons_of(card)
    assert made["tooltip"] == label


def test_what_cannot_be_undone_is_asked_before() -> None:
    card = view_card(a_view(samples.NODES["actions"]), WORDS, Shell.CHAT)
    (asks,) = [part for part in shown_of(card) if part.get("type") == "Action.ShowCard"]
    assert (asks["title"], asks["style"]) == ("Withdraw", "destructive")
    assert texts_in(asks["card"]) == ["Delete what you wrote?", "Withdraw"]
    (does,) = buttons_of(asks["card"])
    assert does["style"] == does["fallback"]["style"] == "destructive"


def test_no_row_of_buttons_is_cut_off_on_a_phone() -> None:
    labels = ("Answer", "Why this date?", "Snooze", "Give it more time", *"abcdefgh")
    node = Actions(tuple(samples.an_action(each) for each in labels))
    rows = view_card(a_view(node), WORDS, Shell.DIALOG)["body"]
    assert [[each["title"] for each in row["actions"]] for row in rows] == [
        ["Answer", "Why this date?"],
        ["Snooze", "Give it more time"],
        [*"abcde"],
        [*"fgh"],
    ]


def some_choices(count: int) -> tuple[Choice, ...]:
    return choices(**{f"o{n}": f"Option {n}" for n in range(count)})


@pytest.mark.parametrize(("count", "style"), [(2, "expanded"), (15, "expanded"), (16, "compact")])
def test_few_options_are_boxes_and_many_a_menu(count: int, style: str) -> None:
    offered = some_choices(count)
    one = ChooseOne(id="a", label=words("Which?"), options=offered, chosen="o1")
    many = ChooseMany(id="b", label=words("Which?"), options=offered, chosen=("o0", "o1"))
    card = dialog(one, many)
    assert problems_in(card) == ()
    made = inputs_of(card)
    assert [each["style"] for each in made.values()] == [style, style]
    assert [each["value"] for each in made.values()] == ["o1", "o0,o1"]
    assert all(each["wrap"] for each in made.values())


def test_an_option_says_its_hint() -> None:
    made = inputs_of(dialog(samples.PLACE))["one.place"]
    assert [each["title"] for each in made["choices"]] == [
        "A public page – Anyone can read it",
        "A closed group – Only its members can read it",
        "Somewhere else",
    ]


def test_options_with_signs_are_numbered_below_their_words() -> None:
    offered = (Choice("a", words("50% *off*"), hint=words("See it")), Choice("b", words("Short")))
    card = dialog(ChooseOne(id="q", label=words("Which?"), options=offered, required=True))
    assert texts_in(card)[:5] == ["1. 50% *off* – See it", "2. Short", "Which?", "1", "2"]


def test_a_choice_without_any_option_says_so() -> None:
    card = dialog(ChooseOne(id="q", label=words("To whom?"), options=()))
    assert texts_in(card)[:2] == ["To whom? (optional)", "There is nothing to choose from here."]
    assert read_card(buttons_of(card)[0]["data"]).asks == ()
    assert problems_in(card) == ()


def test_a_tick_is_asked_once() -> None:
    made = inputs_of(dialog(samples.TICK))["many.shows_reporter"]
    assert "label" not in made
    assert [each["title"] for each in made["choices"]] == ["The picture shows who I am"]
    odd = words("I *took* it")
    tick = replace(samples.TICK, label=odd, options=(Choice("yes", odd),))
    made = inputs_of(dialog(tick))["many.shows_reporter"]
    assert made["label"] == "I *took* it (optional)"
    assert [each["title"] for each in made["choices"]] == ["Yes"]


def test_a_field_says_why_it_is_asked_whether_it_is_needed_and_what_it_is_about() -> None:
    place = replace(samples.PLACE, told=Personal("https://x.example/*a*"))
    said = texts_in(dialog(place))
    assert said[:2] == ["https://x.example/*a*", "Where is it?"]
    assert said[5].startswith("A closed group and a public page")
    optional = replace(samples.PLACE, required=False)
    assert "Where is it? (optional)" in texts_in(dialog(optional))


def test_in_the_chat_what_is_asked_about_is_only_numbered() -> None:
    fields = [
        replace(samples.PLACE, id=f"link-{n}", told=Personal(told))
        for n, told in enumerate(("https://x.example/1", "https://x.example/2", "a name"))
    ]
    form = a_form(*fields, ref=FormRef(Press(Verb.ANSWER, "c-1")))
    said = texts_in(form_card(form, WORDS, Shell.CHAT))
    assert [each for each in said if each.startswith(("Link", "Number"))] == [
        "Link 1",
        "Link 2",
        "Number 3",
    ]
    assert "See what was told" in said


def test_a_kept_text_is_said_to_be_kept_and_can_be_seen_and_deleted() -> None:
    card = chat(replace(samples.POSTER_NAME, value=Personal("Pat")))
    said = texts_in(card)
    assert "Kept: what you wrote. Leave it empty to keep it." in said
    assert {"Delete what is kept", "See what I wrote"} <= set(said)
    assert "value" not in inputs_of(card)["text.poster_name"]
    came = read_card(sent(card, button(card, "See what I wrote")))
    assert (came.did, came.form) == (Did.SEE, samples.a_ref())


def test_nothing_is_offered_to_be_seen_where_nothing_is_withheld() -> None:
    assert "See what I wrote" not in texts_in(chat(samples.POSTER_NAME))
    assert "See what I wrote" not in texts_in(dialog(replace(samples.POSTER_NAME)))
    adding = a_form(
        replace(samples.POSTER_NAME, value=Personal("Pat")), ref=FormRef(Press(Verb.ADD, "c-1"))
    )
    assert "See what I wrote" not in texts_in(form_card(adding, WORDS, Shell.CHAT))


@pytest.mark.parametrize(
    ("value", "day", "hour"),
    [
        (None, None, None),
        (MORNING, "2026-11-24", "09:00"),
        (MORNING.date(), "2026-11-24", "00:00"),
        (MORNING.replace(tzinfo=None), "2026-11-24", "09:00"),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "2026-07-01", "00:30"),
    ],
)
def test_a_moment_is_a_day_and_a_time_of_the_schools(
    value: Any,  # noqa: ANN401 - a day, a moment or nothing
    day: str | None,
    hour: str | None,
) -> None:
    made = inputs_of(dialog(replace(samples.SEEN_AT, value=value)))
    assert made["when.seen_at"].get("value") == day
    assert made["when.seen_at~time"].get("value") == hour
    only = inputs_of(dialog(replace(samples.SEEN_ON, value=value)))
    assert list(only) == ["when.seen_on"]
    assert only["when.seen_on"].get("value") == day


ASKED: dict[str, Any] = {"more": (samples.POSTER_NAME, samples.SEEN_AT), "back": True}
WRONG = words("Please look at this.")


def folded(card: Card) -> Part:
    """The box of what is folded."""
    (box,) = [part for part in shown_of(card) if part.get("id") == "more"]
    return box


def test_what_is_folded_opens_by_its_button() -> None:
    card = dialog(samples.LINKS, **ASKED)
    assert folded(card)["isVisible"] is False
    (toggle,) = [p for p in shown_of(card) if p.get("type") == "Action.ToggleVisibility"]
    assert (toggle["title"], toggle["targetElements"]) == ("More, if you know it", ["more"])
    assert set(inputs_of(folded(card))) == {"text.poster_name", "when.seen_at", "when.seen_at~time"}
    assert not [part for part in shown_of(dialog(samples.LINKS)) if part.get("id") == "more"]


@pytest.mark.parametrize(
    "field",
    [
        replace(samples.POSTER_NAME, value=Personal("Pat")),
        replace(samples.SEEN_AT, value=MORNING),
        replace(samples.PLACE, chosen="closed-group"),
        replace(samples.SAFETY, chosen=("none",)),
        replace(samples.LINKS, value=(Personal("https://x.example"),)),
        samples.SCREENSHOTS,
    ],
    ids=lambda field: field.id,
)
def test_what_is_folded_and_answered_is_open(field: FormField) -> None:
    for made in (dialog, chat):
        assert "isVisible" not in folded(made(samples.SAFETY, more=(field,)))


def test_a_mistake_in_what_is_folded_opens_it() -> None:
    card = dialog(samples.LINKS, **ASKED, errors={"seen_at": WRONG})
    assert "isVisible" not in folded(card)
    assert "❗ Please look at this." in texts_in(folded(card))


def test_mistakes_stand_above_their_fields_and_are_announced_at_the_top() -> None:
    card = dialog(samples.LINKS, samples.POSTER_NAME, errors={"poster_name": WRONG})
    said = texts_in(card)
    assert said[0] == "❗ Something needs another look. The red lines below say what."
    at = said.index("❗ Please look at this.")
    assert said[at + 1] == "Who posted it? (optional)"
    whole = texts_in(dialog(samples.LINKS, errors={"": WRONG, "links": WRONG}))
    assert whole[0] == "❗ Please look at this."
    assert whole.count("❗ Please look at this.") == 2


def test_a_mistake_is_red_and_has_a_sign() -> None:
    card = dialog(samples.LINKS, errors={"": WRONG})
    (run,) = card["body"][0]["inlines"]
    assert (run["color"], run["text"][0]) == ("Attention", "❗")


def test_pictures_are_sent_into_the_chat() -> None:
    shut = dialog(samples.SCREENSHOTS)
    assert read_card(sent(shut, button(shut, "Add pictures"))).did is Did.KEEP
    assert any("This page waits for you" in each for each in texts_in(shut))
    here = chat(samples.SCREENSHOTS)
    assert "Add pictures" not in texts_in(here)
    assert any(each.startswith("Send the pictures here") for each in texts_in(here))
    for card in (shut, here):
        said = texts_in(card)
        assert "Kept so far: 2" in said
        assert {"1. Picture (PNG), 240 KB", "2. PDF, 2.3 MB"} <= set(said)


def test_a_full_field_of_files_takes_no_more() -> None:
    ids = [EvidenceId(f"e-{n}") for n in range(10)]
    kept = tuple(
        KeptFileLine(each, "image/png", 1, Press(Verb.REMOVE_FILE, "d" * 32, what=each))
        for each in ids
    )
    full = replace(samples.SCREENSHOTS, kept=kept)
    for made in (dialog, chat):
        said = texts_in(made(full))
        assert any(each.startswith("No more can be added.") for each in said)
        assert said.count("Remove") == 10
        assert "Add pictures" not in said
        assert problems_in(made(full)) == ()


def test_a_report_in_the_chat_with_all_its_files_is_one_card() -> None:
    ids = [EvidenceId(f"{n:032}") for n in range(10)]
    kept = tuple(
        KeptFileLine(each, "image/png", 1, Press(Verb.REMOVE_FILE, "d" * 32, what=each))
        for each in ids
    )
    many = [replace(samples.PLACE, id=f"some_question_{n}") for n in range(11)]
    card = chat(replace(samples.SCREENSHOTS, kept=kept), *many, intro=(samples.STOP,), back=True)
    assert problems_in(card) == ()
    older = {each["title"]: "fallback" in each for each in buttons_of(card)}
    assert older == {"Alert now": True, "Remove": False, "Next": True, "Back": True}
    few = chat(replace(samples.SCREENSHOTS, kept=kept), back=True)
    assert all("fallback" in each for each in buttons_of(few))


def test_a_form_that_teams_cannot_take_is_said_so_and_not_cut() -> None:
    many = tuple(Links(id=f"l{n}", label=words("?" * 1_000)) for n in range(200))
    for shell in (Shell.DIALOG, Shell.CHAT):
        with pytest.raises(TooLong, match="ask fewer questions"):
            form_card(a_form(*many), WORDS, shell)


def test_only_what_a_draft_keeps_is_left_out_of_a_dialog() -> None:
    long = tuple(
        LongText(id=f"t{n}", label=words("?"), value=Personal("😀" * 10_000)) for n in range(3)
    )
    card = form_card(a_form(*long, ShortText(id="s", label=words("?"))), WORDS, Shell.DIALOG)
    assert problems_in(card, sizes.ANSWER_BYTES) == ()
    assert sum("too long to show here" in each for each in texts_in(card)) == 2
    noting = replace(a_form(*long), ref=FormRef(Press(Verb.NOTE, "c-1")))
    with pytest.raises(TooLong):
        form_card(noting, WORDS, Shell.DIALOG)


def test_a_card_says_its_source_and_whom_to_ring() -> None:
    card = view_card(a_view(samples.STOP), WORDS, Shell.DIALOG)
    assert card["body"][0]["style"] == "attention"
    said = texts_in(card)
    assert said[0] == "🛑 If somebody is in danger now, ring 999"
    assert "• 01632 960 123 – Safeguarding lead (Mrs Akande)" in said
    assert "Keeping children safe in education, part one · checked 1 September 2026" in said


def test_a_step_that_is_late_says_so_with_a_sign_as_well() -> None:
    card = view_card(a_view(samples.ROUND_UP_NODES[3]), WORDS, Shell.DIALOG)
    said = texts_in(card)
    assert said[0] == "⚠️ Look at the report and decide what it is"
    assert said[1].startswith("2026-015 · overdue since")
    assert [p["color"] for p in parts_of(card) if "color" in p] == ["Attention"]


def test_a_line_of_a_list_has_its_only_button_beside_it() -> None:
    step = samples.ROUND_UP_NODES[3]
    card = view_card(a_view(step), WORDS, Shell.DIALOG)
    (columns,) = [part for part in shown_of(card) if part.get("type") == "ColumnSet"]
    assert [each["width"] for each in columns["columns"]] == ["stretch", "auto"]
    assert all("style" not in each for each in buttons_of(card))


def test_an_answer_on_a_line_is_short_and_says_in_full_what_it_answers() -> None:
    action = Action(
        plain(Say.ANSWER, step=StepId("acknowledge")), Press(Verb.ANSWER, "c-1", "acknowledge")
    )
    step = replace(samples.ROUND_UP_NODES[3], actions=(action,))  # type: ignore[arg-type]
    (made,) = buttons_of(view_card(a_view(step), WORDS, Shell.DIALOG))
    assert made["title"] == "Answer"
    assert made["tooltip"] == "Answer: Look at the report and decide what it is"


def test_a_question_that_names_a_fact_gets_no_second_sign() -> None:
    node = Facts(((words("Where is it?"), words("There")), (words("When"), words("Now"))))
    said = texts_in(view_card(a_view(node), WORDS, Shell.DIALOG))
    assert said == ["Where is it? There", "When: Now"]


def test_lines_that_say_nothing_are_left_out() -> None:
    nodes = (Bullets((words(" "), words("So"))), Told(words("Told"), (Personal(" "),)))
    assert texts_in(view_card(a_view(*nodes), WORDS, Shell.DIALOG)) == ["• So", "Told"]
    assert texts_in(view_card(a_view(), WORDS, Shell.DIALOG)) == ["–"]


def test_a_view_in_the_chat_can_be_closed_again() -> None:
    card = view_card(samples.CASE_VIEW, WORDS, Shell.CHAT)
    close = button(card, "Close")
    assert (close["type"], close["verb"]) == ("Action.Execute", "close")
    assert read_card(sent(card, close)).here == HERE
    assert "Close" not in texts_in(view_card(samples.CASE_VIEW, WORDS, Shell.DIALOG))


def test_small_cards_say_one_sentence() -> None:
    says, label, press = words("Your report waits."), words("Resume"), Press(Verb.RESUME, "d-1")
    assert texts_in(done_card(says, WORDS)) == ["Your report waits."]
    opens = offer_card(says, label, press, WORDS, windows=True, other=True)
    assert texts_in(opens) == ["Your report waits.", "Resume", "No window opens? Answer here"]
    window, here = buttons_of(opens)
    assert window["data"]["msteams"] == {"type": "task/fetch"}
    assert (window["style"], here.get("style")) == ("positive", None)
    assert [read_card(each["data"]).did for each in (window, here)] == [Did.PRESS, Did.HERE]
    assert read_card(here["data"]).press == press
    other = offer_card(says, label, press, WORDS, windows=False, other=True)
    here, window = buttons_of(other)
    assert "msteams" not in here["data"]
    assert window["data"]["msteams"] == {"type": "task/fetch"}
    assert len(buttons_of(offer_card(says, label, press, WORDS, windows=True, other=False))) == 1
    (executes,) = buttons_of(show_here_card(says, label, press, WORDS))
    assert executes["type"] == "Action.Execute"
    assert read_card(executes["data"]).press == press


def test_a_dialog_is_answered_with_a_card_or_a_sentence() -> None:
    card = done_card(words("x"), WORDS)
    held = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    assert attachment(card) == held
    assert continue_dialog(card, "Title")["task"] == {
        "type": "continue",
        "value": {"title": "Title", "width": "large", "height": "large", "card": held},
    }
    assert say_in_dialog("Kept.") == {"task": {"type": "message", "value": "Kept."}}


def test_a_form_is_the_same_card_every_time() -> None:
    form: Form = a_form(*samples.EVERY_FIELD, intro=samples.CASE_VIEW.nodes, **ASKED)
    for shell in (Shell.DIALOG, Shell.CHAT):
        assert form_card(form, WORDS, shell) == form_card(form, WORDS, shell)
