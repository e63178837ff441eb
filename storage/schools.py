"""How a school's keys are made on first use, and opened ever after."""

from sqlalchemy import Connection, insert, inspect, select

from bot.app.stored import SCHOOL_STREAM
from bot.domain.ids import SchoolId
from storage import straight
from storage.chain import Head
from storage.engine import insert_if_new, open_engines, sqlite_file, telling_why
from storage.heads import columns_of
from storage.keys import KeyProblem, MasterKey, SchoolKeys
from storage.prepared import of_school, values_of
from storage.sealing import Unreadable, new_key
from storage.tables import heads, schools


def holds_keys(database_url: str) -> bool:
    """Whether the database holds keys already, so that a new master key would be the wrong one.

    Raises ``DatabaseUnusable``, and ``ValueError`` for an address that is not supported.
    """
    file = sqlite_file(database_url)
    if file is not None and not file.exists():
        return False
    engines = open_engines(database_url, 1)
    try:
        with telling_why(database_url), engines.reading.connect() as connection:
            if not inspect(connection).has_table(schools.name):
                return False
            return connection.execute(select(schools.c.school).limit(1)).first() is not None
    finally:
        engines.dispose()


def open_school(connection: Connection, school: SchoolId, master: MasterKey) -> SchoolKeys:
    """The keys of the school, made if it is new. Raises ``KeyProblem`` for a wrong master key."""
    # Two replicas may start at once: the second waits here for the first and reads its keys.
    made = insert_if_new(
        connection,
        schools,
        school=school,
        chain_key=master.wrap(new_key(), school, "chain"),
        index_key=master.wrap(new_key(), school, "index"),
    )
    wrapped = connection.execute(select(schools).where(schools.c.school == school)).one()
    if made:
        _start_school(connection, school, master, wrapped.chain_key)
    stream = connection.scalar(
        select(heads.c.wrapped_key).where(heads.c.school == school, heads.c.stream == SCHOOL_STREAM)
    )
    try:
        return SchoolKeys(
            school=school,
            master=master,
            chain=master.unwrap(wrapped.chain_key, school, "chain"),
            index=master.unwrap(wrapped.index_key, school, "index"),
            stream=master.unwrap(stream or b"", school, "stream", SCHOOL_STREAM),
            wrapped_chain=bytes(wrapped.chain_key),
        )
    except Unreadable as error:
        raise KeyProblem(_WRONG_KEY) from error


_CHAIN_KEY = select(schools.c.chain_key).where(of_school(schools))


def refuse_another_key(connection: Connection, keys: SchoolKeys) -> None:
    """Raises ``KeyProblem`` if the master key was changed since these keys were opened.

    Whoever went on with the old one would wrap keys that the new one does not open.
    """
    stored = straight.scalar(connection, _CHAIN_KEY, values_of(school=keys.school))
    if stored is not None and bytes(stored) != keys.wrapped_chain:
        raise KeyProblem(
            "The master key was changed while this was running. Stop it, and start it again with "
            "the new key."
        )


def _start_school(
    connection: Connection, school: SchoolId, master: MasterKey, chain_key: bytes
) -> None:
    head = Head(school, SCHOOL_STREAM)
    connection.execute(
        insert(heads).values(
            **columns_of(head, head.mac(master.unwrap(chain_key, school, "chain"))),
            wrapped_key=master.wrap(new_key(), school, "stream", SCHOOL_STREAM),
        )
    )


_WRONG_KEY = (
    "The master key does not open this database: it is not the key that the database was made "
    "with, or the keys inside the database were altered. Put back the key file that belongs to "
    "this database (or the right REPORT_POST_MASTER_KEY), or restore the database from a backup "
    "that belongs to this key. If report-post rotate-key was interrupted, run it again."
)
