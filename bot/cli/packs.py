"""``report-post policy``: checks a policy pack, prints it, or makes one of the school's own."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.output import Ends, complain, counted, say, stop
from bot.domain.errors import PolicyNotAccepted

if TYPE_CHECKING:
    from bot.policies.parse import Pack

commands = typer.Typer(
    help="Check, print or copy policy packs.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
)


@commands.command(short_help="Check policy packs.")
def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="The files of the packs.")],
    *,
    letters: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="The folder with the templates of letters that you changed.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Check policy packs before the bot uses them.

    Names every mistake at once: where it stands, what is wrong, and how to mend it. Walks through
    the cases that the pack makes possible, draws every screen as Slack, Teams and the local page
    show it, and looks at the letters. Takes some seconds for each file.
    """
    if letters is not None and not letters.is_dir():
        complain(f"{letters}: There is no such folder.")
        stop(Ends.WRONG_USE)
    missing = [file for file in files if not _is_there(file)]
    for file in missing:
        complain(f"{file}: There is no such file.")
    if missing:
        stop(Ends.WRONG_USE)
    # All of them, also when the first has mistakes.
    if not all([_is_in_order(file, letters) for file in files]):  # noqa: C419
        stop(Ends.CHECK_FAILED)


@commands.command(short_help="Print a policy pack in plain English.")
def show(
    pack: Annotated[
        str,
        typer.Argument(
            metavar="[NAME|FILE]", help="A pack that comes with the bot, or the file of your own."
        ),
    ] = "derwent-vale",
) -> None:
    """Print a policy pack: its questions, what follows from the answers, steps and deadlines."""
    from bot.policies.parse import load_pack  # noqa: PLC0415
    from bot.policies.show import show_policy  # noqa: PLC0415

    say(show_policy(load_pack(pack).policy).rstrip("\n"))


@commands.command(short_help="Make a pack of your own.")
def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="What it is called, such as hill-top.")
    ],
    *,
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where to write it; best beside school.toml.")
    ] = Path(),
) -> None:
    """Copy the pack that comes with the bot, with remarks on how to make it your own.

    Writes NAME.toml, the pack, and NAME-cards.toml, the words of stop cards and guidance to copy
    from. A file that is there is never overwritten.
    """
    from bot.compose.own_pack import write_own_pack  # noqa: PLC0415

    today = datetime.now(ZoneInfo("Europe/London")).date()
    made = write_own_pack(name, out, today)
    say(
        f"{made.pack} is yours to change; {made.cards} has cards to copy from.\n"
        f"After each change: report-post policy check {made.pack}\n"
        f'To use it, in school.toml under [school]: policy = "{made.pack.name}"'
    )


def _is_there(file: str) -> bool:
    from bot.policies.parse import bundled_names  # noqa: PLC0415

    try:
        return file in bundled_names() or Path(file).is_file()
    except (OSError, ValueError):  # too long for a name, or a zero byte in it
        return False


def _is_in_order(file: str, letters: Path | None) -> bool:
    # Loaded here, so that the other commands and every help come at once.
    from bot.compose.pack_check import check_in_full  # noqa: PLC0415

    try:
        pack = check_in_full(file, letters)
    except PolicyNotAccepted as refused:
        for problem in refused.problems:
            say(problem)
        say(f"{file}: {counted(len(refused.problems), 'mistake')}.", "bold")
        return False
    say(f"{file}: nothing is wrong. {_in_short(pack)}")
    return True


def _in_short(pack: "Pack") -> str:
    policy = pack.policy
    questions = counted(len(policy.questions) + len(policy.asked_by_steps), "question")
    steps = counted(len(policy.steps), "step")
    return f"{policy.title}, {policy.dated_on.day} {policy.dated_on:%B %Y}: {questions}, {steps}."
