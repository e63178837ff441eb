"""The other side of a process that is killed: its platform, its journal, and the kill itself."""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from time import monotonic
from typing import Final

from bot.screens.press import Verb
from tests.faults.kill_deeds import Accepted, Begun, Broke, Leaving, Life, Marked, Showing
from tests.faults.kill_known import Checked, Known
from tests.faults.processes import children

_SLOWEST_YES: Final = 0.012
"""Seconds that the platform takes at most."""
_AT_THE_LATEST: Final = 3.0
"""Seconds after which the process is killed, whatever it has done."""
_ACCEPTED: Final = {
    Verb.REPORT: "accepted pages of reports",
    Verb.ADD: "accepted additions",
    Verb.ANSWER: "accepted answers",
    Verb.NOTE: "accepted notes",
}


@dataclass(frozen=True)
class Moment:
    """When to kill: so many seconds after the nth line of a kind (``None``: after the start)."""

    line: type[Begun | Leaving] | None
    nth: int
    seconds: float


def some_moment(number: int, chance: random.Random) -> Moment:
    """Spread over the acts, the deliveries and the start, in turn."""
    match number % 5:
        case 0 | 3:
            return Moment(Begun, chance.randint(1, 14), chance.uniform(0, 0.03))
        case 1 | 4:
            return Moment(Leaving, chance.randint(1, 10), chance.uniform(0, 0.02))
        case _:
            return Moment(None, 0, chance.uniform(0, 0.5))


class Watched:
    """A process, from its start to its end by ``SIGKILL``."""

    def __init__(self, life: Life, known: Known, checked: Checked, chance: random.Random) -> None:
        self._life = life
        self._known = known
        self._checked = checked
        self._chance = chance
        self._answers: list[tuple[float, int, Leaving | Showing]] = []
        self._dead = False
        self._kill_at = 0.0

    def live_and_die(self, work: Callable[[Connection, Connection], None], moment: Moment) -> float:
        """Runs the work in a process of its own until the moment; how many seconds it lived."""
        ours, journal = children().Pipe(duplex=False)
        platform, theirs = children().Pipe()
        began = monotonic()
        process = children().Process(target=work, args=(journal, theirs), daemon=True)
        process.start()
        journal.close()
        theirs.close()
        self._kill_at = began + (_AT_THE_LATEST if moment.line else moment.seconds)
        left, reading = moment.nth, [ours, platform]
        while reading:
            ready = wait(reading, self._patience())
            for each in [one for one in reading if one in ready]:
                line = _read(each)
                if line is None:
                    reading.remove(each)
                    continue
                self._take(line)
                left -= isinstance(line, moment.line or ())
                if left == 0 and moment.line:
                    self._kill_at = min(self._kill_at, monotonic() + moment.seconds)
            if not self._dead and monotonic() >= self._kill_at:
                process.kill()
                self._dead = True
            self._answer(platform)
        lived = monotonic() - began
        process.join()
        if not self._dead:
            self._checked.wrong.append(f"life {self._life.number} ended by itself")
        return lived

    def _patience(self) -> float | None:
        if self._dead:
            return None
        soonest = min([self._kill_at, *(at for at, _, _ in self._answers[:1])])
        return max(0.0, soonest - monotonic())

    def _take(self, line: object) -> None:
        match line:
            case Begun(deed):
                self._known.deeds[deed.cause] = deed
            case Accepted(cause, reference):
                self._known.accepted[cause] = reference
                deed = self._known.deeds[cause]
                self._checked.counted[_ACCEPTED[deed.verb]] += 1
                self._checked.counted["accepted pictures"] += len(deed.files)
            case Marked(ref):
                self._known.marked.add(ref)
            case Broke(what):
                self._checked.counted["failures nobody caused"] += 1
                self._checked.wrong.append(f"in life {self._life.number}: {what}")
            case Leaving(number=number) | Showing(number=number):
                at = monotonic() + self._chance.uniform(0, _SLOWEST_YES)
                heapq.heappush(self._answers, (at, number, line))

    def _answer(self, platform: Connection) -> None:
        """Says yes; what came in before the process died is taken, though nobody hears it."""
        while self._answers and (self._dead or self._answers[0][0] <= monotonic()):
            _, number, asked = heapq.heappop(self._answers)
            ref = ""
            if isinstance(asked, Leaving):
                ref = self._known.take(self._life.number, asked)
            else:
                self._known.updated += 1
            try:
                platform.send((number, ref))
            except OSError:
                continue  # it was killed meanwhile


def _read(connection: Connection) -> object | None:
    try:
        line: object = connection.recv()
    except (EOFError, OSError):
        return None  # killed, perhaps in the middle of a line
    return line
