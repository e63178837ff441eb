"""``report-post serve``: the school at work, on Slack, on Microsoft Teams, or on both."""

import os
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import say
from bot.compose.school_at_work import Address, serve_school


def serve(
    *,
    config: Annotated[
        Path, typer.Option(metavar="FILE", help="The school.toml of the school.")
    ] = Path("school.toml"),
    host: Annotated[
        str, typer.Option(metavar="NAME", help="Where to listen; 0.0.0.0 for every address.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="NUMBER", min=0, max=65535, help="The port to listen at.")
    ] = 8080,
) -> None:
    """Run Report Post for a school, on the platforms whose secrets are in the environment.

    Slack: SLACK_BOT_TOKEN, and SLACK_APP_TOKEN (Socket Mode, no address needed) or
    SLACK_SIGNING_SECRET (HTTP: Slack comes to /slack/events).

    Microsoft Teams: TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID (Microsoft comes to
    /api/messages, over https).

    /healthz, /readyz and /metrics answer at the same port. Stop it with Ctrl-C or SIGTERM.
    """
    serve_school(
        config,
        os.environ,
        Address(host, port),
        lambda address: say(f"Report Post is at work, and answers at {address}."),
    )
    say("Report Post has stopped. What was due is kept.")
