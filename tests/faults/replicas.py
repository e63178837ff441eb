"""Three processes on one PostgreSQL: what one leaves undone others do, and nothing twice."""

import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from time import monotonic
from typing import Final

from bot.domain.ids import MessageKind
from tests.builders import SchoolAtWork, school_time
from tests.fakes import FakeClock, FakePlatform
from tests.faults.fault import Fault, Outcome, Scale
from tests.faults.places import Kind, Place, a_place
from tests.faults.processes import children
from tests.faults.replica_life import (
    LATER,
    STOP,
    KeptUp,
    Taken,
    Ticked,
    live,
)
from tests.faults.replica_looks import (
    ON_FRIDAY,
    ON_TUESDAY,
    PROCESSES,
    Key,
    Looked,
    looked_at,
)

_SCHOOLS: Final = {Scale.SHORT: 6, Scale.FULL: 150}
_PATIENCE: Final = 120.0
"""Seconds until a fault gives up."""
_MONDAY, _TUESDAY, _FRIDAY = "2026-11-23T09:05", "2026-11-24T08:15:30", "2026-11-27T15:31"


@dataclass
class Watched:
    """Replicas, and what they told."""

    processes: list[BaseProcess] = field(default_factory=list)
    lines: list[Connection] = field(default_factory=list)
    told: list[tuple[int, object]] = field(default_factory=list)
    """By which of them."""
    killed: set[int] = field(default_factory=set)
    look: Callable[[], object] = lambda: None
    """Is done now and then while they work."""

    def listen(self, enough: Callable[[], bool]) -> None:
        """Hears them until it is enough. Raises ``TimeoutError``."""
        until = monotonic() + _PATIENCE
        while not enough():
            if monotonic() > until:
                raise TimeoutError
            self.look()
            open_lines = [each for each in self.lines if not each.closed]
            for line in wait(open_lines, timeout=0.1):
                assert isinstance(line, Connection)
                self._hear(line)

    def _hear(self, line: Connection) -> None:
        try:
            self.told.append((self.lines.index(line), line.recv()))
        except (EOFError, ConnectionResetError):
            line.close()

    def taken(self, by: int | None = None) -> Counter[Key]:
        """How often the platform took each message, of one of them or of all."""
        return Counter(
            (str(each.school), each.to, str(each.kind))
            for which, each in self.told
            if isinstance(each, Taken) and by in (None, which)
        )

    def busiest(self) -> int:
        """Which of them has sent the most."""
        return max(range(len(self.lines)), key=lambda which: self.taken(by=which).total())

    def ticked(self) -> int:
        """How many have looked for what is due."""
        return sum(isinstance(each, Ticked) for _, each in self.told)

    def kill(self, which: int) -> None:
        """SIGKILL; then hears what it had told before."""
        self.killed.add(which)
        self.processes[which].kill()
        self.processes[which].join()
        while not self.lines[which].closed:
            self._hear(self.lines[which])

    def say(self, what: str) -> None:
        """To those that live."""
        for process, line in zip(self.processes, self.lines, strict=True):
            if process.is_alive():
                line.send(what)

    def end(self) -> None:
        """They stop, or are stopped."""
        self.say(STOP)
        for process in self.processes:
            process.join(_PATIENCE)
            if process.is_alive():
                process.kill()
                process.join()

    def unclean(self) -> int:
        """How many ended otherwise than well, or as they were killed."""
        ends = {
            which: -signal.SIGKILL if which in self.killed else 0
            for which in range(len(self.processes))
        }
        return sum(self.processes[which].exitcode != end for which, end in ends.items())


@contextmanager
def _replicas(place: Place, schools: int, at: str) -> Iterator[Watched]:
    watched = Watched()
    try:
        for _ in range(PROCESSES):
            ours, theirs = children().Pipe()
            process = children().Process(
                target=live, args=(place, schools, school_time(at), theirs)
            )
            process.start()
            theirs.close()
            watched.processes.append(process)
            watched.lines.append(ours)
        yield watched
        watched.end()
    finally:
        for each in watched.processes:
            each.kill()


def _begin(place: Place, schools: int) -> None:
    """On Monday each school gets a report of a threat, and everybody hears of it."""
    with looked_at(place, schools, _MONDAY) as looked:
        for school in looked.schools:
            assert isinstance(school.clock, FakeClock)
            there = SchoolAtWork(school, school.clock, FakePlatform(str))
            there.settle()
            there.report(content={"threat"})
            there.settle()


def _killed_in_the_round_up(scale: Scale) -> Outcome:
    schools = _SCHOOLS[scale]
    with a_place(Kind.POSTGRESQL) as place:
        _begin(place, schools)
        with (
            _replicas(place, schools, _TUESDAY) as replicas,
            looked_at(place, schools, _TUESDAY) as looked,
        ):
            replicas.look = looked.count_connections
            replicas.listen(lambda: replicas.taken().total() >= schools // 2)
            replicas.kill(replicas.busiest())
            replicas.listen(lambda: replicas.ticked() >= 2 and not looked.waiting(leased=False))
            window = _of_the_dead(replicas, looked)
            replicas.say(LATER)
            replicas.listen(lambda: not looked.waiting())
            replicas.end()
            return _round_up_outcome(replicas, looked, window)


def _of_the_dead(replicas: Watched, looked: Looked) -> set[tuple[str, str]]:
    """What only the killed one holds: what the others hold they soon have sent."""
    known: list[set[tuple[str, str]]] = []

    def steady() -> bool:
        known.append(looked.waiting(leased=True))
        return len(known) > _STEADY and all(each == known[-1] for each in known[-_STEADY:])

    replicas.listen(steady)
    return known[-1]


_STEADY: Final = 5
"""So many looks, a moment apart, that show the same."""


def _round_up_outcome(replicas: Watched, looked: Looked, window: set[tuple[str, str]]) -> Outcome:
    taken = replicas.taken()
    (killed,) = replicas.killed
    round_ups = {key: count for key, count in taken.items() if key[2] == "round-up"}
    twice = [key for key, count in taken.items() if count > 1]
    held = {(school, recipient.partition(":")[2]) for school, recipient in window}
    by_the_dead = replicas.taken(by=killed)
    outside = [key for key in twice if key[:2] not in held or by_the_dead[key] != 1]
    counted = {
        "lost": looked.never_came(taken, ON_TUESDAY),
        "given up": looked.given_up(),
        "repeats in the window": len(twice) - len(outside),
        "repeats outside it": len(outside) + sum(count > 2 for count in taken.values()),
        "written twice": looked.written_twice(MessageKind.ROUND_UP),
        "put on record twice": sum(count > 1 for count in looked.recorded().values()),
        "chains broken": looked.broken(),
        "processes that ended badly": replicas.unclean(),
    }
    tried = f"{PROCESSES} processes, 1 killed, {len(round_ups)} round-ups, {len(window)} in hand"
    return _outcome(tried, counted, looked)


def _outcome(tried: str, counted: dict[str, int], looked: Looked) -> Outcome:
    wrong = [f"{count} {what}" for what, count in counted.items() if count and "in the" not in what]
    if said := looked.too_many():
        wrong.append(said)
    most = max(looked.connections.values(), default=0)
    return Outcome(tried, {**counted, "connections of a process at most": most}, tuple(wrong))


def _all_at_once(scale: Scale) -> Outcome:
    schools = _SCHOOLS[scale]
    with a_place(Kind.POSTGRESQL) as place:
        _begin(place, schools)
        with (
            _replicas(place, schools, _FRIDAY) as replicas,
            looked_at(place, schools, _FRIDAY) as looked,
        ):
            replicas.look = looked.count_connections
            replicas.listen(lambda: replicas.ticked() == PROCESSES and not looked.waiting())
            replicas.listen(lambda: len(_kept_up(replicas)) >= schools)
            replicas.end()
            digests = looked.digests()
            counted = {
                "lost": looked.never_came(replicas.taken(), ON_FRIDAY),
                "given up": looked.given_up(),
                "messages taken twice": sum(n > 1 for n in replicas.taken().values()),
                "digests missing": sum(not each for each in digests),
                "digests twice": sum(each > 1 for each in digests),
                "nights twice": sum(n > 1 for n in _kept_up(replicas).values()),
                "chains broken": looked.broken(),
                "processes that ended badly": replicas.unclean(),
            }
            tried = f"{PROCESSES} processes ticking at once, {schools} schools"
            return _outcome(tried, counted, looked)


def _kept_up(replicas: Watched) -> Counter[str]:
    """How often each school's nightly maintenance was done."""
    return Counter(str(each.school) for _, each in replicas.told if isinstance(each, KeptUp))


def _in_time(done: Callable[[Scale], Outcome]) -> Callable[[Scale], Outcome]:
    """What is not finished in time does not hold either."""

    def run(scale: Scale) -> Outcome:
        try:
            return done(scale)
        except TimeoutError:
            return Outcome(f"{PROCESSES} processes", {"finished": 0}, ("it never came to an end",))

    return run


FAULTS: tuple[Fault, ...] = (
    Fault(
        "one of three processes is killed in the morning's round-up",
        _in_time(_killed_in_the_round_up),
    ),
    Fault("three processes tick at once, on a Friday afternoon", _in_time(_all_at_once)),
)
