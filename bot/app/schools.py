"""The schools of one installation, and to which of them somebody belongs. Mostly there is one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.app.inbound import Person
from bot.app.school import School
from bot.domain.ids import SchoolId


@dataclass(frozen=True)
class Schools:
    """Schools that are served together, in the order of their files; at least one."""

    all: tuple[School, ...]
    place_of: Callable[[str], str] = str
    """By what two names of channels are told apart: one channel may have several names."""

    def __post_init__(self) -> None:
        if len({each.id for each in self.all}) != len(self.all) or not self.all:
            raise ValueError("Serve at least one school, and each once.")

    def __iter__(self) -> Iterator[School]:
        return iter(self.all)

    @property
    def are_several(self) -> bool:
        """Whether screens must say which school they are of."""
        return len(self.all) > 1

    @property
    def first(self) -> School:
        """The only one, or the first."""
        return self.all[0]

    def named(self, school: str) -> School | None:
        """The school of that id."""
        return self._by_id.get(SchoolId(school))

    def noting(self, school: str) -> School:
        """Where a platform's side keeps what is of that school; else with the first."""
        return self.named(school) or self.first

    def of(self, person: Person) -> tuple[School, ...]:
        """The schools that somebody belongs to, in order; none for a stranger."""
        if not self.are_several:
            return self.all
        email = person.email.strip().casefold()
        found = set(self._by_role.get(email, ()))
        if person.member:
            for address in (email, email.rpartition("@")[2]):
                found.update(self._by_staff.get(address, ()))
        return tuple(each for each in self.all if each.id in found) if found else ()

    def naming(self, email: str) -> tuple[School, ...]:
        """The schools in which somebody of that address holds a role."""
        named = self._by_role.get(email.strip().casefold(), ())
        return tuple(self._by_id[each] for each in named)

    def known_as(self, addresses: Sequence[str]) -> str:
        """Which of a person's addresses a ``school.toml`` names, those of roles first.

        The first of them, if none of the files knows any.
        """
        told = [(each, each.strip().casefold()) for each in addresses]
        named = [each for each, email in told if email in self._by_role]
        staff = [each for each, email in told if self._is_staff(email)]
        return next(iter((*named, *staff)), addresses[0])

    @cached_property
    def _by_id(self) -> Mapping[SchoolId, School]:
        return {each.id: each for each in self.all}

    @cached_property
    def _by_role(self) -> Mapping[str, tuple[SchoolId, ...]]:
        return _by_address(self.all, addresses_of_roles)

    @cached_property
    def _by_staff(self) -> Mapping[str, tuple[SchoolId, ...]]:
        return _by_address(self.all, lambda school: school.staff or frozenset())

    def _is_staff(self, email: str) -> bool:
        return email in self._by_staff or email.rpartition("@")[2] in self._by_staff


def as_compared(name: str) -> str:
    """A school's name as people tell two apart: without capitals, and with single blanks."""
    return " ".join(name.split()).casefold()


def addresses_of_roles(school: School) -> frozenset[str]:
    """The addresses of those who hold a role, in small letters."""
    return frozenset(each.email.casefold() for people in school.holders.values() for each in people)


def _by_address(
    schools: Iterable[School], of: Callable[[School], Iterable[str]]
) -> Mapping[str, tuple[SchoolId, ...]]:
    found: dict[str, tuple[SchoolId, ...]] = {}
    for school in schools:
        for address in of(school):
            found[address] = (*found.get(address, ()), school.id)
    return found
