"""``report-post try``: the sample school on a page of this computer."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import say


def try_(
    *,
    port: Annotated[
        int,
        typer.Option(
            metavar="NUMBER",
            min=0,
            max=65535,
            help="Where the page answers; if taken, the next free one.",
        ),
    ] = 8230,
    data: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where to keep the data, instead of the usual folder."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Forget everything of earlier trials, and begin anew.")
    ] = False,
) -> None:
    """Try Report Post with a sample school, on a page that only this computer can open.

    No account is needed and nobody gets a message. What you do is kept for the next time. Stop it
    with Ctrl-C.
    """
    # Loaded here, so that the other commands and every help come at once.
    from bot.cli.places import trial_folder  # noqa: PLC0415
    from bot.compose.serving import try_sample_school  # noqa: PLC0415

    folder = trial_folder(data)

    def running(address: str) -> None:
        say(
            f"Report Post is running: {address}\n"
            f"Open this address in a browser. Its data: {folder}\n"
            "Stop it with Ctrl-C."
        )

    try_sample_school(folder, port, fresh=fresh, say=running)
    say("Report Post has stopped. What was done is kept.")
