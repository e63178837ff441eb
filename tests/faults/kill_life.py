"""A process that works until it is killed: reports come, steps are answered, messages leave."""

import asyncio
import random
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from multiprocessing.connection import Connection
from traceback import extract_tb

from bot.app.case_file import CaseFile, read_case
from bot.app.deliver import Deliverer
from bot.app.inbound import Inbound, Pressed
from bot.app.intents import Claimed, Intent, ToPerson
from bot.app.messenger import DeliveryError
from bot.app.remind import tick
from bot.app.respond import respond
from bot.app.school import School
from bot.compose.core_world import person_of
from bot.compose.schools import open_the_store, school_of
from bot.domain.ids import Cause, PersonId
from bot.domain.people import owner_of
from bot.journeys.sample import CHANNEL, PEOPLE
from bot.screens.facts import Plain
from bot.screens.messages import cases_in
from bot.screens.nodes import Done, Form, Message, Reply, View
from bot.screens.press import FormRef, Press, Verb
from bot.screens.wording import Words
from tests.faults.kill_deeds import (
    Accepted,
    Begun,
    Broke,
    Deed,
    Leaving,
    Life,
    LifeClock,
    Line,
    Marked,
    Showing,
    Told,
    a_picture,
)
from tests.faults.places import Place

REPORTERS = ("staff", "staff-2")
_FILE_BYTES = 60_000
_ANSWERS_RATHER = 0.75
"""How often a step is answered; else a note is written."""
_ANSWERS: Mapping[str, Told] = {
    "make-safe": {"outcome": "done"},
    "inform-dsl": {"outcome": "done"},
    "acknowledge": {"outcome": "accepted", "fair_concern": "no", "gravely_offensive": "no"},
    "support-those-named": {"outcome": "done"},
    "speak-to-parent": {"outcome": "no-answer"},
    "write-to-invite": {"outcome": "no-reply"},
}
"""What the owner answers to the steps that they come to."""


def live(place: Place, life: Life, journal: Connection, platform: Connection) -> None:
    """Works on the data that is there until it is killed; tells each line as it happens."""
    settings = place.settings
    school = school_of(settings, open_the_store(settings, {}), LifeClock(life))
    asyncio.run(_Working(school, life, journal, platform).until_killed())


class _Working:
    def __init__(
        self, school: School, life: Life, journal: Connection, platform: Connection
    ) -> None:
        self._school = school
        self._life = life
        self._journal = journal
        self._telling = threading.Lock()
        self._post = _Post(platform, labels_of(school))
        self._threads = ThreadPoolExecutor(4)

    async def until_killed(self) -> None:
        """Three people act, each in a thread of their own; ticks and deliveries go on beside."""
        for work, who in (*((self._reports, each) for each in REPORTERS), (self._works, "owner")):
            threading.Thread(target=self._again_and_again, args=(work, who), daemon=True).start()
        self._post.listen()
        deliverer = Deliverer(
            self._school, self._post, self._in_thread, lambda person: person, self
        )
        while True:
            try:
                await self._in_thread(lambda: tick(self._school))
                await deliverer.deliver_due()
                await deliverer.update_stale()
            except Exception as error:  # noqa: BLE001 - told, and counted as wrong
                self._tell(_broken(error))

    async def _in_thread(self, work: Callable[[], object]) -> object:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    # What the delivery tells (bot.app.delivery_watch.DeliveryWatch)

    def sent(self, intent: Intent, at: datetime) -> None:
        """It is written, and committed, that this message left."""
        del at
        to = self._post.labels[intent.to.person] if isinstance(intent.to, ToPerson) else CHANNEL
        self._tell(Marked(self._post.last[to]))

    def no_address(self) -> None:
        """Everybody is reached here."""
        self._tell(Broke("somebody has no address"))

    def keeps_failing(self, claimed: Claimed, error: DeliveryError) -> None:
        """Nothing fails here."""
        del error
        self._tell(Broke(f"{claimed.intent.kind} keeps failing"))

    def gave_up(self, claimed: Claimed, error: DeliveryError) -> None:
        """Nothing is refused here."""
        del error
        self._tell(Broke(f"{claimed.intent.kind} was given up"))

    def _tell(self, line: Line) -> None:
        with self._telling:
            self._journal.send(line)

    def _again_and_again(self, work: Callable[[str, random.Random], None], who: str) -> None:
        chance = random.Random(f"{self._life.seed}:{self._life.number}:{who}")  # noqa: S311 - load
        while True:
            try:
                work(who, chance)
            except Exception as error:  # noqa: BLE001 - told, and counted as wrong
                self._tell(_broken(error))

    def _cause(self, chance: random.Random) -> str:
        return f"{self._life.number}-{chance.randbytes(8).hex()}"

    def _press(self, who: str, press: Press, chance: random.Random) -> Reply:
        cause = Cause(self._cause(chance))
        return respond(self._school, Inbound(person_of(who), cause, Pressed(press)))

    def _send(
        self, who: str, form: FormRef, given: Told, chance: random.Random, **more: object
    ) -> Reply:
        deed = Deed(self._cause(chance), who, form.encode(), given, **more)  # type: ignore[arg-type]
        self._tell(Begun(deed))
        reply = respond(self._school, deed.inbound())
        if was_taken(reply):
            self._tell(Accepted(deed.cause, reference_in(reply)))
        else:
            self._tell(Broke(f"what {who} sent was not taken: {deed.verb}"))
        return reply

    def _reports(self, who: str, chance: random.Random) -> None:
        """Reports a post, page by page, and sometimes adds a picture to it afterwards."""
        mark, about_head = f"mark{chance.randbytes(8).hex()}", chance.random() < 0.15
        told: Told = {
            "safety": ("hurt-soon",) if chance.random() < 0.1 else ("none",),
            "content": ("offensive",),
            "about": ("head",) if about_head else ("staff-member",),
            "links": f"https://www.facebook.com/posts/{mark}",
            "place": "closed-group",
            "poster": "parent-or-carer",
            "words": f"What it says is {mark}",
            "screenshots": _pictures(chance),
        }
        shown = self._press(who, Press(Verb.REPORT), chance).show
        reply = None
        while isinstance(shown, Form):
            asked = {each.id for each in (*shown.fields, *shown.more)}
            given = {name: value for name, value in told.items() if name in asked}
            last = "words" in given or not asked
            more: dict[str, object] = {"mark": mark, "about_head": about_head} if last else {}
            reply = self._send(who, shown.ref, given, chance, **more)
            shown = reply.show
        if reply is not None and chance.random() < 0.4:
            self._adds(who, reference_in(reply), chance)

    def _adds(self, who: str, reference: str, chance: random.Random) -> None:
        with self._school.store.reading() as reading:
            rows = {str(row.reference): row.case for row in reading.case_rows()}
        mark = f"mark{chance.randbytes(8).hex()}"
        given: Told = {"note": f"And {mark}", "screenshots": _pictures(chance)}
        form = FormRef(Press(Verb.ADD, rows[reference]))
        self._send(who, form, given, chance, mark=mark)

    def _works(self, _: str, chance: random.Random) -> None:
        """Whoever owns a case answers a step of it that is pending, or writes a note."""
        file, who = self._some_case(chance)
        if file is None:
            return
        known = [each for each in file.state.pending() if each[0].value in _ANSWERS]
        if known and chance.random() < _ANSWERS_RATHER:
            step, round_ = chance.choice(known)
            form = FormRef(Press(Verb.ANSWER, file.case, step.value, round_.number))
            self._send(who, form, _ANSWERS[step.value], chance)
            return
        mark = f"mark{chance.randbytes(8).hex()}"
        given: Told = {"text": f"It happened that {mark}"}
        self._send(who, FormRef(Press(Verb.NOTE, file.case)), given, chance, mark=mark)

    def _some_case(self, chance: random.Random) -> tuple[CaseFile | None, str]:
        with self._school.store.reading() as reading:
            rows = reading.case_rows(status="open")
            if not rows:
                return None, ""
            file = read_case(self._school, reading, chance.choice(rows[-8:]))
            owner = owner_of(file.state, file.policy, self._school.roster(reading))
        return (file, self._post.labels[owner.person]) if owner else (None, "")


class _Post:
    """A platform at the other end of a pipe (``bot.app.messenger.Messenger``)."""

    def __init__(self, platform: Connection, labels: Mapping[PersonId, str]) -> None:
        self.labels = labels
        self.last: dict[str, str] = {}
        """What the platform called its last message for somebody."""
        self._platform = platform
        self._asked: dict[int, asyncio.Future[str]] = {}

    def listen(self) -> None:
        """Hears the platform's answers in the running loop."""
        asyncio.get_running_loop().add_reader(self._platform.fileno(), self._hear)

    async def send(self, to: PersonId | None, message: Message, words: Words) -> str:
        """Leaves, and waits for the platform's yes."""
        del words
        label = self.labels[to] if to else CHANNEL
        references = tuple(str(each) for each in cases_in(message))
        number = len(self._asked)
        asks = Leaving(number, label, str(message.kind or ""), references)
        ref = await self._ask(number, asks)
        # Of one recipient one message is under way at a time.
        self.last[label] = ref
        return ref

    async def update(self, message_ref: str, message: Message, words: Words) -> None:
        """Shows it anew."""
        del message, words
        number = len(self._asked)
        await self._ask(number, Showing(number, message_ref))

    async def _ask(self, number: int, asks: Leaving | Showing) -> str:
        self._asked[number] = asyncio.get_running_loop().create_future()
        self._platform.send(asks)
        return await self._asked[number]

    def _hear(self) -> None:
        number, ref = self._platform.recv()
        self._asked[number].set_result(ref)


def labels_of(school: School) -> dict[PersonId, str]:
    """Who is who in the records."""
    with school.store.reading() as reading:
        return {school.person_of(each.email, reading): label for label, each in PEOPLE.items()}


def was_taken(reply: Reply) -> bool:
    """Whether the person was told that it is done, or shown the next page."""
    match reply.show:
        case View():
            return True
        case Form(errors=errors):
            return not errors
        case _:
            return bool(reference_in(reply))


def reference_in(reply: Reply) -> str:
    """The reference in what the person was told; empty if there is none."""
    says = reply.show.says if isinstance(reply.show, Done) else None
    found = says.facts.get("reference") if isinstance(says, Plain) else None
    return str(found) if found else ""


def _pictures(chance: random.Random) -> tuple[bytes, ...]:
    sizes = [chance.randint(1, _FILE_BYTES) for _ in range(chance.choice((0, 1, 1, 2)))]
    return tuple(a_picture(chance.randbytes(size)) for size in sizes)


def _broken(error: Exception) -> Broke:
    frame = extract_tb(error.__traceback__)[-1]
    inner = error.exceptions[0] if isinstance(error, ExceptionGroup) else None
    return Broke(f"{type(error).__name__} of {type(inner).__name__} in {frame.name}")
