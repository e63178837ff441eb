"""What must hold before schools are served, and what is told at the start: nobody is forgotten."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

from adapters import diary
from bot.compose.unserved import kept_beside
from bot.config import Settings
from bot.domain.errors import ReportPostError
from bot.domain.ids import SchoolId
from storage import SqlStore
from storage.alone import served_alone
from storage.checked import Kept, kept_besides
from storage.engine import sqlite_file


class OneProcessAlone(ReportPostError):
    """Several processes cannot serve these schools; the message says what they would need."""


@contextmanager
def nobody_else_serves(settings: Sequence[Settings], processes: int) -> Iterator[None]:
    """Keeps other processes from serving these schools' SQLite files.

    Raises ``OneProcessAlone`` for several processes, and ``AlreadyServed``.
    """
    databases = dict.fromkeys(each.database for each in settings)
    if processes > 1 and any(sqlite_file(each) is not None for each in databases):
        raise OneProcessAlone(
            f"On SQLite one process serves alone, and --processes says {processes}. Leave it out, "
            "or set a PostgreSQL database (README, A larger installation)."
        )
    with ExitStack() as stack:
        for each in databases:
            stack.enter_context(served_alone(each))
        yield


def tell_of_the_unserved(settings: Sequence[Settings], stores: Mapping[SchoolId, SqlStore]) -> None:
    """Says in the log which schools have a record where these have theirs, and are not served.

    Where one school is served alone, what lies beside its data folder is another installation's.
    """
    found: dict[SchoolId, Kept] = {}
    if len(settings) > 1:
        for beside in kept_beside(settings).values():
            found.update(beside)
    for engines in {store.database: store.engines for store in stores.values()}.values():
        found.update(kept_besides(engines, stores))
    if found:
        diary.not_served(found, sum(each.open for each in found.values()))
