"""What must hold before schools are served, and what is told at the start: nobody is forgotten."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

from adapters import diary
from bot.compose.unserved import look_beside
from bot.config import Settings
from bot.domain.errors import ReportPostError
from bot.domain.ids import SchoolId
from storage import SqlStore
from storage.alone import served_alone
from storage.checked import Kept, kept_besides
from storage.engine import sqlite_file, telling_why


class OneProcessAlone(ReportPostError):
    """Several processes cannot serve these schools; the message says what they would need."""


@contextmanager
def nobody_else_serves(settings: Sequence[Settings], processes: int) -> Iterator[None]:
    """Keeps other processes from serving these schools' SQLite files.

    Raises ``OneProcessAlone`` for several processes, and ``AlreadyServed``.
    """
    files = ((sqlite_file(each.database), each.database) for each in settings)
    # A file that two schools name differently is one all the same.
    alone = {file.resolve(): database for file, database in files if file is not None}
    if processes > 1 and alone:
        raise OneProcessAlone(
            f"On SQLite one process serves alone, and --processes says {processes}. Leave it out, "
            "or set a PostgreSQL database (README, A larger installation)."
        )
    with ExitStack() as stack:
        for each in alone.values():
            stack.enter_context(served_alone(each))
        yield


def tell_of_the_unserved(settings: Sequence[Settings], stores: Mapping[SchoolId, SqlStore]) -> None:
    """Says in the log which schools have a record where these have theirs, and are not served.

    Where one school is served alone, what lies beside its data folder is another installation's.
    A folder beside that cannot be looked into is for ``doctor`` to tell. Raises
    ``DatabaseUnusable`` of a database of theirs.
    """
    found: dict[SchoolId, Kept] = {}
    if len(settings) > 1:
        for beside in look_beside(settings).kept.values():
            found.update(beside)
    for database, school in {each.database: each.id for each in settings}.items():
        with telling_why(database):
            found.update(kept_besides(stores[school].engines, stores))
    if found:
        diary.not_served(found, sum(each.open for each in found.values()))
