"""``report-post policy``: checks a policy pack, or prints it so that a head can read it."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import Ends, complain, counted, say, stop
from bot.domain.errors import PolicyNotAccepted
from bot.policies.check_pack import check_pack
from bot.policies.parse import Pack, bundled_names, load_pack
from bot.policies.show import show_policy

commands = typer.Typer(
    help="Check a policy pack, or print it in plain English.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@commands.command(short_help="Check policy packs.")
def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="The files of the packs.")],
) -> None:
    """Check policy packs before the bot uses them.

    Names every mistake at once: where it stands, what is wrong, and how to mend it. Takes a few
    seconds for each file.
    """
    missing = [file for file in files if not _is_there(file)]
    for file in missing:
        complain(f"{file}: There is no such file.")
    if missing:
        stop(Ends.WRONG_USE)
    # All of them, also when the first has mistakes.
    if not all([_is_in_order(file) for file in files]):  # noqa: C419
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
    say(show_policy(load_pack(pack).policy).rstrip("\n"))


def _is_there(file: str) -> bool:
    try:
        return file in bundled_names() or Path(file).is_file()
    except (OSError, ValueError):  # too long for a name, or a zero byte in it
        return False


def _is_in_order(file: str) -> bool:
    try:
        pack = check_pack(file)
    except PolicyNotAccepted as refused:
        for problem in refused.problems:
            say(problem)
        say(f"{file}: {counted(len(refused.problems), 'mistake')}.", "bold")
        return False
    say(f"{file}: nothing is wrong. {_in_short(pack)}")
    return True


def _in_short(pack: Pack) -> str:
    policy = pack.policy
    questions = counted(len(policy.questions) + len(policy.asked_by_steps), "question")
    steps = counted(len(policy.steps), "step")
    return f"{policy.title}, {policy.dated_on.day} {policy.dated_on:%B %Y}: {questions}, {steps}."
