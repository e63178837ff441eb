"""How far a process is behind, over all of its schools, at the price of a query a database."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from adapters.metrics import Waiting
from bot.app.schools import Schools
from bot.domain.ids import MessageKind
from storage import SqlStore
from storage.backup_names import backups_in
from storage.engine import Engines
from storage.pulse import Backlog, backlog

_LOOK_AGAIN: Final = timedelta(minutes=1)
"""So long what a look into the folders of backups found is good."""


class Behind:
    """Tells how far the schools are behind (``adapters.metrics.Waiting``)."""

    def __init__(self, schools: Schools) -> None:
        self._schools = schools
        self._looked_at: datetime | None = None
        self._newest: Sequence[datetime | None] = ()

    def waiting(self) -> Waiting:
        """How far behind they are now."""
        now = self._schools.first.now()
        served = {school.id for school in self._schools}
        found = [backlog(each, now, served) for each in self._engines()]
        due: Counter[MessageKind] = Counter()
        for each in found:
            due.update(each.due)
        return Waiting(_latest(found, now), _oldest(found, now), due, self._backup_age())

    def _engines(self) -> Sequence[Engines]:
        stores = [each.store for each in self._schools]
        found = {id(each.engines): each.engines for each in stores if isinstance(each, SqlStore)}
        return list(found.values())

    def _backup_age(self) -> timedelta | None:
        """The age of the newest backup, of the school whose newest is oldest.

        Endless where a school has a folder for them and none in it; ``None`` without any folder.
        """
        now = self._schools.first.clock.machine_now()
        if self._looked_at is None or now - self._looked_at > _LOOK_AGAIN:
            self._looked_at, self._newest = now, self._newest_of_each()
        ages = [timedelta.max if each is None else now - each for each in self._newest]
        return max(ages, default=None)

    def _newest_of_each(self) -> Sequence[datetime | None]:
        return [
            next(iter(backups_in(school.store.backups, school.id).values()), None)
            for school in self._schools
            if isinstance(school.store, SqlStore) and school.store.backups is not None
        ]


def _latest(found: Sequence[Backlog], now: datetime) -> timedelta:
    return max((_late(each.look_at, now) for each in found), default=timedelta(0))


def _oldest(found: Sequence[Backlog], now: datetime) -> timedelta:
    return max((_late(each.oldest, now) for each in found), default=timedelta(0))


def _late(due: datetime | None, now: datetime) -> timedelta:
    return max(now - due, timedelta(0)) if due else timedelta(0)
