"""``report-post subject-access``: a copy of what is held on a person, to be looked through."""

import os
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import counted, say
from bot.cli.progress import shown_progress


def subject_access(
    *,
    config: Annotated[
        Path, typer.Option(metavar="FILE", help="The school.toml of the school.")
    ] = Path("school.toml"),
    name: Annotated[
        str,
        typer.Option(
            prompt="Whose data is asked for?",
            help="The name. Without it you are asked, so that it stands in no history of commands.",
        ),
    ],
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="Where to write the copy, a Word file.")
    ] = Path("held-on-a-person.docx"),
) -> None:
    """Collect what is held on a person, for a request to see it.

    Every case and entry that holds the name, however it is written. Other people are marked, to be
    blacked out before anything leaves the school. It is noted in each case that it was looked up.
    """
    # Loaded here, so that the other commands and every help come at once.
    from adapters.documents.on_disk import put_file  # noqa: PLC0415
    from bot.app.subject_access import copy_for_subject  # noqa: PLC0415
    from bot.compose.at_rest import school_at_rest  # noqa: PLC0415
    from bot.domain.personal import Personal  # noqa: PLC0415

    if out.exists():
        raise typer.BadParameter(f"{out} is there already. Name another file: --out FILE")
    if not name.strip():
        raise typer.BadParameter("Give the name, such as --name 'Pat Example'.")
    with school_at_rest(config, os.environ) as school:
        with shown_progress() as tell:
            held = copy_for_subject(school, Personal(name.strip()), tell)
        if not held.cases:
            say("Nothing is held under that name.", "bold")
            return
        put_file(out, school.documents.person(held.copy))
    due = held.copy.answer_by
    found = f"{counted(held.cases, 'case')}, {counted(held.entries, 'entry', 'entries')}"
    say(f"Found in {found}. The copy: {out}", "bold")
    say(
        f"If they asked today, the answer is due by {due.due_on:%A %d %B %Y}: one calendar month "
        f"from {due.asked_on:%d %B %Y} ends on {due.a_month_on:%d %B %Y}. Holidays count."
    )
