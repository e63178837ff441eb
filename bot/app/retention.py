"""The end of a record: its owner is told a month before, and then the case is erased.

One that must be moved to the child's file first is asked about until it is, and stays till then.
What still counts of it in the governors' figures stays; nothing else does (PRODUCT, section 6).
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from bot.app.case_file import CLOSED, CaseFile, read_case
from bot.app.digest_figures import counted_case
from bot.app.intents import Intent, ToPerson
from bot.app.ports import Reading, Writing
from bot.app.records import pack, write_school_entry
from bot.app.school import School
from bot.app.stored import CaseRow
from bot.app.telling import Tell, untold
from bot.domain.ids import CaseId, MessageKind, PersonId, Reference, Role
from bot.domain.notices import next_opening, rule_of
from bot.domain.people import Roster, is_anyone_excluded, owner_of, stands_for
from bot.domain.retention import Erasure, erased_if_told_on, erasure_of, last_told_on

TO_BE_MOVED: Final = {"why": "to-be-moved"}
"""The facts of a message about records that wait to be moved to the child's file."""
_ASKED_ON: Final = "to-be-moved-asked-on"
_ASKED_AGAIN_AFTER: Final = timedelta(days=90)
"""About a school term: nobody is asked more often to move records."""


@dataclass(frozen=True)
class Ending:
    """A closed case, when it is to be erased and what stands in the way."""

    file: CaseFile
    erasure: Erasure
    named_on: date | None
    """The day that was named to its owner, or is if they are told today."""

    @property
    def reference(self) -> Reference:
        """How people call it."""
        return self.file.state.reference


def endings(school: School, reading: Reading, tell: Tell = untold) -> Iterator[Ending]:
    """Every closed case with its end, in the order they came."""
    rows = reading.case_rows(status=CLOSED)
    for number, row in enumerate(rows, start=1):
        yield _ending(school, read_case(school, reading, row, in_passing=True))
        tell("Looking at closed cases", number, len(rows))


def _ending(school: School, file: CaseFile) -> Ending:
    rules, calendar = file.policy.retention, school.calendar
    told_on = last_told_on(file.state, calendar)
    erasure = erasure_of(file.state, rules, calendar, told_on=told_on)
    return Ending(file, erasure, erased_if_told_on(erasure, rules, told_on or school.today()))


def tell_of_endings(school: School) -> int:
    """Tells the owners which records end next; returns how many records there are.

    One message an owner, in working hours from the day on which they are to be told. Of records
    that only wait to be moved to the child's file the owner and the DSL are told, once a term.
    """
    today, told, waiting = school.today(), list[Ending](), list[Ending]()
    with school.store.reading() as reading:
        for each in endings(school, reading):
            if each.erasure.is_to_be_told(today):
                told.append(each)
            elif each.erasure.is_to_be_moved(today):
                waiting.append(each)
    if told or waiting:
        with school.store.writing() as writing:
            writing.enqueue(list(_previews(school, writing, told)))
            if waiting and _is_to_be_asked(writing, today):
                writing.enqueue(list(_to_be_moved(school, writing, waiting)))
                writing.put_value(_ASKED_ON, today.isoformat().encode())
    return len(told)


def _is_to_be_asked(writing: Writing, today: date) -> bool:
    """Whether it is long enough since somebody was asked to move records."""
    writing.lock_school()
    asked_on = writing.value(_ASKED_ON)
    return not asked_on or today - date.fromisoformat(asked_on.decode()) >= _ASKED_AGAIN_AFTER


def _to_be_moved(school: School, reading: Reading, waiting: Iterable[Ending]) -> Iterator[Intent]:
    roster, by_person = school.roster(reading), dict[PersonId, list[CaseId]]()
    for each in waiting:
        for person in _who_moves(school, each.file, roster):
            by_person.setdefault(person, []).append(each.file.case)
    kind, at = MessageKind.RETENTION_PREVIEW, _in_working_hours(school)
    for person, cases in by_person.items():
        key = f"retention-to-be-moved:{person}:{at.isoformat()}"
        yield Intent(key, kind, ToPerson(person), at, tuple(cases), TO_BE_MOVED)


def _who_moves(school: School, file: CaseFile, roster: Roster) -> frozenset[PersonId]:
    """The owner and the DSL, or whoever stands for the DSL."""
    owner = owner_of(file.state, file.policy, roster)
    dsl = stands_for(file.state, Role.DSL, file.policy, roster, school.today())
    return frozenset(each for each in (owner.person if owner else None, dsl) if each is not None)


def _previews(school: School, reading: Reading, told: Iterable[Ending]) -> Iterator[Intent]:
    roster, by_person = school.roster(reading), dict[PersonId, list[CaseId]]()
    for each in told:
        owner = owner_of(each.file.state, each.file.policy, roster)
        if owner is not None:
            by_person.setdefault(owner.person, []).append(each.file.case)
    kind, at = MessageKind.RETENTION_PREVIEW, _in_working_hours(school)
    for person, cases in by_person.items():
        # The nights of a holiday lead to one morning, and to one message.
        yield Intent(
            f"retention:{person}:{at.isoformat()}", kind, ToPerson(person), at, tuple(cases)
        )


def _in_working_hours(school: School) -> datetime:
    """It is found out at night, and nobody is woken for it."""
    rule = rule_of(school.pack.policy, MessageKind.OUTCOME_TO_REPORTER)
    return next_opening(rule, school.calendar, school.now())


def erase_due(school: School, tell: Tell = untold) -> tuple[Reference, ...]:
    """Erases every case whose time has come; returns which. Each is a transaction of its own."""
    today, erased = school.today(), list[Reference]()
    with school.store.reading() as reading:
        ends = endings(school, reading, tell)
        due = [each.file.row for each in ends if each.erasure.is_due(today)]
    for number, row in enumerate(due, start=1):
        if _erase(school, row, today):
            erased.append(row.reference)
        tell("Erasing", number, len(due))
    return tuple(erased)


def _erase(school: School, row: CaseRow, today: date) -> bool:
    with school.store.writing() as writing:
        writing.lock_school()
        writing.lock_case(row.case)
        file = read_case(school, writing, row)
        # It is looked at again under the lock: somebody may have put a hold on it just now.
        if not _ending(school, file).erasure.is_due(today):
            return False
        erase_case(school, writing, file)
        return True


def erase_case(school: School, writing: Writing, file: CaseFile) -> None:
    """Destroys the case but for its figures; that it was erased stays on the school's record."""
    writing.once_committed(partial(school.folded.forget, school.id, file.case))
    told = {"reference": str(file.state.reference), "case": file.case}
    entry = write_school_entry("CaseErased", told)
    writing.erase_case(
        file.case, school.now(), figures=_figures(school, writing, file), entry=entry
    )


def _figures(school: School, reading: Reading, file: CaseFile) -> bytes:
    """What the digest still counts: nothing of a case from which anybody was excluded."""
    if is_anyone_excluded(file.state, school.roster(reading)):
        return b""
    return json.dumps(pack(counted_case(school, file))).encode()
