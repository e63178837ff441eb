"""Which time it is: the machine's, and the school's, which may be moved on to try things out."""

import json
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.errors import ReportPostError

_AHEAD = "ahead_microseconds"


class ClockUnreadable(ReportPostError):
    """The file that keeps the school's time was changed or damaged; the message says what to do."""


def machine_time() -> datetime:
    """The machine's time (UTC)."""
    return datetime.now(UTC)


class SystemClock:
    """The clock of a school at work: its time is the machine's (``bot.app.ports.Clock``)."""

    def now(self) -> datetime:
        """The school's time (UTC)."""
        return machine_time()

    def machine_now(self) -> datetime:
        """The machine's time (UTC)."""
        return machine_time()


class SchoolClock:
    """A clock that runs with the machine's, a distance apart, and can be moved forward.

    The distance is kept in a file, so that after a restart the school's time has run on. It never
    goes back, even if the machine's clock is corrected. Any thread may use it.
    """

    def __init__(
        self,
        file: Path,
        starts_at: Callable[[datetime], datetime],
        machine: Callable[[], datetime] = machine_time,
    ) -> None:
        """Goes on from ``file``, or begins at what ``starts_at`` makes of the machine's time (UTC).

        Raises ``ClockUnreadable``.
        """
        self._file = file
        self._machine = machine
        self._guard = threading.Lock()
        if file.exists():
            self._ahead = _read(file)
        else:
            now = machine()
            self._ahead = starts_at(now) - now
            _write(file, self._ahead)
        self._latest = machine() + self._ahead

    def now(self) -> datetime:
        """The school's time (UTC)."""
        with self._guard:
            self._latest = max(self._latest, self._machine() + self._ahead)
            return self._latest

    def machine_now(self) -> datetime:
        """The machine's time (UTC)."""
        return self._machine()

    def move_to(self, moment: datetime) -> None:
        """Moves the school's time forward to the moment; one that has passed changes nothing."""
        with self._guard:
            ahead = moment - self._machine()
            if moment <= self._latest or ahead <= self._ahead:
                return
            _write(self._file, ahead)
            self._ahead, self._latest = ahead, moment


def _read(file: Path) -> timedelta:
    try:
        return timedelta(microseconds=int(json.loads(file.read_text("utf-8"))[_AHEAD]))
    except (OSError, ValueError, TypeError, KeyError, OverflowError) as error:
        message = f"The school's clock in {file} cannot be read. Start again with --fresh."
        raise ClockUnreadable(message) from error


def _write(file: Path, ahead: timedelta) -> None:
    """In full or not at all: a clock that fell back would date new entries before older ones."""
    draft = file.with_name(f".{file.name}.part")
    with draft.open("w", encoding="utf-8") as opened:
        json.dump({_AHEAD: ahead // timedelta(microseconds=1)}, opened)
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(file)
