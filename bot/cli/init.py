"""``report-post init``: asks a school what the bot must know, and writes its ``school.toml``."""

import sys
import textwrap
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeVar
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from bot.cli.output import Ends, complain, say, stop

if TYPE_CHECKING:
    from bot.compose.setup.answers import Answers
    from bot.compose.setup.asking import Question

T = TypeVar("T")

_LINE: Final = 78
_INTERRUPTED: Final = 130
"""128 + SIGINT: what a shell says of a program that was stopped with Ctrl-C."""


def init(
    *,
    config: Annotated[Path, typer.Option(metavar="FILE", help="The file to write.")] = Path(
        "school.toml"
    ),
    answers: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Take the answers from this file (TOML) instead of asking.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file if it is there, without asking.")
    ] = False,
) -> None:
    """Ask what the bot must know of a school, and write it to school.toml.

    Takes about a quarter of an hour. Have at hand: the term dates, the e-mail addresses of those
    who hold a role, and whom to ring. Each answer is checked at once; Enter takes the one in
    brackets. Nothing is written before the last answer: Ctrl-C leaves nothing behind.

    Answers may also be piped in, a line each, as one would type them.

    Several schools that share a workspace or a tenant have a folder, with a file for each:
    --config schools/hill-top.toml
    """
    from bot.compose.setup.kept import ask_place  # noqa: PLC0415

    ask_place(config)
    there = config.exists()
    try:
        if there and not (force or (answers is None and _may_replace(config))):
            complain(f"{config} is there already, and stays as it is. To replace it: --force")
            stop(Ends.WRONG_USE)
        _make(config, answers, replace=there)
    except KeyboardInterrupt:
        complain("\nStopped. Nothing was written.")
        raise SystemExit(_INTERRUPTED) from None


def _make(config: Path, answers: Path | None, *, replace: bool) -> None:
    # Loaded here, so that the other commands and every help come at once.
    from bot.compose.setup.making import make_settings, what_next  # noqa: PLC0415

    found = _typed() if answers is None else _from_file(answers)
    make_settings(found, config, replace=replace)
    say(f"\n{what_next(found, config)}")


def _typed() -> "Answers":
    from bot.compose.setup.interview import interview  # noqa: PLC0415

    say("Enter takes the answer in brackets. Ctrl-C stops, and writes nothing.")
    return interview(_Terminal(), _today())


def _from_file(path: Path) -> "Answers":
    from bot.compose.setup.from_file import FileAsker  # noqa: PLC0415
    from bot.compose.setup.interview import interview  # noqa: PLC0415

    asker = FileAsker(path)
    found = interview(asker, _today())
    asker.end()
    return found


def _today() -> date:
    return datetime.now(ZoneInfo("Europe/London")).date()


class _Terminal:
    """Asks whoever sits there, or reads what was piped in (``Asker``)."""

    def ask(self, question: "Question[T]") -> T:
        """Asks until the answer is accepted."""
        from bot.compose.setup.asking import NotAccepted  # noqa: PLC0415

        if question.hint:
            say(_wrapped(question.hint), "dim")
        usual = f" [{question.usual}]" if question.usual is not None else ""
        while True:
            text = _line(f"{question.asks}{usual} ", question.asks)
            if not text.strip() and question.usual is not None:
                text = question.usual
            try:
                return question.read(text)
            except NotAccepted as wrong:
                complain(_wrapped(str(wrong)))

    def tell(self, text: str) -> None:
        """Says it."""
        if not text.startswith("\n"):
            say(_wrapped(text))
            return
        heading, _, rest = text.lstrip("\n").partition("\n")
        say(f"\n{heading}", "bold")
        if rest:
            say(_wrapped(rest))


def _wrapped(text: str) -> str:
    """The text in lines that fit every terminal, whether its width is known or not."""
    return "\n".join(textwrap.fill(line, _LINE) for line in text.splitlines())


def _may_replace(config: Path) -> bool:
    said = _line(f"{config} is there already. Replace it? (yes or no) [no] ", "whether to replace")
    return said.strip().casefold() in {"y", "yes"}


def _line(prompt: str, asked: str) -> str:
    """What is typed next; ends the command if nothing more comes."""
    console = Console(markup=False, highlight=False, emoji=False, soft_wrap=True)
    while True:
        try:
            text = console.input(prompt, markup=False, emoji=False)
        except EOFError:
            complain(f"\nThe answers ended before this was answered: {asked} Nothing was written.")
            stop(Ends.WRONG_USE)
        except UnicodeDecodeError:
            complain("This cannot be read as text. Please type it again.")
            continue
        finally:
            if not sys.stdin.isatty():
                say("")  # nobody pressed Enter here
        return text
