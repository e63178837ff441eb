"""What the checks of doctor look at, made of the sample school with some of it changed."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bot.compose.doctor.findings import AtHand, Finding, Level
from bot.config import Settings, settings_from
from bot.config.places import DATA
from tests.school_files import changed

NOW = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
"""A Monday morning in term, the day after the guidance was last checked."""


def settings(folder: Path, *changes: tuple[str, str]) -> Settings:
    """The sample school's, so changed, with its data in the folder."""
    place = folder / "school.toml"
    return settings_from(changed(*changes), place, {DATA: str(folder / "data")})


def at_hand(
    folder: Path,
    *changes: tuple[str, str],
    now: datetime = NOW,
    environment: Mapping[str, str] | None = None,
) -> AtHand:
    """The file is written as well."""
    (folder / "school.toml").write_text(changed(*changes), "utf-8")
    return AtHand(folder / "school.toml", settings(folder, *changes), environment or {}, now)


def told(findings: Iterable[Finding]) -> list[str]:
    """Each as a level and what it says."""
    return [f"{each.level}: {each.says}" for each in findings]


def wrong(findings: Iterable[Finding]) -> list[str]:
    """Those that are not in order; each says how to mend it."""
    found = [each for each in findings if each.level in (Level.WARNING, Level.FAILS)]
    assert all(each.mend for each in found), found
    return told(found)
