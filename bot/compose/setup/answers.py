"""What a school has answered to ``report-post init``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.app.letterhead import Letterhead
from bot.app.school import Holder
from bot.domain.ids import ContactId, Role, SchoolId
from bot.domain.terms import Term
from bot.screens.wording import Contact


@dataclass(frozen=True)
class School:
    """The school itself."""

    id: SchoolId
    name: str
    country: str
    under_13: bool
    governors: int | None


@dataclass(frozen=True)
class Calendar:
    """Its days. ``guessed``: the terms that were left as they were proposed."""

    terms: tuple[Term, ...]
    inset: tuple[date, ...]
    guessed: frozenset[Term]


@dataclass(frozen=True)
class Answers:
    """Everything that ``school.toml`` is made of, and on which platforms the bot is to work."""

    school: School
    letterhead: Letterhead = field(repr=False)
    calendar: Calendar
    holders: Mapping[Role, tuple[Holder, ...]] = field(repr=False)
    contacts: Mapping[ContactId, Contact] = field(repr=False)
    digest_detail: str
    backup_folder: str
    """For nightly backups; empty for none."""
    platforms: str
    """``Slack``, ``Teams``, ``both``, or ``later``."""
