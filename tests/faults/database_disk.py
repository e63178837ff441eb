"""A disk that fills up: a small one in memory, or where none may be mounted a limit on files."""

import resource
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tests.faults.places import Place

_SIZE: Final = 40_000_000
_AT_ONCE: Final = 65_536
_A_PAGE: Final = 4096


class SmallDisk:
    """A file system in memory; something else fills it up."""

    what = f"a disk of {_SIZE // 1_000_000} MB"

    def __init__(self, folder: Path) -> None:
        self.place = Place(f"sqlite:///{folder / 'data.db'}", folder)
        self._ballast = folder / "ballast"

    @contextmanager
    def full(self, left: int) -> Iterator[None]:
        """Something else takes all but so many bytes, until the block ends."""
        with suppress(OSError), self._ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(_AT_ONCE))
        taken = self._ballast.stat().st_size
        with self._ballast.open("r+b") as file:
            file.truncate(max(0, taken - left))
        try:
            yield
        finally:
            self._ballast.unlink()


class LimitedFiles:
    """No file of this process can grow beyond a limit, as with a quota."""

    what = "a limit on the size of files"

    def __init__(self, folder: Path) -> None:
        self.place = Place(f"sqlite:///{folder / 'data.db'}", folder)

    @contextmanager
    def full(self, left: int) -> Iterator[None]:
        """Files can only grow up to so many bytes, until the block ends."""
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (max(left, _A_PAGE), hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def a_disk() -> Iterator[SmallDisk | LimitedFiles]:
    """An empty disk, gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="report-post-disk-") as name:
        mount = ("mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", name)
        if not _done(mount):
            yield LimitedFiles(Path(name))
            return
        try:
            yield SmallDisk(Path(name))
        finally:
            _done(("umount", name))


def _done(command: tuple[str, ...]) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False
