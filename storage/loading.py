"""How what a backup holds becomes a store again, in an empty place only."""

from collections.abc import Callable, Iterable

from storage.backup_parts import Amount, Manifest, Rows, SealedEvidence
from storage.dump import count_on, insert_rows
from storage.engine import open_engines, sqlite_file, telling_why
from storage.folder import make_own_database
from storage.migrate import knows_revision, upgrade_on
from storage.sealed_file import BackupTooNew
from storage.telling import Tell, untold

Parts = Iterable[Rows | SealedEvidence | Amount]


def refuse_newer_tables(manifest: Manifest) -> None:
    """Raises ``BackupTooNew`` if this version does not know the tables of the backup."""
    if not knows_revision(manifest.revision):
        raise BackupTooNew(
            f"The backup was made by a newer Report Post (version {manifest.made_by}, tables "
            f"{manifest.revision}). Install that version, and restore with it."
        )


def load(
    database_url: str,
    manifest: Manifest,
    parts: Parts,
    keep: Callable[[SealedEvidence], object],
    tell: Tell = untold,
) -> None:
    """Puts the rows into the database, all or none, and gives each file to ``keep``.

    Tables of an older version are brought up to date. Raises ``BackupTooNew``, ``BackupDamaged``
    or ``DatabaseUnusable``.
    """
    refuse_newer_tables(manifest)
    file = sqlite_file(database_url)
    if file is not None:
        make_own_database(file)
    engines = open_engines(database_url, 1)
    done = 0
    try:
        with telling_why(database_url), engines.writing.begin() as connection:
            upgrade_on(connection, manifest.revision)
            for part in parts:
                match part:
                    case Rows():
                        insert_rows(connection, part)
                        done += len(part.rows)
                    case SealedEvidence():
                        keep(part)
                        done += 1
                tell("Reading the backup", done, 0)
            count_on(connection)
            upgrade_on(connection)
    finally:
        engines.dispose()
