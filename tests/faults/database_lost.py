"""PostgreSQL goes away under those who act: connections are cut, the server is started anew."""

import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic

import psycopg

from tests.faults.database_school import AT_ONCE, DatabaseSchool, a_database_school
from tests.faults.database_served import readiness_tells
from tests.faults.fault import Outcome, Scale
from tests.faults.kill_deeds import Deed
from tests.faults.places import Kind, a_place, server

_CUTS = {Scale.FULL: 200, Scale.SHORT: 6}
_RESTARTS = {Scale.FULL: 10, Scale.SHORT: 1}
_GIVES_UP = 60.0
"""Seconds after which somebody tries no more."""
_BETWEEN = 0.05
"""Seconds until somebody tries again."""

_CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def cut(scale: Scale) -> Outcome:
    """Every connection is cut again and again while people act and messages leave."""
    with a_place(Kind.POSTGRESQL) as place, a_database_school(place) as school:
        reports = _reports(school, AT_ONCE, _CUTS[scale])
        with psycopg.connect(place.url, autocommit=True) as other, _under_load(school) as send:
            send(reports)
            for _ in range(_CUTS[scale]):
                cut_off = other.execute(_CUT).fetchall()
                school.counted["connections cut"] += len(cut_off)
                other.execute("SELECT pg_sleep(0.03 * random())")
        school.must(len(school.taken) == len(reports), "somebody gave up")
        school.must(school.counted["connections cut"], "no connection was there to be cut")
        school.at_doors(lambda: _nobody_connects(place.url))
        school.all_is_well(may_repeat=True)
        _only_in_the_window(school)
        return school.outcome(f"connections cut {_CUTS[scale]} times under load")


def restarted(scale: Scale) -> Outcome:
    """The server stops as in a crash and starts again, while people act and messages leave."""
    with a_place(Kind.POSTGRESQL) as place, a_database_school(place) as school:
        times = _RESTARTS[scale]
        reports = _reports(school, 0, AT_ONCE * times)
        written = [school.write("staff-3") for _ in range(times)]
        turned_away: list[Deed] = []
        with _under_load(school) as send:
            for number in range(times):
                these = reports[number * AT_ONCE : (number + 1) * AT_ONCE]
                send(these[::2])
                stop_at_once()
                failed = _failed(school)
                send(these[1::2])
                turned_away += school.heard([school.send(written.pop())])
                _both_fail(school, failed, f"restart {number + 1}")
                server().ensure_postgres_running()
        school.must(len(turned_away) == times, "somebody wrote to a stopped server")
        school.send_again(turned_away)
        school.must(len(school.taken) == len(reports) + len(turned_away), "somebody gave up")
        school.all_is_well(may_repeat=True)
        _only_in_the_window(school)
        if scale is Scale.FULL:
            school.wrong += readiness_tells(place, stop_at_once, server().ensure_postgres_running)
        return school.outcome(f"the server stopped and started {_RESTARTS[scale]} times under load")


def _reports(school: DatabaseSchool, more: int, times: int) -> list[Deed]:
    return [school.write(("staff", "staff-2")[n % 2], 2000) for n in range(times + more)]


@contextmanager
def _under_load(school: DatabaseSchool) -> Iterator[Callable[[Iterable[Deed]], None]]:
    """Messages leave while the block runs; what is handed in is sent until it is taken."""
    over = threading.Event()
    sending: list[Future[None]] = []
    with ThreadPoolExecutor(AT_ONCE + 1) as people:
        leaving = people.submit(_until, over, lambda: _deliver(school))

        def send(reports: Iterable[Deed]) -> None:
            sending.extend(people.submit(_until_taken, school, each, over) for each in reports)

        try:
            yield send
            for each in sending:
                each.result()
        finally:
            over.set()
        leaving.result()


def _failed(school: DatabaseSchool) -> tuple[int, int]:
    """How often a report and a delivery failed until now."""
    counted = school.counted
    return counted["told kindly that it failed"], counted["deliveries that failed"]


def _both_fail(school: DatabaseSchool, before: tuple[int, int], when: str) -> None:
    """Waits, while the server stands still, until people and deliveries have met that."""
    gives_up_at = monotonic() + _GIVES_UP
    # One of the reports is the one that is sent to the stopped server on purpose.
    while _failed(school)[0] < before[0] + 2 or _failed(school)[1] < before[1] + 1:
        if monotonic() > gives_up_at:
            school.must(holds=False, says=f"nothing was under way at {when}")
            return
        threading.Event().wait(_BETWEEN)


def _until(over: threading.Event, work: Callable[[], bool]) -> None:
    while not over.is_set():
        if not work():
            over.wait(_BETWEEN)


def _deliver(school: DatabaseSchool) -> bool:
    before = len(school.work.platform.taken)
    try:
        school.work.settle()
    except Exception:  # noqa: BLE001 - counted; the next time it must go well
        school.counted["deliveries that failed"] += 1
        # Only of these the platform's yes may never have been written.
        school.may_repeat.update(school.receipts_from(before))
        return False
    return True


def _until_taken(school: DatabaseSchool, deed: Deed, over: threading.Event) -> None:
    gives_up_at = monotonic() + _GIVES_UP
    while school.heard([school.send(deed)]) and monotonic() < gives_up_at:
        over.wait(_BETWEEN)


def _only_in_the_window(school: DatabaseSchool) -> None:
    """A message comes again only if the delivery failed that it had left with before."""
    for key, times in school.receipts_from(0).items():
        again = times - 1 - school.may_repeat[key]
        school.must(again <= 0, f"{key[0]} got a receipt again though its delivery went well")


@contextmanager
def _nobody_connects(url: str) -> Iterator[None]:
    """The database takes no connection until the block ends."""
    name = url.rpartition("/")[2].partition("?")[0]
    with psycopg.connect(server().get_uri(), autocommit=True) as other:
        other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        other.execute(_CUT.replace("current_database()", f"'{name}'"))
        try:
            yield
        finally:
            other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def stop_at_once() -> None:
    """As when it crashes: no goodbye, and it recovers when it starts."""
    here = server()
    command = (here.bin_path / "pg_ctl", "-w", "-D", here.pgdata, "-m", "immediate", "stop")
    subprocess.run(command, check=True, capture_output=True, user=here.system_user)
