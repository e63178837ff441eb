"""The schools of one installation, and to which of them somebody belongs. Mostly there is one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.app.inbound import Person
from bot.app.school import School
from bot.domain.ids import SchoolId


@dataclass(frozen=True)
class Schools:
    """Schools that are served together, in the order of their files; at least one."""

    all: tuple[School, ...]

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

    def of(self, person: Person) -> tuple[School, ...]:
        """The schools that somebody belongs to, in order; none for a stranger."""
        if not self.are_several:
            return self.all
        email = person.email.strip().casefold()
        domain = email.rpartition("@")[2]
        found = {*self._by_address.get(email, ()), *self._by_address.get(domain, ())}
        return tuple(each for each in self.all if each.id in found) if found else ()

    @cached_property
    def _by_id(self) -> Mapping[SchoolId, School]:
        return {each.id: each for each in self.all}

    @cached_property
    def _by_address(self) -> Mapping[str, tuple[SchoolId, ...]]:
        found: dict[str, tuple[SchoolId, ...]] = {}
        for school in self.all:
            for address in _addresses(school):
                found[address] = (*found.get(address, ()), school.id)
        return found


def _addresses(school: School) -> Iterable[str]:
    """Every address, and every domain, by which somebody is of the school; each once."""
    held = {each.email.casefold() for people in school.holders.values() for each in people}
    return held | (school.staff or frozenset())
