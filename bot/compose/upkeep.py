"""The nightly maintenance: what nobody needs any longer is forgotten, and a backup is taken."""

from datetime import timedelta
from typing import Final

from adapters.slack.attached import TAKEN
from adapters.slack.payloads import PLATFORM as ON_SLACK
from adapters.teams.note_keys import TYPED, WAITING
from adapters.teams.payloads import PLATFORM as ON_TEAMS
from bot.app.admin_alerts import tell_of_backup
from bot.app.find_person import SEARCH
from bot.app.remind import DRAFT_KEPT
from bot.app.retention import erase_due, tell_of_endings
from bot.app.school import School
from bot.app.until_chosen import forget_choices
from bot.compose.backups import BackupOfDamage, nightly_backup
from bot.domain.ids import DraftId
from storage import SqlStore
from storage.backup import BackupNotTaken

_SURELY_LEFT: Final = timedelta(days=1)
"""A file that no row knows after a day was left by a crash (``SqlStore.sweep_files``)."""

_NO_RETRY_AFTER: Final = timedelta(days=30)
"""No platform repeats an act as late as this."""


def upkeep(school: School, store: SqlStore) -> None:
    """Forgets drafts that nobody went on with, old answers, and files that no row knows.

    Tells the owners whose records end next, and erases those whose time has come. Then takes the
    night's backup, if the school has a folder for it; if that fails, the admin is told as well.

    What fails keeps nothing else from being done, least of all the backup, and is raised at the
    end: as it is, or several as an ``ExceptionGroup``.
    """
    wrong = list[Exception]()
    for work in (_forget, _erase, _clear, _back_up):
        try:
            work(school, store)
        except Exception as error:  # noqa: BLE001 - raised at the end
            wrong.append(error)
    if len(wrong) == 1:
        raise wrong.pop()
    if wrong:
        raise ExceptionGroup("Some of the nightly maintenance failed.", wrong)


def _forget(school: School, store: SqlStore) -> None:
    with store.writing() as writing:
        writing.delete_drafts_before(school.now() - DRAFT_KEPT)
        writing.forget_causes_before(school.now() - _NO_RETRY_AFTER)
        writing.forget_values(f"{ON_TEAMS}:{TYPED}")
        writing.forget_values(SEARCH)
        forget_choices(writing, school.now())
        for beginning, part in ((f"{ON_TEAMS}:{WAITING}", -1), (f"{ON_SLACK}:{TAKEN}", -2)):
            for name in writing.values(beginning):
                if writing.draft(DraftId(name.split(":")[part])) is None:
                    writing.forget_value(name)


def _erase(school: School, _: SqlStore) -> None:
    tell_of_endings(school)
    erase_due(school)


def _clear(school: School, store: SqlStore) -> None:
    store.sweep_files(school.clock.machine_now() - _SURELY_LEFT)
    store.clear_traces()


def _back_up(school: School, store: SqlStore) -> None:
    try:
        nightly_backup(store, school.clock.machine_now())
    except (BackupNotTaken, BackupOfDamage):
        tell_of_backup(school)
        raise
