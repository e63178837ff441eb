"""``report-post teams-package``: the app that a school uploads to Microsoft Teams."""

from pathlib import Path
from typing import Annotated, Final

import typer

from bot.cli.output import say
from bot.config.teams_secrets import TEAMS_APP_ID

NO_WEBSITE: Final = "https://www.example.com"
"""Stands for the school's website where it was not named: Teams insists on one."""


def teams_package(
    *,
    out: Annotated[
        Path,
        typer.Option(metavar="FILE.zip", help="The file to write; an earlier one is replaced."),
    ] = Path("report-post.zip"),
    app_id: Annotated[
        str,
        typer.Option(
            metavar="ID",
            envvar=TEAMS_APP_ID,
            help="The Microsoft App ID of your Azure Bot.",
            show_default=False,
        ),
    ] = "",
    school: Annotated[
        str, typer.Option(metavar="NAME", help="Whose app it is, as Teams shows it.")
    ] = "Report Post",
    website: Annotated[
        str,
        typer.Option(metavar="ADDRESS", help="The school's website, https.", show_default=False),
    ] = NO_WEBSITE,
    privacy: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="Its privacy notice; the website if not named.",
            show_default=False,
        ),
    ] = "",
    app_version: Annotated[
        str,
        typer.Option(
            metavar="1.2.3",
            help="Name a higher one to upload it again with other details.",
            show_default=False,
        ),
    ] = "",
) -> None:
    """Write the app that your IT uploads in the Teams admin centre: a manifest and two icons.

    It asks for no permission, and holds no secret. Microsoft's own schema accepts it.
    """
    # Loaded here, so that the other commands and every help come at once.
    from adapters.teams.package import AppDetails, write_package  # noqa: PLC0415

    write_package(out, AppDetails(app_id, school, website, privacy or website, app_version))
    say(f"{out} is ready. Upload it in the Teams admin centre: Teams apps, Manage apps.")
    if website == NO_WEBSITE:
        say(f"It names {NO_WEBSITE} as the school's website. To name yours: --website ADDRESS")
