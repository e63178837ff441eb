"""Decides what the whole page holds: tabs, panel, log, message box and clock."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from adapters.desk.drawing import templates
from adapters.desk.host import DeskPerson
from adapters.desk.kept import KeptMessage
from adapters.desk.render import Drawn
from bot.screens.press import Press, Verb


@dataclass(frozen=True)
class Tab:
    """A tab with the number of messages that came since it was last looked at."""

    slug: str
    label: str
    unread: int


@dataclass(frozen=True)
class LogLine:
    """A message in the log, with the school's time when it came."""

    ref: str
    version: int
    summary: str
    html: Markup
    day: str
    time: str
    at: str


@dataclass(frozen=True)
class ClockFace:
    """The school's time, and what went wrong when it was to be moved."""

    now: datetime
    zone: ZoneInfo
    error: str = ""
    typed: str = ""


@dataclass(frozen=True)
class Page:
    """Everything that one tab's page shows."""

    school_name: str
    here: DeskPerson
    tabs: tuple[Tab, ...]
    messages: tuple[KeptMessage, ...]
    clock: ClockFace
    drawn: Drawn
    mark: str


def draw_page(page: Page) -> str:
    """The HTML of the page."""
    clock = page.clock
    local = clock.now.astimezone(clock.zone)
    return (
        templates()
        .get_template("page.html")
        .render(
            school_name=page.school_name,
            here=page.here,
            tabs=page.tabs,
            lines=[_line(message, clock.zone) for message in page.messages],
            panel=page.drawn.panel,
            passing=page.drawn.passing,
            mark=page.mark,
            report=f"press:{Press(Verb.REPORT).encode()}",
            clock={
                "day": _day(local),
                "time": f"{local:%H:%M}",
                "at": clock.now.isoformat(),
                "least": f"{local:%Y-%m-%dT%H:%M}",
                "typed": clock.typed or f"{local:%Y-%m-%dT%H:%M}",
                "error": clock.error,
            },
        )
    )


def draw_problem(title: str, sentence: str, home: str) -> str:
    """A page for what cannot be done, in plain English."""
    template = templates().get_template("problem.html")
    return template.render(title=title, sentence=sentence, home=home)


def fresh_mark() -> str:
    """A new random mark; with it, what is posted from this page is a new act."""
    return secrets.token_hex(16)


def _line(message: KeptMessage, zone: ZoneInfo) -> LogLine:
    local = message.at.astimezone(zone)
    return LogLine(
        ref=message.ref,
        version=message.version,
        summary=message.summary,
        html=Markup(message.html),  # noqa: S704 - rendered by draw_message before it was kept
        day=_day(local),
        time=f"{local:%H:%M}",
        at=message.at.isoformat(),
    )


def _day(local: datetime) -> str:
    return f"{local:%A} {local.day} {local:%B %Y}"
