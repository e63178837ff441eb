"""Opens a store only to check it: a trial's, or that of a school at work."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.app.ports import Finding
from bot.compose.beginning import refuse_without_record
from bot.compose.schools import open_the_store
from bot.compose.trial_folder import TrialFolder
from bot.config import Settings, read_settings, sample_settings
from bot.domain.errors import ReportPostError
from storage import SqlVerifier
from storage.checked import Extent, extent_of
from storage.engine import telling_why
from storage.telling import Tell, untold


class NothingToVerify(ReportPostError):
    """The folder is none of a trial; the message says what to name."""


@dataclass(frozen=True)
class Verified:
    """What was found, and in how much."""

    findings: tuple[Finding, ...]
    extent: Extent


def verify_trial(path: Path, tell: Tell = untold) -> Verified:
    """Checks what ``report-post try`` keeps in that folder.

    Raises ``NothingToVerify``, ``NoRecord``, ``KeyProblem``, ``DatabaseUnusable`` or
    ``DatabaseTooNew``.
    """
    if not TrialFolder(path).clock.exists():
        raise NothingToVerify(
            f"{path} is not a folder of report-post try. Name one: --data FOLDER. "
            "Of a school at work, name its settings: --config school.toml"
        )
    return _verified(sample_settings(path), {}, tell)


def verify_school(config: Path, environment: Mapping[str, str], tell: Tell = untold) -> Verified:
    """Checks the record of the school of that ``school.toml``.

    Raises as ``verify_trial``, and ``SettingsNotAccepted``.
    """
    return _verified(read_settings(config, environment), environment, tell)


def _verified(settings: Settings, environment: Mapping[str, str], tell: Tell) -> Verified:
    refuse_without_record(settings)
    store = open_the_store(settings, environment)
    try:
        with telling_why(settings.database):
            return Verified(tuple(SqlVerifier(store, tell=tell).findings()), extent_of(store))
    finally:
        store.close()
