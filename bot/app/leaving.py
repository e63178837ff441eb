"""A school's message as it leaves: whether it still may, what it says, and what became of it.

Everything here is sync. Nothing is written at once: what is to be written is handed back, so that
it can be written together with what became of others.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.app.addresses import is_told_of
from bot.app.delivery_watch import UNWATCHED, DeliveryWatch
from bot.app.intents import Claimed, Intent, RowId, ToChannel, ToPerson, ToRole
from bot.app.messenger import DeliveryError, Messenger, NoAddress, OurFault
from bot.app.ports import Reading, Writing
from bot.app.school import School
from bot.domain.ids import CaseId, Cause, MessageKind, PersonId, Role
from bot.domain.notices import alert_time

if TYPE_CHECKING:
    from bot.app.compose_message import Composer
    from bot.app.present import Composed

FAILURES_BEFORE_ALERT: Final = 5
"""The fifth failure alerts the admin, once (DESIGN, Outbox)."""
_LONGEST_PAUSE: Final = timedelta(minutes=5)
_LONGEST_WAIT: Final = timedelta(hours=1)
"""However long a platform asks us to wait."""
_DOUBLINGS: Final = 6
"""After so many the longest pause is reached."""
_NOBODY_YET: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Delivery:
    """A message that is ready to leave."""

    claimed: Claimed
    to: PersonId | None
    composed: "Composed"


def _nothing() -> None: ...


@dataclass(frozen=True)
class Mark:
    """What became of a message, still to be written. ``cases`` are locked first, then its row."""

    row: RowId
    write: Callable[[Writing], object]
    cases: tuple[CaseId, ...] = ()
    otherwise: Callable[[Writing], object] | None = None
    """What is written if that cannot be."""
    has_left: bool = False
    """It is out, and must never be sent again: it is written down at any price."""
    written: Callable[[], object] = _nothing
    """Called once it is committed."""
    counts: bool = False
    """Whether a message went out, or was shown anew."""


@dataclass(frozen=True)
class Leaving:
    """How the messages of one school leave."""

    school: School
    messenger: Messenger
    addresses: Callable[[PersonId], PersonId | None]
    """The account that a person is reached at; ``None`` if none is known yet."""
    watch: DeliveryWatch = UNWATCHED

    def composer(self, reading: Reading) -> "Composer":
        """Makes messages of what is so at this moment."""
        # Loaded for the first message: a start does not wait for all that composing needs.
        from bot.app import compose_message  # noqa: PLC0415

        return compose_message.Composer(
            self.school, reading, self.school.roster(reading), self.school.now()
        )

    def prepare(self, composer: "Composer", claimed: Claimed) -> Delivery | Mark:
        """The message as it is to leave, or what becomes of it instead."""
        intent = claimed.intent
        if isinstance(intent.to, ToRole):
            role = intent.to
            later = self.failed(claimed, OurFault())
            return Mark(
                claimed.row,
                lambda writing: self._split(writing, claimed, role),
                otherwise=later.write,
            )
        composed = composer.compose(intent)
        if composed is None:
            why = "no longer due or permitted"
            return Mark(claimed.row, lambda writing: writing.drop(claimed, why))
        if isinstance(intent.to, ToChannel):
            return Delivery(claimed, None, composed)
        address = self.addresses(intent.to.person)
        if address is None:
            return self.failed(claimed, NoAddress())
        return Delivery(claimed, address, composed)

    def prepare_update(self, composer: "Composer", claimed: Claimed) -> Delivery | Mark:
        """The message as it is to be shown now, if that is not what is shown."""
        composed = composer.compose(claimed.intent, sent=True)
        if composed is None or composed.shown == claimed.shown or claimed.message_ref is None:
            shown = composed.shown if composed else claimed.shown or ""
            return Mark(claimed.row, lambda writing: writing.mark_shown(claimed, shown))
        return Delivery(claimed, None, composed)

    async def send(self, delivery: Delivery) -> Mark:
        """Sends it. Raises what the messenger raises."""
        composed = delivery.composed
        ref = await self.messenger.send(delivery.to, composed.message, composed.words)
        return self._sent(delivery, ref)

    async def update(self, delivery: Delivery) -> Mark:
        """Shows it anew where it was sent. Raises what the messenger raises."""
        claimed, composed = delivery.claimed, delivery.composed
        await self.messenger.update(claimed.message_ref or "", composed.message, composed.words)
        shown = composed.shown
        return Mark(claimed.row, lambda writing: writing.mark_shown(claimed, shown), counts=True)

    def failed(self, claimed: Claimed, error: DeliveryError) -> Mark:
        """It was not taken: tried later, or given up; the admin hears of the fifth failure."""
        fifth = error.wait_seconds is None and claimed.attempts + 1 == FAILURES_BEFORE_ALERT

        def write(writing: Writing) -> None:
            if error.permanent:
                writing.give_up(claimed, "refused by the platform")
            else:
                counts = error.wait_seconds is None
                writing.try_later(claimed, self._pause(claimed, error), counts=counts)
            # An alert about an alert that cannot be delivered would never end.
            to_admin = claimed.intent.kind is MessageKind.ADMIN_ALERT
            if (error.permanent or fifth) and not to_admin:
                why = self._told_to_the_admin(writing, claimed.intent, error)
                writing.enqueue([self._alert(why)] if why else [])

        def written() -> None:
            if isinstance(error, NoAddress):
                self.watch.no_address()
            if error.permanent:
                self.watch.gave_up(claimed, error)
            elif fifth:
                self.watch.keeps_failing(claimed, error)

        return Mark(claimed.row, write, written=written)

    def not_updated(self, claimed: Claimed, error: DeliveryError) -> Mark:
        """What stands there stays as it is for now, or for good."""

        def write(writing: Writing) -> None:
            if error.permanent:
                writing.mark_shown(claimed, claimed.shown or "")
            else:
                writing.try_later(claimed, self._pause(claimed, error), counts=True)

        return Mark(claimed.row, write)

    def _split(self, writing: Writing, claimed: Claimed, role: ToRole) -> None:
        """Addresses a role's message to whoever holds it now; each person gets it once."""
        from bot.app.recipients import recipients  # noqa: PLC0415 - as for the composer

        composer = self.composer(writing)
        people = recipients(composer, claimed.intent, role)
        again_at = self._when_to_ask_again(composer, claimed.intent, composer.now)
        if people:
            writing.split(claimed, [_for(claimed.intent, person) for person in people])
        elif again_at is None:
            writing.drop(claimed, "nobody is left, and nothing is lost")
        else:
            writing.wait_until(claimed, again_at)

    def _when_to_ask_again(
        self, composer: "Composer", intent: Intent, now: datetime
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

    def _sent(self, delivery: Delivery, ref: str) -> Mark:
        claimed, shown = delivery.claimed, delivery.composed.shown
        intent, now = claimed.intent, self.school.now()
        person = intent.to.person if isinstance(intent.to, ToPerson) else None

        def at_least(writing: Writing) -> bool:
            return writing.mark_sent(claimed, ref, shown, now, person)

        def write(writing: Writing) -> None:
            if at_least(writing) and person is not None and delivery.composed.records:
                self._record(writing, delivery, person, now)

        return Mark(
            claimed.row,
            write,
            tuple(sorted(delivery.composed.records)),
            at_least,
            has_left=True,
            written=lambda: self.watch.sent(intent, now),
            counts=True,
        )

    def _record(
        self, writing: Writing, delivery: Delivery, person: PersonId, now: datetime
    ) -> None:
        """Whom the bot told of a case is an entry of its record."""
        from bot.app.act import recorder_of_bot  # noqa: PLC0415 - as for the composer
        from bot.app.case_file import read_case  # noqa: PLC0415
        from bot.domain.events import PersonTold  # noqa: PLC0415

        roster = self.school.roster(writing)
        kind = delivery.claimed.intent.kind
        cause = Cause(f"sent:{delivery.claimed.row}")
        recorder = recorder_of_bot(self.school, writing, roster, cause, now)
        event = PersonTold(kind, person, roster.roles_of(person), delivery.composed.steps)
        for case in delivery.composed.records:
            row = writing.case_row(case)
            if row is not None:
                recorder.record(read_case(self.school, writing, row), (event,))

    def _pause(self, claimed: Claimed, error: DeliveryError) -> datetime:
        now = self.school.clock.machine_now()
        if error.wait_seconds is not None:
            # A longer one would seem to be of a clock that was ahead, and be waited for by nobody.
            return now + min(timedelta(seconds=error.wait_seconds), _LONGEST_WAIT)
        doubled = timedelta(seconds=5 * 2 ** min(claimed.attempts, _DOUBLINGS))
        return now + min(doubled, _LONGEST_PAUSE)

    def _told_to_the_admin(self, reading: Reading, intent: Intent, error: DeliveryError) -> str:
        """Why it does not arrive, as ``bot.screens.messages.admin_alert`` knows it.

        Empty where nobody has an address: of those who hold no role, who need not have one, and
        of those of whom the admin heard when they were looked up. Of the others no more is told
        than that it did not arrive: perhaps their platform is away, and nobody could look.
        """
        if isinstance(error, NoAddress) and isinstance(intent.to, ToPerson):
            person = intent.to.person
            known = is_told_of(reading, person)
            holds_a_role = bool(self.school.roster(reading).roles_of(person))
            return "delivery" if holds_a_role and not known else ""
        if isinstance(error, OurFault):
            return "delivery-fault"
        if not error.permanent:
            return "delivery"
        return "digest-refused" if isinstance(intent.to, ToChannel) else "delivery-refused"

    def _alert(self, why: str) -> Intent:
        # One an hour, however many wait: when the platform is back, they would all arrive at once.
        key = f"{why}:{self.school.now():%Y-%m-%dT%H}"
        facts: Mapping[str, object] = {"why": why}
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
