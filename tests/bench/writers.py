"""Sixteen threads that open and answer cases on SQLite, beside a bare loop of inserts in one.

Each thread files reports of posts of its own and answers the first step of each case, through the
one door: five acts a case, each one transaction that writes. The bare loop inserts as many bytes as
a report adds to all tables, in a transaction of its own each (BEGIN IMMEDIATE, WAL,
``synchronous=FULL``). Both take turns; the figure is transactions a second on both sides.
An error is whatever an act raises, and any answer but the one that is due.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.bench.filing import bytes_of_a_report
from tests.bench.store_raw import RawInserts
from tests.bench.store_reports import (
    a_link,
    acknowledge,
    reference_of,
    send,
    until_the_last_page,
)
from tests.builders import SchoolAtWork, a_school

THREADS = 16
CASES_AT_A_TURN = 6
TURNS = 4
BARE_AT_A_TURN = 1_000
ACTS_OF_A_CASE = 5
SWITCH_SECONDS = 0.0005
"""How often threads take turns at Python, as ``report-post serve`` has it."""


def measure() -> Iterator[tuple[str, float]]:
    """The figures, and transactions a second on both sides."""
    sys.setswitchinterval(SWITCH_SECONDS)
    with tempfile.TemporaryDirectory(prefix="report-post-writers-") as folder:
        place = Path(folder)
        there = a_school(place)
        raw = RawInserts(place)
        content = b"x" * bytes_of_a_report(there, place)
        ours = bare = 0.0
        errors = 0
        for _ in range(TURNS):
            began = time.perf_counter()
            errors += _all_at_once(there)
            ours += time.perf_counter() - began
            began = time.perf_counter()
            for _ in range(BARE_AT_A_TURN):
                raw.insert(content)
            bare += time.perf_counter() - began
        with there.school.store.reading() as reading:
            opened = len(reading.case_rows())
        there.school.store.close()
    worked = TURNS * THREADS * CASES_AT_A_TURN
    a_second = worked * ACTS_OF_A_CASE / ours
    bare_a_second = TURNS * BARE_AT_A_TURN / bare
    yield "writers_16", a_second / bare_a_second
    yield "writers_16_errors", float(errors)
    yield "transactions_a_second", a_second
    yield "bare_inserts_a_second", bare_a_second
    yield "cases_in_the_store", float(opened)


def _all_at_once(there: SchoolAtWork) -> int:
    """Works cases in all threads, which begin together; how many errors there were."""
    ready = threading.Barrier(THREADS)

    def work(_: int) -> int:
        ready.wait()
        return sum(_case_fails(there) for _ in range(CASES_AT_A_TURN))

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(work, range(THREADS)))


def _case_fails(there: SchoolAtWork) -> bool:
    try:
        reply = send(there, "staff", until_the_last_page(there, "staff", a_link()))
        with there.school.store.reading() as reading:
            row = reading.case_by_reference(reference_of(reply))
        if row is None:
            return True
        acknowledge(there, "head", row.case)
    except Exception:  # noqa: BLE001 - whatever it is, it is counted
        return True
    return False
