"""What is looked at where several schools are served together: each by itself, then all of them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.compose.doctor import examine
from bot.compose.doctor.between import findings_between
from bot.compose.doctor.findings import Area, Finding, Level
from bot.config import problems_of_folder, read_schools, school_files
from bot.domain.errors import SettingsNotAccepted


@dataclass(frozen=True)
class Part:
    """What was found below a heading; of one school there is none."""

    heading: str
    findings: Sequence[Finding]


def look_at_all(
    config: Path,
    environment: Mapping[str, str],
    now: datetime,
    tell: Callable[[Area], object],
    *,
    send_test: bool,
) -> tuple[Part, ...]:
    """What was found of a school, or of those of a folder: what is the same in all, then each.

    ``tell`` hears what was just looked at; a look takes some seconds for each school.
    """

    def looked(file: Path, *, several: bool = False) -> list[Finding]:
        found = list[Finding]()
        for each in examine.examine(file, environment, now, send_test=send_test, several=several):
            found.append(each)
            tell(each.area)
        return found

    if not config.is_dir():
        return (Part("", looked(config)),)
    files = school_files(config)
    of_each = {file.name: looked(file, several=len(files) > 1) for file in files}
    shared = _in_all(of_each.values())
    together = [*_together(config, environment, now), *shared]
    in_order = sorted(together, key=lambda each: list(Area).index(each.area))
    own = {name: [each for each in found if each not in shared] for name, found in of_each.items()}
    return (
        Part("All schools together", in_order),
        *(Part(name, found) for name, found in own.items()),
    )


def _in_all(schools: Collection[Sequence[Finding]]) -> tuple[Finding, ...]:
    """What was found alike in every school of which more than the settings was looked at."""
    looked_at = [each for each in schools if any(f.area is not Area.SETTINGS for f in each)]
    if len(looked_at) < 2:
        return ()
    first, *others = looked_at
    return tuple(each for each in first if all(each in other for other in others))


def _together(folder: Path, environment: Mapping[str, str], now: datetime) -> Iterator[Finding]:
    problems: Iterable[str] = problems_of_folder(folder, environment)
    for each in problems:
        yield Finding(Area.SETTINGS, Level.FAILS, each)
    if not problems:
        yield Finding(Area.SETTINGS, Level.OK, f"The files in {folder} fit together.")
    try:
        schools = read_schools(folder, environment)
    except SettingsNotAccepted:
        says = "Whether a school is left out was not looked at: not all settings can be used."
        yield Finding(Area.SETTINGS, Level.NOTE, says)
    else:
        yield from findings_between(folder, schools, environment, now)
