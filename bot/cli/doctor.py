"""``report-post doctor``: looks whether everything is ready, and says how to mend what is not."""

import os
import textwrap
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.output import Ends, counted, say, stop
from bot.cli.progress import shown_progress

if TYPE_CHECKING:
    from bot.compose.doctor.findings import Finding

_STYLES = {"fails": "bold red", "warning": "yellow", "note": "dim"}
_LINE = 100
_WIDE = 9
"""The longest word for how bad it is, and the space after it."""


def doctor(
    *,
    config: Annotated[
        Path,
        typer.Option(metavar="FILE", help="The school.toml of the school, or a folder of several."),
    ] = Path("school.toml"),
    send_test: Annotated[
        bool,
        typer.Option(
            "--send-test", help="Send everybody who holds a role a message that says it is a test."
        ),
    ] = False,
) -> None:
    """Look whether everything is ready: settings, secrets, people, channel, calendar, key, backups.

    Run it with the same environment as report-post serve. Nothing is changed, and without
    --send-test nobody hears of it. Ends with 1 if something would not work on the day.
    """
    # Loaded here, so that the other commands and every help come at once.
    from bot.compose.doctor.together import look_at_all  # noqa: PLC0415

    with shown_progress() as tell:
        parts = look_at_all(
            config,
            os.environ,
            datetime.now(UTC),
            lambda area: tell(f"Looked at: {area}", 0, 0),
            send_test=send_test,
        )
    numbers = {part.heading: Counter(each.level.value for each in part.findings) for part in parts}
    for part in parts:
        if part.heading:
            say(f"{part.heading}\n{'=' * len(part.heading)}", "bold")
        _print(part.findings)
        say("")
    for heading, number in numbers.items():
        if heading:
            say(f"{heading}: {counted(number['fails'], 'fault')}, {_warnings(number)}.")
    total = sum(numbers.values(), Counter[str]())
    say(_summary(total), "bold")
    if total["fails"]:
        stop(Ends.CHECK_FAILED)


def _print(found: "Sequence[Finding]") -> None:
    begun = ""
    for finding in found:
        if finding.area.value != begun:
            say(f"\n{finding.area}" if begun else finding.area.value, "bold")
            begun = finding.area.value
        _tell(finding)


def _tell(finding: "Finding") -> None:
    say(_wrapped(f"  {finding.level:<{_WIDE}}", finding.says), _STYLES.get(finding.level))
    if finding.mend:
        say(_wrapped(f"  {'':<{_WIDE}}→ ", finding.mend))


def _wrapped(begins: str, text: str) -> str:
    return textwrap.fill(
        text,
        _LINE,
        initial_indent=begins,
        subsequent_indent=" " * len(begins),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _summary(number: Counter[str]) -> str:
    warnings = _warnings(number)
    if number["fails"]:
        return f"{counted(number['fails'], 'thing')} would fail on the day; {warnings}."
    return f"Ready; {warnings}." if number["warning"] else "Ready."


def _warnings(number: Counter[str]) -> str:
    return counted(number["warning"], "warning")
