"""A school as the application knows it: its store, clock, people, calendar, pack and words."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from bot.app.folded_cases import FoldedCases
from bot.app.inbound import Person
from bot.app.letterhead import Letterhead
from bot.app.ports import Clock, Reading, Store, Writing
from bot.domain.calendar import SchoolCalendar
from bot.domain.ids import ContactId, PersonId, Role, SchoolId
from bot.domain.people import Roster, Who
from bot.domain.personal import Personal
from bot.domain.policy import Policy
from bot.policies.bundled import Platform
from bot.screens.wording import Contact, Labels, Words

if TYPE_CHECKING:
    from bot.app.documents import Documents

_AWAY = "away"
LEADERS = (Role.HEAD, Role.DEPUTY, Role.DSL, Role.CHAIR)


@dataclass(frozen=True)
class Holder:
    """Somebody who is named in a role: an account's address, and a name if one is given."""

    email: str
    name: Personal | None = None


@dataclass(frozen=True)
class Pack:
    """A policy pack with the text it was read from and that text's hash."""

    policy: Policy
    text: str
    sha256: str


@dataclass(frozen=True)
class School:
    """Everything that a use case needs to know of the world."""

    id: SchoolId
    name: str
    store: Store
    clock: Clock
    calendar: SchoolCalendar
    holders: Mapping[Role, tuple[Holder, ...]]
    contacts: Mapping[ContactId, Contact]
    pack: Pack
    read_pack: Callable[[str], Policy]
    """Parses a kept pack's text."""
    labels: Callable[[Policy], Labels]
    documents: "Documents"
    platforms: Mapping[str, Platform]
    """The sites on which posts appear, by id, and where each takes reports (dated)."""
    traits: frozenset[str] = frozenset()
    digest_detail: str = "suppressed"
    letterhead: Letterhead = field(default_factory=Letterhead)
    governors: int | None = None
    """How many governors there are, if the school says so."""
    staff: frozenset[str] | None = None
    """Addresses, and domains of addresses, of its staff, in small letters. ``None``: every full
    member of the workspace or tenant is staff, since it has one school."""
    folded: FoldedCases = field(default_factory=FoldedCases, compare=False, repr=False)
    """Cases that were read before; several schools may share one, so that it bounds them all."""
    _packs: dict[str, Policy] = field(default_factory=dict, compare=False)
    _people: dict[str, PersonId] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    """Who the holders of roles are, by address: asked at every act."""

    def now(self) -> datetime:
        """The school's time (UTC)."""
        return self.clock.now().astimezone(UTC)

    def today(self) -> date:
        """The school's day."""
        return self.calendar.local_date(self.now())

    def policy(self, sha256: str, reading: Reading) -> Policy:
        """The pack of that hash: the present one, or one that was kept."""
        if sha256 == self.pack.sha256:
            return self.pack.policy
        if sha256 not in self._packs:
            text = reading.policy_text(sha256)
            if text is None:
                message = "The policy pack of a case is missing from the store."
                raise LookupError(message)
            self._packs[sha256] = self.read_pack(text)
        return self._packs[sha256]

    def words(self, *policies: Policy) -> Words:
        """The words of these packs first, then of the present one."""
        packs = [self.labels(policy) for policy in policies if policy is not self.pack.policy]
        labels = (*packs, self.labels(self.pack.policy))
        return Words(labels, self.contacts, self.calendar.zone, {self.id: self.name})

    def person_of(self, email: str, reading: Reading) -> PersonId:
        """Who somebody is in every record, on whichever platform: a keyed hash of the address."""
        return PersonId(reading.keyed_hash("person", email.strip().casefold())[:32])

    def roster(self, reading: Reading) -> Roster:
        """Who holds which role now, and who is away."""
        holders = {
            role: tuple(self._holder(each, reading) for each in people)
            for role, people in self.holders.items()
        }
        return Roster(holders, away(reading))

    def _holder(self, holder: Holder, reading: Reading) -> PersonId:
        known = self._people.get(holder.email)
        if known is None:
            known = self._people[holder.email] = self.person_of(holder.email, reading)
        return known

    def names(self, reading: Reading) -> Mapping[PersonId, Personal]:
        """The names of those who hold a role, where ``school.toml`` gives one."""
        return {
            self._holder(each, reading): each.name
            for people in self.holders.values()
            for each in people
            if each.name
        }

    def who(self, person: Person, reading: Reading, roster: Roster) -> Who:
        """Who acts. A guest is admitted to the roles that name them, and to nothing else.

        Where several schools share a workspace, somebody of another one is nobody here.
        """
        found = self.person_of(person.email, reading)
        roles = roster.roles_of(found)
        is_staff = person.member and (bool(roles) or self._is_staff(person.email))
        return Who(found, roles | {Role.STAFF} if is_staff else roles)

    def _is_staff(self, email: str) -> bool:
        if self.staff is None:
            return True
        address = email.strip().casefold()
        return address in self.staff or address.rpartition("@")[2] in self.staff


def away(reading: Reading) -> Mapping[PersonId, date]:
    """Until which day (included) somebody is away."""
    stored = reading.value(_AWAY)
    if not stored:
        return {}
    from bot.app.records import unpack  # noqa: PLC0415 - loads all that a case can hold

    found: Mapping[PersonId, date] = unpack(json.loads(stored))
    return found


def put_away(writing: Writing, person: PersonId, until_on: date | None) -> None:
    """Keeps until when somebody is away; ``None``: back."""
    from bot.app.records import pack  # noqa: PLC0415 - as above

    spans = {each: day for each, day in away(writing).items() if each != person}
    if until_on is not None:
        spans[person] = until_on
    writing.put_value(_AWAY, json.dumps(pack(spans)).encode())
    writing.look_at_school_now()
