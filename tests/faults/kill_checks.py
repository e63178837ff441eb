"""What must hold after a kill: nothing accepted is lost, no message went astray."""

import asyncio
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from bot.app.case_file import CaseFile, read_case
from bot.app.deliver import Deliverer
from bot.app.drafts import content_of
from bot.app.ports import StoreDamaged
from bot.app.remind import tick
from bot.app.respond import respond
from bot.app.school import School
from bot.compose.core_world import run_here
from bot.compose.schools import open_the_store, school_of
from bot.domain.ids import CaseId, DraftId, EvidenceId, MessageKind, PersonId, Reference, StepId
from bot.journeys.sample import CHANNEL
from bot.screens.messages import cases_in
from bot.screens.nodes import Message
from bot.screens.press import Verb, read_form_ref
from bot.screens.wording import Words
from storage import SqlStore, SqlVerifier
from storage.outbox import State
from storage.store import SqlReading
from storage.tables import outbox
from tests.faults.kill_deeds import Deed, Leaving, Life, LifeClock
from tests.faults.kill_known import REMINDERS, Checked, Known, may_hear, too_often
from tests.faults.kill_life import labels_of, reference_in, was_taken
from tests.faults.places import Place


class AfterKill:
    """The process that is started on the same data: looks, does again, and finishes."""

    def __init__(self, place: Place, life: Life, known: Known, checked: Checked) -> None:
        settings = place.settings
        self._life = life
        self._known = known
        self._checked = checked
        self._store: SqlStore = open_the_store(settings, {})
        self._school: School = school_of(settings, self._store, LifeClock(life))

    def close(self) -> None:
        """Lets go of the data."""
        self._store.close()

    def look(self, *, everything: bool = False) -> None:
        """What holds at once, and what holds once all that is due was finished.

        ``everything``: what was accepted in earlier lives too, but for pages of drafts, which are
        thrown away after a week.
        """
        known = self._known
        for each in SqlVerifier(self._store).findings():
            self._wrong("broken chains", f"verify finds: {each.says}")
        mine = self._of_last_life(known.accepted)
        if everything:
            mine = [
                cause
                for cause, reference in known.accepted.items()
                if reference or known.deeds[cause].verb is not Verb.REPORT or cause in mine
            ]
        self._all_there(mine)
        self._in_the_window()
        again = [each for each in self._of_last_life(known.deeds) if each not in known.accepted]
        self._do_again(again)
        self._finish()
        self._all_there(again)
        self._all_heard()
        self._none_again()

    def _of_last_life(self, causes: Iterable[str]) -> list[str]:
        return [each for each in causes if each.startswith(f"{self._life.number}-")]

    def _wrong(self, what: str, says: str) -> None:
        self._checked.counted[what] += 1
        self._checked.wrong.append(f"after kill {self._life.number}: {says}")

    # What was accepted

    def _all_there(self, causes: Iterable[str]) -> None:
        with self._store.reading() as reading:
            for cause in causes:
                deed = self._known.deeds[cause]
                for lost in self._lost(reading, deed, self._known.accepted.get(cause, "")):
                    self._wrong("lost", f"{deed.verb} of {deed.who} was accepted, and {lost}")

    def _lost(self, reading: SqlReading, deed: Deed, reference: str) -> Iterator[str]:
        press = read_form_ref(deed.form).press
        if deed.verb is Verb.REPORT and not reference:
            yield from self._lost_page(reading, DraftId(press.subject))
            return
        row = reading.case_by_reference(Reference(reference)) if reference else None
        case = row.case if row else CaseId(press.subject)
        found = row or reading.case_row(case)
        if found is None:
            yield "its case is not there"
            return
        file = read_case(self._school, reading, found)
        if deed.verb is Verb.ANSWER:
            yield from _lost_answer(file, StepId(press.step), press.round, deed)
        if deed.mark:
            times = sum(deed.mark.encode() in each.payload for each in reading.entries(case))
            if times != 1:
                yield f"its words are in {times} entries of the case"
        yield from _lost_files(reading, file, deed)

    def _lost_page(self, reading: SqlReading, draft: DraftId) -> Iterator[str]:
        """A page is in its draft, until the last page, of which the same is asked, was taken."""
        kept = reading.draft(draft)
        last = [
            each
            for each in self._known.deeds.values()
            if each.mark and read_form_ref(each.form).press.subject == draft
        ]
        if not last and (kept is None or not content_of(kept).answers):
            yield "its page is in no draft"

    def _do_again(self, causes: list[str]) -> None:
        """Who got no answer does it again, as every platform does; it may be done already."""
        for cause in causes:
            reply = respond(self._school, self._known.deeds[cause].inbound())
            self._checked.counted["unanswered acts done again"] += 1
            if was_taken(reply):
                self._known.accepted[cause] = reference_in(reply)
            else:
                self._wrong("lost", f"{self._known.deeds[cause].verb} could not be done again")

    # What was sent

    def _in_the_window(self) -> None:
        """A yes that is not written can only be of a message that was on its way at the kill."""
        written = self._written()
        mine = [each for each in self._known.taken if each.life == self._life.number]
        on_their_way = [each for each in mine if each.ref not in self._known.marked]
        self._checked.counted["on their way at a kill"] += len(on_their_way)
        for each in mine:
            if each.ref in written:
                continue
            self._checked.counted["repeats"] += 1
            if each in on_their_way:
                self._known.may_repeat.add(each.ref)
            else:
                self._wrong("repeats outside the window", f"{each.message.kind} goes out again")

    def _none_again(self) -> None:
        """Whatever went out in any life stands written, and was heard once, but in the window."""
        known, written = self._known, self._written()
        twice = [each for each in known.taken if each.ref not in written | known.may_repeat]
        for each in {one.ref: one for one in (*twice, *too_often(known))}.values():
            if each.ref not in known.found_again:
                known.found_again.add(each.ref)
                says = f"{each.message.kind} went to {each.message.to} again"
                self._wrong("repeats outside the window", says)

    def _written(self) -> set[str]:
        with self._store.reading() as reading:
            rows = reading.connection.scalars(select(outbox.c.message_ref)).all()
        return {each for each in rows if each}

    def _finish(self) -> None:
        here = _Platform(self._school, self._known, self._life.number)
        deliverer = Deliverer(self._school, here, run_here, lambda person: person)
        tick(self._school)
        asyncio.run(_deliver(deliverer))
        now = self._school.now()
        with self._store.reading() as reading:
            late = reading.connection.scalars(
                select(outbox.c.kind).where(
                    outbox.c.state.in_((State.WAITING, State.GAVE_UP)), outbox.c.not_before <= now
                )
            ).all()
        for kind in late:
            self._wrong("due, not delivered", f"{kind} is due and was not delivered")

    def _all_heard(self) -> None:
        known = self._known
        by_reference: dict[str, list[Deed]] = {}
        for cause, reference in known.accepted.items():
            deed = known.deeds[cause]
            if deed.verb is Verb.REPORT and reference:
                by_reference.setdefault(reference, []).append(deed)
        heard = {
            (each.message.to, each.message.kind, reference)
            for each in known.taken
            for reference in each.message.references
        }
        for reference, deeds in by_reference.items():
            for deed in deeds:
                if (deed.who, str(MessageKind.RECEIPT), reference) not in heard:
                    self._wrong("due, not delivered", f"no receipt reached {deed.who}")
        for each in known.taken[known.heard :]:
            self._checked.counted["messages"] += 1
            again = MessageKind(each.message.kind) in REMINDERS
            self._checked.counted["of these reminders and round-ups"] += again
            if not may_hear(each.message, by_reference):
                says = f"{each.message.kind} went to {each.message.to}"
                self._wrong("messages to a wrong person", says)
        known.heard = len(known.taken)


@dataclass
class _Platform:
    """Takes every message at once (``bot.app.messenger.Messenger``)."""

    school: School
    known: Known
    life: int

    async def send(self, to: PersonId | None, message: Message, words: Words) -> str:
        del words
        label = labels_of(self.school)[to] if to else CHANNEL
        references = tuple(str(each) for each in cases_in(message))
        return self.known.take(-1, Leaving(0, label, str(message.kind or ""), references))

    async def update(self, message_ref: str, message: Message, words: Words) -> None:
        del message_ref, message, words
        self.known.updated += 1


async def _deliver(deliverer: Deliverer) -> None:
    await deliverer.deliver_due()
    await deliverer.update_stale()


def _lost_answer(file: CaseFile, step: StepId, number: int, deed: Deed) -> Iterator[str]:
    for each in file.state.rounds.get(step, ()):
        if each.number == number and each.given is not None:
            if each.given.outcome.value != deed.given["outcome"]:
                yield f"{step.value} has another answer"
            return
    yield f"{step.value} is not answered"


def _lost_files(reading: SqlReading, file: CaseFile, deed: Deed) -> Iterator[str]:
    wanted = [hashlib.sha256(each).hexdigest() for each in deed.files]
    for content, sha in zip(deed.files, wanted, strict=True):
        kept = [each.evidence for each in file.state.evidence if each.sha256 == sha]
        if len(kept) != 1:
            yield f"a picture of it is there {len(kept)} times"
        elif _bytes_of(reading, kept[0]) != content:
            yield "a picture of it is missing, or has other bytes"


def _bytes_of(reading: SqlReading, evidence: EvidenceId) -> bytes | None:
    try:
        return reading.file_content(evidence)
    except StoreDamaged:
        return None
