"""A school whose database fails under those who act: what they are told, what is there then."""

import hashlib
import random
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from time import monotonic

from bot.app.inbound import Inbound, Pressed
from bot.app.respond import respond
from bot.compose.core_world import person_of
from bot.domain.ids import Cause, MessageKind, Reference
from bot.screens.messages import cases_in
from bot.screens.nodes import Form
from bot.screens.press import Press, Verb
from storage import SqlVerifier
from tests.builders import at_work
from tests.claiming import waiting_in
from tests.faults.database_doors import REPORTS, Failing, told_at_the_doors
from tests.faults.fault import Outcome
from tests.faults.kill_deeds import Deed, Told, a_picture
from tests.faults.kill_life import reference_in
from tests.faults.places import Place
from tests.faults.watched_school import WatchedSchool

AT_ONCE = 8
"""People who act at the same time."""
LONGEST = 20.0
"""Seconds after which somebody has waited too long for a word."""

_LONG_PAUSE = timedelta(hours=2)
"""After it leases have ended, and whatever failed is tried again."""
_FIRST: Told = {"safety": ("none",), "content": ("offensive",), "about": ("staff-member",)}


@dataclass(frozen=True)
class Answer:
    """What somebody got: the reference of their report, or the error that doors apologise for."""

    deed: Deed
    reference: str
    error: str
    seconds: float


@dataclass
class DatabaseSchool(WatchedSchool):
    """The sample school on a place, with what its people know of it."""

    place: Place
    taken: dict[str, Deed] = field(default_factory=dict)
    """By reference: the reports that were accepted."""
    counted: Counter[str] = field(default_factory=Counter)
    may_repeat: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Receipts that left with a delivery that failed then."""
    slowest: float = 0.0
    at_the_doors: int = 0
    """Reports that were filed in Slack and in Teams."""
    counting: threading.Lock = field(default_factory=threading.Lock)
    numbers: Iterator[int] = field(default_factory=count)
    noise: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - pictures

    # What people do

    def write(self, who: str = "staff", *sizes: int) -> Deed:
        """A report whose last page is filled in, with pictures so large, and not sent yet."""
        shown = respond(self.work.school, self._pressed(who)).show
        first = self._form(shown, who, _FIRST).inbound()
        mark = f"mark{next(self.numbers)}."
        told: Told = {
            "place": "closed-group",
            "poster": "parent-or-carer",
            "words": f"It says {mark}",
            "screenshots": tuple(a_picture(self.noise.randbytes(size)) for size in sizes),
        }
        return self._form(respond(self.work.school, first).show, who, told, mark)

    def _pressed(self, who: str) -> Inbound:
        cause = Cause(f"act-{next(self.numbers)}")
        return Inbound(person_of(who), cause, Pressed(Press(Verb.REPORT)))

    def _form(self, shown: object, who: str, told: Told, mark: str = "") -> Deed:
        if not isinstance(shown, Form):
            raise TypeError(type(shown))
        return Deed(f"act-{next(self.numbers)}", who, shown.ref.encode(), told, mark)

    def send(self, deed: Deed) -> Answer:
        """Sends it, for the first time or once more."""
        began, reference, error = monotonic(), "", ""
        try:
            reference = reference_in(respond(self.work.school, deed.inbound()))
        except Exception as failed:  # noqa: BLE001 - the door says sorry for it (database_doors)
            error = type(failed).__name__
        return Answer(deed, reference, error, monotonic() - began)

    def heard(self, answers: Iterable[Answer]) -> list[Deed]:
        """Counts what people got; the reports that were not taken."""
        with self.counting:
            return [each.deed for each in answers if not self._heard(each)]

    def _heard(self, each: Answer) -> bool:
        self.slowest = max(self.slowest, each.seconds)
        self.must(each.seconds < LONGEST, f"somebody waited {each.seconds:.0f} s for a word")
        if each.reference:
            self.counted["accepted"] += 1
            self.taken[each.reference] = each.deed
        else:
            self.counted["told kindly that it failed"] += 1
            self.must(each.error, "a report was neither taken nor did it fail")
        return bool(each.reference)

    def send_all(self, deeds: Iterable[Deed]) -> list[Deed]:
        """Everybody sends at once; the reports that were not taken."""
        with ThreadPoolExecutor(AT_ONCE) as people:
            return self.heard(list(people.map(self.send, deeds)))

    def send_again(self, failed: Iterable[Deed]) -> None:
        """What failed is sent once more, and must be taken now."""
        for each in failed:
            answer = self.send(each)
            self.must(
                answer.reference, f"what failed was not taken when sent again: {answer.error}"
            )
            if answer.reference:
                self.counted["sent again, accepted"] += 1
                self.taken[answer.reference] = each

    def at_doors(self, failing: Failing) -> None:
        """Somebody in Slack and somebody in Teams act while it fails, and then once more."""
        self.wrong += told_at_the_doors(self.work, failing)
        self.at_the_doors += REPORTS

    # What must hold then

    def all_is_well(self, *, may_repeat: bool = False, heard_before: int = 0) -> None:
        """Everything accepted is there, once; the chain holds; each heard of it, once.

        So many of the first reports were told of by another process.
        """
        self.work.clock.machine_waits(_LONG_PAUSE)
        self.work.settle()
        self._cases()
        findings = list(SqlVerifier(self.store).findings())
        self.counted["broken chains"] += len(findings)
        self.wrong += [f"verify finds: {each.says}" for each in findings]
        with self.store.reading() as reading:
            waiting = waiting_in(reading, self.work.school.now())
        self.must(not waiting, f"{waiting} messages are due and were not delivered")
        receipts = self.receipts_from(0)
        for reference, deed in [*self.taken.items()][heard_before:]:
            times = receipts[deed.who, reference]
            self.counted["repeats"] += max(0, times - 1)
            self.must(times, f"no receipt reached {deed.who}")
            self.must(times <= 1 or may_repeat, f"{deed.who} got {times} receipts for one report")

    def receipts_from(self, first: int) -> Counter[tuple[str, str]]:
        """How often the platform took a receipt for whom of which case, from that message on."""
        return Counter(
            (each.to, str(reference))
            for each in self.work.platform.taken[first:]
            if each.kind is MessageKind.RECEIPT
            for reference in cases_in(each.message)
        )

    def _cases(self) -> None:
        with self.store.reading() as reading:
            told = {
                row.case: b"".join(each.payload for each in reading.entries(row.case))
                for row in reading.case_rows()
            }
            for reference, deed in self.taken.items():
                row = reading.case_by_reference(Reference(reference))
                if row is None or deed.mark.encode() not in told[row.case]:
                    self._lost("a report was accepted and is not there")
                    continue
                evidence = self.work.state(row.case).evidence
                kept = {each.sha256: each.evidence for each in evidence}
                for picture in deed.files:
                    found = kept.get(hashlib.sha256(picture).hexdigest())
                    if found is None or reading.file_content(found) != picture:
                        self._lost("a picture was accepted and is not there")
        for deed in self.taken.values():
            times = sum(deed.mark.encode() in each for each in told.values())
            self.must(times <= 1, f"one report became {times} cases")
        reports = len(self.taken) + self.at_the_doors
        self.must(len(told) == reports, f"{len(told)} cases of {reports} reports")

    def _lost(self, says: str) -> None:
        self.counted["lost"] += 1
        self.wrong.append(says)

    def outcome(self, tried: str) -> Outcome:
        """For the table."""
        found = {"lost": 0, "broken chains": 0, "repeats": 0} | self.counted
        return Outcome(
            tried, {**found, "ms for the slowest": round(self.slowest * 1000)}, tuple(self.wrong)
        )


@contextmanager
def a_database_school(place: Place) -> Iterator[DatabaseSchool]:
    """The school, until the block ends."""
    work = at_work(place.settings)
    try:
        yield DatabaseSchool(work, place)
    finally:
        work.school.store.close()
