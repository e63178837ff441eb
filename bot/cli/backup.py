"""``report-post backup`` and ``restore``: a sealed copy of a record, and a record of it again."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.output import Ends, complain, counted, say, stop
from bot.cli.progress import shown_progress
from bot.cli.record import last_entry, told

if TYPE_CHECKING:
    from bot.app.ports import Finding
    from storage.checked import Extent
    from storage.erase_again import ErasedAgain
    from storage.restore import Restored

_KILO = 1000


def backup(
    *,
    config: Annotated[
        Path, typer.Option(metavar="FILE", help="The school.toml of the school.")
    ] = Path("school.toml"),
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where it goes, instead of [backup] folder.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Copy the record and its evidence into one sealed file, while the school is at work or not.

    The copy is opened again and checked before it counts. It opens only with the master key, which
    is not in it: keep that key apart from it.
    """
    from bot.compose.backups import backup_school  # noqa: PLC0415 - the other commands come at once

    with shown_progress() as tell:
        taken = backup_school(config, os.environ, out, tell)
    say(f"{taken.path}, {_size(taken.size)}")
    say(f"It holds {_amount(taken.extent)}. It was opened again and checked.")
    say(last_entry(taken.extent))
    say("Keep the master key apart from it: without the key nobody can open it.")
    _tell_findings(taken.findings, "The record itself is not in order, and so is its copy:")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.", show_default=False)],
    *,
    into: Annotated[
        Path,
        typer.Option(
            metavar="FOLDER",
            help="An empty folder, or one that is not there yet.",
            show_default=False,
        ),
    ],
    database: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="An empty PostgreSQL database, instead of a file in the folder.",
            envvar="REPORT_POST_DATABASE",
            show_default=False,
            show_envvar=True,
        ),
    ] = None,
    key_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The master key that the backup was made with, if it is not in the environment "
            "nor in the folder as master.key.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Make a record of a backup again, in an empty place, and check it at once.

    Nothing is touched before the whole backup was read. Cases that were erased after it was made
    are erased again, as far as the list beside the backups and later backups tell.
    """
    from bot.compose.restoring import restore_backup  # noqa: PLC0415 - as above

    with shown_progress() as tell:
        restored = restore_backup(file, into, database, key_file, os.environ, tell)
    for line in _told_of(restored, into, embedded=database is None):
        say(line)
    _tell_findings(restored.findings, "Something is wrong with the restored record:")


def _told_of(restored: "Restored", into: Path, *, embedded: bool) -> list[str]:
    made = restored.manifest
    when = f"{made.taken_at[:10]} {made.taken_at[11:16]} UTC"
    lines = [
        f"Restored the record of {made.school} as it was at {when} (version {made.made_by}).",
        f"It holds {_amount(restored.extent)}.",
    ]
    lines += _told_of_erased(restored.again)
    with_key = ", with the master key in it as master.key" if embedded else ""
    folder = into.expanduser().absolute()  # what the file names starts from beside the file
    lines.append(
        f'To work with it, set data_folder = "{folder}" below [storage] in school.toml{with_key}. '
        "Messages that were waiting when the backup was made are sent once it is at work."
    )
    return lines


def _told_of_erased(again: "ErasedAgain") -> Iterator[str]:
    from storage.erase_again import ListFound  # noqa: PLC0415 - as above

    if again.cases:
        were = "was" if again.cases == 1 else "were"
        yield (
            f"{counted(again.cases, 'case')} that had been erased since then {were} in it, and "
            "erased again."
        )
    if again.by_list is ListFound.AS_OLD:
        yield (
            "The list of erased cases beside the backup is as old as the backup itself, and names "
            "none that was erased later. Nothing is to be done, unless you know of one."
        )
    elif again.by_list is ListFound.NONE:
        yield (
            "Beside the backup there is no list of erased cases that is as new as it. If a case "
            "was erased after that time, it is back, and has to be erased again."
        )


def _tell_findings(findings: "tuple[Finding, ...]", heading: str) -> None:
    if findings:
        complain("\n".join([heading, *(told(each) for each in findings)]))
        stop(Ends.CHECK_FAILED)


def _amount(extent: "Extent") -> str:
    cases = extent.streams - 1
    erased = f" ({extent.erased} of them erased)" if extent.erased else ""
    return (
        f"{counted(cases, 'case')}{erased}, {counted(extent.entries, 'entry', 'entries')} and "
        f"{counted(extent.files, 'file')} of evidence"
    )


def _size(size: int) -> str:
    for unit in ("bytes", "kB", "MB"):
        if size < _KILO:
            return f"{size:.0f} {unit}"
        size //= _KILO
    return f"{size} GB"
