"""Whether a school of an installation is forgotten, and what two of them share unawares."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from adapters.teams.references import place_of
from bot.compose.doctor.findings import Area, AtHand, Finding, Level, listed
from bot.compose.doctor.record import look_at_record
from bot.compose.unserved import kept_in, look_beside
from bot.config import Settings, schools_put_aside
from bot.domain.ids import SchoolId
from storage.checked import Kept


def findings_between(
    folder: Path, schools: Sequence[Settings], environment: Mapping[str, str], now: datetime
) -> Iterator[Finding]:
    """Everything that shows only where all the schools of a folder are known."""
    yield from _left_out(folder, schools)
    yield from _put_aside(folder, {each.id for each in schools})
    yield from _domains_shared(schools)
    if len(schools) > 1:
        yield _channels(folder, schools, environment, now)


def _left_out(folder: Path, schools: Sequence[Settings]) -> Iterator[Finding]:
    """Schools that have a record and no file."""
    served = {each.id for each in schools}
    for database in dict.fromkeys(each.database for each in schools):
        for school, kept in kept_in(database, served).items():
            yield Finding(
                Area.RECORD,
                Level.FAILS if kept.cases else Level.NOTE,
                f"The database has a record of the school {school} ({_counted(kept)}), and "
                f"{folder} has no file of it: unless another installation serves it, nobody is "
                "reminded there, and nothing is erased or copied.",
                f"If no other installation serves it, put its file back into {folder}, with a "
                "name that ends in .toml.",
            )
    found = look_beside(schools)
    for beside, of in found.kept.items():
        for school, kept in of.items():
            yield Finding(
                Area.RECORD,
                Level.WARNING if kept.cases else Level.NOTE,
                f"{beside} has a record of the school {school} ({_counted(kept)}), and {folder} "
                "has no file of it.",
                f"If no other installation serves it, put its file back into {folder}.",
            )
    if found.not_looked_into:
        beside_them = listed([str(each) for each in found.not_looked_into])
        says = f"{beside_them} could not be looked into for records of schools without a file."
        yield Finding(Area.RECORD, Level.NOTE, says)


def _counted(kept: Kept) -> str:
    return f"open cases: {kept.open}, closed: {kept.cases - kept.open}"


def _put_aside(folder: Path, served: set[SchoolId]) -> Iterator[Finding]:
    for file, school in schools_put_aside(folder).items():
        if school not in served:
            yield Finding(
                Area.SETTINGS,
                Level.WARNING,
                f"{file.name} is of the school {school}, and is not read.",
                "If the school is to be served, let its name end in .toml. If not, put the file "
                "somewhere else.",
            )


def _domains_shared(schools: Iterable[Settings]) -> Iterator[Finding]:
    found: dict[str, list[str]] = defaultdict(list)
    for school in schools:
        for each in sorted(school.staff or ()):
            if "@" not in each:
                found[each].append(school.id)
    for domain, of in found.items():
        if len(of) > 1:
            says = (
                f"Addresses that end in {domain} are of {listed(of)}: whoever has one is asked "
                "for each report which school it is for."
            )
            yield Finding(Area.PEOPLE, Level.NOTE, says)


def _channels(
    folder: Path, schools: Sequence[Settings], environment: Mapping[str, str], now: datetime
) -> Finding:
    """Whether the digests of two schools come to one channel."""
    found: dict[str, list[str]] = defaultdict(list)
    unseen: list[str] = []
    for school in schools:
        kept = look_at_record(AtHand(folder, school, environment, now), ()).kept
        if kept is None:
            unseen.append(school.id)
        elif kept.channel:
            found[place_of(kept.channel)].append(school.id)
    shared = [listed(of) for of in found.values() if len(of) > 1]
    if shared:
        return Finding(
            Area.GOVERNORS,
            Level.FAILS,
            f"One channel gets the digests of {'; another, of '.join(shared)}: governors of one "
            "school read the figures of the other.",
            "Type digest-here in another channel for all but one of them.",
        )
    if unseen:
        says = (
            "Whether two schools have the same governors' channel was not looked at for "
            f"{listed(unseen)}: there is no record yet, or it could not be opened."
        )
        return Finding(Area.GOVERNORS, Level.NOTE, says)
    says = "No two schools have the same governors' channel."
    return Finding(Area.GOVERNORS, Level.OK, says)
