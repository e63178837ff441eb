"""Two schools in one tenant: who belongs to both is asked, and nobody sees anything else."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from adapters.teams.carried import Did, Inputs, Showing, carried
from adapters.teams.note_keys import FILES
from bot.app.addresses import digest_comes_to
from bot.domain.ids import CaseId, SchoolId
from bot.screens.press import FormRef, Press, Verb
from bot.screens.say import Say
from tests.two_schools import GUESTS, HILL, MILL, NAMES, Trust, a_trust

from .activities import a_message, pasted
from .at_work import GOVERNORS, AtWork, account_of, at_work
from .client_cards import texts_in
from .sitting import a_picture
from .teams_user import TeamsUser

LINK = "https://www.facebook.com/groups/1/posts/2"
FIRST = {"safety": ["none"], "content": ["offensive"], "about": ["school"]}
PEOPLE = {
    "pat": "pat@trust.example",
    "chair": "chair@trust.example",
    "hill-head": "head@hilltop.example",
    "mill-head": "head@milllane.example",
}


@pytest.fixture
def trust(tmp_path: Path) -> Iterator[Trust]:
    with a_trust(tmp_path) as made:
        yield made


@pytest_asyncio.fixture
async def at(trust: Trust) -> AsyncIterator[AtWork]:
    async with at_work(trust.schools) as running:
        for label, email in PEOPLE.items():
            role = {"userRole": "guest"} if email in GUESTS else {}
            running.teams.add_member(account_of(label), email, **role)
        yield running


def read(me: TeamsUser) -> str:
    return "\n".join(me.shown)


async def choose(at: AtWork, me: TeamsUser, school: SchoolId) -> None:
    """Presses the button of a school, in the dialog or in the last card of the chat."""
    posted = None if me.dialog else me.messages[-1]
    await at.done(me.press(NAMES[school], posted))


def drafts(trust: Trust, email: str) -> tuple[int, ...]:
    found = []
    for school in trust.schools:
        with school.store.reading() as reading:
            found.append(len(reading.drafts_of(school.person_of(email, reading))))
    return tuple(found)


async def test_what_is_typed_is_asked_about_in_the_chat(at: AtWork, trust: Trust) -> None:
    pat = at.user("pat")
    await at.done(pat.say(f"report-post {LINK}"))
    assert Say.WHICH_SCHOOL.value in read(pat)
    assert LINK not in str(pat.cards)
    await choose(at, pat, MILL)
    assert pat.dialog is not None
    assert pat.dialog.title.startswith(f"{NAMES[MILL]}: ")
    assert drafts(trust, PEOPLE["pat"]) == (0, 1)
    at.no_failures()


async def test_a_forwarded_message_is_asked_about_in_its_dialog(at: AtWork, trust: Trust) -> None:
    pat = at.user("pat")
    await at.done(pat.forward(a_message(f'<a href="{LINK}">{LINK}</a>')))
    assert pat.dialog is not None
    assert pat.dialog.title == Say.WHICH_SCHOOL_TITLE.value
    await choose(at, pat, HILL)
    assert pat.dialog is not None
    assert pat.dialog.title.startswith(f"{NAMES[HILL]}: ")
    assert drafts(trust, PEOPLE["pat"]) == (1, 0)
    at.no_failures()


async def test_who_chose_the_wrong_school_presses_the_other(at: AtWork, trust: Trust) -> None:
    pat = at.user("pat")
    await at.done(pat.say(f"report-post {LINK}"))
    asked = pat.messages[-1]
    for school, there in ((HILL, (1, 0)), (MILL, (0, 1))):
        await at.done(pat.press(NAMES[school], asked))
        assert pat.dialog is not None
        assert pat.dialog.title.startswith(f"{NAMES[school]}: ")
        assert drafts(trust, PEOPLE["pat"]) == there
        if school == HILL:
            pat.close()
    for name, value in FIRST.items():
        assert pat.fill(name, value), name
    await at.done(pat.press("Next"))
    pat.close()
    await at.done(pat.press(NAMES[HILL], asked))
    assert Say.BEGUN_ELSEWHERE.value.format(school=NAMES[MILL]) in read(pat)
    assert Say.WRONG_DRAFT_GONE.value not in read(pat)
    assert drafts(trust, PEOPLE["pat"]) == (0, 1)
    at.no_failures()


async def test_a_picture_goes_with_the_report_that_was_opened_last(
    at: AtWork, trust: Trust
) -> None:
    pat = at.user("pat")
    for school in (HILL, MILL):
        await at.done(pat.say(f"report-post {LINK}"))
        await choose(at, pat, school)
        pat.close()
    picture = pasted(at.teams.add_file(a_picture(), pasted=True))
    await at.done(pat.say("", [picture]))
    assert Say.PICTURE_KEPT.value.format(count=1) in read(pat)
    kept = []
    for store in trust.stores.values():
        with store.reading() as reading:
            kept.append(len(reading.values(f"teams:{FILES}")))
    assert kept == [0, 1], "whose form it is, is known in its own school alone"
    at.no_failures()


async def test_a_channel_gets_the_digest_of_one_school_alone(at: AtWork, trust: Trust) -> None:
    for label in ("hill-head", "mill-head"):
        await at.done(at.user(label).in_channel("digest-here", GOVERNORS))
    hill, mill = (texts_in(each.card) for each in at.teams.in_conversation(GOVERNORS))
    assert Say.DIGEST_COMES_HERE.value in hill
    assert mill == [Say.DIGEST_OF_ANOTHER.value.format(school=NAMES[MILL])]
    first, second = map(digest_comes_to, trust.schools)
    assert first is not None
    assert GOVERNORS in first
    assert second is None
    at.no_failures()


async def test_a_card_of_a_school_leads_back_to_it(at: AtWork, trust: Trust) -> None:
    trust.at(HILL).report("teacher@hilltop.example", about={"head"})
    trust.at(MILL).report("teacher@milllane.example", about={"head"})
    chair = at.user("chair")
    await at.done(chair.say("case 2026-001"))
    await choose(at, chair, MILL)
    assert chair.dialog is not None
    assert chair.dialog.title.startswith(f"{NAMES[MILL]}: ")
    assert NAMES[HILL] not in "\n".join(chair.shown[-20:])
    at.no_failures()


def with_evidence(trust: Trust) -> CaseId:
    return trust.at(HILL).report(
        "teacher@hilltop.example", files=["screenshot.png"], about={"head"}
    )


@pytest.mark.parametrize("school", [HILL, MILL, "", "nowhere"])
async def test_a_forged_card_leads_to_nothing_of_another_school(
    at: AtWork, trust: Trust, school: str
) -> None:
    case = with_evidence(trust)
    evidence = trust.at(HILL).state(case).evidence[0].evidence
    before = len(trust.at(HILL).file(case).entries)
    head = at.user("mill-head")
    for verb in Verb:
        press = Press(verb, case, "acknowledge", 1, school=school)
        form = Inputs(FormRef(press, "safety", 1))
        for data in (
            carried(Did.PRESS, press=press),
            carried(Did.SUBMIT, form),
            carried(Did.BACK, form),
            carried(Did.KEEP, form),
            carried(Did.SEE, form),
            carried(Did.PICTURE, Showing(press), page=0, evidence=evidence),
            carried(Did.CLOSE, Showing(press)),
        ):
            await at.done(at.line.send(head.sender.dialog_opened(data, "1")))
            await at.done(at.line.send(head.sender.submitted_in_chat(data, "1")))
    for each in (NAMES[HILL], evidence, "2026-001"):
        assert each not in read(head)
    assert len(trust.at(HILL).file(case).entries) == before
