"""What only a process that has the store to itself may do: take back what its forerunner held."""

from sqlalchemy import update

from storage.store import SqlStore
from storage.tables import outbox


def release_leases(store: SqlStore) -> int:
    """Frees the messages that a process held when it was killed; returns how many.

    They would be free when their lease ends, a minute later. With another process at work on the
    same store, a message could be sent twice.
    """
    with store.writing() as writing:
        held = writing.here(outbox), outbox.c.lease_token.is_not(None)
        freed = writing.connection.execute(
            update(outbox).where(*held).values(lease_token=None, lease_until=None)
        )
        return freed.rowcount
