"""The schools of one database in a running process: looked at by urgency, and their mail sent."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Final, TypeVar

from bot.app.deliveries import Deliveries
from bot.app.leaving import Leaving
from bot.app.remind import quiet_ones, tick
from bot.app.school import School
from bot.domain.ids import SchoolId

CHUNK: Final = 20
"""Schools that are ticked before it is asked again which are the most urgent."""
_TIMES: Final = 100
"""So often a school is ticked before the next tick of all, if there is so much to look at in it."""

_ALL_AFTER_SECONDS: Final = 300.0
_ALL_EVERY_SECONDS: Final = 3_600.0
"""So long after its start, and so often after that, a process looks at all its schools by itself.

Settings are no row of the database: while one process after another is started with new ones, an
older one may look at a school after a new one did, by the old ones.
"""

Result = TypeVar("Result")

Run = Callable[[Callable[[], object]], Awaitable[object]]


class OneDatabase:
    """Schools that share a database, and so one question who is due."""

    def __init__(
        self,
        leaving: Mapping[SchoolId, Leaving],
        run: Run,
        room: Callable[[], int | None],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """``run`` works off the event loop; ``room`` is that of ``Deliveries``.

        ``seconds`` is a clock that never goes back.
        """
        self.schools: Sequence[School] = [each.school for each in leaving.values()]
        self.together = self.schools[0].store.together([each.store for each in self.schools])
        self.deliveries = Deliveries(self.together, leaving, run, room=room)
        self._by_id = {each.id: each for each in self.schools}
        self._run = run
        self._ticked: Counter[SchoolId] = Counter()
        self._unseen = dict.fromkeys(self._by_id)
        """Schools that this process is to look at, whoever says that nothing is due in them."""
        self._seconds = seconds
        self._all_at = seconds() + _ALL_AFTER_SECONDS

    async def tick(
        self, after_some: Callable[[], object], going_on: Callable[[], bool] = lambda: True
    ) -> list[Exception]:
        """Looks at every school that is due, the most urgent first; what went wrong with some.

        ``after_some`` is called now and then, when messages may have been written. No school is
        begun any more once ``going_on`` says no.
        """
        wrong: list[Exception] = []
        self._ticked.clear()
        if self._seconds() >= self._all_at:
            self.look_at_all()
        while going_on() and (chunk := await self._next_ones()):
            self._ticked.update(chunk)
            quiet = await self._quiet_ones(chunk)
            for school in chunk:
                if school in quiet:
                    self._unseen.pop(school, None)
                if school in quiet or not going_on():
                    continue
                try:
                    await self._run(partial(tick, self._by_id[school]))
                except Exception as error:  # noqa: BLE001 - handed back at the end
                    wrong.append(error)
                    self._ticked[school] = _TIMES  # the next tick of all tries it again
                else:
                    self._unseen.pop(school, None)
            after_some()
        return wrong

    def look_at_all(self) -> None:
        """The next tick looks at every school: its calendar, roles or rules may have changed."""
        self._unseen = dict.fromkeys(self._by_id)
        self._all_at = self._seconds() + _ALL_EVERY_SECONDS

    async def _quiet_ones(self, chunk: Sequence[SchoolId]) -> frozenset[SchoolId]:
        """Those in which nothing is due; none, if they cannot be looked at together."""
        if len(chunk) == 1:
            return frozenset()
        found: list[frozenset[SchoolId]] = []
        schools = [self._by_id[each] for each in chunk]
        try:
            await self._run(lambda: found.append(quiet_ones(schools, self.together)))
        except Exception:  # noqa: BLE001 - what is wrong with which is found as each is ticked
            return frozenset()
        return found[0]

    async def _next_ones(self) -> Sequence[SchoolId]:
        resting = {school for school, times in self._ticked.items() if times >= _TIMES}
        stuck = 0
        while True:
            asked = CHUNK + stuck
            due = await self._ask(asked)
            found = [each for each in due if each not in resting][:CHUNK]
            if not found and len(due) < asked:
                unseen = (each for each in self._unseen if each not in resting)
                found = list(islice(unseen, CHUNK))
                return _turned(found)
            if found:
                return _turned(found)
            stuck += CHUNK

    async def _ask(self, limit: int) -> Sequence[SchoolId]:
        now = self.schools[0].clock.now()
        found: list[SchoolId] = []
        await self._run(lambda: found.extend(self.together.schools_due(now, limit)))
        return found


def _turned(chunk: list[SchoolId]) -> Sequence[SchoolId]:
    """Each process begins somewhere else: replicas that ask at once do not meet at each school."""
    at = os.getpid() % len(chunk) if chunk else 0
    return chunk[at:] + chunk[:at]


def by_database(
    leaving: Mapping[SchoolId, Leaving], run: Run, room: Callable[[], int | None]
) -> tuple[OneDatabase, ...]:
    """The schools by their databases."""
    found: dict[object, dict[SchoolId, Leaving]] = {}
    for school, each in leaving.items():
        found.setdefault(each.school.store.database, {})[school] = each
    return tuple(OneDatabase(each, run, room) for each in found.values())


async def whenever(
    woken: asyncio.Event, work: Callable[[], Awaitable[object]], *, going_on: Callable[[], bool]
) -> None:
    """Does the work each time that it is woken; for the last time when it is not to go on.

    It must be woken then, too: what came until that moment is still done.
    """
    last = False
    while not last:
        await woken.wait()
        woken.clear()
        last = not going_on()
        await work()
