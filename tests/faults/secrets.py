"""Secrets and what was typed: nobody who steals, reads along or looks at an error finds them."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from storage import SqlStore
from storage.backup import take_backup
from tests.builders import at_work
from tests.faults import secret_runs
from tests.faults.busy_school import work_hard
from tests.faults.fault import Fault, Outcome, Scale
from tests.faults.leaks import IN_LINK, TYPED, count, in_folder, shapes_of, unsealed
from tests.faults.places import Kind, Place, a_place, server
from tests.faults.secret_runs import MARKERS

NIGHT = datetime(2026, 11, 25, 3, 17, tzinfo=UTC)


def stolen(scale: Scale) -> Outcome:
    """Whoever takes database, evidence, WAL and backups, but no key, reads nothing typed."""
    counted: Counter[str] = Counter()
    wrong: list[str] = []
    kinds = tuple(Kind) if scale is Scale.FULL else (Kind.SQLITE,)
    cases = 24 if scale is Scale.FULL else 3
    shapes = shapes_of(TYPED) | shapes_of(IN_LINK)
    for kind in kinds:
        with a_place(kind) as place, tempfile.TemporaryDirectory() as backups:
            at = at_work(replace(place.settings, backup_folder=Path(backups)))
            typing = work_hard(at, cases)
            store = at.school.store
            assert isinstance(store, SqlStore)
            backup = take_backup(store, Path(backups), NIGHT, made_by="a fault")
            counted["texts typed"] += typing.made
            counted["of these to be read with the key"] += len(typing.kept)
            counted["bytes searched"] += sum(len(each) for each in _taken(place, backup.path))
            found = count(shapes, _taken(place, backup.path))
            counted["found"] += found
            if found:
                wrong.append(f"{kind.value}: {found} typed texts are to be read")
            if opened := unsealed(place.folder):
                wrong.append(f"{kind.value}: {opened} files of evidence are not sealed")
            if missing := typing.missing(at):
                wrong.append(f"{kind.value}: {missing} typed texts are not in the record either")
            store.close()
            counted["found"] += (after := count(shapes, in_folder(place.folder)))
            if after:
                wrong.append(f"{kind.value}: {after} typed texts are to be read once it is closed")
    return Outcome(
        f"{len(kinds)} busy schools of {cases} cases, {len(shapes)} ways to write it",
        dict(counted),
        tuple(wrong),
    )


def _taken(place: Place, backup: Path) -> Iterator[bytes]:
    """Everything that a thief gets."""
    yield from in_folder(place.folder)
    yield from in_folder(backup.parent)
    if place.on_postgresql:
        with psycopg.connect(server().get_uri(), autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        yield from in_folder(server().pgdata)


def told(scale: Scale) -> Outcome:
    """Secrets of the environment: in no log, answer, file, error, help or process list."""
    runs = secret_runs.all_of(scale)
    counted: Counter[str] = Counter({"secrets": len(MARKERS), "found": 0})
    wrong: list[str] = []
    for run in runs:
        counted["bytes searched"] += sum(len(each) for _, each in run.seen)
        counted["lines of JSON"] += run.json_lines
        wrong += run.wrong
        for name, secret in MARKERS.items():
            for where, content in run.seen:
                if count(shapes_of(secret), [content]):
                    counted["found"] += 1
                    wrong.append(f"{run.name}: {name} is in {where}")
    return Outcome(f"{len(runs)} ways to start, fail and end", dict(counted), tuple(wrong))


FAULTS = (
    Fault("database, vault, WAL and backup of a busy school stolen", stolen),
    Fault("secrets looked for in all that the program tells", told),
)
