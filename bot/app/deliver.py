"""Messages leave: claimed, looked at once more, sent, and marked only when the platform said so.

At least once: a message can be repeated only if the process dies between the platform's yes and our
commit. One person's failing delivery never holds up another's.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TypeVar

from bot.app.act import recorder_of_bot
from bot.app.case_file import read_case
from bot.app.compose_message import Composed, Composer
from bot.app.messenger import DeliveryError, Messenger
from bot.app.ports import Claimed, Intent, ToChannel, ToPerson, ToRole, Writing
from bot.app.school import School
from bot.domain.events import Event, PersonTold
from bot.domain.ids import Cause, MessageKind, PersonId, Role

AT_ONCE = 20
"""Deliveries under way at the same time."""
FAILURES_BEFORE_ALERT = 5
"""The fifth failure alerts the admin, once (DESIGN, Outbox)."""
_LONGEST_PAUSE = timedelta(hours=1)

Result = TypeVar("Result")


@dataclass(frozen=True)
class Delivery:
    """A message that is ready to leave."""

    claimed: Claimed
    to: PersonId | None
    composed: Composed


@dataclass(frozen=True)
class Deliverer:
    """Delivers what is due. ``run`` does sync work off the event loop."""

    school: School
    messenger: Messenger
    run: Callable[[Callable[[], object]], Awaitable[object]]
    addresses: Callable[[PersonId], PersonId | None]
    """The account that a person is reached at; ``None`` if none is known yet."""

    async def deliver_due(self) -> int:
        """Sends everything that is due now; returns how many messages went out."""
        sent = 0
        while True:
            claims = await self._in_thread(self._claim)
            if not claims:
                return sent
            done = await asyncio.gather(*(self._deliver(each) for each in claims))
            sent += sum(done)

    async def update_stale(self) -> int:
        """Shows older messages anew where what they show has changed."""
        updated = 0
        while True:
            claims = await self._in_thread(self._claim_stale)
            if not claims:
                return updated
            done = await asyncio.gather(*(self._update(each) for each in claims))
            updated += sum(done)

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await self.run(work)  # type: ignore[return-value] # run gives back what work does

    def _claim(self) -> tuple[Claimed, ...]:
        clock = self.school.clock
        with self.school.store.reading() as reading:
            if not reading.intents_due(clock.now()):
                return ()
        with self.school.store.writing() as writing:
            return writing.claim(clock.now(), clock.machine_now(), AT_ONCE)

    def _claim_stale(self) -> tuple[Claimed, ...]:
        with self.school.store.reading() as reading:
            if not reading.has_stale():
                return ()
        with self.school.store.writing() as writing:
            return writing.claim_stale(self.school.clock.machine_now(), AT_ONCE)

    async def _deliver(self, claimed: Claimed) -> int:
        delivery = await self._in_thread(lambda: self._prepare(claimed))
        if delivery is None:
            return 0
        composed = delivery.composed
        try:
            ref = await self.messenger.send(delivery.to, composed.message, composed.words)
        except DeliveryError as error:
            failed = error
            await self._in_thread(lambda: self._failed(claimed, failed))
            return 0
        await self._in_thread(lambda: self._sent(delivery, ref))
        return 1

    async def _update(self, claimed: Claimed) -> int:
        composed = await self._in_thread(lambda: self._compose(claimed.intent, sent=True))
        changed = composed is not None and composed.shown != claimed.shown
        if composed is not None and changed and claimed.message_ref is not None:
            try:
                await self.messenger.update(claimed.message_ref, composed.message, composed.words)
            except DeliveryError as error:
                failed = error
                await self._in_thread(lambda: self._not_updated(claimed, failed))
                return 0
        shown = composed.shown if composed else claimed.shown or ""
        await self._in_thread(lambda: self._mark_shown(claimed, shown))
        return int(changed)

    def _mark_shown(self, claimed: Claimed, shown: str) -> None:
        with self.school.store.writing() as writing:
            writing.mark_shown(claimed, shown)

    def _not_updated(self, claimed: Claimed, error: DeliveryError) -> None:
        with self.school.store.writing() as writing:
            if error.permanent:
                writing.mark_shown(claimed, claimed.shown or "")
            else:
                writing.try_later(claimed, self._pause(claimed, error), counts=True)

    def _compose(self, intent: Intent, *, sent: bool) -> Composed | None:
        with self.school.store.reading() as reading:
            roster = self.school.roster(reading)
            composer = Composer(self.school, reading, roster, self.school.now())
            return composer.compose(intent, sent=sent)

    def _prepare(self, claimed: Claimed) -> Delivery | None:
        intent = claimed.intent
        if isinstance(intent.to, ToRole):
            self._split(claimed, intent.to)
            return None
        composed = self._compose(intent, sent=False)
        if composed is None:
            with self.school.store.writing() as writing:
                writing.drop(claimed, "no longer due or permitted")
            return None
        if isinstance(intent.to, ToChannel):
            return Delivery(claimed, None, composed)
        address = self.addresses(intent.to.person)
        if address is None:
            self._failed(claimed, DeliveryError(permanent=False))
            return None
        return Delivery(claimed, address, composed)

    def _split(self, claimed: Claimed, role: ToRole) -> None:
        """Addresses a role's message to whoever holds it now; each person gets it once."""
        with self.school.store.writing() as writing:
            now = self.school.now()
            composer = Composer(self.school, writing, self.school.roster(writing), now)
            people = composer.recipients(claimed.intent, role)
            if not people:
                writing.wait_until(claimed, self._next_working_morning(now))
                return
            writing.split(claimed, [_for(claimed.intent, person) for person in people])

    def _next_working_morning(self, now: datetime) -> datetime:
        calendar = self.school.calendar
        return calendar.at(calendar.next_working_day(calendar.local_date(now)), time(8))

    def _sent(self, delivery: Delivery, ref: str) -> None:
        intent = delivery.claimed.intent
        person = intent.to.person if isinstance(intent.to, ToPerson) else None
        now = self.school.now()
        with self.school.store.writing() as writing:
            for case in sorted(delivery.composed.records):
                writing.lock_case(case)
            marked = writing.mark_sent(delivery.claimed, ref, delivery.composed.shown, now, person)
            if marked and person is not None:
                self._record(writing, delivery, person, now)

    def _record(
        self, writing: Writing, delivery: Delivery, person: PersonId, now: datetime
    ) -> None:
        """Whom the bot told of a case is an entry of its record."""
        roster = self.school.roster(writing)
        kind = delivery.claimed.intent.kind
        cause = Cause(f"sent:{delivery.claimed.row}")
        recorder = recorder_of_bot(self.school, writing, roster, cause, now)
        event: Event = PersonTold(kind, person, roster.roles_of(person), delivery.composed.steps)
        for case in delivery.composed.records:
            row = writing.case_row(case)
            if row is not None:
                recorder.record(read_case(self.school, writing, row), (event,))

    def _failed(self, claimed: Claimed, error: DeliveryError) -> None:
        with self.school.store.writing() as writing:
            if error.permanent:
                writing.give_up(claimed, "refused by the platform")
            else:
                counts = error.wait_seconds is None
                writing.try_later(claimed, self._pause(claimed, error), counts=counts)
            fifth = error.wait_seconds is None and claimed.attempts + 1 == FAILURES_BEFORE_ALERT
            if error.permanent or fifth:
                writing.enqueue([self._alert(claimed)])

    def _pause(self, claimed: Claimed, error: DeliveryError) -> datetime:
        now = self.school.clock.machine_now()
        if error.wait_seconds is not None:
            return now + timedelta(seconds=error.wait_seconds)
        return now + min(timedelta(seconds=5 * 2**claimed.attempts), _LONGEST_PAUSE)

    def _alert(self, claimed: Claimed) -> Intent:
        key = f"delivery:{claimed.row}"
        facts: Mapping[str, object] = {"why": "delivery"}
        to = ToRole(Role.ADMIN)
        return Intent(key, MessageKind.ADMIN_ALERT, to, self.school.now(), (), facts)


def _for(intent: Intent, person: PersonId) -> Intent:
    """A role's intent for one person. Alerts that two roles of one person get are one."""
    number = intent.facts.get("number", 0)
    round_ = intent.facts.get("round", 0)
    at = intent.not_before.isoformat()
    case = intent.cases[0] if intent.cases else intent.key
    key = f"{case}:{intent.kind}:{person}:{at}:{round_}:{number}"
    return replace(intent, key=key, to=ToPerson(person))
