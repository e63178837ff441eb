"""What a digest printed now counts: from the cases of which nobody in a role is excluded."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.app.case_file import CaseFile, read_case
from bot.app.digest_record import DigestRecord
from bot.app.ports import Reading
from bot.app.records import unpack
from bot.app.school import School
from bot.app.stored import CaseRow
from bot.domain.answers import ticked
from bot.domain.digest import digest_for
from bot.domain.errors import CalendarEndsTooSoon
from bot.domain.figures import CountedCase, Detail, FellDue, Published
from bot.domain.ids import CategoryId, Reference, StepId
from bot.domain.lateness import answered_rounds, rounds_left_waiting
from bot.domain.people import is_anyone_excluded
from bot.domain.policy import DigestMeasure


def digest_figures(
    school: School, reading: Reading, record: DigestRecord, now: datetime
) -> Published:
    """The figures of a digest printed now. Cases with anybody excluded are left out."""
    roster = school.roster(reading)
    every = [read_case(school, reading, row, in_passing=True) for row in reading.case_rows()]
    files = [file for file in every if not is_anyone_excluded(file.state, roster)]
    counted = _in_order(
        [(file.row.reference, counted_case(school, file)) for file in files]
        + [(row.reference, case) for row, case in erased_figures(reading)]
    )
    policy = school.pack.policy
    detail: Detail = "totals" if school.digest_detail == "totals" else "suppressed"
    return digest_for(
        counted,
        [due for file in files for due in _fell_due(school, file, record.since)],
        categories=tuple(
            CategoryId(option.id.value) for option in policy.questions[policy.categories].options
        ),
        term=term_key(school, school.calendar.local_date(now)),
        since=record.since,
        at=now,
        history=record.printed,
        detail=detail,
        offers=tuple(each.id for each in policy.digest.offers),
    )


def term_key(school: School, day: date) -> str:
    """The key of the term that a day counts in, such as ``2026-autumn``."""
    terms = school.calendar.terms
    term = school.calendar.term_of(day) or terms[-1]
    return f"{term.first_on.year}-{term.name}"


def erased_figures(reading: Reading) -> Iterable[tuple[CaseRow, CountedCase]]:
    """What still counts of the cases that were erased."""
    for each in reading.erased_cases():
        if each.figures:
            yield each.row, unpack(json.loads(each.figures))


def _in_order(found: Sequence[tuple[Reference, CountedCase]]) -> list[CountedCase]:
    """In the order in which the cases came: by their references, which are given out in order."""
    came = sorted(found, key=lambda each: tuple(map(int, str(each[0]).split("-"))))
    return [replace(case, order=order) for order, (_, case) in enumerate(came)]


def counted_case(school: School, file: CaseFile) -> CountedCase:
    """What the digest counts of a case."""
    state, rule = file.state, school.pack.policy.digest
    # A pack may measure only the first of the two, or neither.
    first, second, *_ = [*(_days_to(school, file, each) for each in rule.days_to), None, None]
    return CountedCase(
        order=0,  # the place among the others, given to all of them together
        term=term_key(school, school.calendar.local_date(state.opened_at)),
        opened_at=state.opened_at,
        closed_at=state.closed.at if state.closed else None,
        categories=frozenset(
            CategoryId(option.value) for option in ticked(state.answers, file.policy.categories)
        ),
        conversation_after=first,
        removal_after=second,
        offers=frozenset(each.id for each in rule.offers if _first_answer(file, each)),
    )


def _first_answer(file: CaseFile, measure: DigestMeasure) -> datetime | None:
    given = [
        each.given.at
        for each in file.state.rounds.get(StepId(measure.step.value), ())
        if each.given and each.given.counts_as in measure.outcomes
    ]
    return min(given, default=None)


def _days_to(school: School, file: CaseFile, measure: DigestMeasure) -> int | None:
    answered = _first_answer(file, measure)
    if answered is None:
        return None
    calendar = school.calendar
    start, end = calendar.local_date(file.state.opened_at), calendar.local_date(answered)
    try:
        return calendar.school_days_between(start, end)
    except CalendarEndsTooSoon:
        return None


def _fell_due(school: School, file: CaseFile, since: datetime | None) -> Iterable[FellDue]:
    yield from answered_rounds(file.state, school.calendar)
    closed = file.state.closed
    if closed and since and closed.at <= since:
        return  # nothing has been pending since, so its entries need not be gone through
    yield from rounds_left_waiting(file.entries, file.policy, school.calendar)
