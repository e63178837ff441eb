"""Where things stand in Slack: pages of long screens, pictures, folded fields, mistakes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.slack import sizes
from adapters.slack.limits import problems_in
from adapters.slack.read import read_page_turn, read_view
from adapters.slack.render import (
    TooLong,
    errors_answer,
    errors_payload,
    home_view,
    kept_view,
    message_payload,
    modal,
    more_errors_payload,
    more_view,
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
    StepLine,
    Told,
    View,
    ViewNode,
)
from bot.screens.press import Press, Verb
from bot.screens.say import Say
from tests.adapters.desk import samples
from tests.adapters.desk.samples import WORDS, a_form, choices, words

from .test_escaping import parts_of

MORNING = datetime(2026, 11, 24, 9, tzinfo=UTC)
HERE = samples.CASE_VIEW.here
Block = dict[str, Any]


def blocks_of(payload: Block) -> list[Block]:
    blocks: list[Block] = payload["blocks"]
    return blocks


def texts_of(payload: object) -> list[str]:
    return [part["text"] for part in parts_of(payload) if isinstance(part.get("text"), str)]  # type: ignore[misc]


def a_view(*nodes: ViewNode, title: str = "Case 2026-014") -> View:
    return View(words(title), nodes, HERE)


def open_cases(count: int) -> tuple[MessageNode, ...]:
    """As the lists of cases show them."""
    found: list[MessageNode] = [Heading(plain(Say.OPEN_CASES))]
    for number in range(count):
        reference = plain(Say.REFERENCE, reference=Reference(f"2026-{number + 1:03}"))
        line = plain(Say.CASE_LINE_DUE, step=StepId("speak-to-parent"), due=MORNING)
        found += [Facts(((reference, line),)), Actions((open_button(f"case-{number}"),))]
    return tuple(found)


def all_pages(draw: Callable[[int], Block]) -> list[Block]:
    """Every page, by turning them one after the other."""
    pages, number = [], 0
    while True:
        pages.append(draw(number))
        assert problems_in(pages[-1]) == ()
        turns = [p for p in parts_of(pages[-1]) if str(p.get("action_id")).startswith("turn.")]
        following = [read_page_turn(each).page for each in turns]
        if number + 1 not in following:
            return pages
        number += 1


@pytest.mark.parametrize("where", ["home", "modal"])
def test_two_hundred_open_cases_are_all_there(where: str) -> None:
    nodes = open_cases(200)
    view = View(plain(Say.CASES_TITLE), nodes, Press(Verb.CASES))
    pages = all_pages(
        lambda page: (
            home_view(nodes, WORDS, page=page) if where == "home" else modal(view, WORDS, page=page)
        )
    )
    shown = [line for page in pages for line in texts_of(page) if line.startswith("Case 2026-")]
    assert [line[:13] for line in shown] == [f"Case 2026-{n + 1:03}" for n in range(200)]
    assert len(pages) == 3
    assert "Page 2 of 3" in texts_of(pages[1])
    assert [read_view(page).page for page in pages] == [0, 1, 2]


def test_a_page_beyond_the_last_is_the_last() -> None:
    last = home_view(open_cases(200), WORDS, page=2)
    assert home_view(open_cases(200), WORDS, page=99) == last
    assert home_view(open_cases(2), WORDS, page=1) == home_view(open_cases(2), WORDS)


def test_a_heading_goes_to_the_page_of_what_it_heads() -> None:
    room = sizes.VIEW_BLOCKS - 5
    nodes = [Paragraph(words("one"))] * (room - 1)
    first, second = all_pages(
        lambda page: modal(
            a_view(*nodes, Heading(words("Later")), Paragraph(words("two"))), WORDS, page=page
        )
    )
    assert "Later" not in texts_of(first)
    assert texts_of(second["blocks"])[:2] == ["Later", "two"]


def test_a_long_chronology_is_paged_and_nothing_is_lost() -> None:
    lines = [
        Line(MORNING + timedelta(minutes=n), words("The head"), words(f"did {n}"),
             (Personal(f"told {n} " + "x" * 9_000),))
        for n in range(60)
    ]  # fmt: skip
    pages = all_pages(lambda page: modal(a_view(*lines), WORDS, page=page))
    said = "".join(text for page in pages for text in texts_of(page))
    assert all(f"did {n}" in said and f"told {n} " in said for n in range(60))
    assert said.count("x") >= 60 * 9_000
    assert len(pages) > 1


def test_many_steps_are_one_message_and_very_many_several() -> None:
    step = samples.ROUND_UP_NODES[2]
    assert isinstance(step, StepLine)
    one = replace(step, actions=step.actions[:1])

    def payload(count: int) -> tuple[int, ...]:
        message = Message(MessageKind.ROUND_UP, (one,) * count, words("Due"))
        parts = message_payload(message, WORDS).parts
        found = [problems_in({"blocks": list(p.blocks), "text": p.text}) for p in parts]
        assert found == [()] * len(parts)
        return tuple(len(part.blocks) for part in parts)

    assert payload(31) == (31,)
    assert payload(120) == (50, 50, 20)


def test_parts_of_a_message_say_which_they_are() -> None:
    nodes = (Paragraph(words("y" * 2_900)),) * 9
    parts = message_payload(Message(None, nodes, words("A & B")), WORDS).parts
    assert [part.text for part in parts] == [f"A &amp; B (Page {n} of 5)" for n in range(1, 6)]


def test_a_message_without_words_says_its_summary() -> None:
    parts = message_payload(Message(None, (), words("Only this")), WORDS).parts
    assert texts_of([part.blocks for part in parts]) == ["Only this"]


def test_a_chart_is_words_until_its_picture_is_there() -> None:
    nodes = (
        Heading(words("This week")),
        Chart(samples.CHART, words("Chart")),
        Paragraph(words("z")),
    )
    whole = message_payload(Message(MessageKind.DIGEST, nodes, words("Digest")), WORDS)
    assert any("Summer 2026: 15" in each for each in texts_of(list(whole.parts[0].blocks)))
    (picture,) = whole.pictures
    assert "Autumn 2026: 10" in picture.alt_text
    assert picture.draw().startswith(b"\x89PNG")
    drawn = whole.with_pictures(["F0123"]).parts[0].blocks
    assert [each["type"] for each in drawn] == ["header", "image", "section"]
    assert drawn[1]["slack_file"] == {"id": "F0123"}
    assert drawn[1]["alt_text"] == picture.alt_text
    assert whole.with_pictures([None]).parts == whole.parts


def test_two_charts_each_get_their_own_picture() -> None:
    nodes = (Chart(samples.CHART, words("A")), Chart(samples.CHART, words("B")))
    whole = message_payload(Message(None, nodes, words("Digest")), WORDS).with_pictures(
        ["F1", "F2"]
    )
    assert [each["slack_file"] for each in whole.parts[0].blocks] == [{"id": "F1"}, {"id": "F2"}]


def test_evidence_is_a_picture_if_slack_has_it_and_a_button_if_not() -> None:
    nodes = (
        Picture(EvidenceId("e-1"), words("File 1"), "image/png"),
        Picture(EvidenceId("e-2"), words("File 2: take care"), "application/pdf"),
    )
    without = blocks_of(modal(a_view(*nodes), WORDS))
    assert [each["accessory"]["text"]["text"] for each in without] == ["Show file 1", "Show file 2"]
    image, line = blocks_of(modal(a_view(*nodes), WORDS, pictures=lambda each: {"id": f"F-{each}"}))
    assert (image["type"], image["slack_file"], image["alt_text"]) == (
        "image",
        {"id": "F-e-1"},
        "File 1",
    )
    assert line["accessory"]["value"] == replace(HERE, what="e-2").encode()


def test_a_title_too_long_for_the_bar_is_the_first_line_as_well() -> None:
    drawn = modal(a_form(samples.PLACE, title="Tell the safeguarding lead today"), WORDS)
    assert drawn["title"] == {
        "type": "plain_text",
        "text": "Tell the safeguarding…",
        "emoji": False,
    }
    assert texts_of(blocks_of(drawn)[0]) == ["Tell the safeguarding lead today"]
    short = modal(a_form(samples.PLACE, title="Where is it?"), WORDS)
    assert blocks_of(short)[0]["type"] == "input"


def test_long_words_of_buttons_and_questions_before_them_stand_above_in_full() -> None:
    label, asked = "A long label " * 10, "Are you quite sure? " * 30
    press = Press(Verb.DECLARE_INTEREST, "c-1")
    button = Action(words(label), press, confirm=words(asked))
    drawn = modal(a_view(Actions((button,))), WORDS)
    assert texts_of(blocks_of(drawn)[:2]) == [label, asked]
    assert problems_in(drawn) == ()


def test_what_cannot_be_undone_is_asked_before() -> None:
    node = samples.NODES["actions"]
    *_, button = [p for p in parts_of(modal(a_view(node), WORDS)) if p.get("type") == "button"]
    assert button["style"] == "danger"
    assert texts_of(button["confirm"]) == [
        "Withdraw",
        "Delete what you wrote?",
        "Withdraw",
        "Cancel",
    ]


def an_input(field: FormField, **more: Any) -> tuple[list[Block], Block]:  # noqa: ANN401 - any part
    drawn = blocks_of(modal(a_form(replace(field, **more)), WORDS))
    return drawn[:-1], drawn[-1]


def some_choices(count: int) -> tuple[Choice, ...]:
    return choices(**{f"o{n}": f"Option {n}" for n in range(count)})


@pytest.mark.parametrize(
    ("count", "one", "many"),
    [
        (2, "radio_buttons", "checkboxes"),
        (10, "radio_buttons", "checkboxes"),
        (11, "static_select", "multi_static_select"),
        (100, "static_select", "multi_static_select"),
        (101, "static_select", "multi_static_select"),
    ],
)
def test_few_options_are_buttons_and_many_a_menu(count: int, one: str, many: str) -> None:
    offered = some_choices(count)
    for made, kind in (
        (ChooseOne(id="a", label=words("?"), options=offered, chosen="o1"), one),
        (ChooseMany(id="a", label=words("?"), options=offered, chosen=("o0", "o1")), many),
    ):
        view = modal(a_form(made), WORDS)
        assert problems_in(view) == ()
        (block,) = blocks_of(view)
        assert block["element"]["type"] == kind
        assert ("option_groups" in block["element"]) is (count > 100)
        assert read_view({**view, "state": {"values": {}}}).answers.keys() == {"a"}


def test_options_too_long_for_a_button_are_listed_above_in_full() -> None:
    long = "It says, in so many words, that an adult at the school harmed, or could harm, a child"
    offered = (Choice("a", words(long), hint=words("See it")), Choice("b", Personal("Short")))
    above, block = an_input(ChooseOne(id="q", label=words("?"), options=offered))
    said = "".join(texts_of(above))
    assert f"1. {long} (See it)" in said
    assert "2. Short" in said
    shown = [each["text"]["text"] for each in block["element"]["options"]]
    assert shown == [
        "1. It says, in so many words, that an adult at the school harmed, or…",
        "2. Short",
    ]


def test_a_choice_without_any_option_says_so() -> None:
    drawn = modal(a_form(ChooseOne(id="q", label=words("To whom?"), options=())), WORDS)
    assert [each["type"] for each in blocks_of(drawn)] == ["rich_text", "section"]
    assert problems_in(drawn) == ()


def test_a_tick_is_asked_once() -> None:
    _, block = an_input(samples.TICK)
    assert texts_of(block["label"]) == ["The picture shows who I am"]
    assert texts_of(block["element"]["options"]) == ["Yes"]


def test_a_field_says_why_it_is_asked_whether_it_is_needed_and_what_it_is_about() -> None:
    _, place = an_input(samples.PLACE)
    assert (place["optional"], texts_of(place["hint"])[0][:14]) == (False, "A closed group")
    assert place["element"]["options"][0]["description"]["text"] == "Anyone can read it"
    _, link = an_input(samples.PLACE, told=Personal("https://x.example/*a*"), required=False)
    assert link["optional"] is True
    assert texts_of(link["label"]) == ["Where is it?: https://x.example/*a*"]


def test_a_label_or_reason_too_long_stands_above_in_full() -> None:
    above, block = an_input(samples.LINKS, told=Personal("a" * 4_000), why=words("b" * 2_001))
    said = "".join(texts_of(above))
    assert said.count("a") >= 4_000
    assert said.count("b") >= 2_001
    assert "hint" not in block


@pytest.mark.parametrize(
    ("value", "kind", "initial"),
    [
        (None, "datetimepicker", None),
        (MORNING, "datetimepicker", 1795510800),
        (MORNING.date(), "datetimepicker", 1795478400),
        (MORNING.replace(tzinfo=None), "datetimepicker", 1795510800),
        (datetime(1999, 1, 1, tzinfo=UTC), "plain_text_input", "1999-01-01T00:00:00+00:00"),
        (datetime(1966, 1, 1, tzinfo=UTC), "plain_text_input", "1966-01-01T00:00:00+00:00"),
        (datetime(2300, 1, 1, tzinfo=UTC), "plain_text_input", "2300-01-01T00:00:00+00:00"),
    ],
)
def test_a_moment_is_picked_or_typed_where_slack_has_no_such_moment(
    value: object, kind: str, initial: object
) -> None:
    _, block = an_input(samples.SEEN_AT, value=value)
    element = block["element"]
    assert element["type"] == kind
    assert element.get("initial_date_time", element.get("initial_value")) == initial


def test_a_day_is_the_schools_day() -> None:
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    _, block = an_input(samples.SEEN_ON, value=late)
    assert block["element"]["initial_date"] == "2026-07-01"


ASKED = a_form(
    samples.LINKS,
    samples.SCREENSHOTS,
    samples.TICK,
    more=(samples.POSTER_NAME, samples.SEEN_AT),
    back=True,
)
WRONG = words("Please look at this.")


def test_what_is_folded_is_a_view_of_its_own() -> None:
    main, more = modal(ASKED, WORDS), more_view(ASKED, WORDS)
    ids = [[each["block_id"] for each in blocks_of(v) if "block_id" in each] for v in (main, more)]
    assert ids == [
        ["links.links", "files.screenshots", "many.shows_reporter"],
        ["text.poster_name", "when.seen_at"],
    ]
    assert (main["submit"]["text"], more["submit"]["text"]) == ("Next", "Keep")  # type: ignore[index]
    assert more["close"]["text"] == "Back"  # type: ignore[index]
    assert main["notify_on_close"] is more["notify_on_close"] is True


def test_files_that_are_kept_are_taken_out_on_a_view_of_their_own() -> None:
    drawn = kept_view(ASKED, WORDS)
    assert texts_of([each["text"] for each in blocks_of(drawn)]) == [
        "1. Picture (PNG), 240 KB",
        "2. PDF, 2.3 MB",
    ]
    none = replace(ASKED, fields=(replace(samples.SCREENSHOTS, kept=()),))
    assert "There are none any more." in texts_of(kept_view(none, WORDS))


def test_a_full_field_of_files_takes_no_more() -> None:
    ids = [EvidenceId(f"e-{n}") for n in range(10)]
    kept = tuple(
        KeptFileLine(each, "image/png", 1, Press(Verb.REMOVE_FILE, "d", what=each)) for each in ids
    )
    full = a_form(replace(samples.SCREENSHOTS, kept=kept))
    assert not [p for p in parts_of(modal(full, WORDS)) if p.get("type") == "file_input"]
    nearly = modal(a_form(replace(samples.SCREENSHOTS, kept=kept[:8], required=True)), WORDS)
    (block,) = [each for each in blocks_of(nearly) if each["type"] == "input"]
    assert (block["element"]["max_files"], block["optional"]) == (2, True)


def test_mistakes_stand_beside_their_fields() -> None:
    form = replace(ASKED, errors={"links": WRONG, "": WRONG})
    said = "Please look at this."
    assert errors_payload(form, WORDS) == {
        "response_action": "errors",
        "errors": {"links.links": f"{said} {said}"},
    }
    assert errors_answer(form, WORDS) == errors_payload(form, WORDS)
    assert errors_payload(replace(form, errors={}), WORDS) is None


def test_a_mistake_in_a_folded_field_shows_its_view_and_leaves_the_page_with_its_files() -> None:
    form = replace(ASKED, errors={"seen_at": WRONG, "links": WRONG})
    assert errors_payload(form, WORDS) is None
    answer = errors_answer(form, WORDS)
    assert answer["response_action"] == "push"
    assert "Please look at this." in texts_of(answer["view"])
    beside = more_errors_payload(form, WORDS)
    assert beside is not None
    assert beside["errors"] == {"when.seen_at": "Please look at this."}
    assert more_errors_payload(replace(form, errors={"links": WRONG}), WORDS) is None


def test_a_mistake_without_any_field_is_said_on_the_form_anew() -> None:
    form = a_form(errors={"": WRONG})
    answer = errors_answer(form, WORDS)
    assert answer["response_action"] == "update"
    assert "Please look at this." in texts_of(answer["view"])
    elsewhere = replace(ASKED, errors={"place": WRONG})
    assert errors_answer(elsewhere, WORDS)["response_action"] == "update"


def test_a_long_mistake_is_said_in_full() -> None:
    form = a_form(samples.PLACE, errors={"place": words("e" * 7_000)})
    drawn = modal(form, WORDS)
    assert "".join(texts_of(drawn)).count("e" * 100) >= 70
    assert problems_in(drawn) == ()


def test_a_form_that_slack_cannot_take_is_said_so_and_not_cut() -> None:
    many = tuple(Links(id=f"l{n}", label=words("?")) for n in range(101))
    with pytest.raises(TooLong, match="101 blocks"):
        modal(a_form(*many), WORDS)
    with pytest.raises(TooLong):
        more_view(a_form(more=many), WORDS)


def test_a_very_long_list_of_told_texts_is_paged() -> None:
    told = Told(words("Links"), tuple(Personal(f"https://x.example/{n}") for n in range(2_000)))
    pages = all_pages(lambda page: modal(a_view(told), WORDS, page=page))
    said = texts_of(pages)
    assert [f"https://x.example/{n}" in said for n in (0, 999, 1_999)] == [True, True, True]


def test_a_card_says_its_source_and_whom_to_ring() -> None:
    drawn = modal(a_view(samples.STOP), WORDS)
    said = "".join(texts_of(drawn))
    assert "Safeguarding lead (Mrs Akande): 01632 960 123" in said
    assert "Keeping children safe in education, part one · checked 1 September 2026" in said


def test_a_step_that_is_late_says_so_with_a_sign_as_well() -> None:
    late = samples.ROUND_UP_NODES[3]
    text = texts_of(modal(a_view(late), WORDS)["blocks"])[0]
    assert text.startswith("⚠️ Look at the report and decide what it is\n2026-015 · overdue since")


def test_lines_that_say_nothing_are_left_out() -> None:
    nodes = (Bullets((words(" "), words("So"))), Told(words("Told"), (Personal(" "),)))
    drawn = modal(a_view(*nodes), WORDS)
    assert texts_of(drawn["blocks"]) == ["So", "Told"]
    assert texts_of(modal(a_view(), WORDS)["blocks"]) == ["–"]


def test_a_long_text_of_many_paragraphs_is_whole() -> None:
    text = "\n\n".join(f"Paragraph {n}. " + "word " * 80 for n in range(60))
    drawn = modal(a_form(LongText(id="note", label=words("?"), value=Personal(text))), WORDS)
    assert read_view({**drawn, "state": {"values": {}}}).answers.keys() == {"note"}
    assert problems_in(drawn) == ()
