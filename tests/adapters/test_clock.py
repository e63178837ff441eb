"""The school's clock runs with the machine's, moves forward only, and goes on after a restart."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.clock import ClockUnreadable, SchoolClock, SystemClock

MONDAY = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Machine:
    """A machine's clock that is set by hand."""

    at: datetime = SUNDAY

    def __call__(self) -> datetime:
        return self.at


def a_clock(folder: Path, machine: Machine) -> SchoolClock:
    return SchoolClock(folder / "clock.json", lambda _: MONDAY, machine)


def test_it_begins_where_it_is_told_to(tmp_path: Path) -> None:
    clock = a_clock(tmp_path, Machine())
    assert (clock.now(), clock.machine_now()) == (MONDAY, SUNDAY)


def test_it_runs_with_the_machine(tmp_path: Path) -> None:
    machine = Machine()
    clock = a_clock(tmp_path, machine)
    machine.at += HOUR
    assert clock.now() == MONDAY + HOUR


def test_it_is_moved_to_the_very_moment_and_runs_on_from_there(tmp_path: Path) -> None:
    machine = Machine()
    clock = a_clock(tmp_path, machine)
    clock.move_to(MONDAY + 3 * HOUR)
    assert clock.now() == MONDAY + 3 * HOUR
    machine.at += HOUR
    assert (clock.now(), clock.machine_now()) == (MONDAY + 4 * HOUR, SUNDAY + HOUR)


def test_it_never_goes_back(tmp_path: Path) -> None:
    machine = Machine()
    clock = a_clock(tmp_path, machine)
    clock.move_to(MONDAY - HOUR)
    assert clock.now() == MONDAY
    machine.at -= HOUR  # the machine's clock is corrected
    assert clock.now() == MONDAY
    machine.at += 2 * HOUR
    assert clock.now() == MONDAY + HOUR


def test_after_a_restart_the_schools_time_has_run_on(tmp_path: Path) -> None:
    machine = Machine()
    a_clock(tmp_path, machine).move_to(MONDAY + 24 * HOUR)
    machine.at += HOUR
    again = SchoolClock(tmp_path / "clock.json", lambda now: now, machine)
    assert again.now() == MONDAY + 25 * HOUR


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"ahead_microseconds": "soon"}', "\xff"])
def test_a_damaged_file_is_told_and_not_guessed_at(tmp_path: Path, content: str) -> None:
    (tmp_path / "clock.json").write_text(content, encoding="latin-1")
    with pytest.raises(ClockUnreadable, match=r"clock\.json cannot be read"):
        a_clock(tmp_path, Machine())


def test_a_school_at_work_has_the_machines_time() -> None:
    clock = SystemClock()
    before = datetime.now(UTC)
    assert before <= clock.now() <= clock.machine_now() <= datetime.now(UTC)
