"""``report-post verify``: whether the record is as it was written, and of how much that is said."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.app.ports import Finding
from bot.cli.output import Ends, counted, say, stop

if TYPE_CHECKING:
    from bot.compose.verifying import Verified


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

    verified = verify_school(config, os.environ) if config else verify_trial(trial_folder(data))
    for finding in verified.findings:
        say(_told(finding))
    say(_summary(verified), "bold")
    if verified.findings:
        stop(Ends.CHECK_FAILED)


def _told(finding: Finding) -> str:
    where = (
        finding.stream if finding.number is None else f"{finding.stream}, entry {finding.number}"
    )
    return f"{where}: {finding.says}"


def _summary(verified: "Verified") -> str:
    extent = verified.extent
    amount = (
        f"{counted(extent.streams, 'stream')} (the school's own and each case), "
        f"{counted(extent.entries, 'entry', 'entries')} and {counted(extent.files, 'file')}"
    )
    found = len(verified.findings)
    result = f"{counted(found, 'problem')} found" if found else "nothing is wrong"
    return (
        f"Checked {amount}: {result}.\n"
        f"The school's head is entry {extent.head_number}, {extent.head_hash}.\n"
        "An older copy of the whole record is seen only by comparing this line with the one of "
        "your last check or backup."
    )
