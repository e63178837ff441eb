"""Opens the record of a school for a command, beside whatever runs; closed at the end."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from adapters.clock import SystemClock
from bot.app.ports import Clock
from bot.app.school import School
from bot.compose.beginning import refuse_without_record
from bot.compose.schools import open_the_store, school_of
from bot.config import Settings, read_settings
from storage.engine import telling_why


def school_at_rest(config: Path, environment: Mapping[str, str]) -> AbstractContextManager[School]:
    """The school at work of that ``school.toml``, at the time of now.

    Raises ``SettingsNotAccepted``, and whatever ``record_at_rest`` raises.
    """
    return record_at_rest(read_settings(config, environment), environment, SystemClock())


@contextmanager
def record_at_rest(
    settings: Settings, environment: Mapping[str, str], clock: Clock
) -> Iterator[School]:
    """The school of those settings, with its record open.

    Raises ``NoRecord``, ``KeyProblem``, ``DatabaseUnusable`` or ``DatabaseTooNew``.
    """
    refuse_without_record(settings)
    store = open_the_store(settings, environment)
    try:
        with telling_why(settings.database):
            yield school_of(settings, store, clock)
    finally:
        store.close()
