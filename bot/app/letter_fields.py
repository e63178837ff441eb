"""What stands in a letter: the facts that a template may use, each by a plain name.

There is no field for who reported a post, nor for anything typed freely (a note could tell it); so
no letter can give it away, however its template is changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum, unique
from types import MappingProxyType
from typing import Final

from bot.app.letterhead import Letterhead
from bot.domain.ids import Reference
from bot.domain.personal import Personal

WARNING: Final = "warning-letter"
INVITATION: Final = "invitation"
HOST_REQUEST: Final = "host-request"
POLICE_SUMMARY: Final = "police-summary"
SOLICITOR_NOTE: Final = "solicitor-note"

LETTERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        WARNING: "Warning letter",
        INVITATION: "Invitation to talk",
        HOST_REQUEST: "Request to the site",
        POLICE_SUMMARY: "Summary for the police",
        SOLICITOR_NOTE: "Note for a solicitor",
    }
)
"""The letters that come with the bot, by the name of the template, with what they are called."""

MOST_LINKS: Final = 10
"""Links that a report may have (PRODUCT, 2.2)."""


@dataclass(frozen=True)
class Happened:
    """Something that happened on a day, in our own words: a step and how it was answered."""

    on: date
    what: str


@dataclass(frozen=True)
class Clause:
    """A clause of the policy, with what it says in short."""

    number: str
    text: str


@dataclass(frozen=True)
class Site:
    """Where the post stands, how a post is reported there, and when that address was checked."""

    name: str
    report_at: str = ""
    checked_on: date | None = None


@dataclass(frozen=True)
class Exhibit:
    """A piece of evidence, by its number in the handover pack; never by the name it came with."""

    number: int
    kind: str
    """In words, such as "PNG picture"."""
    size: int
    """Bytes."""
    sha256: str
    added_on: date


@dataclass(frozen=True)
class Named:
    """Somebody the post is about: who they are at the school, and their name where it is given."""

    role: str
    name: Personal | None = None


@dataclass(frozen=True)
class LetterFields:
    """Everything known that may stand in a letter; what is not known is empty.

    ``poster`` is the person who posted: the recipient of a letter to a parent, and named to the
    police and to a solicitor. ``concerns`` and ``place`` are in the words of the policy pack. Days
    are local days of the school.
    """

    school: str
    letterhead: Letterhead
    reference: Reference
    written_on: date
    sender_title: str
    """What the person who signs is at the school, such as "Headteacher"."""
    sender_name: Personal | None = None
    poster: Personal | None = None
    poster_address: tuple[Personal, ...] = ()
    poster_kind: str = ""
    """Who posted, in the pack's words, such as "A parent or carer"."""
    concerns: tuple[str, ...] = ()
    place: str = ""
    links: tuple[Personal, ...] = ()
    seen_on: date | None = None
    still_up_on: date | None = None
    """The day of the last check, if the post was still up then."""
    talks: tuple[Happened, ...] = ()
    """What was asked and agreed before, told to the poster: "We spoke, and you agreed to …"."""
    clauses: tuple[Clause, ...] = ()
    remove_by: date | None = None
    proposed_times: tuple[str, ...] = ()
    complaints_route: str = ""
    """Where the complaints procedure is found: an address, a page, or whom to ask."""
    site: Site | None = None
    events: tuple[Happened, ...] = ()
    """What happened in order, in our own words."""
    evidence: tuple[Exhibit, ...] = ()
    contacts: tuple[tuple[str, str], ...] = ()
    """Whom to ring at the school: who they are, and the number."""
    people: tuple[Named, ...] = ()
    sexual_image: bool = False
    """The report says that there may be a sexual image of a child."""

    def __post_init__(self) -> None:
        if len(self.links) > MOST_LINKS:
            raise ValueError(f"A letter has room for {MOST_LINKS} links.")


def libel_limit_on(first_known_on: date) -> date:
    """The day by which a claim for libel should be begun: a year less a day.

    Source: Limitation Act 1980, s4A. The year runs from the publication, which may be earlier than
    the day on which a post was first seen; and whether that day itself counts is for lawyers. The
    earlier day is the safe one.
    """
    try:
        a_year_on = first_known_on.replace(year=first_known_on.year + 1)
    except ValueError:  # 29 February
        a_year_on = first_known_on.replace(year=first_known_on.year + 1, day=28)
    return a_year_on - timedelta(days=1)


@unique
class Shape(Enum):
    """How a field is written in a template."""

    TEXT = "text"
    YES_NO = "yes or no"
    LIST = "list"
    ROWS = "rows"


@dataclass(frozen=True)
class Field:
    """A field that a template may use, and what it is, for whoever changes the template."""

    name: str
    meaning: str
    shape: Shape = Shape.TEXT
    columns: Mapping[str, str] = field(default_factory=dict)
    """Of ``ROWS``: what each row holds, by name."""


_SCHOOL: Final = (
    Field("school_name", "the name of the school"),
    Field("school_address", "the school's address, line by line", Shape.LIST),
    Field("school_address_line", "the same in one line"),
    Field("school_telephone", "the school's telephone number"),
    Field("school_email", "the school's e-mail address"),
    Field("school_website", "the school's website"),
    Field("school_contact_line", "telephone number, e-mail address and website in one line"),
    Field("sender_name", "the name of the person who signs"),
    Field("sender_title", "what that person is, such as Headteacher"),
    Field("date", "the day of the letter, such as 24 November 2026"),
    Field("reference", "the reference of the case"),
)
_POST: Final = (
    Field(
        "concerns", "what worries the school, in the words of the policy's categories", Shape.LIST
    ),
    Field("place", "where the post stands, such as A closed group"),
    Field("links", "the links to the post", Shape.LIST),
    Field("seen_on", "the day on which it was first seen"),
    Field("still_up_on", "the day of the last check, if it was still up then"),
    Field(
        "clauses",
        "the clauses of the policy that apply",
        Shape.ROWS,
        {"number": "its number", "text": "what it says, in short"},
    ),
)
_A_DAY: Final = {"date": "the day", "what": "what happened, in short"}
_PARENT: Final = (
    Field("recipient_name", "the name of the person written to; empty if it is not known"),
    Field("recipient_address", "their address, line by line; empty if not given", Shape.LIST),
    Field("talks", "the talks and letters so far, and how they ended", Shape.ROWS, _A_DAY),
    Field("remove_by", "the day by which the school asks for the post to be removed"),
    Field("proposed_times", "days and times at which the school could meet", Shape.LIST),
    Field("complaints_route", "where the complaints procedure is found"),
)
_SITE: Final = (
    Field("site_name", "the site on which the post stands, such as Facebook"),
    Field("site_report_at", "where a post is reported to the site"),
    Field("site_checked_on", "the day on which that address was last checked"),
    Field(
        "sexual_image", "whether it may be a sexual image of a child: only in an if", Shape.YES_NO
    ),
)
_OUTSIDE: Final = (
    *_SITE,
    Field("poster_name", "the name of the person who posted; empty if it is not known"),
    Field("poster_kind", "who that is, such as A parent or carer"),
    Field(
        "people",
        "those whom the post is about",
        Shape.ROWS,
        {"role": "who they are at the school", "name": "their name; empty if not given"},
    ),
    Field("events", "what happened, in order", Shape.ROWS, _A_DAY),
    Field(
        "evidence",
        "the pictures and files that the school keeps",
        Shape.ROWS,
        {
            "number": "its number in the handover pack",
            "kind": "what it is, such as PNG picture",
            "size": "how large it is",
            "sha256": "its fingerprint",
            "added_on": "the day on which the school received it",
        },
    ),
    Field(
        "contacts",
        "whom to ring at the school",
        Shape.ROWS,
        {"who": "who they are", "number": "their number"},
    ),
)
_LIMIT: Final = Field(
    "limit_on", "the day by which a claim for libel should be begun, counted from seen_on"
)


def fields_of(letter: str) -> Mapping[str, Field]:
    """The fields that the template of that letter may use, by name.

    A letter of the school's own, which does not come with the bot, has those of a letter to a
    parent.
    """
    more = {
        HOST_REQUEST: _SITE,
        POLICE_SUMMARY: _OUTSIDE,
        SOLICITOR_NOTE: (*_OUTSIDE, _LIMIT),
    }.get(letter, _PARENT)
    return {each.name: each for each in (*_SCHOOL, *_POST, *more)}
