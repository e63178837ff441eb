"""Who holds which role, who owns a case, and who steps in for whom (PRODUCT, section 1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from bot.domain.ids import MessageKind, PersonId, Role
from bot.domain.policy import Policy

if TYPE_CHECKING:
    from bot.domain.case import CaseState

LEADERS = frozenset({Role.HEAD, Role.DEPUTY, Role.DSL, Role.CHAIR})
"""The roles that may come to work a case, each where PRODUCT, section 1 says so."""

_OPENS_IT_TO_THE_DEPUTY = frozenset({MessageKind.URGENT_CASE, MessageKind.OVERDUE_TO_DEPUTY})


@dataclass(frozen=True)
class Who:
    """A person with the roles held now. ``STAFF`` only for full members of the school."""

    person: PersonId
    roles: frozenset[Role]


@dataclass(frozen=True)
class Owner:
    """The role that owns a case, and who holds it."""

    role: Role
    person: PersonId


@dataclass(frozen=True)
class Roster:
    """The holders of each role, in order, and until which day (included) somebody is away."""

    holders: Mapping[Role, tuple[PersonId, ...]]
    away: Mapping[PersonId, date] = field(default_factory=dict)

    def roles_of(self, person: PersonId) -> frozenset[Role]:
        """Every role that the person is named in."""
        return frozenset(role for role, people in self.holders.items() if person in people)

    def of(self, role: Role) -> tuple[PersonId, ...]:
        """The holders of a role, in order; perhaps nobody."""
        return self.holders.get(role, ())

    def is_away(self, person: PersonId, today: date) -> bool:
        """Whether the person is away on the school's day ``today``."""
        until = self.away.get(person)
        return until is not None and today <= until


def is_excluded(state: "CaseState", person: PersonId, roster: Roster) -> bool:
    """Whether the case concerns this person: then no other role lets them in."""
    if person in state.excluded_people:
        return True
    return bool(state.excluded_roles and roster.roles_of(person) & state.excluded_roles)


def holders_left(state: "CaseState", role: Role, roster: Roster) -> tuple[PersonId, ...]:
    """The holders of a role whom the case does not exclude, in order."""
    if not (state.excluded_people or state.excluded_roles):
        return roster.of(role)
    return tuple(each for each in roster.of(role) if not is_excluded(state, each, roster))


def first_owner_is_out(state: "CaseState", policy: Policy, roster: Roster) -> bool:
    """Whether the case went past the role that owns cases first, the head."""
    return not holders_left(state, policy.owner.roles[0], roster)


def is_anyone_excluded(state: "CaseState", roster: Roster) -> bool:
    """Whether any holder of head, deputy, dsl or chair is out: then no digest counts the case."""
    return bool(state.excluded_roles) or any(
        is_excluded(state, person, roster) for role in LEADERS for person in roster.of(role)
    )


def owner_of(state: "CaseState", policy: Policy, roster: Roster) -> Owner | None:
    """Who owns the case: whoever it was passed to, else the first role with somebody left.

    Once the first role is out, the case stays with those who come after it, never with a deputy.
    ``None``: nobody is left, and the case waits.
    """
    out = first_owner_is_out(state, policy, roster)
    if state.passed_to and (not out or state.passed_to[0] in policy.owner.roles):
        role, person = state.passed_to
        left = holders_left(state, role, roster)
        if left:
            return Owner(role, person if person in left else left[0])
    for role in policy.owner.roles:
        left = holders_left(state, role, roster)
        if left:
            return Owner(role, left[0])
    return None


def who_hears(
    state: "CaseState", owner: Owner, policy: Policy, roster: Roster, today: date
) -> PersonId:
    """Who is told what is for the owner: while away, another holder, else the deputy."""
    if not roster.is_away(owner.person, today):
        return owner.person
    here = [
        each for each in holders_left(state, owner.role, roster) if not roster.is_away(each, today)
    ]
    if owner.role is policy.owner.roles[0]:
        deputies = holders_left(state, Role.DEPUTY, roster)
        here += [each for each in deputies if not roster.is_away(each, today)]
    return here[0] if here else owner.person


def stands_for(
    state: "CaseState", role: Role, policy: Policy, roster: Roster, today: date
) -> PersonId | None:
    """Who is told what is for the deputy or the DSL: the first holder left, else the owner.

    A head who is also the DSL may be away: then it goes where everything for the head goes.
    """
    left = holders_left(state, role, roster)
    here = next((each for each in left if not roster.is_away(each, today)), None)
    if here is not None:
        return here
    owner = owner_of(state, policy, roster)
    instead = who_hears(state, owner, policy, roster, today) if owner else None
    if instead is None or (left and roster.is_away(instead, today)):
        return left[0] if left else None
    return instead


def deputy_has_it(
    state: "CaseState", policy: Policy, roster: Roster, who: Who, today: date
) -> bool:
    """Whether the case has come to this deputy: passed on, the head away, or told of it."""
    if first_owner_is_out(state, policy, roster):
        return False
    owner = owner_of(state, policy, roster)
    if owner and owner.person == who.person:
        return True
    if state.passed_to and state.passed_to[0] is Role.DEPUTY:
        return True
    if owner and who_hears(state, owner, policy, roster, today) == who.person:
        return True
    return any(
        told.person == who.person and told.kind in _OPENS_IT_TO_THE_DEPUTY for told in state.told
    )
