"""Decides from ``school.toml`` who holds which role, and whom to ring."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from bot.app.school import Holder
from bot.config.problems import Problems
from bot.config.table import Table, line_of_text
from bot.domain.ids import ContactId, Role
from bot.domain.personal import Personal
from bot.policies.tables import kind_of
from bot.screens.wording import Contact

_NEEDED: Final = {Role.HEAD, Role.DSL, Role.CHAIR, Role.ADMIN}  # PRODUCT, section 1
_ROLES: Final = (Role.HEAD, Role.DEPUTY, Role.DSL, Role.CHAIR, Role.ADMIN)

CALLED: Final = {
    "head": "Headteacher",
    "deputy": "Deputy headteacher",
    "dsl": "Safeguarding lead",
    "chair": "Chair of governors",
    "lado": "LADO (the council's designated officer for allegations)",
    "social-care-day": "Children’s social care, office hours",
    "social-care-night": "Children’s social care, nights and weekends",
}
"""The contacts that cards of a pack may name, and how each is called if the school does not say."""

_NAME_AND_ADDRESS: Final = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")
# Lenient on purpose: the platform knows which addresses exist, doctor asks it. 254: RFC 5321.
_ADDRESS: Final = re.compile(
    r"""(?=.{3,254}\Z)[^\s@<>,;:"()\[\]\\]+@(?:[^\W_][\w-]*\.)+[^\W_][\w-]*[^\W_]""", re.VERBOSE
)
_EXAMPLE: Final = "Ada Grant <head@school.example>"
_NUMBER: Final = re.compile(
    r"\+?[0-9 ()./–-]+(?:(?:x|ext\.?|extension) ?[0-9]{1,6})?", re.IGNORECASE
)
_DIGITS: Final = range(3, 22)  # from 999 to fifteen digits (E.164) with an extension


def holders_from(table: Table) -> Mapping[Role, tuple[Holder, ...]]:
    """The holders of each role of ``[roles]``, in order; what is not accepted is noted."""
    held: dict[Role, tuple[Holder, ...]] = {}
    for role in _ROLES:
        value = table.raw(role.value)
        place = table.at(role.value)
        if isinstance(value, list) and value:
            places = [f"{place}[{number}]" for number, _ in enumerate(value, start=1)]
            held[role] = holders_in(value, places, table.problems)
        elif value == [] or value is None:
            if role in _NEEDED:
                wrong = "is held by nobody, and the bot cannot work without."
                table.problems.add(place, wrong, f'Add {role.value} = ["{_EXAMPLE}"].')
        else:
            held[role] = holders_in([value], [place], table.problems)
    table.end()
    return held


def contacts_from(table: Table) -> Mapping[ContactId, Contact]:
    """Whom to ring, of ``[contacts]``; a text alone is a number. What is not accepted is noted."""
    found: dict[ContactId, Contact] = {}
    for name, called in CALLED.items():
        value = table.raw(name)
        if value is None:
            continue
        label, number = called, value
        if isinstance(value, dict):
            below = Table(value, table.at(name), table.problems, about_people=True)
            label = below.text("label", example=called, needed=False) or called
            number = below.raw("number")
            below.end()
        dialled = number_in(number, table.at(name), table.problems)
        if dialled is not None:
            found[ContactId(name)] = Contact(label, dialled)
    table.end()
    return found


def holders_in(
    values: Sequence[object], places: Sequence[str], problems: Problems
) -> tuple[Holder, ...]:
    """The holders of one role, each once, in order; what is not accepted is noted."""
    found: dict[str, Holder] = {}
    first_at: dict[str, str] = {}
    for value, place in zip(values, places, strict=True):
        holder = _holder(value, place, problems)
        if holder is None:
            continue
        if holder.email in found:
            wrong = f"has the same address as {first_at[holder.email]}."
            problems.add(place, wrong, "Name each person once in a role.")
        found.setdefault(holder.email, holder)
        first_at.setdefault(holder.email, place)
    return tuple(found.values())


def _holder(value: object, place: str, problems: Problems) -> Holder | None:
    text = line_of_text(value, place, problems, _EXAMPLE)
    if text is None:
        return None
    both = _NAME_AND_ADDRESS.fullmatch(text)
    name = both["name"].strip().strip("\"'").strip() if both else ""
    address = _address(both["address"] if both else text)
    if address is not None:
        return Holder(address, Personal(name) if name else None)
    wrong = "is not one e-mail address, with or without a name."
    mend = f'Write "head@school.example" or "{_EXAMPLE}"; several people as a list: ["…", "…"].'
    problems.add(place, wrong, mend)
    return None


def address_in(text: str, place: str, problems: Problems) -> str | None:
    """An e-mail address without a name; ``None``, and noted, if it is none."""
    address = _address(text)
    if address is None:
        problems.add(place, "is not an e-mail address.", 'Write "office@school.example".')
    return address


def _address(text: str) -> str | None:
    # Platforms compare addresses without regard to case, and so do we.
    address = text.strip().lower()
    return address if _ADDRESS.fullmatch(address) else None


def number_in(value: object, place: str, problems: Problems) -> str | None:
    """A telephone number; ``None``, and noted, if there is none that can be dialled."""
    mend = 'Write it in quotes, such as "01632 960101"; words belong into the label.'
    if isinstance(value, str):
        text = " ".join(value.split())
        if _NUMBER.fullmatch(text) and sum(each.isdigit() for each in text) in _DIGITS:
            return text
        problems.add(place, "has no telephone number that can be dialled.", mend)
    elif value is None:
        problems.add(place, "has no number.", 'Add number = "01632 960101".')
    else:
        problems.add(place, f"has {kind_of(value)} where the number belongs.", mend)
    return None
