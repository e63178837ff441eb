"""``report-post rotate-key``: another master key, and what is to be done with the old one."""

import os
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import counted, say
from bot.cli.progress import shown_progress


def rotate_key(
    *,
    new_key_file: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="The new key; it is made if the file is not there.",
            show_default=False,
        ),
    ],
    config: Annotated[
        Path, typer.Option(metavar="FILE", help="The school.toml of the school.")
    ] = Path("school.toml"),
) -> None:
    """Change the master key: every key in the database is wrapped by the new one, or none is.

    Stop report-post serve first. The old key is kept aside: backups made before open only with it.
    If this is interrupted, run it again.
    """
    from bot.compose.key_rotation import rotate_key as rotate  # noqa: PLC0415 - other commands come at once

    with shown_progress() as tell:
        rotated = rotate(config, os.environ, new_key_file, tell)
    if rotated.keys:
        say(f"{counted(rotated.keys, 'key')} opened with the old key, and open with the new one.")
    else:
        say("The keys in the database had been changed already; the rest is done now.")
    if rotated.kept_at is None:
        say(f"Now set REPORT_POST_MASTER_KEY to what is in {rotated.new_key}, and start again.")
        say("Keep the old key as long as there are backups that were made with it.")
    else:
        say(f"The new key is in use: {rotated.key_file}, and {rotated.new_key} is a copy of it.")
        say(
            f"The old key is kept as {rotated.kept_at}. Move it to a safe place, apart from the "
            "backups that it opens, and destroy it once these are gone."
        )
    if rotated.others:
        say(
            f"The same key was that of {', '.join(rotated.others)}, and was changed there too. A "
            "school of these that has a data folder of its own needs the new key in it: run this "
            "again with its file as --config."
        )
    say("Take a backup now: report-post backup")
