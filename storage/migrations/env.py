"""Runs migrations on the connection that ``storage.migrate`` gives."""

from alembic import context

from storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,  # of SQLite too: BEGIN is ours, so all or nothing
)
with context.begin_transaction():
    context.run_migrations()
