"""Every entry ever written can be read for ever (DESIGN: stored things outlive code)."""

import json
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import pytest

from bot.app.records import VERSION, UnreadableEntry, pack, read_entry, unpack, write_entry
from bot.app.stored import StoredEntry
from bot.domain import events
from bot.domain.events import Actor, Entry, Event, How, Report
from bot.domain.fold import fold
from bot.domain.ids import (
    CaseId,
    Cause,
    EvidenceId,
    LetterId,
    MessageKind,
    OptionId,
    OutcomeId,
    PersonId,
    QuestionId,
    Reference,
    ResolutionId,
    Role,
    StepId,
)
from bot.domain.personal import Personal
from tests.builders import a_report, derwent_vale

GOLDEN = Path(__file__).parent / "golden" / f"events_v{VERSION}.json"
AT = datetime(2026, 11, 23, 9, 5, 0, 123456, tzinfo=UTC)
BY = Actor(PersonId("head"), frozenset({Role.HEAD, Role.STAFF}), Personal("Ruth Calder"))
WHY = Personal("Because of “quotes”, <b>markup</b> & emoji 🙂 and \u202eright to left")
TALK = StepId("speak-to-parent")
ANSWERS = {
    QuestionId("fair_concern"): OptionId("no"),
    QuestionId("gravely_offensive"): OptionId("unsure"),
}
REPORT = Report(
    PersonId("staff"),
    {
        **a_report(links={"https://example.com/1"}, poster_name="Pat Example"),
        QuestionId("seen_at"): AT,
        QuestionId("shows_reporter"): True,
    },
    frozenset({"role:head", "name:1234"}),
    (EvidenceId("picture"),),
)
ACKNOWLEDGE = StepId("acknowledge")
LETTER = LetterId("invitation")

# A case that goes through every event there is.
EVERY_EVENT: tuple[Event, ...] = (
    events.CaseOpened(
        Reference("2026-001"), REPORT, "a" * 64, frozenset({"pupils-under-13"}), (CaseId("before"),)
    ),
    events.EvidenceAttached(EvidenceId("picture"), "image/png", 68, "b" * 64, shows_reporter=True),
    events.SamePersonNoted((CaseId("one"), CaseId("two"))),
    events.SamePersonSettled(
        CaseId("one"), confirmed=True, agreed_before=True, concerned=frozenset({"role:head"})
    ),
    events.ReportJoined(REPORT, How.DUPLICATE, CaseId("two")),
    events.StepAnswered(
        ACKNOWLEDGE, 1, OutcomeId("accepted"), ANSWERS, WHY, None, None, (OutcomeId("gone"),)
    ),
    events.StepSnoozed(TALK, 1, date(2026, 11, 26), WHY),
    events.DeadlineExtended(TALK, 1, AT, WHY),
    events.StepAnswered(TALK, 1, OutcomeId("refused")),
    events.EntryCorrected(
        TALK,
        1,
        OutcomeId("agreed-to-remove"),
        {},
        WHY,
        Personal("they rang back"),
        CaseId("x"),
        (OutcomeId("gone"), OutcomeId("still-up")),
    ),
    events.FurtherActionOpened("further-action", WHY),
    events.ActionStartedAgain(StepId("written-warning"), WHY),
    events.CasePassedOn(Role.DEPUTY, PersonId("deputy"), WHY),
    events.InterestDeclared(),
    events.PersonExcluded(PersonId("dsl"), frozenset({Role.DSL}), WHY),
    events.CasesLinked(CaseId("two")),
    events.NoteAdded(WHY),
    events.PersonTold(
        MessageKind.OVERDUE_TO_DEPUTY, PersonId("deputy"), frozenset({Role.DEPUTY}), (TALK,)
    ),
    events.CaseViewed(),
    events.AccessRefused("view"),
    events.CaseClosed(ResolutionId("no-further-action"), StepId("review-and-close"), None),
    events.CaseReopened(WHY),
    events.LetterDrafted(LETTER, TALK, 1, EvidenceId("drafted"), "c" * 64),
    events.LetterIssued(LETTER, TALK, 1, EvidenceId("issued"), "d" * 64, as_drafted=False),
    events.CaseHandedOver(Personal("the police"), WHY),
    events.GovernorTold(Personal("Lee Example"), WHY),
    events.LegalHoldSet(WHY),
    events.LegalHoldLifted(WHY),
    events.MovedToFile(),
    events.PersonLookedUp(taken_out=True),
    events.DocumentFetched(events.Fetched.LETTER),
)


def stored(number: int, event: Event) -> StoredEntry:
    return StoredEntry(number, AT, write_entry(event, BY, f"cause-{number}"))


def test_every_event_there_is_is_written_down_here() -> None:
    assert {type(each) for each in EVERY_EVENT} == set(get_args(Event))


@pytest.mark.parametrize("event", EVERY_EVENT, ids=lambda event: type(event).__name__)
def test_an_entry_is_read_as_it_was_written(event: Event) -> None:
    assert read_entry(stored(7, event)) == Entry(7, AT, BY, Cause("cause-7"), event)


@pytest.mark.parametrize("event", EVERY_EVENT, ids=lambda event: type(event).__name__)
def test_an_entry_is_written_with_every_field_of_its_event(event: Event) -> None:
    written = json.loads(stored(1, event).payload)
    assert (written["type"], written["v"]) == (type(event).__name__, VERSION)
    assert set(written["event"]["f"]) == {each.name for each in fields(event)}


def test_a_correction_of_before_links_were_corrected_one_by_one_is_read() -> None:
    event = events.EntryCorrected(TALK, 1, OutcomeId("agreed-to-remove"), {}, WHY)
    before = json.loads(stored(1, event).payload)
    del before["event"]["f"]["per_link"]
    assert read_entry(StoredEntry(1, AT, json.dumps(before).encode())).event == event


def test_every_version_ever_shipped_is_read_and_folded(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--golden"):
        payloads = [stored(n, each).payload.decode() for n, each in enumerate(EVERY_EVENT, 1)]
        GOLDEN.write_text(json.dumps(payloads, indent=1, ensure_ascii=False) + "\n", "utf-8")
    files = sorted(GOLDEN.parent.glob("events_v*.json"))
    assert [each.name for each in files] == [f"events_v{n}.json" for n in range(1, VERSION + 1)]
    for file in files:
        payloads = json.loads(file.read_text("utf-8"))
        entries = [
            read_entry(StoredEntry(number, AT, payload.encode()))
            for number, payload in enumerate(payloads, 1)
        ]
        state = fold(entries, derwent_vale())
        assert (state.entries, state.times_closed, state.closed) == (len(payloads), 1, None)


def test_the_newest_golden_file_is_what_is_written_today() -> None:
    kept = json.loads(GOLDEN.read_text("utf-8"))
    entries = [read_entry(StoredEntry(n, AT, each.encode())) for n, each in enumerate(kept, 1)]
    assert tuple(each.event for each in entries) == EVERY_EVENT


def test_an_entry_of_a_newer_version_is_not_guessed_at() -> None:
    newer = json.loads(stored(1, events.CaseViewed()).payload) | {"v": VERSION + 1}
    with pytest.raises(UnreadableEntry, match="newer version"):
        read_entry(StoredEntry(1, AT, json.dumps(newer).encode()))


def test_an_entry_of_an_unknown_kind_is_not_guessed_at() -> None:
    other = json.loads(stored(1, events.CaseViewed()).payload) | {"type": "CaseForgotten"}
    with pytest.raises(UnreadableEntry):
        read_entry(StoredEntry(1, AT, json.dumps(other).encode()))


def test_what_has_no_written_form_is_refused() -> None:
    with pytest.raises(TypeError, match="no written form"):
        pack(1.5j)
    with pytest.raises(UnreadableEntry):
        unpack({"$?": 1})
