"""Opens the record of a school at work for a command, beside whatever runs; closed at the end."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from adapters.clock import SystemClock
from bot.app.school import School
from bot.compose.schools import open_the_store, school_of
from bot.compose.verifying import NothingToVerify
from bot.config import read_settings
from storage.checked import schools_in


@contextmanager
def school_at_rest(config: Path, environment: Mapping[str, str]) -> Iterator[School]:
    """The school of that ``school.toml``.

    Raises ``SettingsNotAccepted``, ``NothingToVerify``, ``KeyProblem``, ``DatabaseUnusable`` or
    ``DatabaseTooNew``.
    """
    settings = read_settings(config, environment)
    # Opening a store makes what is missing; nobody wants an empty record to be looked through.
    if settings.id not in schools_in(settings.database):
        raise NothingToVerify(
            f"There is no record of the school {settings.id} yet: nothing was ever kept in its "
            "database. Check that the id and the place of the data are the right ones."
        )
    store = open_the_store(settings, environment)
    try:
        yield school_of(settings, store, SystemClock())
    finally:
        store.close()
