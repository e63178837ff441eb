"""How a school changes its master key, and what becomes of the old one.

The old key stays the right one until every key in the database is wrapped by the new one. If the
work is interrupted after that, the key file is still the old one: running it again finishes it.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from adapters.clock import SystemClock
from bot.app.records import write_school_entry
from bot.app.stored import SCHOOL_STREAM
from bot.compose.beginning import refuse_without_record
from bot.compose.schools import KEY_FILE, open_the_store
from bot.config import Settings, read_settings
from bot.domain.errors import ReportPostError
from bot.domain.ids import SchoolId
from storage import KeyProblem, MasterKey, load_master_key
from storage.checked import schools_in
from storage.folder import replace_file
from storage.keys import VARIABLE, key_in_file, make_key_file
from storage.rotation import opens, refuse_while_in_use, rewrap
from storage.telling import Tell, untold

_ASIDE: Final = f"{KEY_FILE}.before"


class NothingToRotate(ReportPostError):
    """There is no key to change, or it is the new one already; the message says which."""


@dataclass(frozen=True)
class Rotated:
    """The key was changed. ``kept_at`` is where the old key lies, if it came from a file.

    ``others``: schools of the same database whose keys the old one wrapped too.
    """

    keys: int
    new_key: Path
    kept_at: Path | None
    key_file: Path
    others: tuple[SchoolId, ...] = ()


def rotate_key(
    config: Path, environment: Mapping[str, str], new_key: Path, tell: Tell = untold
) -> Rotated:
    """Wraps every key by the one in the file ``new_key``, which is made if it is not there.

    So are those of every school in the same database that the old key opens, in one transaction.
    Nobody may be at work. Raises ``NothingToRotate``, ``NoRecord``, ``StoreInUse``,
    ``KeyProblem``, ``SettingsNotAccepted``, ``DatabaseUnusable`` or ``DatabaseTooNew``; nothing
    is changed then.
    """
    settings = read_settings(config, environment)
    new_key, key_file = new_key.expanduser().absolute(), settings.data_folder / KEY_FILE
    if new_key == key_file:
        raise NothingToRotate(f"{key_file} is the key in use. Name another file for the new one.")
    refuse_without_record(settings)
    refuse_while_in_use(settings.database)
    old = load_master_key(environment, key_file, may_create=False)
    new = _new_key(new_key)
    keys = _rewrapped(settings, environment, old, new, tell)
    kept_at = None if environment.get(VARIABLE, "").strip() else _put_in_place(key_file, old, new)
    opened = _opened_by(settings, new)
    for each in opened:
        _enter(replace(settings, id=each), new)
    others = tuple(each for each in opened if each != settings.id)
    return Rotated(keys, new_key, kept_at, key_file, others)


def _new_key(path: Path) -> MasterKey:
    try:
        if not path.exists():
            make_key_file(path)
    except OSError as error:
        raise KeyProblem(
            f"The new key cannot be written to {path} ({error.strerror or 'unknown reason'}). "
            "Name another file: --new-key-file FILE"
        ) from error
    return key_in_file(path)


def _rewrapped(
    settings: Settings,
    environment: Mapping[str, str],
    old: MasterKey,
    new: MasterKey,
    tell: Tell,
) -> int:
    """How many keys were wrapped anew; none, if only the rest was left to be done."""
    if old == new:
        raise NothingToRotate("The new key is the one in use. Name a file that is not there yet.")
    if opens(settings.database, settings.id, new):
        return 0
    open_the_store(settings, environment).close()  # it tells whatever else is wrong
    return rewrap(settings.database, _opened_by(settings, old), old, new, tell)


def _opened_by(settings: Settings, key: MasterKey) -> tuple[SchoolId, ...]:
    """The schools of the database whose keys this one wraps."""
    database = settings.database
    return tuple(each for each in schools_in(database) if opens(database, each, key))


def _put_in_place(key_file: Path, old: MasterKey, new: MasterKey) -> Path:
    """The new key in place of the old one, which older backups still need."""
    taken = {path.name for path in key_file.parent.glob(f"{_ASIDE}*")}
    day = SystemClock().machine_now().date()
    names = [f"{_ASIDE}-{day}", *(f"{_ASIDE}-{day}-{n}" for n in range(2, 99))]
    kept_at = key_file.with_name(next(name for name in names if name not in taken))
    replace_file(kept_at, _encoded(old))
    replace_file(key_file, _encoded(new))
    return kept_at


def _encoded(key: MasterKey) -> bytes:
    return base64.b64encode(key.secret) + b"\n"


def _enter(settings: Settings, new: MasterKey) -> None:
    """That the key was changed stays on the school's record."""
    store = open_the_store(settings, {VARIABLE: base64.b64encode(new.secret).decode()})
    try:
        with store.writing() as writing:
            now = SystemClock().now()
            writing.append(SCHOOL_STREAM, now, [write_school_entry("KeyRotated", {})])
    finally:
        store.close()
