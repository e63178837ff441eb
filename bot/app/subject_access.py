"""What is held on a person, for whoever answers such a request at the school's own computer.

Every case is gone through, also those from which somebody is excluded: the law asks for all of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.app.act import Look, recorder_of_bot
from bot.app.case_file import read_case
from bot.app.documents import PersonCopy
from bot.app.find_person import Search
from bot.app.held_on_person import HeldCase, held_in
from bot.app.person_copy import person_copy_of
from bot.app.school import School
from bot.app.telling import Tell, untold
from bot.domain.events import BOT, PersonLookedUp
from bot.domain.ids import Cause
from bot.domain.people import Who
from bot.domain.personal import Personal


@dataclass(frozen=True)
class Held:
    """How much was found, and the copy of it."""

    cases: int
    entries: int
    copy: PersonCopy


def copy_for_subject(school: School, name: Personal, tell: Tell = untold) -> Held:
    """The copy of everything that holds the name; each of those cases has on its record that."""
    found = tuple(_found(school, name, tell))
    for each in sorted(found, key=lambda held: held.file.case):
        _record(school, each)
    with school.store.reading() as reading:
        roster = school.roster(reading)
        who = Who(BOT.person, frozenset())
        look = Look(school, reading, roster, who, BOT, school.now())
        copy = person_copy_of(look, Search("", name, BOT.person), found)
    return Held(len(found), sum(len(each.entries) for each in found), copy)


def _found(school: School, name: Personal, tell: Tell) -> Iterator[HeldCase]:
    with school.store.reading() as reading:
        rows = reading.case_rows()
        for number, row in enumerate(rows, start=1):
            held = held_in(read_case(school, reading, row), name)
            if held is not None:
                yield held
            tell("Looking through every case", number, len(rows))


def _record(school: School, held: HeldCase) -> None:
    now = school.now()
    cause = Cause(f"subject-access:{held.file.case}:{now.isoformat()}")
    with school.store.writing() as writing:
        writing.lock_case(held.file.case)
        row = writing.case_row(held.file.case)
        if row is None:
            return
        recorder = recorder_of_bot(school, writing, school.roster(writing), cause, now)
        recorder.record(read_case(school, writing, row), (PersonLookedUp(taken_out=True),))
