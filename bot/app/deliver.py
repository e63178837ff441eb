"""Messages leave: claimed, looked at once more, sent, and marked only when the platform said so.

At least once: a message can be repeated only if the process dies between the platform's yes and our
commit. One person's failing delivery never holds up another's.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot.app.act import recorder_of_bot
from bot.app.case_file import read_case
from bot.app.compose_message import Composer
from bot.app.messenger import DeliveryError, Messenger
from bot.app.ports import Claimed, Intent, ToChannel, ToPerson, ToRole, Writing
from bot.app.present import Composed
from bot.app.recipients import recipients
from bot.app.school import School
from bot.domain.events import Event, PersonTold
from bot.domain.ids import Cause, MessageKind, PersonId, Role
from bot.domain.notices import alert_time

AT_ONCE = 20
"""Deliveries under way at the same time."""
FAILURES_BEFORE_ALERT = 5
"""The fifth failure alerts the admin, once (DESIGN, Outbox)."""
_LONGEST_PAUSE = timedelta(hours=1)
_DOUBLINGS = 10
"""After so many the longest pause is reached."""
_NOBODY_YET = timedelta(hours=1)

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
        """Sends everything that is due now; returns how many messages went out.

        What could not be made or sent for a reason of our own is tried later, like any failure, and
        raised as an ``ExceptionGroup`` once everything else has left.
        """
        return await self._until_done(self._claim, self._deliver)

    async def update_stale(self) -> int:
        """Shows older messages anew where what they show has changed. Raises as ``deliver_due``."""
        return await self._until_done(self._claim_stale, self._update)

    async def _until_done(
        self,
        claim: Callable[[], tuple[Claimed, ...]],
        work: Callable[[Claimed], Awaitable[bool]],
    ) -> int:
        count, wrong = 0, list[Exception]()
        while claims := await self._in_thread(claim):
            done, failed = await self._each(claims, work)
            count += done
            wrong += failed
        if wrong:
            raise ExceptionGroup("Some messages could not be made or sent.", wrong)
        return count

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

    async def _each(
        self, claims: Sequence[Claimed], work: Callable[[Claimed], Awaitable[bool]]
    ) -> tuple[int, list[Exception]]:
        """Does the work for each claim, whatever becomes of the others."""
        done = await asyncio.gather(*(work(each) for each in claims), return_exceptions=True)
        wrong = [each for each in done if isinstance(each, Exception)]
        return sum(each is True for each in done), wrong

    async def _deliver(self, claimed: Claimed) -> bool:
        try:
            delivery = await self._in_thread(lambda: self._prepare(claimed))
            if delivery is None:
                return False
            composed = delivery.composed
            ref = await self.messenger.send(delivery.to, composed.message, composed.words)
        except Exception as error:
            failed = _as_delivery_error(error)
            await self._in_thread(lambda: self._failed(claimed, failed))
            if failed is error:
                return False
            raise
        try:
            await self._in_thread(lambda: self._sent(delivery, ref))
        except Exception:
            await self._in_thread(lambda: self._sent_but_not_recorded(delivery, ref))
            raise
        return True

    async def _update(self, claimed: Claimed) -> bool:
        try:
            composed = await self._in_thread(lambda: self._compose(claimed.intent, sent=True))
            changed = composed is not None and composed.shown != claimed.shown
            if composed is not None and changed and claimed.message_ref is not None:
                await self.messenger.update(claimed.message_ref, composed.message, composed.words)
        except Exception as error:
            failed = _as_delivery_error(error)
            await self._in_thread(lambda: self._not_updated(claimed, failed))
            if failed is error:
                return False
            raise
        shown = composed.shown if composed else claimed.shown or ""
        await self._in_thread(lambda: self._mark_shown(claimed, shown))
        return changed

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
            people = recipients(composer, claimed.intent, role)
            again_at = self._when_to_ask_again(composer, claimed.intent, now)
            if people:
                writing.split(claimed, [_for(claimed.intent, person) for person in people])
            elif again_at is None:
                writing.drop(claimed, "nobody is left, and nothing is lost")
            else:
                writing.wait_until(claimed, again_at)

    def _when_to_ask_again(
        self, composer: Composer, intent: Intent, now: datetime
    ) -> datetime | None:
        """When somebody may hold the role: within the hour, in the hours of such an alert.

        ``None`` for a repeat, since the first alert waits already, and once the case is closed.
        """
        soon = now + _NOBODY_YET
        if not intent.cases:
            return soon
        file = composer.file_of(intent.cases[0])
        if "number" in intent.facts or file.state.closed:
            return None
        return alert_time(file.state, file.policy, self.school.calendar, soon)

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

    def _sent_but_not_recorded(self, delivery: Delivery, ref: str) -> None:
        """What went out is never sent again, though its case could not be written."""
        intent = delivery.claimed.intent
        person = intent.to.person if isinstance(intent.to, ToPerson) else None
        with self.school.store.writing() as writing:
            shown = delivery.composed.shown
            writing.mark_sent(delivery.claimed, ref, shown, self.school.now(), person)

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
            # An alert about an alert that cannot be delivered would never end.
            to_admin = claimed.intent.kind is MessageKind.ADMIN_ALERT
            if (error.permanent or fifth) and not to_admin:
                writing.enqueue([self._alert(claimed)])

    def _pause(self, claimed: Claimed, error: DeliveryError) -> datetime:
        now = self.school.clock.machine_now()
        if error.wait_seconds is not None:
            return now + timedelta(seconds=error.wait_seconds)
        doubled = timedelta(seconds=5 * 2 ** min(claimed.attempts, _DOUBLINGS))
        return now + min(doubled, _LONGEST_PAUSE)

    def _alert(self, claimed: Claimed) -> Intent:
        key = f"delivery:{claimed.row}"
        facts: Mapping[str, object] = {"why": "delivery"}
        to = ToRole(Role.ADMIN)
        return Intent(key, MessageKind.ADMIN_ALERT, to, self.school.now(), (), facts)


def _as_delivery_error(error: Exception) -> DeliveryError:
    """The platform's own refusal; what else goes wrong is tried again later."""
    return error if isinstance(error, DeliveryError) else DeliveryError(permanent=False)


def _for(intent: Intent, person: PersonId) -> Intent:
    """A role's intent for one person. Alerts that two roles of one person get are one."""
    number = intent.facts.get("number", 0)
    round_ = intent.facts.get("round", 0)
    at = intent.not_before.isoformat()
    case = intent.cases[0] if intent.cases else intent.key
    key = f"{case}:{intent.kind}:{person}:{at}:{round_}:{number}"
    return replace(intent, key=key, to=ToPerson(person))
