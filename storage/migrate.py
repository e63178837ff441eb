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
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    with engine.begin() as connection:
        _lock(connection)
        if not _is_current(connection, ScriptDirectory.from_config(config)):
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


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
