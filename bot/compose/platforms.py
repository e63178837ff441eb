"""A school on one or several platforms: who is reached where, and through which a message leaves.

Everybody is reached on one platform only, where they acted last, so that nobody gets anything
twice. An address and a message's reference begin with the platform's name and a bar.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from aiohttp import web

from bot.app.addresses import (
    governors_channel,
    learn_address,
    reached_at,
)
from bot.app.inbound import Person
from bot.app.messenger import DeliveryError, Messenger
from bot.app.school import School
from bot.app.schools import Schools
from bot.compose.pacing import Paces
from bot.compose.running import RunningSchools
from bot.domain.ids import PersonId, SchoolId
from bot.screens.wording import Words
from storage import SqlStore

if TYPE_CHECKING:
    from bot.screens.nodes import Message

_BAR: Final = "|"


class Platform(Protocol):
    """A platform of a running process."""

    async def open(self) -> Sequence[web.AbstractRouteDef]:
        """Asks the platform who we are; the routes by which it comes to us, if it does."""

    def start(self) -> None:
        """Lets people in."""

    async def close(self) -> None:
        """Lets nothing more in, and finishes what came."""

    async def reached(self) -> None:
        """Comes when the platform has once said who we are: before, it knows of no account."""

    async def why_away(self) -> str:
        """Why nobody can reach us through it now; empty if nothing is known to be wrong."""

    async def accounts(self, emails: Collection[str]) -> Mapping[str, PersonId | None]:
        """The accounts of these addresses; one of which nothing is known now is left out."""


MessengerOf = Callable[[School], Messenger]
"""How a platform's messages leave for one school: each has a governors' channel of its own."""


@dataclass(frozen=True, eq=False)
class _MessengersOf(Mapping[str, Messenger]):
    """The platforms' messengers for one school; each is made when it is first asked for."""

    school: School
    makers: Mapping[str, MessengerOf]
    paces: Paces
    _made: dict[str, Messenger] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Messenger:
        if name not in self._made:
            self._made[name] = self.paces.paced(name, self.makers[name](self.school))
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.makers)

    def __len__(self) -> int:
        return len(self.makers)


class PlatformsMessenger:
    """Sends by the platform that an address or a reference names (``Messenger``).

    What names none, such as a message of the time when there was but one, belongs to ``usual``.
    """

    def __init__(
        self,
        messengers: Mapping[str, Messenger],
        usual: str,
        channel: Callable[[], Awaitable[str | None]],
    ) -> None:
        """``channel`` tells the platform of the governors' channel."""
        self._messengers = messengers
        self._usual = usual
        self._channel = channel

    async def send(self, to: PersonId | None, message: "Message", words: Words) -> str:
        """Delivers it; the reference. Raises ``DeliveryError``."""
        if to is None:
            name, account = await self._channel() or self._usual, None
        else:
            name, account = self._split(to)
        messenger = self._messengers.get(name)
        if messenger is None:
            # The channel's platform is not on: the digest waits, and the admin hears of it.
            raise DeliveryError(permanent=False)
        where = PersonId(account) if account is not None else None
        return f"{name}{_BAR}{await messenger.send(where, message, words)}"

    async def update(self, message_ref: str, message: "Message", words: Words) -> None:
        """Shows it anew where it was sent. Raises ``DeliveryError``."""
        name, rest = self._split(message_ref)
        messenger = self._messengers.get(name)
        if messenger is None:
            raise DeliveryError(permanent=True)
        await messenger.update(rest, message, words)

    def _split(self, named: str) -> tuple[str, str]:
        name, bar, rest = named.partition(_BAR)
        return (name, rest) if bar and name in self._messengers else (self._usual, named)


def running_on(
    schools: Schools,
    stores: Mapping[SchoolId, SqlStore],
    messengers: Mapping[str, MessengerOf],
    usual: str,
    processes: int = 1,
) -> RunningSchools:
    """Schools that reach people through these; they may be filled in until they are started.

    ``processes`` is how many serve them together, and so share each platform's pace.
    """

    def messenger(school: School) -> Messenger:
        async def channel() -> str | None:
            return await running.glance(partial(channels_platform, school))

        every = PlatformsMessenger(_MessengersOf(school, messengers, paces), usual, channel)
        if not schools.are_several:
            return every
        from bot.compose.naming import NamingMessenger  # noqa: PLC0415 - one school does without

        return NamingMessenger(every, school.id)

    def tidy(school: School) -> None:
        # Loaded here, so that the start does not wait for it.
        from bot.compose.upkeep import upkeep  # noqa: PLC0415

        upkeep(school, stores[school.id])

    paces = Paces(processes)
    running = RunningSchools(schools, messenger, partial(reach, messengers), tidy, paces.room)
    return running


def reach(platforms: Collection[str], school: School, person: PersonId) -> PersonId | None:
    """The address of a person for ``PlatformsMessenger``, if they can be reached."""
    with school.store.reading() as reading:
        found = reached_at(reading, person, platforms)
    return PersonId(f"{found[0]}{_BAR}{found[1]}") if found else None


def channels_platform(school: School) -> str | None:
    """The platform of the governors' channel, if one was registered."""
    with school.store.reading() as reading:
        channel = governors_channel(reading)
    return channel.partition(":")[0] if channel else None


class Whereabouts:
    """Keeps where people act, for every platform of the process, in each of their schools.

    It remembers nothing itself: another process may have seen them somewhere else meanwhile.
    """

    def __init__(self, schools: Schools, running: RunningSchools) -> None:
        self._schools = schools
        self._running = running

    async def learn(self, person: Person, account: PersonId, platform: str) -> None:
        """Somebody acts there; written only if that is new."""
        await self._running.read(partial(self.note, person, account, platform))

    def note(self, person: Person, account: PersonId, platform: str) -> None:
        """The same for whoever is beside the event loop already."""
        for school in self._schools.of(person):
            learn_address(school, person.email, account, platform, acted=True)
