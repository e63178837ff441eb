"""``report-post letters``: the templates of the letters, for a school that wants to change them."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import say


def letters(
    *,
    out: Annotated[
        Path,
        typer.Option(metavar="FOLDER", help="The folder for the copies; it is made if need be."),
    ] = Path("letters"),
) -> None:
    """Write copies of the letters as Word files, with a note on how to change them.

    Nothing that stands there already is replaced. Name the folder in school.toml, and the letters
    in it are used instead of those that come with the bot.
    """
    # Loaded here, so that the other commands and every help come at once.
    from adapters.documents.letters import Letters  # noqa: PLC0415

    for path in Letters().write_copies(out):
        say(str(path))
    say("Begin with how-to-change-these-letters.docx. Then check what you changed:")
    say(f"report-post policy check --letters {out} derwent-vale")
