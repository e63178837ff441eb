"""A process that tracks deadlines, ours or APScheduler's; prints its seconds and megabytes."""

import gc
import sys
import time
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from bot.app.remind import tick
from bot.app.school import School
from bot.config import sample_settings
from bot.domain.deadlines import due_steps
from bot.domain.ids import CaseId
from tests.builders import a_school as new_school
from tests.builders import accepted, at_work

DEADLINES = 10_000
OF_A_CASE = 5

_AT_ONCE = 200
_MEGABYTE = 1_000_000
_PAGE = 4096


def write_cases(folder: Path, count: int) -> None:
    """So many open cases with five deadlines each: copies of one that was filed and accepted."""
    there = new_school(folder)
    school = there.school
    first = there.report(
        content={"threat"}, about={"staff-member"}, place="school-page", poster="parent-or-carer"
    )
    file = there.work("head", first, accepted())
    if len(due_steps(file.state, school.calendar)) != OF_A_CASE:
        raise LookupError
    there.settle()
    with school.store.reading() as reading:
        payloads = [each.payload for each in reading.entries(first)]
        row = reading.case_row(first)
    if row is None:
        raise LookupError
    for begun in range(1, count, _AT_ONCE):
        with school.store.writing() as writing:
            writing.lock_school()
            for _ in range(min(_AT_ONCE, count - begun)):
                reference = writing.next_reference(school.calendar.local(row.opened_at).year)
                case = CaseId(uuid.uuid4().hex)
                writing.start_case(replace(row, case=case, reference=reference), payloads)
    school.store.close()


def ours(folder: Path) -> tuple[float, float]:
    """Every case is looked at, as after a new calendar."""
    there = at_work(sample_settings(folder))
    school = there.school
    with school.store.writing() as writing:
        writing.look_again(writing.case_rows()[0].case, school.now())
    tick(school)
    before = _resident()
    began = time.perf_counter()
    with school.store.writing() as writing:
        writing.look_again_at_all(school.now())
    while _is_due(school):
        tick(school)
    took = time.perf_counter() - began
    return took, _resident() - before


def _is_due(school: School) -> bool:
    with school.store.reading() as reading:
        at = reading.next_look_at()
    return at is not None and at <= school.now()


def remind(case: str, step: str) -> None:
    """What a job would do."""


def apscheduler(file: Path) -> tuple[float, float]:
    """A job for each deadline."""
    store = SQLAlchemyJobStore(url=f"sqlite:///{file}")
    scheduler = BackgroundScheduler(jobstores={"default": store}, timezone=UTC)
    scheduler.start()
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    _add(scheduler, tomorrow, 0)
    before = _resident()
    began = time.perf_counter()
    for number in range(1, DEADLINES + 1):
        _add(scheduler, tomorrow, number)
    took = time.perf_counter() - began
    grown = _resident() - before
    if len(scheduler.get_jobs()) != DEADLINES + 1:
        raise LookupError
    scheduler.shutdown()
    return took, grown


def _add(scheduler: BackgroundScheduler, tomorrow: datetime, number: int) -> None:
    case, step = uuid.uuid4().hex, f"step-{number % OF_A_CASE}"
    at = tomorrow + timedelta(seconds=number)
    scheduler.add_job(
        "tests.bench.store_jobs:remind", "date", run_date=at, args=(case, step), id=f"{case}:{step}"
    )


def _resident() -> float:
    """Megabytes of memory that the process holds."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * _PAGE / _MEGABYTE


if __name__ == "__main__":
    seconds, megabytes = {"ours": ours, "apscheduler": apscheduler}[sys.argv[1]](Path(sys.argv[2]))
    print(seconds, megabytes)  # noqa: T201 - its parent reads this
