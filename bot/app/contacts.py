"""Whom to ring about a case: never somebody whom it concerns, and for the head the chair."""

from collections.abc import Sequence

from bot.app.case_file import CaseFile
from bot.app.school import School
from bot.domain.case import CaseState
from bot.domain.evaluate import holds
from bot.domain.ids import CardId, ContactId, Role
from bot.domain.people import LEADERS, Roster, first_owner_is_out, holders_left, owner_of
from bot.domain.policy import Policy

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
        (
            card,
            right_contacts(
                school, roster, file.policy, file.state, file.policy.cards[card].contacts
            ),
        )
        for card in cards
    )


def right_contacts(
    school: School,
    roster: Roster,
    policy: Policy,
    state: CaseState,
    wanted: Sequence[ContactId],
) -> tuple[ContactId, ...]:
    """Whom to ring, as far as numbers are known: nobody whom the case concerns.

    A role's number is its first holder's. Where that person is out, the number of whoever steps in
    stands instead (PRODUCT, section 1): for the head the chair, never the deputy; for the DSL the
    owner.
    """
    ring = [_ring(roster, policy, state, contact) for contact in wanted]
    known = [contact for contact in ring if contact is not None and contact in school.contacts]
    return tuple(dict.fromkeys(known))


def _ring(roster: Roster, policy: Policy, state: CaseState, contact: ContactId) -> ContactId | None:
    role = next((each for each in LEADERS if each.value == contact.value), None)
    if role is None:
        return contact
    head_is_out = first_owner_is_out(state, policy, roster)
    if _first_is_left(state, role, roster) and not (role is Role.DEPUTY and head_is_out):
        return contact
    owner = owner_of(state, policy, roster)
    stands_in = role in (*policy.owner.roles, Role.DSL)
    if owner is None or not stands_in or roster.of(owner.role)[:1] != (owner.person,):
        return None
    return ContactId(owner.role.value)


def _first_is_left(state: CaseState, role: Role, roster: Roster) -> bool:
    return roster.of(role)[:1] == holders_left(state, role, roster)[:1] != ()
