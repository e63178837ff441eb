"""How a database is brought to the tables that this version knows."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from bot.domain.errors import ReportPostError

_SCRIPTS = Path(__file__).with_name("migrations")
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
    config = _config()
    _lock(connection)
    if to != "head" or not _is_current(connection, ScriptDirectory.from_config(config)):
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def newest_revision() -> str:
    """The revision of the tables that this version works with."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def knows_revision(revision: str) -> bool:
    """Whether this version can bring tables of that revision up to date."""
    scripts = ScriptDirectory.from_config(_config())
    return revision in {each.revision for each in scripts.walk_revisions()}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config


def _lock(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    for timeout in ("lock_timeout", "statement_timeout"):  # another replica may take its time
        connection.execute(text(f"SET LOCAL {timeout} = 0"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _is_current(connection: Connection, scripts: ScriptDirectory) -> bool:
    there = MigrationContext.configure(connection).get_current_revision()
    if there is not None and there not in {each.revision for each in scripts.walk_revisions()}:
        msg = (
            f"The database was made by a newer Report Post (revision {there}). Install that "
            "version again, or restore a backup from before the upgrade."
        )
        raise DatabaseTooNew(msg)
    return there == scripts.get_current_head()
