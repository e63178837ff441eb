"""How the commands speak: results on standard output, what went wrong on standard error."""

import os
import sys
from enum import IntEnum
from io import TextIOWrapper
from typing import NoReturn

import typer
from rich.console import Console


class Ends(IntEnum):
    """The codes with which a command ends."""

    WELL = 0
    CHECK_FAILED = 1
    WRONG_USE = 2
    OUR_MISTAKE = 70
    """EX_SOFTWARE of sysexits.h: what should not happen has happened."""
    NOBODY_READS = 141
    """128 + SIGPIPE: what a shell says of a program whose reader went away."""


class _Paper(Console):
    """Prints texts as they are: no colours but those asked for, no markup, no wrapping."""

    def __init__(self, *, stderr: bool) -> None:
        super().__init__(
            stderr=stderr, width=10_000, markup=False, highlight=False, emoji=False, soft_wrap=True
        )

    def on_broken_pipe(self) -> None:
        nobody_reads()


def say(text: str, style: str | None = None) -> None:
    """Prints a result."""
    _Paper(stderr=False).print(text, style=style)


def complain(text: str) -> None:
    """Prints what went wrong."""
    _Paper(stderr=True).print(text, style="red")


def stop(code: Ends) -> NoReturn:
    """Ends the command."""
    raise typer.Exit(code)


def nobody_reads() -> NoReturn:
    """Whoever read our output has gone, as ``head`` does: end without a word."""
    # Python flushes both once more when it ends, and would complain.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
    raise SystemExit(Ends.NOBODY_READS)


def print_anything() -> None:
    """A terminal that has no “ is to get a question mark, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def counted(number: int, one: str, many: str = "") -> str:
    """The number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"
