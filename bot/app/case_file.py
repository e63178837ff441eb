"""One case inside one transaction: read, shown to the permitted, and continued.

``record`` is the only place where a case's entries are written. With them, in the same transaction,
go the index row, the notices that follow and the hint when to look again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.app.folded_cases import FoldedCase
from bot.app.intents import Intent, ToPerson, ToRole
from bot.app.ports import Reading, Writing
from bot.app.records import read_entry, write_entry, write_school_entry
from bot.app.school import School
from bot.app.stored import CaseRow
from bot.domain.case import CaseState
from bot.domain.changed import changed
from bot.domain.deadlines import is_past_calendar
from bot.domain.decide import closing_of
from bot.domain.events import CHANGES_NO_ROUND, Actor, Entry, Event
from bot.domain.fold import apply, fold
from bot.domain.ids import CaseId, Cause, MessageKind, PersonId, Role
from bot.domain.notices import Notice, notices_after
from bot.domain.people import Roster, owner_of
from bot.domain.policy import Policy
from bot.domain.reminders import look_again_at

OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True)
class CaseFile:
    """A case as it is read: its index row, its rules, its entries and its state."""

    row: CaseRow
    policy: Policy
    entries: tuple[Entry, ...]
    state: CaseState

    @property
    def case(self) -> CaseId:
        """The id of the case."""
        return self.row.case


def read_case(
    school: School, reading: Reading, row: CaseRow, *, in_passing: bool = False
) -> CaseFile:
    """The whole case, folded under the policy it was opened under.

    What was folded before is kept (``bot.app.folded_cases``); only what was added since is read.
    What goes through all cases reads ``in_passing``: it keeps none, and so pushes out none that
    somebody works on.
    """
    policy = school.policy(row.policy_sha256, reading)
    # Asked first and every time: it is refused for a case that was erased.
    end = reading.end_of(row.case)
    kept = school.folded.of(school.id, row.case, row.policy_sha256)
    if kept is None or kept.last != end.last:
        kept = _folded(reading, row.case, policy, kept)
        if not (in_passing or end.added_here):
            school.folded.keep(school.id, row.case, row.policy_sha256, kept)
    return CaseFile(row, policy, kept.entries, kept.state)


def _folded(reading: Reading, case: CaseId, policy: Policy, kept: FoldedCase | None) -> FoldedCase:
    """The case as it is now; from its beginning, unless it goes on from what was kept."""
    added = reading.entries_after(case, kept.last) if kept else None
    if kept is None or added is None:
        stored = reading.entries(case)
        entries = tuple(read_entry(each) for each in stored)
        state = fold(entries, policy)
        return FoldedCase(stored[-1].mark, entries, state)
    entries, state = tuple(read_entry(each) for each in added), kept.state
    for entry in entries:
        state = apply(state, entry, policy)
    return FoldedCase(added[-1].mark if added else kept.last, kept.entries + entries, state)


def open_cases(school: School, reading: Reading) -> tuple[CaseFile, ...]:
    """Every open case of the school, in the order they came."""
    return tuple(read_case(school, reading, row) for row in reading.case_rows(status=OPEN))


@dataclass(frozen=True)
class Added:
    """Entries that are about to be written, and the case with them."""

    entries: tuple[Entry, ...]
    state: CaseState


@dataclass(frozen=True)
class Recorder:
    """Writes entries of one act: who, from what cause, and when."""

    school: School
    writing: Writing
    roster: Roster
    by: Actor
    cause: Cause
    now: datetime

    def start(self, row: CaseRow, policy: Policy, added: Added) -> CaseFile:
        """A new case from its first entries. The school is locked."""
        added = self._with_close(policy, added)
        row = self._indexed(row, policy, added.state)
        filed = write_school_entry("CaseFiled", {"case": row.case, "reference": str(row.reference)})
        self.writing.start_case(row, _payloads(added), entry=filed)
        self._announce(None, row, policy, added.state)
        return self._kept(CaseFile(row, policy, added.entries, added.state))

    def record(self, file: CaseFile, events: Sequence[Event]) -> CaseFile:
        """The case with these events, and with the close that follows from them, if one does.

        The case is locked. With no events nothing is written.
        """
        return self.write(file, self.added(file.state, file.policy, events))

    def write(self, file: CaseFile, added: Added) -> CaseFile:
        """As ``record``, of entries that were made before."""
        if not added.entries:
            return file
        row = file.row
        if _changes_rounds(added):
            added = self._with_close(file.policy, added)
            row = self._indexed(row, file.policy, added.state)
            self.writing.put_case_row(row)
            self._announce(file.state, row, file.policy, added.state)
        self.writing.append(row.case, self.now, _payloads(added))
        self.writing.mark_stale(row.case)
        return self._kept(CaseFile(row, file.policy, file.entries + added.entries, added.state))

    def added(
        self,
        before: CaseState | None,
        policy: Policy,
        events: Sequence[Event],
        to: tuple[Entry, ...] = (),
    ) -> Added:
        """What the case would be with these events; nothing is written.

        ``to`` are entries that are about to be written too, and made ``before`` what it is.
        """
        new, state = list(to), before
        for event in events:
            number = state.entries + 1 if state else 1
            entry = Entry(number, self.now, self.by, self.cause, event)
            state = apply(state, entry, policy)
            new.append(entry)
        if state is None:
            message = "Something must have happened."
            raise ValueError(message)
        return Added(tuple(new), state)

    def _with_close(self, policy: Policy, added: Added) -> Added:
        close = closing_of(added.state, policy)
        return self.added(added.state, policy, (close,), added.entries) if close else added

    def _indexed(self, row: CaseRow, policy: Policy, state: CaseState) -> CaseRow:
        at = look_again_at(state, policy, self.school.calendar, self.roster, self.now)
        if at is not None and row.look_again_at is not None and row.look_again_at <= self.now:
            # Its moment has come, and the tick has not looked yet: it would be a day late.
            at = row.look_again_at
        return changed(
            row,
            status=CLOSED if state.closed else OPEN,
            look_again_at=at,
            closed_at=state.closed.at if state.closed else None,
        )

    def _kept(self, file: CaseFile) -> CaseFile:
        """The same; once it is committed, whoever reads it next need not fold it again."""
        folded = FoldedCase(self.writing.end_of(file.case).last, file.entries, file.state)
        keep = partial(self.school.folded.keep, self.school.id, file.case)
        self.writing.once_committed(partial(keep, file.row.policy_sha256, folded))
        return file

    def _announce(
        self, before: CaseState | None, row: CaseRow, policy: Policy, state: CaseState
    ) -> None:
        notices = notices_after(before, state, policy, self.roster, self.school.calendar, self.now)
        intents = [self._intent(row, state, each) for each in notices]
        intents += self._nobody_left(before, row, policy, state)
        if is_past_calendar(state, self.school.calendar):
            intents.append(calendar_ends(self.school, self.now))
        self.writing.enqueue(intents)

    def _intent(self, row: CaseRow, state: CaseState, notice: Notice) -> Intent:
        to = ToPerson(notice.person) if notice.person else ToRole(notice.to)
        who = notice.person or notice.to
        key = f"{row.case}:{notice.kind}:{who}:{state.entries}"
        return Intent(key, notice.kind, to, notice.not_before, (row.case,))

    def _nobody_left(
        self, before: CaseState | None, row: CaseRow, policy: Policy, state: CaseState
    ) -> list[Intent]:
        """Nobody may work the case: the admin hears without content, an urgent reporter at once."""
        if state.closed or owner_of(state, policy, self.roster):
            return []
        waited = before is not None and not owner_of(before, policy, self.roster)
        alerts = [] if waited else [nobody_left(self.school, row.case, self.now)]
        known = before.reporters if before and waited and before.urgent else ()
        if state.urgent:
            alerts += [
                self._nobody_to_see(row, state, person)
                for person in state.reporters
                if person not in known
            ]
        return alerts

    def _nobody_to_see(self, row: CaseRow, state: CaseState, person: PersonId) -> Intent:
        return Intent(
            f"{row.case}:{MessageKind.NOT_YET_SEEN}:{person}:nobody:{state.entries}",
            MessageKind.NOT_YET_SEEN,
            ToPerson(person),
            self.now,
            (row.case,),
            {"nobody": True},
        )


def _changes_rounds(added: Added) -> bool:
    """Whether it can close the case, move a deadline or concern anybody: a look does not."""
    return not all(isinstance(each.event, CHANGES_NO_ROUND) for each in added.entries)


def _payloads(added: Added) -> list[bytes]:
    return [write_entry(each.event, each.by, each.cause) for each in added.entries]


def nobody_left(school: School, case: CaseId, at: datetime) -> Intent:
    """The admin's alert that a case waits for somebody to be named; once a day, without content."""
    day = school.calendar.local_date(at)
    key = f"{case}:nobody:{day}"
    return Intent(key, MessageKind.ADMIN_ALERT, ToRole(Role.ADMIN), at, (), {"why": "nobody-left"})


def calendar_ends(school: School, now: datetime) -> Intent:
    """The admin's alert that the calendar must be continued: once for each calendar and week."""
    week = school.calendar.local(now).isocalendar()
    key = f"calendar:{school.calendar.fingerprint()[:16]}:{week.year}-{week.week}"
    return Intent(key, MessageKind.ADMIN_ALERT, ToRole(Role.ADMIN), now, (), {"why": "calendar"})
