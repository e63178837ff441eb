"""Who holds a role and can be reached: on any platform, and on which."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.app.messenger import Messenger
from bot.compose.doctor.findings import Area, AtHand, Finding, Level, listed
from bot.domain.ids import PersonId, Role

_ROLES = (Role.HEAD, Role.DEPUTY, Role.DSL, Role.CHAIR, Role.ADMIN)


@dataclass(frozen=True)
class Account:
    """Where somebody is reached on a platform; ``guest``: not a full member of it."""

    address: PersonId = field(repr=False)
    guest: bool = False


@dataclass(frozen=True)
class PlatformLook:
    """What was seen of a platform.

    ``accounts`` has, by e-mail address, the account or ``None``; of whom nothing could be learnt is
    not in it. ``messenger`` is there if messages could be sent. ``mend``: what makes an address
    reachable there.
    """

    id: str
    name: str
    findings: tuple[Finding, ...]
    mend: str
    accounts: Mapping[str, Account | None] = field(default_factory=dict, repr=False)
    messenger: Messenger | None = None


def people_findings(at: AtHand, looks: Sequence[PlatformLook]) -> Iterator[Finding]:
    """Each role whose holders cannot all be reached, and guests among those who can."""
    if not looks:
        says = "Whether each role can be reached was not looked at: no platform is set up here."
        yield Finding(Area.PEOPLE, Level.NOTE, says)
        return
    good: list[str] = []
    for role in _ROLES:
        held = at.settings.holders.get(role, ())
        if not held:
            continue
        found = [reached(each.email, looks) for each in held]
        if all(each is True for each in found):
            good.append(role.value)
        else:
            yield _not_all(role, found, looks)
    if good:
        yield Finding(Area.PEOPLE, Level.OK, f"Can be reached: {listed(good)}.")
    yield from _guests(at, looks)


def reached(email: str, looks: Sequence[PlatformLook]) -> bool | None:
    """Whether somebody can be reached on a platform; ``None`` if that could not be learnt."""
    found = [each.accounts[email] for each in looks if email in each.accounts]
    if any(found):
        return True
    return False if len(found) == len(looks) else None


def _not_all(role: Role, found: Sequence[bool | None], looks: Sequence[PlatformLook]) -> Finding:
    places = [f"roles.{role.value}[{n}]" for n, each in enumerate(found, 1) if each is not True]
    if None in found:
        says = f"{listed(places)}: no answer whether they can be reached."
        return Finding(Area.PEOPLE, Level.NOTE, says, "Run report-post doctor again later.")
    nobody = not any(found)
    level = Level.FAILS if nobody and role is not Role.DEPUTY else Level.WARNING
    whole = "nobody in this role can be reached" if nobody else "cannot be reached"
    mends = " ".join(each.mend for each in looks)
    return Finding(Area.PEOPLE, level, f"{listed(places)}: {whole}.", mends)


def _guests(at: AtHand, looks: Sequence[PlatformLook]) -> Iterator[Finding]:
    for role in _ROLES:
        for number, holder in enumerate(at.settings.holders.get(role, ()), start=1):
            accounts = [look.accounts.get(holder.email) for look in looks]
            if any(each.guest for each in accounts if each):
                yield Finding(
                    Area.PEOPLE,
                    Level.NOTE,
                    f"roles.{role.value}[{number}] is a guest: admitted to this role, and to "
                    "nothing else.",
                )
