"""Two schools in one workspace: who belongs to both is asked, and nobody sees anything else."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from adapters.slack.pictures import NOTES, SHOWN_FOR, ShownPictures
from bot.app.addresses import digest_comes_to
from bot.domain.ids import CaseId, SchoolId
from bot.screens.press import FormRef, Press, Verb
from bot.screens.say import Say
from tests.two_schools import BOTH, GUESTS, HILL, MILL, NAMES, Trust, a_trust, people_of

from .at_work import AtWork, at_work
from .member import Member, button_called, buttons_in, texts_in
from .stand_in import Posted

LINK = "https://www.facebook.com/groups/1/posts/2"
FIRST = {"safety": ["none"], "content": ["offensive"], "about": ["school"]}
SECOND = {"place": "closed-group", "poster": "parent-or-carer"}


@pytest.fixture
def trust(tmp_path: Path) -> Iterator[Trust]:
    with a_trust(tmp_path) as made:
        yield made


@pytest_asyncio.fixture
async def at(trust: Trust) -> AsyncIterator[AtWork]:
    async with at_work(trust.schools) as running:
        for email in (*people_of(HILL), *people_of(MILL), *BOTH):
            running.slack.add_user(account(email), email, is_restricted=email in GUESTS)
        yield running


def account(email: str) -> str:
    return "U0" + "".join(each for each in email.upper() if each.isalnum())


def member(at: AtWork, email: str) -> Member:
    at.clock.ahead += 2
    return Member(at.slack, at.line, account(email))


def read(me: Member) -> str:
    """Everything that somebody can read."""
    told = [text for body in me.told for text in texts_in(body["blocks"])]
    chat = [text for each in me.messages for text in texts_in(each.blocks)]
    top = me.slack.top(me.user)
    home = me.slack.homes.get(me.user)
    return "\n".join([*told, *chat, *texts_in(top.view if top else None), *texts_in(home)])


async def choose(at: AtWork, me: Member, school: SchoolId) -> None:
    """Presses the button of a school in what was said last."""
    at.clock.ahead += 2
    shown = Posted(at.slack.chat_of(me.user), "1.0", [], "", {})
    button = button_called(me.told[-1]["blocks"], NAMES[school])
    await at.done(me.press_in(shown, button))


async def fill(at: AtWork, me: Member, answers: dict[str, Any]) -> None:
    for name, value in answers.items():
        assert await me.fill(name, value), name
        await at.settled()
    at.clock.ahead += 2
    await at.done(me.submit())


def cases(trust: Trust) -> tuple[int, ...]:
    found = []
    for store in trust.stores.values():
        with store.reading() as reading:
            found.append(len(reading.case_rows()))
    return tuple(found)


async def test_a_report_goes_to_the_school_that_was_chosen(at: AtWork, trust: Trust) -> None:
    pat = member(at, "pat@trust.example")
    await at.done(pat.command(LINK))
    assert Say.WHICH_SCHOOL.value in read(pat)
    assert not any(LINK in str(body) for body in pat.told)
    await choose(at, pat, MILL)
    assert NAMES[MILL] in read(pat)
    await fill(at, pat, FIRST)
    links = pat.input_of("links")
    assert links is not None
    assert links["element"]["initial_value"] == LINK
    await fill(at, pat, SECOND)
    assert cases(trust) == (0, 1)
    at.no_failures()


async def test_a_channel_gets_the_digest_of_one_school_alone(at: AtWork, trust: Trust) -> None:
    heads = [member(at, f"head@{domain}") for domain in ("hilltop.example", "milllane.example")]
    for head in heads:
        at.clock.ahead += 2
        await at.done(head.command("digest-here", channel="C0GOVERNORS"))
    hill, mill = map(read, heads)
    assert Say.DIGEST_COMES_HERE.value in hill
    assert Say.DIGEST_OF_ANOTHER.value.format(school=NAMES[MILL]) in mill
    assert NAMES[HILL] not in mill
    channels = [digest_comes_to(each) for each in trust.schools]
    assert channels == ["slack:C0GOVERNORS", None]
    at.no_failures()


async def test_a_forwarded_message_is_asked_about_too(at: AtWork, trust: Trust) -> None:
    pat = member(at, "pat@trust.example")
    await at.done(pat.shortcut({"text": f"<{LINK}>"}))
    await choose(at, pat, HILL)
    await fill(at, pat, FIRST)
    links = pat.input_of("links")
    assert links is not None
    assert links["element"]["initial_value"] == LINK
    assert cases(trust) == (0, 0)
    at.no_failures()


def drafts(trust: Trust, email: str) -> tuple[int, ...]:
    found = []
    for school in trust.schools:
        with school.store.reading() as reading:
            found.append(len(reading.drafts_of(school.person_of(email, reading))))
    return tuple(found)


async def choose_again(at: AtWork, me: Member, asked: dict[str, Any], school: SchoolId) -> None:
    """Presses a button of the question, which stands in the chat still."""
    at.clock.ahead += 2
    shown = Posted(at.slack.chat_of(me.user), "1.0", [], "", {})
    await at.done(me.press_in(shown, button_called(asked["blocks"], NAMES[school])))


async def test_who_chose_the_wrong_school_presses_the_other(at: AtWork, trust: Trust) -> None:
    pat = member(at, "pat@trust.example")
    await at.done(pat.command(LINK))
    (asked,) = pat.told
    await choose_again(at, pat, asked, HILL)
    await pat.close()
    await choose_again(at, pat, asked, MILL)
    assert drafts(trust, "pat@trust.example") == (0, 1)
    await fill(at, pat, FIRST)
    assert drafts(trust, "pat@trust.example") == (0, 1)
    await pat.close()
    await choose_again(at, pat, asked, HILL)
    assert Say.BEGUN_ELSEWHERE.value.format(school=NAMES[MILL]) in read(pat)
    assert Say.WRONG_DRAFT_GONE.value not in read(pat)
    assert drafts(trust, "pat@trust.example") == (0, 1)
    at.no_failures()


def with_evidence(trust: Trust, school: SchoolId, domain: str) -> CaseId:
    return trust.at(school).report(f"teacher@{domain}", files=["screenshot.png"], about={"head"})


async def test_a_home_turns_to_the_other_school(at: AtWork, trust: Trust) -> None:
    with_evidence(trust, MILL, "milllane.example")
    chair = member(at, "chair@trust.example")
    await at.done(chair.look_at_home())
    assert "2026-001" not in read(chair)
    button = button_called(at.slack.homes[chair.user], NAMES[MILL])
    at.clock.ahead += 2
    await at.done(chair.press_at_home(button))
    assert "2026-001" in read(chair)
    assert read(chair).startswith(NAMES[MILL])
    at.no_failures()


async def test_an_address_of_one_school_is_learnt_in_it_alone(at: AtWork, trust: Trust) -> None:
    await at.done(member(at, "pat@trust.example").command("help"))
    await at.done(member(at, "head@hilltop.example").command("help"))
    known = []
    for store in trust.stores.values():
        with store.reading() as reading:
            known.append(len(reading.values("address:slack:")))
    assert known == [2, 1]


async def open_picture(at: AtWork, trust: Trust) -> Member:
    with_evidence(trust, HILL, "hilltop.example")
    chair = member(at, "chair@trust.example")
    await at.done(chair.command("case 2026-001"))
    await choose(at, chair, HILL)
    (show,) = [
        each for each in buttons_in(chair.modal.view) if each["action_id"].startswith("show.")
    ]
    at.clock.ahead += 2
    await at.done(chair.press(show))
    return chair


async def test_a_shown_picture_is_noted_with_its_school(at: AtWork, trust: Trust) -> None:
    chair = await open_picture(at, trust)
    assert '"slack_file"' in str(chair.modal.view).replace("'", '"')
    assert len(await at.host.kept(NOTES, HILL)) == 1
    assert len(await at.host.kept(NOTES, MILL)) == 0
    at.no_failures()


async def test_another_process_takes_a_picture_back_when_the_modal_closes(
    at: AtWork, trust: Trust
) -> None:
    chair = await open_picture(at, trust)
    another = ShownPictures(at.client, at.host, at.workspace.report)
    view = chair.modal.id
    assert len(await another.in_view(view, HILL)) == 1
    another.hide(view, HILL)
    await another.close()
    assert (len(at.slack.files), len(await at.host.kept(NOTES))) == (0, 0)


async def test_the_picture_of_a_process_that_was_killed_is_swept(at: AtWork, trust: Trust) -> None:
    await open_picture(at, trust)
    next_one = ShownPictures(at.client, at.host, at.workspace.report)
    await next_one.sweep()
    assert len(at.slack.files) == 1, "it may still be looked at"
    trust.clock.at += SHOWN_FOR
    await next_one.sweep()
    assert (len(at.slack.files), len(await at.host.kept(NOTES))) == (0, 0)
    at.no_failures()


@pytest.mark.parametrize("school", [HILL, MILL, "", "nowhere"])
async def test_a_forged_press_leads_to_nothing_of_another_school(
    at: AtWork, trust: Trust, school: str
) -> None:
    case = with_evidence(trust, HILL, "hilltop.example")
    evidence = trust.at(HILL).state(case).evidence[0].evidence
    before = len(trust.at(HILL).file(case).entries)
    head = member(at, "head@milllane.example")
    old = Posted(at.slack.chat_of(head.user), "1.0", [], "", {})
    for verb in Verb:
        value = Press(verb, case, "acknowledge", 1, school=school).encode()
        at.clock.ahead += 2
        await at.done(head.press_in(old, {"action_id": f"press.0.{verb}", "value": value}))
    shown = Press(Verb.OPEN_CASE, case, what=evidence, school=school).encode()
    await at.done(head.press_in(old, {"action_id": "show.0", "value": shown}))
    for each in (NAMES[HILL], case, evidence, "2026-001"):
        assert each not in read(head)
    assert len(trust.at(HILL).file(case).entries) == before
    assert at.slack.files == {}


def test_the_longest_ids_fit_what_slack_carries() -> None:
    """A button's value has 2,000 characters, a view's metadata 3,000 (docs.slack.dev)."""
    longest = Press(max(Verb, key=len), "f" * 64, "s" * 60, 999, "e" * 64, "s" * 40)
    assert len(longest.encode()) < 400
    assert len(FormRef(longest, "p" * 60, 10**6).encode()) < 600


async def test_a_note_of_the_time_when_there_was_one_school_is_forgotten_wherever_it_is(
    at: AtWork, trust: Trust
) -> None:
    await at.host.keep("handed:F1", "old", MILL)
    await at.host.keep("handed:F1", None, "")
    assert trust.schools.first.id == HILL
    assert await at.host.kept("handed:") == {}
