"""Processes that bring a database up to date: killed half-way, at once, or beside a school."""

import os
import signal
import tempfile
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from shutil import copytree
from traceback import extract_tb

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection as Database
from sqlalchemy import event

import storage
from bot.compose.schools import open_the_store
from storage.engine import open_engines
from storage.migrate import upgrade
from tests.faults.places import Place

NEXT_REVISION = "9999"
_NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "NEXT", "BEFORE", None, None


def upgrade() -> None:
    op.add_column("cases", sa.Column("later", sa.Integer(), nullable=True))
    op.create_index("ix_cases_later", "cases", ["later"])
    op.execute("UPDATE cases SET later = 1")
"""
"""A migration as a later version may have one: it adds, and takes nothing away."""


def upgrade_until(url: str, statement: int, told: Connection) -> None:
    """Kills itself before that statement of the upgrade; else tells how many there were."""
    engines, numbers = open_engines(url, 1), count(1)

    def before(*_: object) -> None:
        if next(numbers) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engines.writing, "before_cursor_execute", before)
    event.listen(engines.writing, "commit", before)
    upgrade(engines.writing)
    told.send(next(numbers) - 1)
    engines.dispose()


def start_and_write(place: Place, name: str, told: Connection) -> None:
    """Starts as the process of a school does, and writes something once it is told to begin."""
    told.recv()
    try:
        store = open_the_store(place.settings, {})
        with store.writing() as writing:
            writing.put_value(f"started:{name}", b"1")
        store.close()
        told.send("")
    except Exception as error:  # noqa: BLE001 - told, and counted as wrong
        told.send(f"{type(error).__name__} in {extract_tb(error.__traceback__)[-1].name}")


def upgrade_to_the_next(url: str, told: Connection) -> None:
    """Brings the database to the revision of a later version, in one transaction as the product."""
    engines = open_engines(url, 1)
    with tempfile.TemporaryDirectory(prefix="report-post-next-") as name:
        scripts = Path(name) / "migrations"
        copytree(Path(storage.__file__).with_name("migrations"), scripts)
        newest = max(each.name for each in (scripts / "versions").glob("[0-9]*.py"))
        before = newest.partition("_")[0]
        written = _NEXT.replace("NEXT", NEXT_REVISION).replace("BEFORE", before)
        (scripts / "versions" / f"{NEXT_REVISION}_next.py").write_text(written, "utf-8")
        with engines.writing.begin() as connection:
            _run(connection, scripts)
    engines.dispose()
    told.send("done")


def _run(connection: Database, scripts: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(scripts))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
