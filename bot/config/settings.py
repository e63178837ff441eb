"""What the rest of the bot may rely on once ``school.toml`` has been accepted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app.letterhead import Letterhead
from bot.app.school import Holder
from bot.domain.calendar import SchoolCalendar
from bot.domain.figures import Detail
from bot.domain.ids import ContactId, Role, SchoolId
from bot.screens.wording import Contact


@dataclass(frozen=True)
class Settings:
    """A school's settings, checked in full. Its repr shows no address, number or password.

    ``holders`` has every role that is held, its holders in order: the head, DSL, chair and admin
    always, the deputy perhaps. ``contacts`` has those that the school gave. ``policy`` is the name
    of a pack that comes with the bot, or the file of the school's own. Paths are absolute.
    """

    id: SchoolId
    name: str
    calendar: SchoolCalendar
    traits: frozenset[str]
    """What conditions of a pack may ask of the school, such as ``pupils-under-13``."""
    holders: Mapping[Role, tuple[Holder, ...]] = field(repr=False)
    contacts: Mapping[ContactId, Contact] = field(repr=False)
    policy: str | Path
    database: str = field(repr=False)
    """An address for SQLAlchemy; it may hold a password."""
    data_folder: Path
    backup_folder: Path | None
    """Where nightly backups go; ``None``: there are none."""
    digest_detail: Detail
    governors: int | None = None
    """How many governors there are, if the school says so."""
    letterhead: Letterhead = field(default_factory=Letterhead, repr=False)
    letter_templates: Path | None = None
    """The folder of the templates that the school changed; ``None``: those of the bot are used."""
    staff: frozenset[str] | None = field(default=None, repr=False)
    """Domains of e-mail addresses, and whole addresses, of its staff, in small letters. ``None``:
    every full member of the workspace or tenant."""
    teams_secret_ends: date | None = None
    """Until when Microsoft Teams' client secret is good, if the school wrote it down."""

    @property
    def zone(self) -> ZoneInfo:
        """The time that the school's clocks show."""
        return self.calendar.zone
