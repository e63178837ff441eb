"""Who gets the morning's round-up, and what the admin hears each working day."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.app.intents import Intent, ToPerson
from bot.app.ports import Reading, Writing
from bot.app.school import School
from bot.domain.ids import CaseId, MessageKind, PersonId, Role
from bot.domain.notices import rule_of
from bot.domain.people import Roster, owner_of, stands_for, who_hears
from bot.domain.round_up import (
    Morning,
    calls_in_holidays,
    for_the_role,
    morning_of,
    steps_for_round_up,
)

if TYPE_CHECKING:
    from bot.app.case_file import CaseFile

_LOOKED = "mornings"


def begin_mornings(writing: Writing, now: datetime) -> None:
    """The school begins: mornings before this moment call for nothing."""
    writing.put_value(_LOOKED, now.isoformat().encode())


def morning_waits(school: School, reading: Reading, now: datetime) -> bool:
    """Whether a morning has come whose round-ups are not written yet."""
    morning = _newest(school, now)
    return morning is not None and _is_new(morning, reading)


def write_round_ups(school: School, writing: Writing, now: datetime) -> list[Exception]:
    """The round-ups of the newest morning that has come, and what the admin hears daily.

    Of a school day's morning that was missed there is one all the same, on whichever day it is.
    Says which cases could not be read; they silence no other.
    """
    morning = _newest(school, now)
    if morning is None or not _is_new(morning, writing):
        return []
    missed = _newest(school, now, school_days_only=True)
    for_all = missed is not None and _is_new(missed, writing)
    writing.put_value(_LOOKED, morning.at.isoformat().encode())
    # Loaded here, as by the tick: a start does not wait for all that cases need.
    from bot.app.case_file import nobody_left  # noqa: PLC0415

    roster = school.roster(writing)
    files, wrong = _readable(school, writing)
    writing.enqueue([nobody_left(school, file.case, now) for file in files if _waits(file, roster)])
    lines: dict[PersonId, list[tuple[CaseId, str, int]]] = {}
    called: set[PersonId] = set()
    for file in files:
        for person, steps, calls in _for_each(school, file, roster, morning):
            lines.setdefault(person, []).extend(steps)
            called |= {person} if calls else set()
    for person, steps in lines.items():
        if steps and (for_all or person in called):
            writing.enqueue([_round_up(person, morning, steps)])
    return wrong


def _readable(school: School, reading: Reading) -> tuple[list["CaseFile"], list[Exception]]:
    from bot.app.case_file import OPEN, read_case  # noqa: PLC0415 - as above

    files: list[CaseFile] = []
    wrong: list[Exception] = []
    for row in reading.case_rows(status=OPEN):
        try:
            files.append(read_case(school, reading, row))
        except Exception as error:  # noqa: BLE001 - handed back, and raised at the end of the tick
            wrong.append(error)
    return files, wrong


def _newest(school: School, now: datetime, *, school_days_only: bool = False) -> Morning | None:
    rule = rule_of(school.pack.policy, MessageKind.ROUND_UP)
    return morning_of(rule, school.calendar, now, school_days_only=school_days_only)


def _is_new(morning: Morning, reading: Reading) -> bool:
    stored = reading.value(_LOOKED)
    return stored is None or morning.at > datetime.fromisoformat(stored.decode())


def _waits(file: "CaseFile", roster: Roster) -> bool:
    return owner_of(file.state, file.policy, roster) is None


def _for_each(
    school: School, file: "CaseFile", roster: Roster, morning: Morning
) -> Iterable[tuple[PersonId, list[tuple[CaseId, str, int]], bool]]:
    """Who hears which steps of a case, and whether something calls them in the holidays."""
    state, policy = file.state, file.policy
    rule = rule_of(policy, MessageKind.ROUND_UP)
    due = steps_for_round_up(state, policy, rule, school.calendar, morning)
    owner = owner_of(state, policy, roster)
    hears = who_hears(state, owner, policy, roster, morning.on) if owner else None
    if hears:
        steps = [(file.case, each.step.value, each.round.number) for each in due]
        yield hears, steps, calls_in_holidays(state, policy)
    dsl = stands_for(state, Role.DSL, policy, roster, morning.on)
    if dsl and dsl != hears:
        steps = [
            (file.case, each.step.value, each.round.number)
            for each in for_the_role(due, policy, Role.DSL)
        ]
        yield dsl, steps, calls_in_holidays(state, policy, Role.DSL)


def _round_up(person: PersonId, morning: Morning, steps: list[tuple[CaseId, str, int]]) -> Intent:
    return Intent(
        f"{MessageKind.ROUND_UP}:{person}:{morning.on}",
        MessageKind.ROUND_UP,
        ToPerson(person),
        morning.at,
        tuple(dict.fromkeys(case for case, _, _ in steps)),
        {"steps": [list(each) for each in steps]},
    )
