"""``report-post journey``: plays stories through a policy, and tells where they go otherwise."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.output import Ends, complain, counted, say, stop
from bot.domain.errors import PolicyNotAccepted

if TYPE_CHECKING:
    from bot.journeys.story import Journey


def journey(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="The files of the stories.", dir_okay=False),
    ],
) -> None:
    """Play stories through a policy in the sample school, to see whether it does what you expect.

    Prints each mismatch. Nothing is sent to anybody, and no data of yours is touched.
    """
    stories = _read(files)
    number = sum(_mismatches(story) for story in stories)
    told = counted(len(stories), "journey")
    if number:
        say(f"{told}: {counted(number, 'mismatch', 'mismatches')}.", "bold")
        stop(Ends.CHECK_FAILED)
    say(f"{told}: all as told." if len(stories) > 1 else f"{told}: as told.", "bold")


def _mismatches(story: "Journey") -> int:
    # Loaded here, so that the other commands and every help come at once.
    from bot.compose.core_world import core_world  # noqa: PLC0415
    from bot.journeys.running import run_journey  # noqa: PLC0415

    found = run_journey(story, core_world)
    if not found:
        say(f"{story.place}: as told ({story.title})")
    for mismatch in found:
        say(str(mismatch))
    return len(found)


def _read(files: list[Path]) -> "list[Journey]":
    from bot.journeys.reading import JourneyNotAccepted, read_journey  # noqa: PLC0415
    from bot.policies.parse import load_pack  # noqa: PLC0415

    """The stories; ends the command, with every problem of every file, if one is not accepted."""
    stories: list[Journey] = []
    problems: list[str] = []
    accepted: set[str] = set()
    for file in files:
        try:
            story = read_journey(_text_of(file), str(file))
            if story.pack not in accepted:
                load_pack(story.pack)
                accepted.add(story.pack)
            stories.append(story)
        except (JourneyNotAccepted, PolicyNotAccepted) as refused:
            problems += refused.problems
    if problems:
        complain("\n".join(dict.fromkeys(problems)))
        stop(Ends.WRONG_USE)
    return stories


def _text_of(file: Path) -> str:
    from bot.journeys.reading import JourneyNotAccepted  # noqa: PLC0415

    try:
        return file.read_text("utf-8-sig")  # Notepad begins a file with a byte-order mark
    except UnicodeDecodeError:
        wrong = "is not written in UTF-8. Save it again with the encoding UTF-8."
    except (OSError, ValueError) as error:
        wrong = f"cannot be read ({getattr(error, 'strerror', None) or 'not a name of a file'})."
    raise JourneyNotAccepted((f"{file}: This {wrong}",))
