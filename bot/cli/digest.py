"""``report-post digest``: what the weekly digests of a term said, as a document for governors."""

import os
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import say


def digest(
    *,
    term: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="The term, as the school calendar names it, such as autumn."
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="The file to write, .docx for Word or .csv for a spreadsheet; an earlier one is "
            "replaced.",
        ),
    ],
    year: Annotated[
        int | None,
        typer.Option(
            metavar="YEAR",
            min=2000,
            max=2100,
            help="The year in which the term begins; the last term of that name if not named.",
            show_default=False,
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The school.toml of a school at work."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="The data folder of report-post try.", show_default=False
        ),
    ] = None,
) -> None:
    """Write the termly report for governors: what the weekly digests of a term have said.

    The rules are those of the digest: complete fives, no count from 1 to 4, and nobody named. It
    says nothing that the digests did not say. While the term lasts, it says so. Without --config or
    --data it is that of report-post try in its usual folder.
    """
    if data and config:
        raise typer.BadParameter("Name --data or --config, not both.")
    # Loaded here, so that the other commands and every help come at once.
    from bot.cli.places import trial_folder  # noqa: PLC0415
    from bot.compose.at_rest import school_at_rest  # noqa: PLC0415
    from bot.compose.term_report import trial_on_record, write_term_report  # noqa: PLC0415

    at_work = school_at_rest(config, os.environ) if config else None
    with at_work or trial_on_record(trial_folder(data)) as school:
        report = write_term_report(school, term, year, out)
    say(f"{out} is ready: {report.term.label}, from what its weekly digests have said.")
