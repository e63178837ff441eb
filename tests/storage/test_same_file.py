"""Nothing is written to a file that was deleted, or that another one took the place of."""

import os
import shutil

import pytest

from storage.pulse import try_writing
from storage.same_file import FileGone
from tests.storage.places import Place, a_case

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows keeps an open file")


def test_after_the_file_was_deleted_nothing_is_written(sqlite_place: Place) -> None:
    store = sqlite_place.store()
    away = sqlite_place.database.with_name("away.db")
    sqlite_place.database.rename(away)
    for _ in range(2):
        with pytest.raises(FileGone, match="is gone"), store.writing():
            pytest.fail("it was begun")
        with pytest.raises(FileGone):
            try_writing(store.engines)
    assert not sqlite_place.database.exists()
    away.rename(sqlite_place.database)
    with store.writing() as writing:
        a_case(writing)
    assert try_writing(store.engines)


def test_a_copy_in_its_place_is_another_file(sqlite_place: Place) -> None:
    store = sqlite_place.store()
    copy = shutil.copy(sqlite_place.database, sqlite_place.database.with_name("copy.db"))
    os.replace(copy, sqlite_place.database)  # noqa: PTH105 - as whoever restores beside it would
    with pytest.raises(FileGone, match="another one lies in its place"), store.writing():
        pytest.fail("it was begun")
    with pytest.raises(FileGone):
        try_writing(store.engines)


def test_several_at_once_are_refused_too(sqlite_place: Place) -> None:
    store = sqlite_place.store()
    sqlite_place.database.unlink()
    with pytest.raises(FileGone), store.parts() as part, part():
        pytest.fail("it was begun")
