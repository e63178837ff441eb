"""What is looked at where several schools are served together: each by itself, then all of them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from bot.compose.doctor import examine
from bot.compose.doctor.findings import Area, Finding, Level
from bot.config import problems_of_folder, school_files


def parts_of(
    config: Path, environment: Mapping[str, str], now: datetime, *, send_test: bool
) -> Iterator[tuple[str, Iterable[Finding]]]:
    """What was found, each part below its heading; of one school there is no heading."""
    if not config.is_dir():
        yield "", examine.examine(config, environment, now, send_test=send_test)
        return
    for file in school_files(config):
        yield file.name, examine.examine(file, environment, now, send_test=send_test)
    yield "All schools together", _together(config, environment)


def _together(folder: Path, environment: Mapping[str, str]) -> Iterator[Finding]:
    problems = problems_of_folder(folder, environment)
    for each in problems:
        yield Finding(Area.SETTINGS, Level.FAILS, each)
    if not problems:
        yield Finding(Area.SETTINGS, Level.OK, f"The files in {folder} fit together.")
