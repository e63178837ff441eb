"""The folder of a trial: whose it is, who uses it now, and what goes when it begins afresh."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.compose.schools import KEY_FILE
from bot.domain.errors import ReportPostError
from storage.folder import make_folder

_DATABASES: Final = ("report-post.sqlite3", "desk.sqlite3", "in-use.sqlite3")
_BESIDE: Final = ("", "-wal", "-shm", "-journal")  # what SQLite puts beside a database
_FILES: Final = ("trial-clock.json", "address.txt", KEY_FILE)


class FolderNotUsable(ReportPostError):
    """A trial cannot be held in this folder; the message says why and what to do."""


@dataclass(frozen=True)
class TrialFolder:
    """Where ``report-post try`` keeps everything."""

    path: Path

    @property
    def clock(self) -> Path:
        """The file that keeps the school's time. A real school's folder has none."""
        return self.path / "trial-clock.json"

    @property
    def messages(self) -> Path:
        """The page's messages."""
        return self.path / "desk.sqlite3"

    @property
    def _address(self) -> Path:
        return self.path / "address.txt"

    @contextmanager
    def in_use(self, *, fresh: bool) -> Iterator[None]:
        """Makes the folder, if need be anew, and keeps others out. Raises ``FolderNotUsable``."""
        with _telling_why(self.path):
            make_folder(self.path)
            if self._is_of_a_real_school():
                raise FolderNotUsable(
                    f"{self.path} holds the data of a school at work. To try Report Post, name "
                    "another folder: --data FOLDER"
                )
            lock = sqlite3.connect(self.path / "in-use.sqlite3", timeout=0, isolation_level=None)
        with closing(lock):
            self._take(lock)
            with _telling_why(self.path):
                if fresh:
                    self._clear()
            yield
            self._address.unlink(missing_ok=True)

    def runs_at(self, address: str) -> None:
        """Leaves the address for whoever tries to start here a second time."""
        self._address.write_text(address, encoding="utf-8")

    def _take(self, lock: sqlite3.Connection) -> None:
        # SQLite's lock goes with the process however it ends, on every system.
        try:
            lock.execute("begin exclusive")
        except sqlite3.OperationalError as error:
            there = ""
            with suppress(OSError):
                there = f": {self._address.read_text('utf-8')}"
            raise FolderNotUsable(
                f"Report Post is already running with the data in {self.path}{there}\n"
                "Use that one, stop it first, or name another folder: --data FOLDER"
            ) from error

    def _is_of_a_real_school(self) -> bool:
        has_data = any((self.path / name).exists() for name in ("report-post.sqlite3", KEY_FILE))
        return has_data and not self.clock.exists()

    def _clear(self) -> None:
        """Removes what a trial leaves, and nothing else that may lie there."""
        for name in (f"{name}{end}" for name in _DATABASES for end in _BESIDE):
            if not name.startswith("in-use"):
                (self.path / name).unlink(missing_ok=True)
        if (self.path / "evidence").is_dir():
            shutil.rmtree(self.path / "evidence")
        # The clock last: without it, what is left would be taken for a school at work.
        for name in reversed(_FILES):
            (self.path / name).unlink(missing_ok=True)


@contextmanager
def _telling_why(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise FolderNotUsable(
            f"{path} cannot be used as the data folder ({_reason(error)}). "
            "Name one that you may write to: --data FOLDER"
        ) from error


def _reason(error: OSError | sqlite3.Error) -> str:
    said = error.strerror if isinstance(error, OSError) else None
    return (said or str(error)).strip().lower() or "unknown reason"
