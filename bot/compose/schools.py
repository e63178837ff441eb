"""A school made of its settings: its store opened, its pack read, its clock wound."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from adapters.documents.office import Office
from adapters.teams.references import place_of
from bot.app.folded_cases import FoldedCases
from bot.app.ports import Clock, Store
from bot.app.school import Pack, School
from bot.app.schools import Schools
from bot.config.settings import Settings
from bot.domain.ids import CardId, SchoolId
from bot.domain.policy import Policy
from bot.domain.questions import Card
from bot.policies.bundled import Platform
from bot.policies.labels import PackLabels
from bot.policies.parse import load_guidance, load_pack, load_platforms, parse_policy
from storage import SqlStore, holds_keys, load_master_key, open_store
from storage.checked import schools_in
from storage.engine import Engines, open_engines, sqlite_file
from storage.folder import make_folder, make_own_database
from storage.keys import VARIABLE

KEY_FILE = "master.key"
EVIDENCE = "evidence"
_THREADS = 8
"""How many may use a database at once."""


def open_the_store(
    settings: Settings,
    environment: Mapping[str, str] | None = None,
    engines: Engines | None = None,
) -> SqlStore:
    """The store of the school. The master key is made on first use, or comes from the environment.

    ``engines``: those of its database, if other schools use it too. Raises ``KeyProblem``,
    ``DatabaseUnusable`` or ``DatabaseTooNew``.
    """
    make_folder(settings.data_folder)
    database = sqlite_file(settings.database)
    if database is not None:
        # Before the key: a key without any database tells of a record that is missing.
        make_folder(database.parent)
        make_own_database(database)
    environment = os.environ if environment is None else environment
    file = settings.data_folder / KEY_FILE
    # Asked only where there is none: of thousands of schools each would ask the whole database.
    none_yet = not (environment.get(VARIABLE, "").strip() or file.exists())
    key = load_master_key(environment, file, may_create=none_yet and _may_make_a_key(settings))
    return open_store(
        settings.database,
        school=settings.id,
        master_key=key,
        evidence_folder=settings.data_folder / EVIDENCE,
        backups=settings.backup_folder,
        engines=engines,
    )


@contextmanager
def open_the_stores(
    schools: Sequence[Settings], environment: Mapping[str, str]
) -> Iterator[Mapping[SchoolId, SqlStore]]:
    """The stores of all these schools; those of one database share its connections.

    Raises as ``open_the_store``. They are closed at the end.
    """
    with ExitStack() as stack:
        engines: dict[str, Engines] = {}
        stores: dict[SchoolId, SqlStore] = {}
        for each in schools:
            if each.database not in engines:
                engines[each.database] = opened = open_engines(each.database, _THREADS)
                stack.callback(opened.dispose)
            stores[each.id] = open_the_store(each, environment, engines[each.database])
        yield stores


def _may_make_a_key(settings: Settings) -> bool:
    """Whether a new key can be the right one: not where it would have to open what is there.

    Schools that share a database may each have a key of their own, in their own data folders.
    """
    file = sqlite_file(settings.database)
    if file is not None and file.is_relative_to(settings.data_folder):
        return not holds_keys(settings.database)
    return settings.id not in schools_in(settings.database)


def schools_of(
    settings: Sequence[Settings], stores: Mapping[SchoolId, Store], clock: Clock
) -> Schools:
    """These schools together; a pack that several of them follow is read once.

    Raises ``PolicyNotAccepted``.
    """
    packs = {name: pack_named(name) for name in dict.fromkeys(str(s.policy) for s in settings)}
    folded = FoldedCases()
    made = (_made_of(each, stores[each.id], clock, packs[str(each.policy)]) for each in settings)
    return Schools(tuple(replace(each, folded=folded) for each in made), place_of)


def school_of(settings: Settings, store: Store, clock: Clock) -> School:
    """The school as the application knows it. Raises ``PolicyNotAccepted``."""
    return _made_of(settings, store, clock, pack_named(str(settings.policy)))


def _made_of(settings: Settings, store: Store, clock: Clock, pack: Pack) -> School:
    return School(
        id=settings.id,
        name=settings.name,
        store=store,
        clock=clock,
        calendar=settings.calendar,
        holders=settings.holders,
        contacts=settings.contacts,
        pack=pack,
        read_pack=_read_pack,
        labels=_labels,
        documents=Office(settings.letter_templates),
        platforms=_platforms(),
        traits=settings.traits,
        digest_detail=settings.digest_detail,
        governors=settings.governors,
        letterhead=settings.letterhead,
        staff=settings.staff,
    )


def pack_named(name_or_path: str) -> Pack:
    """A pack as the application keeps it."""
    found = load_pack(name_or_path)
    return Pack(found.policy, found.text, found.sha256)


def _read_pack(text: str) -> Policy:
    return parse_policy(text, "the pack of an earlier case")


@cache
def _platforms() -> Mapping[str, Platform]:
    return load_platforms()


@cache
def _guidance() -> Mapping[CardId, Card]:
    return load_guidance()


_KNOWN: dict[int, PackLabels] = {}


def _labels(policy: Policy) -> PackLabels:
    known = _KNOWN.get(id(policy))
    if known is None:
        known = _KNOWN[id(policy)] = PackLabels(policy, _guidance(), _platforms())
    return known


def data_folder_of(environment: Mapping[str, str]) -> Path:
    """Where ``try`` keeps its own data: never where a real school's are."""
    home = environment.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(home) / "report-post" / "try"
