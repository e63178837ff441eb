"""The questions of ``report-post init`` about people: who holds which role, and whom to ring."""

from collections.abc import Mapping
from typing import Final

from bot.app.school import Holder
from bot.compose.setup import readings
from bot.compose.setup.asking import Asker, Question
from bot.config.people import CALLED
from bot.domain.ids import ContactId, Role
from bot.screens.wording import Contact

_ROLES: Final[Mapping[Role, tuple[str, str]]] = {
    Role.HEAD: ("The headteacher?", ""),
    Role.DEPUTY: (
        "The deputy?",
        "Stands in when the head is away. Enter if there is none.",
    ),
    Role.DSL: (
        "The safeguarding lead (DSL)?",
        "May be the head; a deputy DSL as the second is told if a case is about the first.",
    ),
    Role.CHAIR: (
        "The chair of governors?",
        "Works the cases that are about the head; please name a vice-chair as the second.",
    ),
    Role.ADMIN: ("Who runs the bot?", "Sees its health and its settings, and no case."),
}
_CALLED: Final[Mapping[Role, str]] = {
    Role.HEAD: "headteacher",
    Role.DEPUTY: "deputy headteacher",
    Role.DSL: "safeguarding lead",
    Role.CHAIR: "chair of governors",
}
_COUNCILS: Final[Mapping[str, str]] = {
    "lado": "The LADO's number (the council's officer for allegations against staff)?",
    "social-care-day": "Children's social care, in office hours?",
    "social-care-night": "Children's social care, at night and at weekends?",
}
_EXAMPLE: Final = "head@school.example"


def ask_roles(asker: Asker) -> Mapping[Role, tuple[Holder, ...]]:
    """Who holds each role, in order."""
    asker.tell(
        "\nWho holds which role\n"
        "By the e-mail address of their account in Slack or Teams, best with the name before it: "
        "Ada Grant <head@school.example>. Several people: a comma between them; the first is told, "
        "the next one if a case is about the first, or the first is away."
    )
    found: dict[Role, tuple[Holder, ...]] = {}
    known: dict[str, Holder] = {}
    for role, (asks, hint) in _ROLES.items():
        if role is Role.DEPUTY:
            some = Question(role.value, asks, readings.people, readings.NONE, hint)
        else:
            some = Question(role.value, asks, readings.somebody, None, hint, _EXAMPLE)
        held = asker.ask(some)
        known |= {each.email: each for each in held if each.name}
        if held:
            # Somebody of whom the name was typed before.
            found[role] = tuple(each if each.name else known.get(each.email, each) for each in held)
    return found


def ask_contacts(
    asker: Asker, holders: Mapping[Role, tuple[Holder, ...]]
) -> Mapping[ContactId, Contact]:
    """Whom to ring, and how each is called on the cards."""
    asker.tell(
        "\nWhom staff should ring\n"
        "These numbers stand on the cards that appear when somebody may be in danger. Please give "
        "all of them; press Enter only where you must look one up later."
    )
    found: dict[ContactId, Contact] = {}
    known: dict[str, str] = {}
    for role, called in _CALLED.items():
        if role not in holders:
            continue
        first = holders[role][0]
        usual = known.get(first.email, readings.NONE)
        number = asker.ask(_number(role.value, f"{_named(first, called)}: telephone?", usual))
        if number:
            known[first.email] = number
            found[ContactId(role.value)] = Contact(_label(first, role, called), number)
    for name, asks in _COUNCILS.items():
        number = asker.ask(_number(name, asks, readings.NONE))
        if number:
            found[ContactId(name)] = Contact(CALLED[name], number)
    return found


def _number(name: str, asks: str, usual: str) -> Question[str]:
    return Question(f"ring_{name.replace('-', '_')}", asks, readings.number, usual)


def _named(holder: Holder, called: str) -> str:
    return f"{holder.name.reveal()}, {called}" if holder.name else f"The {called}"


def _label(holder: Holder, role: Role, called: str) -> str:
    return _named(holder, called) if holder.name else CALLED[role.value]
