"""What has happened in a case, entry by entry, for a permitted person."""

from collections.abc import Sequence
from typing import assert_never

from bot.domain import events
from bot.domain.answers import Answers
from bot.domain.events import NOT_NEEDED, Entry, Event, Fetched, How
from bot.domain.ids import MessageKind, OutcomeId, Role, StepId
from bot.domain.personal import Personal
from bot.screens.facts import OutcomeOf, PackText, Plain, plain
from bot.screens.nodes import Line
from bot.screens.say import Say

_HOW = {
    How.OPENED: Say.DID_OPENED,
    How.JOINED: Say.DID_JOINED,
    How.ADDED: Say.DID_ADDED,
    How.COMPLETED: Say.DID_COMPLETED,
    How.DUPLICATE: Say.DID_DUPLICATE,
}
_KINDS = {
    MessageKind.RECEIPT: Say.KIND_RECEIPT,
    MessageKind.NEW_CASE: Say.KIND_NEW_CASE,
    MessageKind.URGENT_CASE: Say.KIND_URGENT,
    MessageKind.NOT_YET_SEEN: Say.KIND_NOT_YET_SEEN,
    MessageKind.DSL_ALERT: Say.KIND_DSL,
    MessageKind.ROUND_UP: Say.KIND_ROUND_UP,
    MessageKind.OVERDUE_TO_DEPUTY: Say.KIND_OVERDUE_DEPUTY,
    MessageKind.OVERDUE_TO_CHAIR: Say.KIND_OVERDUE_CHAIR,
    MessageKind.OUTCOME_TO_REPORTER: Say.KIND_OUTCOME,
}
_FETCHED = {Fetched.COPY: Say.DID_FETCHED_COPY, Fetched.LETTER: Say.DID_FETCHED_LETTER}
_ROLES_FIRST = (Role.HEAD, Role.DEPUTY, Role.DSL, Role.CHAIR, Role.ADMIN, Role.STAFF)


def who_did(actor: events.Actor) -> Plain:
    """Who it was: by role; the name, where one is known, stands beside it."""
    if actor.person == events.BOT.person:
        return plain(Say.WHO_BOT)
    return role_of(actor.roles)


def role_of(roles: frozenset[Role]) -> Plain:
    """The first of the roles, in words."""
    return plain(Say.WHO_ROLE, role=first_of(roles))


def first_of(roles: frozenset[Role]) -> Role:
    """The first of the roles, in the order of the school."""
    return next((each for each in _ROLES_FIRST if each in roles), Role.STAFF)


def line_of(entry: Entry) -> Line:
    """An entry as it is read."""
    name = (entry.by.name,) if entry.by.name else ()
    return Line(
        entry.at, who_did(entry.by), what_happened(entry.event), (*name, *_told(entry.event))
    )


def lines_of(entry: Entry) -> tuple[Line, ...]:
    """An entry as it is read on a screen: what became of each link stands on a line below it."""
    said = per_link_of(entry.event)
    return (line_of(entry), *(Line(entry.at, who_did(entry.by), each) for each in said))


def per_link_of(event: Event) -> tuple[Plain, ...]:
    """What became of each link, in the order in which a case shows its links."""
    match event:
        case events.StepAnswered() | events.EntryCorrected():
            return each_link(event.step, event.per_link)
        case _:
            return ()


def each_link(step: StepId, outcomes: Sequence[OutcomeId]) -> tuple[Plain, ...]:
    """The outcome of each link, by its number."""
    return tuple(
        plain(Say.LINK_OUTCOME, number=number, outcome=OutcomeOf(step, outcome))
        for number, outcome in enumerate(outcomes, start=1)
    )


def what_happened(event: Event) -> Plain:
    """An event in a few words."""
    match event:
        case events.CaseOpened():
            return plain(Say.DID_OPENED)
        case events.ReportJoined(_, how):
            return plain(_HOW[how])
        case events.EvidenceAttached():
            return plain(Say.DID_ATTACHED)
        case events.SamePersonNoted():
            return plain(Say.DID_NOTED_PERSON)
        case events.SamePersonSettled(_, confirmed):
            return plain(Say.DID_SETTLED_SAME if confirmed else Say.DID_SETTLED_OTHER)
        case events.StepAnswered(step, _, outcome):
            if outcome == NOT_NEEDED:
                return plain(Say.DID_NOT_NEEDED, step=step)
            return plain(Say.DID_ANSWERED, step=step, outcome=OutcomeOf(step, outcome))
        case events.EntryCorrected(step, _, outcome):
            if outcome == NOT_NEEDED:
                return plain(Say.DID_CORRECTED_NOT_NEEDED, step=step)
            return plain(Say.DID_CORRECTED, step=step, outcome=OutcomeOf(step, outcome))
        case events.StepSnoozed(step, _, until_on):
            return plain(Say.DID_SNOOZED, step=step, on=until_on)
        case events.DeadlineExtended(step, _, due_at):
            return plain(Say.DID_EXTENDED, step=step, at=due_at)
        case _:
            return _steered(event)


def _steered(event: Event) -> Plain:
    match event:
        case events.FurtherActionOpened():
            return plain(Say.DID_FURTHER)
        case events.ActionStartedAgain(step):
            return plain(Say.DID_AGAIN, step=step)
        case events.CasePassedOn(to):
            return plain(Say.DID_PASSED_ON, role=to)
        case events.InterestDeclared():
            return plain(Say.DID_DECLARED)
        case events.PersonExcluded(_, roles):
            return plain(Say.DID_EXCLUDED, role=first_of(roles))
        case events.CasesLinked():
            return plain(Say.DID_LINKED)
        case events.NoteAdded():
            return plain(Say.DID_NOTE)
        case events.CaseClosed(resolution):
            return plain(Say.CASE_STATUS_CLOSED, resolution=resolution)
        case events.CaseReopened():
            return plain(Say.DID_REOPENED)
        case _:
            return _noticed(event)


def _noticed(event: Event) -> Plain:
    match event:
        case events.PersonTold(kind, _, roles):
            told = _KINDS.get(kind, Say.KIND_OTHER)
            return plain(Say.DID_TOLD, role=first_of(roles), kind=told)
        case events.CaseViewed():
            return plain(Say.DID_VIEWED)
        case events.AccessRefused():
            return plain(Say.DID_REFUSED)
        case events.LetterDrafted(letter):
            return plain(Say.DID_DRAFTED, letter=PackText(("letter", letter.value)))
        case events.LetterIssued(letter, as_drafted=as_drafted):
            did = Say.DID_ISSUED_AS_DRAFTED if as_drafted else Say.DID_ISSUED_CHANGED
            return plain(did, letter=PackText(("letter", letter.value)))
        case _:
            return _kept(event)


def _kept(event: Event) -> Plain:
    match event:
        case events.CaseHandedOver():
            return plain(Say.DID_HANDED_OVER)
        case events.DocumentFetched(what):
            return plain(_FETCHED[what])
        case events.GovernorTold():
            return plain(Say.DID_GOVERNOR_TOLD)
        case events.LegalHoldSet():
            return plain(Say.DID_HOLD_SET)
        case events.LegalHoldLifted():
            return plain(Say.DID_HOLD_LIFTED)
        case events.MovedToFile():
            return plain(Say.DID_MOVED_TO_FILE)
        case events.PersonLookedUp(taken_out):
            return plain(Say.DID_TAKEN_OUT if taken_out else Say.DID_LOOKED_UP)
        case (
            events.CaseOpened()
            | events.ReportJoined()
            | events.EvidenceAttached()
            | events.SamePersonNoted()
            | events.SamePersonSettled()
            | events.StepAnswered()
            | events.EntryCorrected()
            | events.StepSnoozed()
            | events.DeadlineExtended()
            | events.FurtherActionOpened()
            | events.ActionStartedAgain()
            | events.CasePassedOn()
            | events.InterestDeclared()
            | events.PersonExcluded()
            | events.CasesLinked()
            | events.NoteAdded()
            | events.CaseClosed()
            | events.CaseReopened()
            | events.PersonTold()
            | events.CaseViewed()
            | events.AccessRefused()
            | events.LetterDrafted()
            | events.LetterIssued()
        ):
            return what_happened(event)  # answered above, each by its own words
        case _:
            assert_never(event)


def _told(event: Event) -> tuple[Personal, ...]:
    match event:
        case events.NoteAdded(text):
            return (text,)
        case events.CaseHandedOver(for_whom, why):
            return (for_whom, why)
        case events.GovernorTold(governor, why):
            return (governor, why)
        case events.EntryCorrected():
            reasons = tuple(text for text in (event.reason, event.answer_reason) if text)
            return (*_typed(event.answers), *reasons)
        case events.StepAnswered():
            return (*_typed(event.answers), *((event.reason,) if event.reason else ()))
        case (
            events.StepSnoozed()
            | events.DeadlineExtended()
            | events.FurtherActionOpened()
            | events.ActionStartedAgain()
            | events.CasePassedOn()
            | events.PersonExcluded()
            | events.CaseReopened()
            | events.LegalHoldSet()
            | events.LegalHoldLifted()
        ):
            return (event.reason,) if event.reason else ()
        case _:
            return ()


def _typed(answers: Answers) -> tuple[Personal, ...]:
    """What was typed with an answer, such as a name."""
    return tuple(text for value in answers.values() if isinstance(value, tuple) for text in value)
