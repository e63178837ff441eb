"""Who is told what is for a role, at the moment it is due."""

from bot.app.intents import Intent, ToRole
from bot.app.present import Present
from bot.domain.ids import PersonId, Role
from bot.domain.notices import OWNER
from bot.domain.people import holders_left, owner_of, stands_for, who_hears


def recipients(present: Present, intent: Intent, role: ToRole) -> tuple[PersonId, ...]:
    """Who is told what is for the role, now; nobody, if nobody is left."""
    if not intent.cases:
        return _holder(present, Role(role.role))
    file, roster = present.file_of(intent.cases[0]), present.roster
    if role.role == OWNER:
        owner = owner_of(file.state, file.policy, roster)
        hears = who_hears(file.state, owner, file.policy, roster, present.today) if owner else None
        return (hears,) if hears else ()
    if role.role in (Role.DSL, Role.DEPUTY):
        found = stands_for(file.state, Role(role.role), file.policy, roster, present.today)
        return (found,) if found else ()
    return holders_left(file.state, Role(role.role), roster)[:1]


def _holder(present: Present, role: Role) -> tuple[PersonId, ...]:
    """The first holder who is here; while every head is away, the deputy."""
    roster = present.roster
    here = [each for each in roster.of(role) if not roster.is_away(each, present.today)]
    if not here and role is Role.HEAD:
        here = [each for each in roster.of(Role.DEPUTY) if not roster.is_away(each, present.today)]
    return tuple(here or roster.of(role))[:1]
