"""``report-post verify``: whether the record is as it was written, and of how much that is said."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.output import Ends, counted, say, stop
from bot.cli.progress import shown_progress

if TYPE_CHECKING:
    from bot.app.ports import Finding
    from bot.compose.verifying import Verified
    from storage.checked import Extent


def verify(
    *,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="The data folder of report-post try.", show_default=False
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The school.toml of a school at work."),
    ] = None,
) -> None:
    """Check that no entry or evidence of the record was altered, removed or inserted.

    Names the first problem of each case. Without an option it checks the record of report-post try
    in its usual folder. Nothing that is recorded is changed.
    """
    if data and config:
        raise typer.BadParameter("Name --data or --config, not both.")
    # Loaded here, so that the other commands and every help come at once.
    from bot.cli.places import trial_folder  # noqa: PLC0415
    from bot.compose.verifying import verify_school, verify_trial  # noqa: PLC0415

    with shown_progress() as tell:
        if config:
            verified = verify_school(config, os.environ, tell)
        else:
            verified = verify_trial(trial_folder(data), tell)
    for finding in verified.findings:
        say(told(finding))
    say(_summary(verified), "bold")
    if verified.findings:
        stop(Ends.CHECK_FAILED)


def told(finding: "Finding") -> str:
    """A finding as it is printed."""
    where = (
        finding.stream if finding.number is None else f"{finding.stream}, entry {finding.number}"
    )
    return f"{where}: {finding.says}"


def last_entry(extent: "Extent") -> str:
    """The line that stands for the whole record."""
    return f"The record's last entry is number {extent.head_number}, {extent.head_hash}."


def _summary(verified: "Verified") -> str:
    extent = verified.extent
    amount = (
        f"{counted(extent.streams, 'stream')} (the school's own and each case), "
        f"{counted(extent.entries, 'entry', 'entries')} and {counted(extent.files, 'file')}"
    )
    erased = (
        f"{counted(extent.erased, 'case is', 'cases are')} erased: what is left of "
        f"{'it' if extent.erased == 1 else 'them'} holds together, and nobody can read it.\n"
        if extent.erased
        else ""
    )
    found = len(verified.findings)
    result = f"{counted(found, 'problem')} found" if found else "nothing is wrong"
    empty = "" if extent.entries else "The record is empty: nothing was ever kept in it.\n"
    return (
        f"Checked {amount}: {result}.\n{empty}{erased}{last_entry(extent)}\n"
        "An older copy of the whole record is seen only by comparing this line with the one of "
        "your last check or backup."
    )
