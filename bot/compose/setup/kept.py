"""Writes a file in full or not at all, and never over another one that nobody gave up."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from bot.domain.errors import ReportPostError

_OWNER_ONLY: Final = 0o600
_ANYBODY: Final = 0o666  # less what the account's umask takes away


class NotWritten(ReportPostError):
    """The file could not be written; the message says why. Nothing is left half-done."""


def ask_place(path: Path) -> None:
    """Raises ``NotWritten`` if it is plain that nothing can be written there."""
    folder = path.absolute().parent
    try:
        if path.is_dir():
            raise NotWritten(f"{path} is a folder. Name a file in it: {path / 'school.toml'}")
        if not folder.is_dir():
            raise NotWritten(f"{folder} is no folder that is there. Make it, or name another.")
        writable = os.access(folder, os.W_OK)
    except (OSError, ValueError) as error:  # too long for a name; a zero byte in it
        raise NotWritten(f"{path} is not a name that a file can have.") from error
    if not writable:
        raise NotWritten(f"You may not write in {folder}. Name a file somewhere else.")


def write_new(path: Path, text: str, *, replace: bool, private: bool = True) -> None:
    """Writes the text there; if ``private``, for its owner alone. Raises ``NotWritten``.

    Without ``replace`` a file that is there stays, also one that came a moment ago.
    """
    path = path.absolute()
    beside = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}")
    try:
        try:
            _write(beside, text, _OWNER_ONLY if private else _ANYBODY)
            if replace:
                beside.replace(path)
            else:
                path.hardlink_to(beside)  # unlike a rename, this never replaces a file
        finally:
            with suppress(OSError):
                beside.unlink()
    except FileExistsError as error:
        raise NotWritten(f"{path} is there already, and stays as it is.") from error
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the path
        why = (getattr(error, "strerror", None) or "not a name of a file").lower()
        raise NotWritten(
            f"{path} cannot be written ({why}). Name a file in a folder where you may write."
        ) from error


def _write(path: Path, text: str, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
