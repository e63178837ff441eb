"""Killing the process at any moment loses nothing that was accepted, and misleads nobody."""

import os
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import psycopg

from bot.compose.moving import next_school_morning
from bot.compose.schools import open_the_store
from bot.domain.calendar import SchoolCalendar
from tests.faults.fault import Fault, Outcome, Scale
from tests.faults.kill_checks import AfterKill
from tests.faults.kill_deeds import HURRIES, Life
from tests.faults.kill_known import Checked, Known
from tests.faults.kill_life import live
from tests.faults.kill_watch import Watched, some_moment
from tests.faults.places import Kind, Place, a_place

STARTS: Final = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
A_SCHOOL: Final = 15
"""Kills that the data of one school live through; then the next school begins."""
KILLS: Final[Mapping[Scale, Mapping[Kind, int]]] = {
    Scale.FULL: {Kind.SQLITE: 150, Kind.POSTGRESQL: 150},
    Scale.SHORT: {Kind.SQLITE: 3, Kind.POSTGRESQL: 2},
}
SEED: Final = "REPORT_POST_FAULT_SEED"
"""In the environment: the seed that was printed, to kill at the same moments again."""

_LEASES_END: Final = timedelta(minutes=2)
_BEFORE_THE_ROUND_UP: Final = timedelta(minutes=1)
_USUAL_SEED: Final = 20261123
_ALWAYS: Final = (
    "accepted pages of reports",
    "accepted answers",
    "accepted additions",
    "accepted notes",
    "accepted pictures",
    "unanswered acts done again",
    "lost",
    "broken chains",
    "messages",
    "of these reminders and round-ups",
    "on their way at a kill",
    "repeats",
    "repeats outside the window",
    "messages to a wrong person",
    "due, not delivered",
)
_MET: Final = (
    *(each for each in _ALWAYS if each.startswith("accepted ")),
    "unanswered acts done again",
    "messages",
    "of these reminders and round-ups",
    "on their way at a kill",
)
"""What must have come about in so many kills; else nothing was shown."""


def kills(kind: Kind, scale: Scale) -> Outcome:
    """Kills the process again and again, each time at another moment, and looks."""
    usual = _USUAL_SEED if scale is Scale.SHORT else random.SystemRandom().randrange(2**32)
    seed = int(os.environ.get(SEED, usual))
    times, checked = KILLS[scale][kind], Checked()
    with a_place(kind) as begun:
        _begin(begun)
        for first in range(0, times, A_SCHOOL):
            with a_place(kind, like=begun) as place:
                numbers = range(first, min(first + A_SCHOOL, times))
                _lives_of_a_school(place, numbers, seed, checked)
    counted = {each: checked.counted[each] for each in _ALWAYS}
    if scale is Scale.FULL:
        checked.wrong += [f"there were no {each}" for each in _MET if not checked.counted[each]]
    both = sum(KILLS[scale].values())
    tried = f"{times} of {both} kills of a process, these on {kind.value}, seed {seed}"
    return Outcome(tried, counted | checked.counted, tuple(checked.wrong))


def _begin(place: Place) -> None:
    """A school that is there already, so that a life begins with work and not with tables."""
    open_the_store(place.settings, {}).close()


def _lives_of_a_school(place: Place, numbers: range, seed: int, checked: Checked) -> None:
    known, starts_at = Known(), STARTS
    for number in numbers:
        chance = random.Random(f"{seed}:{number}")  # noqa: S311 - only when to kill
        life = Life(number, seed, starts_at)
        watched = Watched(life, known, checked, chance)
        lived = watched.live_and_die(partial(live, place, life), some_moment(number, chance))
        if place.on_postgresql:
            _last_commits_end(place)
        ends_at = starts_at + timedelta(seconds=lived * HURRIES) + _LEASES_END
        after = AfterKill(place, Life(number, seed, ends_at, 0), known, checked)
        after.look(everything=number == numbers[-1])
        after.close()
        starts_at = _some_time_later(ends_at, place.settings.calendar, chance)


def _last_commits_end(place: Place) -> None:
    """What the server still had of the killed process is done or undone."""
    with psycopg.connect(place.url, autocommit=True) as connection:
        others = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        while connection.execute(others).fetchone() != (0,):
            connection.execute("SELECT pg_sleep(0.005)")


def _some_time_later(now: datetime, calendar: SchoolCalendar, chance: random.Random) -> datetime:
    """Soon, when an urgent case is called for again, or just before a school day's round-up."""
    kind = chance.random()
    if kind < 0.2:
        return next_school_morning(calendar, now) - _BEFORE_THE_ROUND_UP
    return now + _LEASES_END + timedelta(minutes=chance.choice((0, 13, 45)))


def _fault(kind: Kind) -> Fault:
    return Fault(f"kill -9 on {kind.value}", partial(kills, kind))


FAULTS = tuple(_fault(kind) for kind in Kind)
