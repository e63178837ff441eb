"""How a database is brought to the tables that this version knows."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

from bot.domain.errors import ReportPostError

_SCRIPTS = Path(__file__).with_name("migrations")
_NOTED = "alembic_version"
_LOGGERS = ("alembic.runtime.plugins", "alembic.runtime.migration")
"""Where alembic says what it loads, and what it does to a database."""
_LOCK = 0x5265706F7274  # any number that nobody else uses: "Report"


class DatabaseTooNew(ReportPostError):
    """The database was made by a newer Report Post."""


def upgrade(engine: Engine) -> None:
    """Runs what migrations are missing, all or none. Raises ``DatabaseTooNew``.

    On PostgreSQL replicas that start at once wait for the first; on SQLite the writer's lock does.
    """
    with engine.begin() as connection:
        upgrade_on(connection)


def upgrade_on(connection: Connection, to: str = "head") -> None:
    """As ``upgrade``, within a transaction, up to a revision that is known."""
    _lock(connection)
    if to == "head" and _is_current(connection):
        return
    with _telling(of_an_upgrade=revision_of(connection) is not None):
        # Only now: a start finds nothing to do, and alembic costs it a tenth of a second.
        from alembic import command  # noqa: PLC0415
        from alembic.config import Config  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, to)


_TOLD: Final[ContextVar[bool]] = ContextVar("whether alembic's lines are told", default=True)


@contextmanager
def _telling(*, of_an_upgrade: bool) -> Iterator[None]:
    """Alembic's lines are told of an upgrade alone: not of new tables, as each backup tries out."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_may_be_told)  # the same one is added once
    token = _TOLD.set(of_an_upgrade)
    try:
        yield
    finally:
        _TOLD.reset(token)


def _may_be_told(record: logging.LogRecord) -> bool:
    return _TOLD.get() or record.levelno >= logging.WARNING


def newest_revision() -> str:
    """The revision of the tables that this version works with."""
    return _revisions()[-1]


def knows_revision(revision: str) -> bool:
    """Whether this version can bring tables of that revision up to date."""
    return revision in _revisions()


def revision_of(connection: Connection) -> str | None:
    """The revision of the tables that are there, as alembic noted it; ``None``: there are none."""
    if not inspect(connection).has_table(_NOTED):
        return None
    found: str | None = connection.scalar(text(f"SELECT version_num FROM {_NOTED}"))  # noqa: S608
    return found


def _revisions() -> tuple[str, ...]:
    """Those that this version knows, in order: a migration's file begins with its revision."""
    files = (_SCRIPTS / "versions").glob("*.py")
    return tuple(sorted(each.name.partition("_")[0] for each in files))


def _lock(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    for timeout in ("lock_timeout", "statement_timeout"):  # another replica may take its time
        connection.execute(text(f"SET LOCAL {timeout} = 0"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _is_current(connection: Connection) -> bool:
    there = revision_of(connection)
    if there is not None and not knows_revision(there):
        msg = (
            f"The database was made by a newer Report Post (revision {there}). Install that "
            "version again, or restore a backup from before the upgrade."
        )
        raise DatabaseTooNew(msg)
    return there == newest_revision()
