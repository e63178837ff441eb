"""``report-post retention``: which closed cases are erased when, and what keeps the others."""

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.output import counted, say
from bot.cli.progress import shown_progress
from bot.domain.retention import HeldBack

if TYPE_CHECKING:
    from bot.app.retention import Ending

_WHY: Final = {
    HeldBack.LEGAL_HOLD: "a legal hold",
    HeldBack.NOT_MOVED_TO_FILE: "it is not yet noted that it is in the child protection file",
    HeldBack.OPEN: "it is open",
}


def retention(
    *,
    config: Annotated[
        Path, typer.Option(metavar="FILE", help="The school.toml of the school.")
    ] = Path("school.toml"),
    apply: Annotated[
        bool, typer.Option("--apply", help="Erase what is due now. This cannot be undone.")
    ] = False,
) -> None:
    """Show how long each closed case is kept; with --apply, erase those whose time has come.

    The bot does this by itself each night while it runs, and tells the owner of a case a month
    before. A legal hold keeps a case. What is erased leaves figures for the governors' digest.
    """
    # Loaded here, so that the other commands and every help come at once.
    from bot.app.retention import endings, erase_due  # noqa: PLC0415
    from bot.compose.at_rest import school_at_rest  # noqa: PLC0415

    with school_at_rest(config, os.environ) as school:
        if apply:
            with shown_progress() as tell:
                erased = erase_due(school, tell)
            for reference in erased:
                say(f"{reference}: erased")
            say(f"{counted(len(erased), 'case')} erased.", "bold")
            return
        with shown_progress() as tell, school.store.reading() as reading:
            lines = list(_lines(endings(school, reading, tell), school.today()))
    for line in lines:
        say(line)
    say(f"{counted(len(lines), 'closed case')}.", "bold")


def _lines(those: "Iterable[Ending]", today: date) -> Iterable[str]:
    for each in those:
        held = each.erasure.held_back_by
        if held:
            yield f"{each.reference}: kept, because of {', '.join(_WHY[why] for why in held)}"
        elif each.erasure.is_due(today):
            yield f"{each.reference}: due now"
        elif each.named_on is not None:
            yield f"{each.reference}: to be erased on {each.named_on:%d %B %Y} at the earliest"
