"""*Find a person*: what is held on somebody is found, put on record, and copied with marks."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.documents import FileToSee, Mark
from bot.app.find_person import SEARCH
from bot.app.home import home_of
from bot.app.inbound import Asked, Changed, Given
from bot.compose.upkeep import upkeep
from bot.domain.commands import AddNote, Exclude
from bot.domain.errors import Refused
from bot.domain.events import PersonLookedUp
from bot.domain.ids import CaseId, Role
from bot.domain.letter_files import WORD
from bot.domain.personal import Personal
from bot.screens.facts import Plain
from bot.screens.nodes import Actions, Done, Handed, Message, Reply, View
from bot.screens.press import Press, Verb
from bot.screens.say import Say
from storage import SqlStore
from tests.app.at_the_door import (
    EVERYBODY,
    WHY,
    Door,
    a_door,
    actions_in,
    button,
    errors_in,
    form_in,
    is_refused,
    offers,
    texts,
    view_in,
)

NAME = "Ottilie Brandreth"
OTHER = "Casper Quill"
HEADS = {"head"}


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return a_door(tmp_path)


def named(
    door: Door, name: str = NAME, about: str = "school", about_names: str = "", note: str = ""
) -> CaseId:
    """A report with that poster."""
    if not note:
        return door.at.report(poster_name={name}, about={about})
    return door.at.report(poster_name={name}, about_names={about_names}, note={note})


def find(door: Door, who: str = "head", name: str = NAME, cause: str = "") -> Reply:
    form = form_in(door.press("head", Press(Verb.FIND_PERSON)))
    return door.submit(who, form, {"who": Personal(name)}, cause)


def take_press(reply: Reply) -> Press:
    return next(e.press for e in actions_in(view_in(reply)) if e.press.what)


def looked_up(door: Door, case: CaseId) -> list[bool]:
    """Each time the case came up, and whether a copy was made of it."""
    found = [each.event for each in door.at.file(case).entries]
    return [each.taken_out for each in found if isinstance(each, PersonLookedUp)]


def found_in(reply: Reply) -> set[str]:
    """The cases that are listed."""
    return {e.press.subject for e in actions_in(view_in(reply)) if e.press.verb is Verb.OPEN_CASE}


def test_every_case_that_holds_the_name_comes_up_and_has_it_on_its_record(door: Door) -> None:
    poster, noted, other = named(door), door.at.report("staff-2"), named(door, OTHER)
    door.at.work("head", noted, AddNote(Personal(f"Rang Mrs  {NAME.upper()} today")))
    reply = find(door)
    assert found_in(reply) == {poster, noted}
    assert [looked_up(door, case) for case in (poster, noted, other)] == [[False], [False], []]
    said = texts(reply)
    assert Say.FIND_PERSON_FOUND.value.replace("{count}", "2") in said
    assert "looked up a person; this case came up" in texts(door.press(
        "head", Press(Verb.OPEN_CASE, poster)
    ))[-2]  # fmt: skip


def test_by_when_an_answer_is_due_is_said_with_its_sum(door: Door) -> None:
    asked = texts(door.press("head", Press(Verb.FIND_PERSON)))
    assert asked == [Say.FIND_PERSON_BY.value.replace("{on}", "Wednesday 23 December 2026")]
    assert any("Monday 23 November 2026" in e and "23 December" in e for e in texts(find(door)))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, Say.WRONG_MISSING),
        ({"who": Personal("   ")}, Say.WRONG_MISSING),
        ({"who": Personal("x" * 10_001)}, Say.WRONG_TOO_LONG),
    ],
)
def test_without_a_name_nothing_is_looked_for(
    door: Door, given: dict[str, Given], says: Say
) -> None:
    case = named(door)
    form = form_in(door.press("head", Press(Verb.FIND_PERSON)))
    assert errors_in(door.submit("head", form, given)) == {"who": says.value}
    assert looked_up(door, case) == []


@pytest.mark.parametrize("name", ["·", "!!!", "Nobody Of That Name", "%", "_", "\N{KELVIN SIGN}"])
def test_a_name_that_is_nowhere_finds_nothing_and_offers_no_copy(door: Door, name: str) -> None:
    named(door)
    reply = find(door, name=name)
    assert Say.FIND_PERSON_NONE.value in texts(reply)
    assert actions_in(view_in(reply)) == []


def test_the_copy_marks_what_is_somebody_elses(door: Door) -> None:
    case = named(door, about_names=OTHER, note="They shouted at a colleague")
    door.at.work("head", case, AddNote(Personal(f"{NAME} quarrels with {OTHER}")))
    listed = find(door)
    reply = door.press("head", take_press(listed))
    assert view_in(reply).here == view_in(listed).here
    document = door.fetch("head", reply.hand)
    assert (document.name, document.content) == ("held-on-a-person.docx", b"copy")
    (copy,) = door.made.copies
    marks = {e.text.reveal(): e.mark for c in copy.cases for x in c.entries for e in x.texts}
    assert marks[NAME] is Mark.OWN
    assert marks[OTHER] is Mark.BLACK_OUT
    assert marks[f"{NAME} quarrels with {OTHER}"] is Mark.BLACK_OUT
    assert marks["They shouted at a colleague"] is Mark.READ_FIRST
    assert looked_up(door, case) == [False, True]


def test_the_copy_lists_the_files_and_letters_to_be_looked_through(door: Door) -> None:
    case = door.further()
    press = button(door.view("head", case), Verb.DRAFT_LETTER, "written-warning")
    door.submit("head", form_in(door.press("head", press)), {"version": "as-drafted"})
    named(door)
    door.at.work("head", case, AddNote(Personal(NAME)))
    shown = door.at.report(poster_name={NAME}, files=("chart.png",))
    door.fetch("head", door.press("head", take_press(find(door))).hand)
    files = {each.reference: each.files for each in door.made.copies[-1].cases}
    (picture,) = files[door.at.state(shown).reference]
    (letter,) = files[door.at.state(case).reference]
    (kept,) = door.at.state(shown).evidence
    today = door.at.school.calendar.local_date(door.at.state(shown).opened_at)
    assert picture == FileToSee("File 1", kept.media_type, kept.size, today)
    assert (letter.name, letter.media_type) == ("Warning letter", WORD)
    assert sorted(len(each) for each in files.values()) == [0, 1, 1]


def test_the_same_act_that_comes_again_is_on_the_record_once(door: Door) -> None:
    case = named(door)
    replies = [find(door, cause="once") for _ in range(2)]
    assert replies[0].show == replies[1].show
    taken = [door.press("head", take_press(replies[0]), "take") for _ in range(2)]
    assert taken[0].hand == taken[1].hand
    assert taken[0].hand is not None
    assert taken[1].show == Done(Plain(Say.FIND_PERSON_READY))
    assert looked_up(door, case) == [False, True]


def test_the_list_can_be_shown_again_without_another_entry(door: Door) -> None:
    case = named(door)
    listed = view_in(find(door))
    again = door.press("head", listed.here)
    assert again.show == listed
    assert looked_up(door, case) == [False]


def test_only_heads_look_for_people(door: Door) -> None:
    case = named(door)
    copy = door.press("head", take_press(find(door))).hand
    for who in set(EVERYBODY) - HEADS:
        reply = door.press(who, Press(Verb.FIND_PERSON))
        assert not isinstance(reply.show, View)
        assert reply.hand is None
        assert is_refused(find(door, who)) or who in ("guest", "stranger")
        assert isinstance(door.act(who, Asked(Personal("find"))).show, Done | None)
    assert door.fetched_by(copy) == HEADS
    assert looked_up(door, case) == [False, True]


def test_another_heads_search_is_not_yours(tmp_path: Path) -> None:
    door = a_door(tmp_path, {Role.HEAD: ("head", "head-2")})
    named(door)
    listed = find(door)
    taken = door.press("head", take_press(listed))
    assert door.fetched_by(taken.hand) == {"head"}
    for press in (view_in(listed).here, take_press(listed)):
        assert is_refused(door.press("head-2", press))


def test_a_case_from_which_the_head_is_out_never_comes_up(door: Door) -> None:
    theirs = named(door, about="head")
    mine = named(door)
    listed = find(door)
    assert found_in(listed) == {mine}
    assert Say.FIND_PERSON_FOUND.value.replace("{count}", "1") in texts(listed)
    door.fetch("head", door.press("head", take_press(listed)).hand)
    assert [len(each.cases) for each in door.made.copies] == [1]
    assert looked_up(door, theirs) == []


def test_who_is_kept_out_later_finds_it_no_more_and_gets_no_copy_of_it(tmp_path: Path) -> None:
    door = a_door(tmp_path, {Role.HEAD: ("head", "head-2")})
    case = named(door)
    listed = find(door)
    hand = door.press("head", take_press(listed)).hand
    door.at.work("head-2", case, Exclude(door.at.id_of("head"), WHY))
    assert found_in(door.press("head", view_in(listed).here)) == set()
    door.fetch("head", hand)
    assert door.made.copies[-1].cases == ()


def test_what_was_looked_for_is_forgotten_at_night(door: Door) -> None:
    named(door)
    listed = find(door)
    hand = door.press("head", take_press(listed)).hand
    store = door.at.school.store
    assert isinstance(store, SqlStore)
    door.at.clock.at += timedelta(days=1)
    upkeep(door.at.school, store)
    assert is_refused(door.press("head", view_in(listed).here))
    with pytest.raises(Refused):
        door.fetch("head", hand)


@pytest.mark.parametrize("token", ["nothing", "x" * 500, "%", "../.."])
def test_a_search_that_somebody_made_up_is_none(door: Door, token: str) -> None:
    assert is_refused(door.press("head", Press(Verb.FIND_PERSON, token)))
    with pytest.raises(Refused):
        door.fetch("head", Handed(f"{SEARCH}{token}", Plain(Say.SAVE), Plain(Say.SAVE)))


def test_an_erased_case_holds_nobody_any_more(door: Door) -> None:
    gone, left = named(door), named(door)
    with door.at.school.store.writing() as writing:
        writing.lock_school()
        writing.lock_case(gone)
        writing.erase_case(gone, door.at.clock.now(), figures=b"", entry=b"{}")
    assert found_in(find(door)) == {left}


def test_it_is_found_in_the_help_in_the_list_and_at_home(door: Door) -> None:
    named(door)
    for who in ("head", "deputy", "dsl", "staff", "admin"):
        heads = who in HEADS
        said = door.act(who, Asked(Personal("help"))).say
        assert said is not None
        assert (Plain(Say.HELP_FIND) in lines(said)) == heads
        home = home_of(door.at.school, door.at.person(who))
        there = [e.press.verb for n in home.nodes if isinstance(n, Actions) for e in n.actions]
        assert (Verb.FIND_PERSON in there) == heads
        cases = door.act(who, Asked(Personal("cases"))).show
        assert (isinstance(cases, View) and offers(cases, Verb.FIND_PERSON)) == heads
    assert form_in(door.act("head", Asked(Personal(f"find {NAME}")))).fields[0].id == "who"


def test_what_was_typed_after_the_word_is_not_taken(door: Door) -> None:
    case = named(door)
    form = form_in(door.act("head", Asked(Personal(f"Find {NAME}"))))
    assert [getattr(each, "value", None) for each in form.fields] == [None]
    changed = form_in(door.act("head", Changed(form.ref, {"who": Personal(NAME)})))
    assert [getattr(each, "value", None) for each in changed.fields] == [Personal(NAME)]
    assert looked_up(door, case) == []


def lines(message: Message) -> list[Plain]:
    """The help's lines."""
    return [line for node in message.nodes for line in getattr(node, "lines", ())]


def test_the_case_opens_from_the_list(door: Door) -> None:
    case = named(door)
    press = button(view_in(find(door)), Verb.OPEN_CASE)
    assert press == replace(press, subject=case)
    assert Say.CHRONOLOGY_TITLE in [
        node.text.key for node in view_in(door.press("head", press)).nodes if hasattr(node, "text")
    ]
