"""How sealed evidence lies on the disk: random names, written in full or not at all."""

import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from storage.keys import sync_folder

_OWNER_ONLY = 0o600
_OWNER_ONLY_FOLDER = 0o700
_UNFINISHED = ".part"


def make_folder(folder: Path) -> None:
    """Makes the folder for nobody but the bot."""
    folder.mkdir(mode=_OWNER_ONLY_FOLDER, parents=True, exist_ok=True)


def write_file(folder: Path, sealed: bytes) -> str:
    """Writes the bytes so that they survive a power cut, and returns the file's name."""
    name = secrets.token_hex(16)
    unfinished = folder / f"{name}{_UNFINISHED}"
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(handle, "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(folder / name)
    sync_folder(folder)
    return name


def remove_file(folder: Path, name: str) -> None:
    """Removes the file if it is there."""
    (folder / name).unlink(missing_ok=True)


def files_before(folder: Path, moment: datetime) -> Iterator[Path]:
    """Every file, finished or not, that was last written before the moment (machine time)."""
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.stat().st_mtime < moment.timestamp():
            yield path
