"""A school made of its settings: its store opened, its pack read, its clock wound."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from adapters.documents.office import Office
from bot.app.ports import Clock, Store
from bot.app.school import Pack, School
from bot.config.settings import Settings
from bot.domain.ids import CardId
from bot.domain.policy import Policy
from bot.domain.questions import Card
from bot.policies.labels import PackLabels
from bot.policies.parse import load_guidance, load_pack, load_platforms, parse_policy
from storage import SqlStore, holds_keys, load_master_key, open_store

KEY_FILE = "master.key"


def open_the_store(settings: Settings, environment: Mapping[str, str] | None = None) -> SqlStore:
    """The store of the school. The master key is made on first use, or comes from the environment.

    Raises ``KeyProblem``, ``DatabaseUnusable`` or ``DatabaseTooNew``.
    """
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    key = load_master_key(
        os.environ if environment is None else environment,
        settings.data_folder / KEY_FILE,
        may_create=not holds_keys(settings.database),
    )
    return open_store(
        settings.database,
        school=settings.id,
        master_key=key,
        evidence_folder=settings.data_folder / "evidence",
        backups=settings.backup_folder,
    )


def school_of(settings: Settings, store: Store, clock: Clock) -> School:
    """The school as the application knows it. Raises ``PolicyNotAccepted``."""
    pack = pack_named(str(settings.policy))
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
        platforms=load_platforms(),
        traits=settings.traits,
        digest_detail=settings.digest_detail,
        governors=settings.governors,
        letterhead=settings.letterhead,
    )


def pack_named(name_or_path: str) -> Pack:
    """A pack as the application keeps it."""
    found = load_pack(name_or_path)
    return Pack(found.policy, found.text, found.sha256)


def _read_pack(text: str) -> Policy:
    return parse_policy(text, "the pack of an earlier case")


@cache
def _guidance() -> Mapping[CardId, Card]:
    return load_guidance()


_KNOWN: dict[int, PackLabels] = {}


def _labels(policy: Policy) -> PackLabels:
    known = _KNOWN.get(id(policy))
    if known is None:
        known = _KNOWN[id(policy)] = PackLabels(policy, _guidance(), load_platforms())
    return known


def data_folder_of(environment: Mapping[str, str]) -> Path:
    """Where ``try`` keeps its own data: never where a real school's are."""
    home = environment.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(home) / "report-post" / "try"
