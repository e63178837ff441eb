"""Nobody of one school sees, changes or counts anything of another, whatever their acts carry."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product

import pytest
from sqlalchemy import select

from bot.app.digest_figures import digest_figures
from bot.app.digest_record import digest_record
from bot.app.evidence import read_evidence
from bot.app.home_in import home_in
from bot.app.inbound import Act, Changed, Left, Pressed, Submitted
from bot.app.school_of_file import document_in, evidence_in
from bot.domain.commands import OpenFurtherAction
from bot.domain.errors import Refused
from bot.domain.ids import CaseId, DraftId, EvidenceId, SchoolId
from bot.domain.personal import Personal
from bot.screens.nodes import Done, Form, Handed, Message, Paragraph, Reply, View
from bot.screens.press import FormRef, Press, Verb
from bot.screens.say import Say
from storage.tables import METADATA
from tests.builders import accepted
from tests.two_schools import HILL, MILL, NAMES, NOBODY, Trust, a_trust, person

LINK = "https://www.facebook.com/groups/1/posts/2"
POSTER = "Quintessa Marker"
"""Told at Hill Top, and at no other school."""
HEAD, TEACHER, MILL_HEAD = (
    "head@hilltop.example",
    "teacher@hilltop.example",
    "head@milllane.example",
)
OUTSIDE = (MILL_HEAD, "teacher@milllane.example", "dsl@milllane.example", *NOBODY)


@dataclass
class Walked:
    """What Hill Top has, that nobody else may come to."""

    trust: Trust
    case: CaseId
    other: CaseId
    draft: DraftId
    evidence: EvidenceId
    handed: Handed

    @property
    def marks(self) -> tuple[str, ...]:
        """What stands in nothing that is shown to others."""
        return (self.case, self.other, self.draft, self.evidence, POSTER, NAMES[HILL], HILL)

    def everything(self, school: SchoolId) -> str:
        """A hash of all that the database holds of a school."""
        found = hashlib.sha256()
        with self.trust.stores[school].reading() as reading:
            for table in METADATA.sorted_tables:
                if "school" not in table.c:
                    continue
                rows = reading.connection.execute(select(table).where(table.c.school == school))
                for row in sorted(map(repr, rows)):
                    found.update(row.encode())
        return found.hexdigest()


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    with a_trust(tmp_path_factory.mktemp("trust")) as trust:
        hill = trust.at(HILL)
        case = hill.report(
            TEACHER, links=[LINK], poster_name=POSTER, files=["screenshot.png"], safety={"none"}
        )
        other = hill.report(TEACHER, about={"head"}, poster_name=POSTER)
        hill.work(HEAD, case, accepted())
        hill.work(HEAD, case, OpenFurtherAction(Personal("They asked for it")))
        evidence = hill.state(case).evidence[0].evidence
        form = trust.press(TEACHER, Press(Verb.REPORT, school=HILL)).show
        assert isinstance(form, Form)
        handing = trust.press(HEAD, Press(Verb.HAND_OVER, case, school=HILL)).show
        assert isinstance(handing, Form)
        told = {"for_whom": Personal("Their parents"), "why": Personal("They asked")}
        handed = trust.act(HEAD, Submitted(handing.ref, told)).hand
        assert handed is not None
        draft = DraftId(form.ref.press.subject)
        yield Walked(trust, case, other, draft, evidence, handed)


def is_nothing(reply: Reply) -> bool:
    """Whether it says no more than that it is not for them."""
    match reply:
        case Reply(show=Done(says), say=None, hand=None):
            return says.key is Say.NOT_FOR_YOU and says.of is None
        case Reply(show=None, say=Message(nodes=(Paragraph(says),)), hand=None):
            return says.key is Say.NOT_A_MEMBER
        case _:
            return False


def acts_on(subject: str, school: str) -> Iterator[Act]:
    """Every act that could be made about something of Hill Top's."""
    for verb in Verb:
        press = Press(verb, subject, "acknowledge", 1, school=school)
        yield Pressed(press)
        for make in MADE:
            yield make(FormRef(press, "safety", 1))


def _submitted(form: FormRef) -> Act:
    return Submitted(form, {"outcome": "accepted", "text": Personal("x"), "note": Personal("x")})


MADE: tuple[Callable[[FormRef], Act], ...] = (
    _submitted,
    lambda form: Changed(form, {}),
    lambda form: Left(form, {}),
)


@pytest.mark.parametrize("school", [HILL, "nowhere"])
@pytest.mark.parametrize("email", OUTSIDE)
def test_an_act_that_names_a_school_that_is_not_theirs_does_nothing(
    walked: Walked, email: str, school: str
) -> None:
    before = walked.everything(HILL), walked.everything(MILL)
    for subject in (walked.case, walked.draft, ""):
        for act in acts_on(subject, school):
            assert is_nothing(walked.trust.act(email, act)), act
    assert (walked.everything(HILL), walked.everything(MILL)) == before


@pytest.mark.parametrize(
    ("email", "school"), [*product(OUTSIDE, (MILL, "")), ("chair@trust.example", MILL)]
)
def test_an_act_in_their_own_school_finds_nothing_of_another(
    walked: Walked, email: str, school: str
) -> None:
    """The chair is of both; in Mill Lane's name there is nothing of Hill Top's."""
    before = walked.everything(HILL)
    for subject in (walked.case, walked.draft):
        for act in acts_on(subject, school):
            reply = walked.trust.act(email, act)
            shown = repr((reply.show, reply.say, reply.hand))
            # A form may repeat the id that its reader named.
            assert not [each for each in walked.marks if each in shown and each != subject]
    assert walked.everything(HILL) == before


def test_the_chair_of_both_comes_to_each_in_its_own_name(walked: Walked) -> None:
    chair = "chair@trust.example"
    shown = walked.trust.press(chair, Press(Verb.OPEN_CASE, walked.other, school=HILL)).show
    assert isinstance(shown, View)
    assert shown.here.school == HILL
    assert is_done(walked.trust.press(chair, Press(Verb.OPEN_CASE, walked.other, school=MILL)))


def is_done(reply: Reply) -> bool:
    return isinstance(reply.show, Done) and reply.show.says.key is Say.NOT_FOR_YOU


@pytest.mark.parametrize("email", [*OUTSIDE, "chair@trust.example"])
def test_evidence_and_documents_are_given_to_nobody_outside(walked: Walked, email: str) -> None:
    schools, who = walked.trust.schools, person(email)
    for school in (HILL, MILL, "", "nowhere"):
        if not (email == "chair@trust.example" and school in (HILL, "")):
            with pytest.raises(Refused):
                evidence_in(schools, who, walked.evidence, school)
    _, _, bare = walked.handed.ref.partition("/")
    assert walked.handed.ref == f"{HILL}/{bare}"
    for ref in (walked.handed.ref, bare, f"{MILL}/{bare}", f"nowhere/{bare}", f"{HILL}/", ""):
        with pytest.raises(Refused):
            document_in(schools, who, ref)


def test_who_may_have_them_gets_them(walked: Walked) -> None:
    schools, who = walked.trust.schools, person(HEAD)
    hill = walked.trust.at(HILL).school
    assert evidence_in(schools, who, walked.evidence, HILL) == read_evidence(
        hill, who, walked.evidence
    )
    assert document_in(schools, who, walked.handed.ref).name == "case-2026-001.zip"


@pytest.mark.parametrize("email", OUTSIDE)
@pytest.mark.parametrize("school", [HILL, MILL, "", "nowhere"])
def test_a_home_is_of_their_own_school(walked: Walked, email: str, school: str) -> None:
    home = home_in(walked.trust.schools, person(email), school=school)
    shown = repr((home.nodes, home.here))
    assert not [each for each in walked.marks if each in shown]
    assert "2026-0" not in shown


@pytest.mark.parametrize("typed", ["case 2026-001", "cases", "status", "find", "term", ""])
@pytest.mark.parametrize("email", OUTSIDE)
def test_what_is_typed_leads_to_nothing_of_another_school(
    walked: Walked, email: str, typed: str
) -> None:
    before = walked.everything(HILL)
    reply = walked.trust.type(email, typed)
    shown = repr((reply.show, reply.say, reply.hand))
    assert not [each for each in walked.marks if each in shown]
    assert "2026-0" not in shown
    assert walked.everything(HILL) == before


def test_a_person_who_is_looked_for_is_found_in_their_own_school_alone(walked: Walked) -> None:
    for email, found in ((HEAD, True), (MILL_HEAD, False)):
        school = HILL if found else MILL
        form = walked.trust.press(email, Press(Verb.FIND_PERSON, school=school)).show
        assert isinstance(form, Form)
        reply = walked.trust.act(email, Submitted(form.ref, {"who": Personal(POSTER)}))
        assert ("2026-001" in repr(reply.show)) is found
        token = reply.show.here.subject if isinstance(reply.show, View) else ""
        if found:
            for verb_school in (HILL, MILL, ""):
                press = Press(Verb.FIND_PERSON, token, what="take", school=verb_school)
                assert is_done(walked.trust.press(MILL_HEAD, press))


def test_the_same_post_is_a_case_of_each_school_and_no_earlier_poster(walked: Walked) -> None:
    mill = walked.trust.at(MILL)
    before = walked.everything(HILL)
    case = mill.report("teacher@milllane.example", links=[LINK], poster_name=POSTER)
    state = mill.state(case)
    assert state.reference.value == "2026-001"
    assert len(state.reports) == 1
    with walked.trust.stores[MILL].reading() as reading:
        assert len(reading.case_rows()) == 1
    view = walked.trust.press(MILL_HEAD, Press(Verb.OPEN_CASE, case, school=MILL)).show
    assert not [each for each in (walked.case, walked.other, NAMES[HILL]) if each in repr(view)]
    assert walked.everything(HILL) == before


def test_a_digest_counts_its_own_school(walked: Walked) -> None:
    there = walked.trust.at(MILL).school
    with there.store.reading() as reading:
        own = len(reading.case_rows())
        plainly = replace(there, digest_detail="totals")
        figures = digest_figures(plainly, reading, digest_record(reading), there.now())
    assert (figures.detail, figures.new) == ("totals", own)


def test_the_schools_keys_open_nothing_of_each_other(walked: Walked) -> None:
    hill, mill = walked.trust.stores[HILL].keys, walked.trust.stores[MILL].keys
    for name in ("chain", "index", "stream"):
        assert getattr(hill, name) != getattr(mill, name)
    for text, ours in product((POSTER, LINK), (HILL, MILL)):
        with walked.trust.stores[ours].reading() as reading:
            hashed = reading.keyed_hash("name", text)
        with walked.trust.stores[MILL if ours == HILL else HILL].reading() as reading:
            assert reading.keyed_hash("name", text) != hashed
