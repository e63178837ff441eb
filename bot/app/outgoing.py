"""What is written of messages that leave, and which leave next: both in one transaction.

So a disk that takes its time for a commit is waited for once for many messages. If anything goes
wrong with one of them, each is written by itself, and takes no other with it.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.app.intents import Claimed, RowId
from bot.app.leaving import Delivery, Leaving, Mark
from bot.app.messenger import DeliveryError, OurFault
from bot.app.ports import Batch, NoSuchCase, Together, Writing
from bot.domain.ids import CaseId, SchoolId
from bot.domain.urgency import Urgency

if TYPE_CHECKING:
    from bot.app.compose_message import Composer


@dataclass(frozen=True)
class Landed:
    """What is to be written of a school's message."""

    school: SchoolId
    mark: Mark


@dataclass(frozen=True)
class Errand:
    """What is done with messages: they are sent, or shown anew."""

    is_any: Callable[[], bool]
    claim: Callable[[Batch, int, Urgency], Sequence[tuple[SchoolId, Claimed]]]
    prepare: "Callable[[Leaving, Composer, Claimed], Delivery | Mark]"
    do: Callable[[Leaving, Delivery], Awaitable[Mark]]
    failed: Callable[[Leaving, Claimed, DeliveryError], Mark]


@dataclass
class Taken:
    """What came of one look into the outbox."""

    ready: list[tuple[SchoolId, Delivery]] = field(default_factory=list)
    landed: list[Landed] = field(default_factory=list)
    """What becomes of messages that need not leave; to be written with the next look."""
    unwritten: list[Landed] = field(default_factory=list)
    """What has left, and could not be written down yet."""
    wrong: list[Exception] = field(default_factory=list)
    claimed: int = 0
    committed: bool = False
    """Whether there may be more to claim; else the database gave no answer."""


@dataclass(frozen=True)
class Outgoing:
    """The outbox of the schools of one database. Sync; any number of threads."""

    together: Together
    schools: Mapping[SchoolId, Leaving]

    def look(
        self,
        errand: Errand,
        landed: Sequence[Landed],
        room: int,
        most: Urgency = Urgency.LAST,
        kept: Sequence[tuple[SchoolId, Claimed]] = (),
    ) -> Taken:
        """Writes down what became of messages, and leases the next ones, at most ``room``.

        ``kept`` are on their way still, and remain ours. What a database raises is handed back.
        """
        taken = Taken()
        try:
            if not (landed or kept or errand.is_any()):
                return taken  # a look costs nothing; a transaction that writes waits for the disk
            claims = self._write_and_claim(errand, landed, room, most, kept)
        except Exception as error:  # noqa: BLE001 - nothing of it was written; raised by the caller
            if not landed:
                taken.wrong.append(error)
                return taken
            for each in landed:
                self._write_alone(each, taken)
            taken.committed = not taken.unwritten
            return taken
        for each in landed:
            each.mark.written()
        taken.claimed, taken.committed = len(claims), True
        if claims:
            self._prepare(errand, claims, taken)
        return taken

    def _write_and_claim(
        self,
        errand: Errand,
        landed: Sequence[Landed],
        room: int,
        most: Urgency,
        kept: Sequence[tuple[SchoolId, Claimed]],
    ) -> Sequence[tuple[SchoolId, Claimed]]:
        with self.together.writing() as batch:
            _lock(batch, landed, kept)
            for school, claimed in kept:
                machine_now = self.schools[school].school.clock.machine_now()
                batch.of(school).keep_lease(claimed, machine_now)
            for each in landed:
                each.mark.write(batch.of(each.school))
            return errand.claim(batch, room, most) if room > 0 else ()

    def _write_alone(self, landed: Landed, taken: Taken) -> None:
        """In a transaction of its own, since none of several could be written together."""
        mark = landed.mark
        for write in (mark.write, mark.otherwise):
            if write is None:
                continue
            try:
                with self.schools[landed.school].school.store.writing() as writing:
                    _lock_cases(writing, mark.cases)
                    writing.hold_messages([mark.row], mark.cases)
                    write(writing)
            except Exception as error:  # noqa: BLE001 - raised by the caller at the end
                taken.wrong.append(error)
            else:
                mark.written()
                return
        if mark.has_left:
            taken.unwritten.append(landed)

    def _prepare(
        self, errand: Errand, claims: Sequence[tuple[SchoolId, Claimed]], taken: Taken
    ) -> None:
        composers: dict[SchoolId, Composer] = {}
        looked = 0
        try:
            with self.together.reading() as of:
                for name, claimed in claims:
                    looked += 1
                    leaving = self.schools[name]
                    try:
                        if name not in composers:
                            composers[name] = leaving.composer(of(name))
                        found = errand.prepare(leaving, composers[name], claimed)
                    except Exception as error:  # noqa: BLE001 - raised by the caller at the end
                        taken.wrong.append(error)
                        found = errand.failed(leaving, claimed, OurFault())
                    if isinstance(found, Mark):
                        taken.landed.append(Landed(name, found))
                    else:
                        taken.ready.append((name, found))
        except Exception as error:  # noqa: BLE001 - raised by the caller at the end
            taken.wrong.append(error)
            for name, claimed in claims[looked:]:
                later = errand.failed(self.schools[name], claimed, OurFault())
                taken.landed.append(Landed(name, later))


def _lock(batch: Batch, landed: Sequence[Landed], kept: Sequence[tuple[SchoolId, Claimed]]) -> None:
    """All cases first and then all messages, each in their order: others lock them so, too."""
    cases: dict[SchoolId, set[CaseId]] = defaultdict(set)
    rows: dict[SchoolId, set[RowId]] = defaultdict(set)
    for each in landed:
        cases[each.school].update(each.mark.cases)
        rows[each.school].add(each.mark.row)
    for school, claimed in kept:
        rows[school].add(claimed.row)
    for school in sorted(cases):
        _lock_cases(batch.of(school), cases[school])
    for school in sorted(rows):
        batch.of(school).hold_messages(rows[school], cases[school])


def _lock_cases(writing: Writing, cases: Iterable[CaseId]) -> None:
    for case in sorted(cases):
        with suppress(NoSuchCase):  # erased meanwhile, and the message with it
            writing.lock_case(case)
