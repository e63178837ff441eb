"""The sample school on the local page: who sits there, and how their acts reach the application."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from adapters import diary
from adapters.clock import SchoolClock
from adapters.desk.host import CannotMoveClock, DeskPerson
from adapters.desk.messenger import DeskMessenger
from adapters.metrics import Entrance
from bot.app.addresses import learn_address
from bot.app.documents import Document
from bot.app.evidence import read_evidence
from bot.app.handed import read_document
from bot.app.inbound import Inbound, Person
from bot.app.respond import respond
from bot.app.school import School
from bot.app.schools import Schools
from bot.compose.moving import first_moment, next_friday_afternoon, next_school_morning
from bot.compose.platforms import MessengerOf, Whereabouts, running_on
from bot.compose.running import RunningSchools
from bot.compose.schools import open_the_store, school_of
from bot.compose.trial_folder import TrialFolder
from bot.config import sample_settings
from bot.domain.calendar import SchoolCalendar
from bot.domain.errors import CalendarEndsTooSoon
from bot.domain.ids import EvidenceId, PersonId
from bot.domain.personal import Personal
from bot.journeys.sample import PEOPLE
from bot.screens.nodes import Reply
from storage.alone import release_leases

ON_DESK: Final = "desk"
"""The page, among the platforms."""

_TABS: Final = (
    ("staff", "Staff"),
    ("staff-2", "Another member of staff"),
    ("head", "Headteacher"),
    ("deputy", "Deputy"),
    ("dsl", "Safeguarding lead"),
    ("chair", "Chair of governors"),
    ("chair-2", "Vice-chair"),
    ("governors", "Governors' channel"),
    ("admin", "Administrator"),
)
_STAFF: Final = {"staff": "Nadia Hussain", "staff-2": "Owen Price"}
"""Those whom the sample ``school.toml`` does not name, as a platform would show them."""

_Which = Callable[[SchoolCalendar, datetime], datetime]


class SampleDesk:
    """The sample school as the page sees it (``adapters.desk.host.Host``)."""

    def __init__(
        self,
        school: School,
        clock: SchoolClock,
        running: RunningSchools,
        whereabouts: Whereabouts,
    ) -> None:
        self._school = school
        self._clock = clock
        self._running = running
        self._whereabouts = whereabouts
        self._people = people_of(school)

    @property
    def school_name(self) -> str:
        """How the school is called."""
        return self._school.name

    @property
    def zone(self) -> ZoneInfo:
        """The school's time zone."""
        return self._school.calendar.zone

    @property
    def people(self) -> tuple[DeskPerson, ...]:
        """The tabs, in order."""
        return self._people

    async def respond(self, inbound: Inbound) -> Reply:
        """Answers an act, and has delivered what follows from it."""
        person = inbound.person
        await self._whereabouts.learn(person, person.id, ON_DESK)
        with diary.act(self._running.metrics, Entrance.PAGE, inbound.cause):
            return await self._running.work(partial(respond, self._school, inbound))

    async def evidence(self, person: Person, evidence: EvidenceId) -> tuple[bytes, str]:
        """The bytes and the media type. Raises ``Refused``."""
        return await self._running.work(partial(read_evidence, self._school, person, evidence))

    async def document(self, person: Person, ref: str) -> Document:
        """A document that was handed to a person. Raises ``Refused``."""
        return await self._running.read(partial(read_document, self._school, person, ref))

    async def now(self) -> datetime:
        """The school's time (UTC)."""
        return self._clock.now()

    async def move_to(self, moment: datetime) -> None:
        """Moves the clock on, through all that falls due on the way.

        Raises ``CannotMoveClock``, ``CalendarEndsTooSoon``.
        """
        await self._running.move_on(self._clock.move_to, lambda: self._later(moment))

    async def next_school_morning(self) -> None:
        """Moves to the next school morning. Raises ``CalendarEndsTooSoon``."""
        await self._running.move_on(self._clock.move_to, partial(self._next, next_school_morning))

    async def next_friday_afternoon(self) -> None:
        """Moves to the next Friday afternoon in term. Raises ``CalendarEndsTooSoon``."""
        await self._running.move_on(self._clock.move_to, partial(self._next, next_friday_afternoon))

    def _next(self, which: _Which) -> datetime:
        return which(self._school.calendar, self._clock.now())

    def _later(self, moment: datetime) -> datetime:
        calendar = self._school.calendar
        if moment <= self._clock.now():
            raise CannotMoveClock(
                "The clock only moves forward. Please choose a day and a time that are to come."
            )
        if calendar.local_date(moment) > calendar.ends_on:
            raise CalendarEndsTooSoon(calendar.ends_on)
        return moment


@dataclass(frozen=True)
class Desk:
    """Everything of a trial that runs; it works once ``running`` was started."""

    host: SampleDesk
    messenger: DeskMessenger
    running: RunningSchools
    school: School
    whereabouts: Whereabouts
    messengers: dict[str, MessengerOf]
    """By platform; another one may be put in before ``running`` is started."""


@contextmanager
def open_desk(folder: TrialFolder) -> Iterator[Desk]:
    """The sample school with its data in the folder, which must be in use; closed at the end.

    Raises ``ClockUnreadable``, ``KeyProblem``, ``DatabaseUnusable`` or ``DatabaseTooNew``.
    """
    settings = sample_settings(folder.path)
    clock = SchoolClock(folder.clock, partial(first_moment, settings.calendar))
    # Not from the environment: a real school's master key and database are no business of a trial.
    store = open_the_store(settings, {})
    try:
        release_leases(store)
        school = school_of(settings, store, clock)
        people = [each.person for each in people_of(school) if each.person]
        messenger = DeskMessenger(folder.messages, [each.id for each in people], _told(clock))
        for person in people:
            learn_address(school, person.email, person.id, ON_DESK)
        try:
            messengers: dict[str, MessengerOf] = {ON_DESK: lambda _: messenger}
            running = running_on(Schools((school,)), {school.id: store}, messengers, ON_DESK)
            whereabouts = Whereabouts(running.schools, running)
            host = SampleDesk(school, clock, running, whereabouts)
            yield Desk(host, messenger, running, school, whereabouts, messengers)
        finally:
            messenger.close()
    finally:
        store.close()


def people_of(school: School) -> tuple[DeskPerson, ...]:
    """The page's tabs, each with the account that acts there."""
    return tuple(DeskPerson(slug, label, _person(school, slug)) for slug, label in _TABS)


def _person(school: School, slug: str) -> Person | None:
    account = PEOPLE.get(slug)
    if account is None:
        return None
    named = {each.email: each.name for people in school.holders.values() for each in people}
    name = Personal(_STAFF[slug]) if slug in _STAFF else named.get(account.email)
    return Person(PersonId(slug), account.email, account.member, name)


def _told(clock: SchoolClock) -> Callable[[], Awaitable[datetime]]:
    async def now() -> datetime:
        return clock.now()

    return now
