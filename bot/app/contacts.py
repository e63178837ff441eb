"""Whom to ring about a case: never somebody whom it concerns, and for the head the chair."""

from collections.abc import Sequence

from bot.app.case_file import CaseFile
from bot.app.school import School
from bot.domain.evaluate import holds
from bot.domain.ids import CardId, ContactId, Role
from bot.domain.people import LEADERS, Roster, first_owner_is_out, holders_left

EMERGENCY = (
    ContactId("dsl"),
    ContactId("head"),
    ContactId("deputy"),
    ContactId("social-care-day"),
    ContactId("social-care-night"),
)
NOBODY_AT_SCHOOL = (
    ContactId("lado"),
    ContactId("social-care-day"),
    ContactId("social-care-night"),
)


def stop_cards_of(
    school: School, roster: Roster, file: CaseFile
) -> tuple[tuple[CardId, tuple[ContactId, ...]], ...]:
    """The stop cards of a case, with whom to ring about it."""
    cards = [rule.card for rule in file.policy.stop_cards if holds(rule.when, file.state)]
    return tuple(
        (card, right_contacts(school, roster, file, _card_contacts(file, card))) for card in cards
    )


def _card_contacts(file: CaseFile, card: CardId) -> tuple[ContactId, ...]:
    known = file.policy.cards.get(card)
    return known.contacts if known else ()


def right_contacts(
    school: School, roster: Roster, file: CaseFile, contacts: Sequence[ContactId]
) -> tuple[ContactId, ...]:
    """The contacts without those whom the case concerns, as far as numbers are known."""
    roles = {role.value: role for role in LEADERS}
    if first_owner_is_out(file.state, file.policy, roster):
        # For the head the chair steps in, never the deputy.
        del roles[Role.DEPUTY.value]
        contacts = [each for each in contacts if each.value != Role.DEPUTY]
        chair = ContactId(Role.CHAIR.value)
        head = ContactId(Role.HEAD.value)
        contacts = [chair if each == head and chair not in contacts else each for each in contacts]
    return tuple(
        contact
        for contact in contacts
        if contact in school.contacts
        and (contact.value not in roles or _first_is_left(file, roles[contact.value], roster))
    )


def _first_is_left(file: CaseFile, role: Role, roster: Roster) -> bool:
    """Whether the number given for a role may be rung: it is the first holder's."""
    return roster.of(role)[:1] == holders_left(file.state, role, roster)[:1] != ()
