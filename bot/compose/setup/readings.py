"""What a typed answer means: the readers of ``school.toml`` decide what is accepted."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bot.app.school import Holder
from bot.compose.setup.asking import Heard, NotAccepted
from bot.config.bank_holidays import COUNTRIES
from bot.config.letterhead import website_in
from bot.config.people import address_in, holders_in, number_in
from bot.config.read import FEWEST_GOVERNORS, MOST_GOVERNORS, school_id_in
from bot.config.table import Table, line_of_text
from bot.domain.ids import SchoolId
from bot.policies.problems import did_you_mean

NONE: Final = "none"
"""What is typed where there is nothing, though something is usual."""

_YEAR: Final = re.compile(r"\d{4}")
_A_DAY: Final = "Write a day with its year, such as 2 September 2026 or 2026-09-02."
_A_SPAN: Final = "Write the first and the last day, such as 2 September 2026 to 18 December 2026."
_TO: Final = re.compile(r"\s+(?:to|until|till|–|-)\s+")
_BETWEEN_PEOPLE: Final = re.compile(r"[,;](?![^<>]*>)")


def line(text: str) -> str:
    """A line that can stand in the file."""
    heard = Heard("Please shorten it." if len(text) > 200 else "Please type it.")
    found = line_of_text(text, "", heard, "")
    heard.raise_if_any()
    return found or ""


def line_or_none(text: str) -> str:
    """A line that can stand in the file; empty for none."""
    return "" if is_none(text) else line(text)


def folder(text: str) -> str:
    """The path of a folder, in full, so that it does not hang on where the file lies."""
    found = line_or_none(text)
    if found and not found.startswith("~") and not Path(found).is_absolute():
        raise NotAccepted("This is no whole path. Write it like /mnt/backup/report-post.")
    return found


def short_name(text: str) -> SchoolId:
    """The name by which the records know the school."""
    heard = Heard()
    found = school_id_in(text.strip(), "", heard)
    heard.raise_if_any()
    return found or SchoolId("")


def one_of(*choices: str) -> Callable[[str], str]:
    """One of these words, or the beginning of one that no other has."""

    def read(text: str) -> str:
        said = text.strip().casefold()
        found = [each for each in choices if said and each.casefold().startswith(said)]
        if len(found) != 1:
            raise NotAccepted(f"This is none of the answers. {did_you_mean(text, choices)}")
        return found[0]

    return read


country = one_of(*COUNTRIES)
_yes_or_no = one_of("yes", "no")


def yes(text: str) -> bool:
    """Yes or no."""
    return _yes_or_no(text) == "yes"


def number(text: str) -> str:
    """A telephone number; empty for none."""
    if is_none(text):
        return ""
    heard = Heard("Write it as you would dial it, such as 01632 960101.")
    found = number_in(text, "", heard)
    heard.raise_if_any()
    return found or ""


def email(text: str) -> str:
    """An e-mail address; empty for none."""
    if is_none(text):
        return ""
    heard = Heard("Write it like office@school.example.")
    found = address_in(text, "", heard)
    heard.raise_if_any()
    return found or ""


def website(text: str) -> str:
    """The address of a website, of which the https may be left out; empty for none."""
    if is_none(text):
        return ""
    whole = text.strip() if "://" in text else f"https://{text.strip()}"
    heard = Heard("Write it like www.school.example.")
    found = website_in(whole, "", heard)
    heard.raise_if_any()
    return line(found or "")


def postal_address(text: str) -> tuple[str, ...]:
    """The lines of an address, typed with commas between them; none for none."""
    if is_none(text):
        return ()
    lines = tuple(line(each) for each in text.split(",") if each.strip())
    if len(lines) > 6:
        raise NotAccepted("This has more than 6 lines. Leave out what a letter does not need.")
    return lines


def people(text: str) -> tuple[Holder, ...]:
    """Those who hold a role, in order; nobody for none."""
    if is_none(text):
        return ()
    named = [each.strip() for each in _BETWEEN_PEOPLE.split(text) if each.strip()]
    heard = Heard(
        "Write the e-mail address of each, with or without the name before it: "
        "Ada Grant <head@school.example>. Several people: a comma between them."
    )
    found = holders_in(named, [f"number {n}" for n, _ in enumerate(named, 1)], heard)
    heard.raise_if_any()
    return found


def somebody(text: str) -> tuple[Holder, ...]:
    """Those who hold a role that must be held."""
    found = people(text)
    if not found:
        raise NotAccepted(
            "This role must be held: the bot cannot work without. Write the e-mail address of "
            "somebody, such as head@school.example."
        )
    return found


def governors(text: str) -> int | None:
    """How many governors there are; ``None`` if it is not said."""
    if is_none(text):
        return None
    heard = Heard("Write it in digits, such as 9.")
    value = int(text) if text.strip().isdecimal() and len(text) < 6 else text
    table = Table({"governors": value}, "", heard)
    found = table.number("governors", least=FEWEST_GOVERNORS, most=MOST_GOVERNORS)
    heard.raise_if_any()
    return found


def is_none(text: str) -> bool:
    """Whether nothing is meant."""
    return text.strip().casefold() in {"", NONE, "no", "-"}
