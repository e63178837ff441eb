"""Decides how a document comes to its place: whole, or not at all."""

import os
import secrets
from pathlib import Path

from bot.domain.errors import ReportPostError


class NotWritten(ReportPostError):
    """A document could not be written; the message says why and what to do."""


def put_file(place: Path, content: bytes) -> None:
    """Writes beside the place and then moves: whoever looks there finds the old file or the new.

    Raises ``NotWritten``; what stood there before stands there still.
    """
    if place.is_dir():
        raise NotWritten(f"{place} is a folder. Name a file in it.")
    beside = place.with_name(f".report-post-{secrets.token_hex(8)}.part")
    try:
        with beside.open("xb") as file:
            beside.chmod(0o600)  # it may hold what nobody else on this computer is to read
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(place)
    except OSError as error:
        raise NotWritten(why_not(place, error)) from error
    finally:
        _forget(beside)


def _forget(beside: Path) -> None:
    try:
        beside.unlink(missing_ok=True)
    except OSError:
        return  # the folder is gone, or may not be written to: then nothing was left in it


def why_not(place: Path, error: OSError) -> str:
    """Why nothing could be written there, and what to do."""
    folder = place.parent
    if not folder.exists():
        return f"There is no folder {folder}. Make it first, or name another file."
    if not folder.is_dir():
        return f"{folder} is not a folder. Name another file."
    if isinstance(error, PermissionError):
        return (
            f"{place} may not be written. Close it if it is open in Word or Excel, or name a file "
            "in another folder."
        )
    return f"{place} was not written: {(error.strerror or str(error)).lower()}."
