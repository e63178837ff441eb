"""From the last page of a report to a case that stays, beside one bare insert of as many bytes.

The report comes in by the one door, ``respond``, on SQLite, and has no evidence. It is timed until
the commit is back: entries, heads, index, links, reporter, outbox and the remembered answer are on
the disk. How long it takes until the person is answered is told beside it. The key of the draft,
which is no more, is cleared out of SQLite's log some seconds later, at once for all drafts that
went until then; what that takes falls on whoever writes next.

The bare insert is one BLOB of as many bytes as one such report adds to all tables, in a transaction
of its own (BEGIN IMMEDIATE), in WAL with ``synchronous=FULL`` like the product's store, on the same
disk. Both take turns; the figure is median by median.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import event

from storage import SqlStore
from tests.bench.store_raw import RawInserts, bytes_stored
from tests.bench.store_reports import a_link, send, until_the_last_page
from tests.builders import SchoolAtWork, a_school

REPORTS = 400
WARM_UP = 30


def measure() -> Iterator[tuple[str, float]]:
    """The figure, and both sides of it in milliseconds."""
    with tempfile.TemporaryDirectory(prefix="report-post-filing-") as folder:
        place = Path(folder)
        there = a_school(place)
        raw = RawInserts(place)
        commits = _commits_of(there)
        durable, answered, bare = list[float](), list[float](), list[float]()
        content = b"x" * bytes_of_a_report(there, place)
        for _ in range(REPORTS):
            last = until_the_last_page(there, "staff", a_link())
            commits.clear()
            began = time.perf_counter()
            send(there, "staff", last)
            answered.append(time.perf_counter() - began)
            durable.append(commits[0] - began)
            began = time.perf_counter()
            raw.insert(content)
            bare.append(time.perf_counter() - began)
        there.school.store.close()
    yield "report_vs_commit", statistics.median(durable) / statistics.median(bare)
    yield "report_durable_ms", statistics.median(durable) * 1000
    yield "report_answered_ms", statistics.median(answered) * 1000
    yield "bare_insert_ms", statistics.median(bare) * 1000
    yield "bytes_of_a_report", float(len(content))


def _commits_of(there: SchoolAtWork) -> list[float]:
    """Gets the moment at which the writer gives its connection back, which is after its commit."""
    store, moments = there.school.store, list[float]()
    if not isinstance(store, SqlStore):
        raise TypeError(type(store).__name__)
    event.listen(store.engines.writing, "checkin", lambda *_: moments.append(time.perf_counter()))
    return moments


def bytes_of_a_report(there: SchoolAtWork, place: Path) -> int:
    """What a report adds to the tables, on average, without the draft that goes with it."""
    database = next(place.glob("*.sqlite3"))
    before = bytes_stored(database)
    for _ in range(WARM_UP):
        send(there, "staff", until_the_last_page(there, "staff", a_link()))
    return (bytes_stored(database) - before) // WARM_UP
