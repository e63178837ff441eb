"""``report-post serve``: the school at work, on Slack, on Microsoft Teams, or on both."""

import gc
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import say


def serve(
    *,
    config: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="The school.toml of the school; for several schools, the folder of their files.",
        ),
    ] = Path("school.toml"),
    host: Annotated[
        str, typer.Option(metavar="NAME", help="Where to listen; 0.0.0.0 for every address.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="NUMBER", min=0, max=65535, help="The port to listen at.")
    ] = 8080,
    processes: Annotated[
        int,
        typer.Option(
            metavar="NUMBER",
            min=1,
            max=100,
            help="How many processes serve together (PostgreSQL): each keeps to its share of what "
            "the platforms allow.",
        ),
    ] = 1,
) -> None:
    """Run Report Post for a school, on the platforms whose secrets are in the environment.

    Several schools that share a workspace or a tenant are run together: --config names the folder
    in which each of them has its file.

    Slack: SLACK_BOT_TOKEN, and SLACK_APP_TOKEN (Socket Mode, no address needed) or
    SLACK_SIGNING_SECRET (HTTP: Slack comes to /slack/events).

    Microsoft Teams: TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID (Microsoft comes to
    /api/messages, over https).

    /healthz, /readyz and /metrics answer at the same port. Stop it with Ctrl-C or SIGTERM.
    """
    # Loaded here, so that the other commands and every help come at once. What is loaded stays: a
    # collection that walked through all of it would hold up whoever waits for an answer.
    gc.disable()
    from bot.compose.school_at_work import Address, serve_school  # noqa: PLC0415

    gc.freeze()
    gc.enable()
    sys.setswitchinterval(0.0005)
    serve_school(
        config,
        os.environ,
        Address(host, port),
        lambda address: say(f"Report Post is at work, and answers at {address}."),
        processes=processes,
    )
    say("Report Post has stopped. What was due is kept.")
