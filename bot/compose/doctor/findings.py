"""What a check found: how bad it is, what it is, and how to mend it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from bot.config import Settings


class Level(StrEnum):
    """How bad it is. A note is advice, or says what could not be looked at."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    FAILS = "fails"
    """On the day something would not work."""


class Area(StrEnum):
    """What it is about, in the order in which it is told."""

    SETTINGS = "Settings"
    CALENDAR = "School calendar"
    CONTACTS = "Whom to ring"
    POLICY = "Policy and guidance"
    RECORD = "The record, its key and its backups"
    CLOCK = "Clock"
    PLATFORMS = "Platforms"
    SLACK = "Slack"
    TEAMS = "Microsoft Teams"
    PEOPLE = "People"
    GOVERNORS = "Governors"
    TEST = "Test messages"


@dataclass(frozen=True)
class Finding:
    """One line. It names nobody: people by their place in the settings alone."""

    area: Area
    level: Level
    says: str
    mend: str = ""


@dataclass(frozen=True)
class AtHand:
    """What the checks look at. ``now`` is the machine's time (UTC)."""

    config: Path
    settings: Settings
    environment: Mapping[str, str] = field(repr=False)
    now: datetime
    several: bool = False
    """Whether other schools are served with it."""

    @property
    def today(self) -> date:
        """The school's day."""
        return self.settings.calendar.local_date(self.now)


def listed(names: list[str]) -> str:
    """Names in a sentence: a, b and c."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def day(on: date) -> str:
    """A day in words."""
    return f"{on.day} {on:%B %Y}"
