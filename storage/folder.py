"""How sealed evidence lies on the disk: random names, written in full or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from storage.keys import sync_folder

_OWNER_ONLY = 0o600
_OWNER_ONLY_FOLDER = 0o700
_UNFINISHED = ".part"
_AT_ONCE = 1024 * 1024


def make_folder(folder: Path) -> None:
    """Makes the folder for nobody but the bot."""
    folder.mkdir(mode=_OWNER_ONLY_FOLDER, parents=True, exist_ok=True)


def make_own_database(file: Path) -> None:
    """Makes SQLite's file for nobody but the bot, if there is none yet.

    SQLite gives the ``-wal`` and ``-shm`` that it makes the mode of the file. One that is there is
    never opened: to close it would drop every lock that this process has on it (POSIX, fcntl), and
    the next one to look would take the log from under whoever writes. What goes wrong here goes
    wrong as well when SQLite opens the file, and is told then.
    """
    with suppress(OSError):
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY))


def write_file(folder: Path, sealed: bytes) -> str:
    """Writes the bytes so that they survive a power cut, and returns the file's name."""
    name = secrets.token_hex(16)
    replace_file(folder / name, sealed)
    return name


def replace_file(path: Path, content: bytes) -> None:
    """Writes a file of that name so that it survives a power cut, or leaves what was there."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(8)}{_UNFINISHED}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def shred(path: Path) -> None:
    """Removes the file if it is there, overwritten first where the file system allows it.

    Its key is destroyed too, so nothing rests on the overwriting: some disks keep the old bytes.
    """
    with suppress(OSError), path.open("r+b") as file:
        left = path.stat().st_size
        while left > 0:
            left -= file.write(os.urandom(min(left, _AT_ONCE)))
        file.flush()
        os.fsync(file.fileno())
    path.unlink(missing_ok=True)


def files_before(folder: Path, moment: datetime) -> Iterator[Path]:
    """Every file, finished or not, that was last written before the moment (machine time)."""
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.stat().st_mtime < moment.timestamp():
            yield path
