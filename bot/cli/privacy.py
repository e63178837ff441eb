"""``report-post privacy-pack``: drafts of the documents that data protection law asks for."""

import os
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import say


def privacy_pack(
    *,
    config: Annotated[
        Path,
        typer.Option(metavar="FILE", help="The school.toml of the school.", show_default=False),
    ],
    out: Annotated[
        Path,
        typer.Option(metavar="FOLDER", help="A folder to write into; a new one, or an empty one."),
    ],
) -> None:
    """Write the privacy pack: six Word documents, filled in from the school's settings.

    A draft data protection impact assessment, a privacy notice paragraph for parents and one for
    staff, the retention schedule, an outline of the appropriate policy document, and a one-page
    guide for staff. Boxes say what the school must still decide. It is not legal advice.
    """
    # Loaded here, so that the other commands and every help come at once.
    from bot.compose.privacy_pack import write_privacy_pack  # noqa: PLC0415

    names = write_privacy_pack(config, os.environ, out, date.today())  # noqa: DTZ011 - the day here
    for name in names:
        say(str(out / name))
    say("These are drafts. The yellow boxes say what the school must still decide.", "bold")
