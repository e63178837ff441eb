"""To which school an act goes: to the only one, to the one that was chosen, or to a question."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import which_school
from bot.app.addresses import governors_channel
from bot.app.chosen_anew import Begun, begun_anew
from bot.app.home import Which
from bot.app.home_in import home_in
from bot.app.inbound import Act, Asked, Attached, Forwarded, Person, Pressed, Submitted, Upload
from bot.app.school import School
from bot.app.until_chosen import CHOICE
from bot.compose.naming import NamingMessenger
from bot.compose.upkeep import upkeep
from bot.domain.ids import DraftId, PersonId, SchoolId
from bot.domain.personal import Personal
from bot.journeys.sample import file_named
from bot.screens.facts import NamedSchool, Plain
from bot.screens.messages import one_line
from bot.screens.nodes import Done, Form, Message, Paragraph, Reply, View
from bot.screens.press import Press, Verb
from bot.screens.say import Say
from tests.fakes import FakePlatform
from tests.two_schools import (
    HILL,
    MILL,
    NAMES,
    NOBODY,
    Trust,
    a_trust,
    buttons_in,
    choice_of,
    person,
)

PAT = "pat@trust.example"
LINK = "https://www.facebook.com/groups/1/posts/2"


@pytest.fixture
def trust(tmp_path: Path) -> Iterator[Trust]:
    with a_trust(tmp_path) as made:
        yield made


def read(reply: Reply) -> str:
    """All that is read of an answer."""
    shown = [each for each in (reply.show, reply.say) if each is not None]
    found: list[str] = []
    for each in shown:
        match each:
            case Form() | View():
                found.append(reply.words.text(each.title))
            case Message(nodes=nodes):
                found += [reply.words.text(n.text) for n in nodes if isinstance(n, Paragraph)]
            case Done(says):
                found.append(reply.words.text(says))
            case _:
                continue
    return "\n".join(found)


def drafts(trust: Trust, school: SchoolId) -> int:
    there = trust.at(school)
    with there.school.store.reading() as reading:
        return len(reading.drafts_of(there.school.person_of(PAT, reading)))


def test_whoever_belongs_to_one_school_is_never_asked(trust: Trust) -> None:
    reply = trust.type("teacher@hilltop.example", LINK)
    assert isinstance(reply.show, Form)
    assert read(reply).startswith(f"{NAMES[HILL]}: ")
    assert {each.press.school for each in buttons_in(reply)} <= {HILL}
    assert reply.show.ref.press.school == HILL


def test_whoever_belongs_to_none_is_told_so(trust: Trust) -> None:
    for email in NOBODY:
        for text in ("", "help", "cases", LINK, "digest-here", "digest-here hill-top"):
            assert read(trust.type(email, text)) == Say.NOT_A_MEMBER.value


def test_of_several_schools_one_is_asked_for_and_nothing_typed_is_lost(trust: Trust) -> None:
    asked = trust.type(PAT, f"look at {LINK}")
    assert asked.show is None
    assert read(asked) == Say.WHICH_SCHOOL.value
    assert [asked.words.text(each.label) for each in buttons_in(asked)] == list(NAMES.values())
    assert LINK not in repr(asked)
    assert (drafts(trust, HILL), drafts(trust, MILL)) == (0, 0)
    form = trust.press(PAT, choice_of(asked, MILL))
    assert isinstance(form.show, Form)
    assert read(form).startswith(f"{NAMES[MILL]}: ")
    assert (drafts(trust, HILL), drafts(trust, MILL)) == (0, 1)
    sent = trust.type(PAT, LINK)
    assert read(sent) == Say.WHICH_SCHOOL.value, "it is asked for each report"


def test_what_was_forwarded_goes_on_with_its_links(trust: Trust) -> None:
    asked = trust.act(PAT, Forwarded((Personal(LINK),)))
    form = trust.press(PAT, choice_of(asked, HILL))
    assert isinstance(form.show, Form)
    draft = form.show.ref.press.subject
    with trust.stores[HILL].reading() as reading:
        kept = reading.drafts_of(trust.at(HILL).school.person_of(PAT, reading))
    assert [each.draft for each in kept] == [draft]
    assert LINK.encode() in kept[0].answers


def test_a_choice_is_the_persons_own(trust: Trust) -> None:
    press = choice_of(trust.type(PAT, LINK), HILL)
    for email in ("chair@trust.example", "teacher@hilltop.example"):
        assert read(trust.press(email, press)) == Say.CHOICE_GONE.value
    assert read(trust.press("teacher@milllane.example", press)) == Say.NOT_FOR_YOU.value


def kept(trust: Trust) -> list[bytes]:
    """What waits for a choice, at any school."""
    found: list[bytes] = []
    for school in trust.schools:
        with school.store.reading() as reading:
            found += reading.values(CHOICE).values()
    return found


def nightly(trust: Trust) -> None:
    for school in trust.schools:
        upkeep(school, trust.stores[school.id])


def test_a_choice_lasts_for_a_day(trust: Trust) -> None:
    press = choice_of(trust.type(PAT, LINK), MILL)
    trust.clock.at += timedelta(hours=23)
    nightly(trust)
    assert len(kept(trust)) == 1
    trust.clock.at += timedelta(hours=2)
    nightly(trust)
    assert not kept(trust)
    assert read(trust.press(PAT, press)) == Say.CHOICE_GONE.value
    assert drafts(trust, MILL) == 0


def test_what_an_older_version_kept_is_understood_and_forgotten_at_night(trust: Trust) -> None:
    press = choice_of(trust.type(PAT, LINK), MILL)
    first = trust.schools.first
    with first.store.writing() as writing:
        ((name, stored),) = writing.values(CHOICE).items()
        whose, _, *told = json.loads(stored)
        writing.put_value(name, json.dumps([whose, *told]).encode())
    assert isinstance(trust.press(PAT, press).show, Form)
    trust.type(PAT, LINK)
    with first.store.writing() as writing:
        for name, stored in writing.values(CHOICE).items():
            whose, *told = json.loads(stored)
            writing.put_value(name, json.dumps([whose, *told[-2:]]).encode())
    nightly(trust)
    assert not kept(trust)


@pytest.mark.parametrize("act", [Asked(Personal(LINK), ""), Forwarded((Personal(LINK),))])
def test_what_was_meant_for_one_school_is_not_kept_at_another(trust: Trust, act: Act) -> None:
    asked = trust.act(PAT, act, "once")
    assert any(LINK.encode() in each for each in kept(trust))
    begun = trust.press(PAT, choice_of(asked, MILL))
    trust.act(PAT, act, "once")  # the platform brings it once more
    assert not any(LINK.encode() in each for each in kept(trust))
    again = trust.press(PAT, choice_of(asked, MILL))
    assert isinstance(begun.show, Form)
    assert isinstance(again.show, Form)
    assert again.show.ref == begun.show.ref
    assert (drafts(trust, HILL), drafts(trust, MILL)) == (0, 1)


def begun(reply: Reply) -> str:
    """The draft of the form that is shown."""
    assert isinstance(reply.show, Form)
    assert reply.show.ref.press.verb is Verb.REPORT
    return reply.show.ref.press.subject


FIRST_PAGE = {"safety": ("none",), "content": ("offensive",), "about": ("school",)}


@pytest.mark.parametrize("act", [Asked(Personal(LINK), ""), Forwarded((Personal(LINK),))])
def test_who_chose_the_wrong_school_begins_in_the_other_with_the_same_link(
    trust: Trust, act: Act
) -> None:
    asked = trust.act(PAT, act)
    for chosen, there in ((HILL, (1, 0)), (MILL, (0, 1)), (HILL, (1, 0)), (HILL, (1, 0))):
        form = trust.press(PAT, choice_of(asked, chosen))
        assert begun(form)
        assert read(form).startswith(NAMES[chosen])
        assert (drafts(trust, HILL), drafts(trust, MILL)) == there
        with trust.stores[chosen].reading() as reading:
            (draft,) = reading.drafts_of(trust.at(chosen).school.person_of(PAT, reading))
        assert LINK.encode() in draft.answers


def test_who_pressed_the_button_of_the_wrong_school_takes_it_back(trust: Trust) -> None:
    asked = trust.press(PAT, Press(Verb.REPORT))
    for chosen, there in ((HILL, (1, 0)), (MILL, (0, 1)), (MILL, (0, 1)), (HILL, (1, 0))):
        assert read(trust.press(PAT, choice_of(asked, chosen))).startswith(NAMES[chosen])
        assert (drafts(trust, HILL), drafts(trust, MILL)) == there


def test_choosing_anew_takes_nothing_of_another_choice(trust: Trust) -> None:
    empty = trust.type(PAT, "report")
    trust.press(PAT, choice_of(empty, HILL))
    with_a_link = trust.type(PAT, LINK)
    here = begun(trust.press(PAT, choice_of(with_a_link, HILL)))
    begun(trust.press(PAT, choice_of(empty, MILL)))
    assert (drafts(trust, HILL), drafts(trust, MILL)) == (1, 1)
    assert not holds_the_link(trust, MILL)
    assert begun(trust.press(PAT, choice_of(with_a_link, HILL))) == here
    assert holds_the_link(trust, HILL)


def holds_the_link(trust: Trust, school: SchoolId) -> bool:
    with trust.stores[school].reading() as reading:
        (draft,) = reading.drafts_of(trust.at(school).school.person_of(PAT, reading))
    return LINK.encode() in draft.answers


def test_other_links_than_those_that_came_were_written(trust: Trust) -> None:
    asked = trust.type(PAT, LINK)
    draft = begun(trust.press(PAT, choice_of(asked, HILL)))
    school = trust.at(HILL).school
    with school.store.writing() as writing:
        stored = writing.draft(DraftId(draft))
        assert stored is not None
        another = stored.answers.replace(LINK.encode(), LINK.replace("posts/2", "posts/3").encode())
        writing.put_draft(replace(stored, revision=stored.revision + 1, answers=another))
    told = trust.press(PAT, choice_of(asked, MILL))
    assert read(told) == Say.BEGUN_ELSEWHERE.value.format(school=NAMES[HILL])
    assert (drafts(trust, HILL), drafts(trust, MILL)) == (1, 0)


@pytest.mark.parametrize("fails", ["went_on", "throw_first_away"])
def test_whatever_fails_while_somebody_chooses_anew_the_choice_leads_on(
    trust: Trust, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    asked = trust.type(PAT, LINK)
    trust.press(PAT, choice_of(asked, HILL))

    def fail(*_: object) -> None:
        raise OSError("The disk is full.")

    with monkeypatch.context() as once:
        once.setattr(which_school, fails, fail)
        with pytest.raises(OSError, match="full"):
            trust.act(PAT, Pressed(choice_of(asked, MILL)), "the same")
    again = trust.act(PAT, Pressed(choice_of(asked, MILL)), "the same")
    assert begun(again)
    assert read(again).startswith(NAMES[MILL])
    assert drafts(trust, MILL) == 1
    assert read(trust.press(PAT, choice_of(asked, HILL))).startswith(NAMES[HILL])
    assert drafts(trust, MILL) == 0


def test_another_choice_that_comes_twice_at_once_leads_to_one_report(
    trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = trust.type(PAT, LINK)
    trust.press(PAT, choice_of(asked, HILL))
    first: list[Reply] = []

    def after_the_other(school: School, who: Person, found: Begun) -> Forwarded | Message:
        if not first:
            first.append(Reply(school.words()))
            first[0] = trust.press(PAT, choice_of(asked, MILL))
        return begun_anew(school, who, found)

    monkeypatch.setattr(which_school, "begun_anew", after_the_other)
    second = trust.press(PAT, choice_of(asked, MILL))
    assert begun(second) == begun(first[0])
    assert (drafts(trust, HILL), drafts(trust, MILL)) == (0, 1)


def test_a_report_that_was_written_in_stays_where_it_was_begun(trust: Trust) -> None:
    asked = trust.type(PAT, LINK)
    form = trust.press(PAT, choice_of(asked, HILL))
    assert isinstance(form.show, Form)
    trust.act(PAT, Submitted(form.show.ref, FIRST_PAGE))
    told = trust.press(PAT, choice_of(asked, MILL))
    says = Say.BEGUN_ELSEWHERE.value.format(school=NAMES[HILL])
    assert read(told) == says
    assert (drafts(trust, HILL), drafts(trust, MILL)) == (1, 0)
    resume, throw_away = (each.press for each in buttons_in(told))
    assert begun(trust.press(PAT, resume)) == begun(form)
    thrown = trust.press(PAT, throw_away)
    assert Say.REPORT_WITHDRAWN.value in read(thrown)
    ended = Say.ENDED_ELSEWHERE.value.format(school=NAMES[HILL])
    assert read(trust.press(PAT, choice_of(asked, MILL))) == ended
    assert (drafts(trust, HILL), drafts(trust, MILL)) == (0, 0)


def test_a_picture_is_something_that_was_written(trust: Trust) -> None:
    asked = trust.type(PAT, LINK)
    form = trust.press(PAT, choice_of(asked, HILL))
    assert isinstance(form.show, Form)
    trust.act(PAT, Attached(Upload(file_named("screenshot.png")), form.show.ref))
    told = trust.press(PAT, choice_of(asked, MILL))
    assert read(told) == Say.BEGUN_ELSEWHERE.value.format(school=NAMES[HILL])
    assert (drafts(trust, HILL), drafts(trust, MILL)) == (1, 0)


def test_whom_somebody_looked_for_is_not_kept(trust: Trust) -> None:
    assert read(trust.type("chair@trust.example", "find Pat Example")) == Say.WHICH_SCHOOL.value
    assert len(kept(trust)) == 1
    assert b"Pat Example" not in b"".join(kept(trust))


def test_a_choice_that_comes_twice_begins_one_report(trust: Trust) -> None:
    asked = trust.act(PAT, Asked(Personal(LINK), ""), "typed once")
    assert trust.act(PAT, Asked(Personal(LINK), ""), "typed once") == asked
    for _ in range(2):
        trust.press(PAT, choice_of(asked, HILL))
    assert drafts(trust, HILL) == 1


def test_help_needs_no_school_and_its_buttons_ask(trust: Trust) -> None:
    helped = trust.type(PAT, "help")
    assert helped.say is not None
    (report,) = [e.press for e in buttons_in(helped) if e.press.verb is Verb.REPORT]
    asked = trust.press(PAT, report)
    assert read(asked) == Say.WHICH_SCHOOL.value
    assert isinstance(trust.press(PAT, choice_of(asked, HILL)).show, Form)
    assert Say.UNKNOWN_WORD.value in read(trust.type(PAT, "sausages"))


def test_a_reference_that_both_schools_have_is_asked_about(trust: Trust) -> None:
    both = "chair@trust.example"
    for school, domain in ((HILL, "hilltop"), (MILL, "milllane")):
        trust.at(school).report(f"teacher@{domain}.example", about={"head"})
    for school, typed in ((HILL, "case 2026-001"), (MILL, "case 2026-001"), (MILL, "2026-001")):
        shown = trust.press(both, choice_of(trust.type(both, typed), school))
        assert isinstance(shown.show, View)
        assert read(shown).startswith(NAMES[school])
        assert shown.show.here.school == school


def test_a_form_goes_back_to_its_school(trust: Trust) -> None:
    form = trust.press(PAT, choice_of(trust.type(PAT, ""), HILL)).show
    assert isinstance(form, Form)
    answers = {"safety": ("none",), "content": ("offensive",), "about": ("school",)}
    nxt = trust.act(PAT, Submitted(form.ref, answers))
    assert isinstance(nxt.show, Form)
    assert nxt.show.ref.press.school == HILL
    assert nxt.show.ref.page != form.ref.page


def test_a_screen_of_the_time_when_there_was_one_school_finds_its_own(trust: Trust) -> None:
    case = trust.at(MILL).report("teacher@milllane.example", about={"head"})
    shown = trust.press("chair@trust.example", Press(Verb.OPEN_CASE, case))
    assert isinstance(shown.show, View)
    assert shown.show.here.school == MILL
    asked = trust.press(PAT, Press(Verb.MY_REPORTS))
    assert read(asked) == Say.WHICH_SCHOOL.value
    assert read(trust.press(PAT, Press(Verb.ADD, "nothing"))) == Say.NOT_FOR_YOU.value


def test_a_picture_that_no_form_asked_for_is_put_nowhere(trust: Trust) -> None:
    picture = Upload(file_named("screenshot.png"))
    assert read(trust.act(PAT, Attached(picture))) == Say.PICTURE_FOR_NOTHING.value
    form = trust.press(PAT, choice_of(trust.type(PAT, ""), HILL)).show
    assert isinstance(form, Form)
    assert read(trust.act(PAT, Attached(picture))) == Say.PICTURE_WHICH.value
    kept = trust.act(PAT, Attached(picture, form.ref))
    assert read(kept).startswith(NAMES[HILL])


@pytest.mark.parametrize(
    "typed", ["hill-top", "Hill Top Primary School", " HILL-TOP ", "hill  top PRIMARY School"]
)
def test_the_digest_comes_to_a_channel_of_the_school_that_was_named(
    trust: Trust, typed: str
) -> None:
    admin = "admin@trust.example"
    here = Asked(Personal("digest-here"), "slack:C1", public=True)
    asked = trust.act(admin, here)
    assert read(asked) == Say.DIGEST_WHICH.value
    named = Asked(Personal(f"digest-here {typed}"), "slack:C1", public=True)
    assert Say.DIGEST_COMES_HERE.value in read(trust.act(admin, named))
    assert channels(trust) == ("slack:C1", None)
    for name in ("mill lane", "nowhere", "mill-lane"):
        other = Asked(Personal(f"digest-here {name}"), "slack:C1", public=True)
        assert read(trust.act("head@hilltop.example", other)) == Say.NOT_FOR_YOU.value
    assert channels(trust) == ("slack:C1", None)


def test_the_digest_of_their_only_school_needs_no_name(trust: Trust) -> None:
    here = Asked(Personal("digest-here"), "slack:C2", public=True)
    trust.act("head@milllane.example", here)
    assert channels(trust) == (None, "slack:C2")


@pytest.mark.parametrize("channel", ["slack:C1", 'teams:["https://s/","19:x","b","t","","19:x"]'])
def test_a_channel_has_the_digest_of_one_school_alone(trust: Trust, channel: str) -> None:
    admin = "admin@trust.example"
    for _ in range(2):
        here = Asked(Personal("digest-here hill-top"), channel, public=True)
        assert Say.DIGEST_COMES_HERE.value in read(trust.act(admin, here))
    other = Asked(Personal("digest-here mill-lane"), channel, public=True)
    told = read(trust.act(admin, other))
    assert told == Say.DIGEST_OF_ANOTHER.value.format(school=NAMES[MILL])
    alone = Asked(Personal("digest-here"), channel, public=True)
    assert read(trust.act("head@milllane.example", alone)) == told
    refused = read(trust.act("teacher@milllane.example", alone))
    assert refused.endswith(Say.NOT_FOR_YOU.value), "who may not say so learns nothing"
    assert channels(trust) == (channel, None)
    elsewhere = Asked(Personal("digest-here mill-lane"), channel.replace("/s/", "/t/"), public=True)
    assert read(trust.act(admin, elsewhere)) == told, "it is the same channel"
    own = Asked(Personal("digest-here mill-lane"), "slack:C2", public=True)
    assert Say.DIGEST_COMES_HERE.value in read(trust.act(admin, own))
    assert channels(trust) == (channel, "slack:C2")


def channels(trust: Trust) -> tuple[str | None, ...]:
    found = []
    for store in trust.stores.values():
        with store.reading() as reading:
            found.append(governors_channel(reading))
    return tuple(found)


def test_where_others_read_along_nothing_is_asked(trust: Trust) -> None:
    reply = trust.act(PAT, Asked(Personal(LINK), "slack:C1", public=True))
    assert read(reply) == Say.WRITE_TO_ME_DIRECTLY.value


def test_a_home_shows_one_school_and_leads_to_the_other(trust: Trust) -> None:
    chair = person("chair@trust.example")
    trust.at(HILL).report("teacher@hilltop.example", about={"head"})
    first = home_in(trust.schools, chair)
    assert isinstance(first.nodes[0], Paragraph)
    assert first.words.text(first.nodes[0].text) == NAMES[HILL]
    (other,) = [e.press for e in buttons_in(Reply(first.words, say=as_message(first.nodes)))
                if e.press.school == MILL]  # fmt: skip
    second = home_in(trust.schools, chair, Which.ALL, 0, other.school)
    assert "2026-001" in repr(first.nodes)
    assert "2026-001" not in repr(second.nodes)
    assert second.words.text(as_message(second.nodes).nodes[0].text) == NAMES[MILL]  # type: ignore[union-attr]
    wrong = home_in(trust.schools, person("head@milllane.example"), Which.ALL, 0, HILL)
    assert "2026-001" not in repr(wrong.nodes)
    assert HILL not in repr(wrong.nodes)


def as_message(nodes: tuple[object, ...]) -> Message:
    return Message(None, nodes, Plain(Say.HELP_TITLE))  # type: ignore[arg-type]


async def test_every_message_that_leaves_names_its_school(trust: Trust) -> None:
    platform = FakePlatform(str)
    messenger = NamingMessenger(platform, HILL)
    words = trust.at(HILL).school.words()
    ref = await messenger.send(PersonId("U1"), one_line(Say.HELP_DANGER), words)
    await messenger.update(ref, one_line(Say.HELP_DANGER), words)
    for message in (platform.taken[0].message, platform.updated[ref]):
        assert message.nodes[0] == Paragraph(Plain(Say.OF_SCHOOL, {"school": NamedSchool(HILL)}))
        assert words.text(message.summary) == f"{NAMES[HILL]}: {Say.HELP_DANGER.value}"


def test_a_wrong_school_and_another_one_get_the_same_answer(trust: Trust) -> None:
    head = "head@hilltop.example"
    answers = {
        read(trust.press(head, Press(verb, subject, school=school)))
        for verb in Verb
        for subject in ("", "x")
        for school in (MILL, "nowhere")
    }
    assert answers == {Say.NOT_FOR_YOU.value}
    assert read(trust.act(head, Pressed(Press(Verb.CASES, school=HILL)))).startswith(NAMES[HILL])


def test_of_somebodys_addresses_the_one_that_a_file_names_is_theirs(trust: Trust) -> None:
    known_as = trust.schools.known_as
    assert known_as(["x@elsewhere.example", "Head@hilltop.example"]) == "Head@hilltop.example"
    assert known_as(["pat@trust.example", "head@milllane.example"]) == "head@milllane.example"
    assert known_as(["x@elsewhere.example", "y@hilltop.example"]) == "y@hilltop.example"
    assert known_as(["x@elsewhere.example", "y@elsewhere.example"]) == "x@elsewhere.example"


def test_a_guest_with_an_address_of_the_school_is_no_staff(trust: Trust) -> None:
    guest = replace(person("teacher@hilltop.example"), member=False)
    assert trust.schools.of(guest) == ()
    chair = person("chair@trust.example")
    assert [each.id for each in trust.schools.of(chair)] == [HILL, MILL]
