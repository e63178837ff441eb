"""Decides from ``school.toml`` what stands on the school's letters, and which templates it uses."""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bot.app.letterhead import Letterhead
from bot.config.people import address_in, number_in
from bot.config.problems import Problems
from bot.config.table import Table, line_of_text

_MOST_LINES: Final = 6
_ADDRESS: Final = 'address = ["Mill Lane", "Derwent Vale", "DV1 2AB"]'
_WEBSITE: Final = "https://www.school.example"


def templates_from(table: Table, folder: Path) -> Path | None:
    """The folder of changed templates in ``[letterhead]``; ``None``: those of the bot are used."""
    text = table.text("templates", example="letters", needed=False)
    if text is None:
        return None
    try:
        found = (folder / text).expanduser().absolute()
        if found.is_dir():
            return found
    except (OSError, RuntimeError):  # too long for a name; no such user
        pass
    mend = "Make it: report-post letters --out FOLDER. Or take the line out."
    table.problems.add(table.at("templates"), "names a folder that is not there.", mend)
    return None


def letterhead_from(table: Table) -> Letterhead:
    """The letterhead of ``[letterhead]``, of which nothing is needed; mistakes are noted."""
    problems = table.problems
    telephone = table.raw("telephone")
    email = table.text("email", example="office@school.example", needed=False)
    website = table.text("website", example=_WEBSITE, needed=False)
    complaints = table.text("complaints", example=f"{_WEBSITE}/complaints", needed=False)
    found = Letterhead(
        address=_lines(table),
        telephone=number_in(telephone, table.at("telephone"), problems) or "" if telephone else "",
        email=address_in(email, table.at("email"), problems) or "" if email else "",
        website=website_in(website, table.at("website"), problems) or "" if website else "",
        complaints=complaints or "",
    )
    table.end()
    return found


def website_in(text: str, place: str, problems: Problems) -> str | None:
    """The address of a website; ``None``, and noted, if it is none."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    whole = "." in host.strip(".") and not set(text) & set(" @")
    if parts.scheme in {"http", "https"} and whole:
        return text
    problems.add(place, "is not the address of a website.", f'Write it in full: "{_WEBSITE}".')
    return None


def _lines(table: Table) -> tuple[str, ...]:
    value, place = table.raw("address"), table.at("address")
    if value is None:
        return ()
    if not isinstance(value, list):
        table.wrong_kind("address", value, f"a list of lines: {_ADDRESS}")
        return ()
    if len(value) > _MOST_LINES:
        table.problems.add(place, f"has more than {_MOST_LINES} lines.", "Join some of them.")
    found = (
        line_of_text(each, f"{place}[{number}]", table.problems, "Mill Lane")
        for number, each in enumerate(value, start=1)
    )
    return tuple(each for each in found if each is not None)
