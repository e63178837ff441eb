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
    teams: Annotated[
        bool,
        typer.Option(
            "--teams", help="Answer Microsoft's Agents Playground on this computer as well."
        ),
    ] = False,
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
    from bot.compose.serving import Trial, try_sample_school  # noqa: PLC0415

    folder = trial_folder(data)

    def running(trial: Trial) -> None:
        say(
            f"Report Post is running: {trial.address}\n"
            f"Open this address in a browser. Its data: {folder}"
        )
        if trial.playgrounds is not None:
            say(
                "To see it as Teams would show it, start the Playground in one of the folders of "
                f"{trial.playgrounds} (each is a person; needs Node.js):\n"
                "npx --yes @microsoft/m365agentsplayground@0.2.28 start "
                f"-e {trial.address}/api/messages -c msteams"
            )
        say("Stop it with Ctrl-C.")

    try_sample_school(folder, port, fresh=fresh, teams=teams, say=running)
    say("Report Post has stopped. What was done is kept.")
