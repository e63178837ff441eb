"""What doctor finds only where all schools of a folder are known."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app.addresses import put_governors_channel
from bot.compose.doctor.between import findings_between
from bot.compose.doctor.findings import Area, Finding, Level
from bot.compose.schools import open_the_stores
from bot.config import read_schools
from storage import SqlStore
from tests.storage.places import a_case
from tests.test_config_together import folder_of, text_of

from .at_hand import NOW, told

NAMES = ("elm", "oak")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two schools in one database; neither has begun."""
    texts = {name: text_of(name).replace(f'"{name}-data"', '"data"') for name in NAMES}
    return folder_of(tmp_path, {f"{name}.toml": text for name, text in texts.items()})


@pytest.fixture
def stores(folder: Path) -> Iterator[dict[str, SqlStore]]:
    with open_the_stores(read_schools(folder, {}), {}) as opened:
        yield {str(school): store for school, store in opened.items()}


def found(folder: Path, area: Area) -> list[Finding]:
    every = findings_between(folder, read_schools(folder, {}), {}, NOW)
    return [each for each in every if each.area is area]


@pytest.mark.parametrize("ending", ["", ".bak"])
def test_a_school_that_was_taken_out_is_a_fault_while_it_has_cases(
    folder: Path, stores: dict[str, SqlStore], ending: str
) -> None:
    with stores["oak"].writing() as writing:
        a_case(writing)
    assert found(folder, Area.RECORD) == []
    (folder / "oak.toml").rename(folder / f"oak.toml{ending}" if ending else folder.parent / "oak")
    (fault,) = found(folder, Area.RECORD)
    assert fault.level is Level.FAILS
    assert "a record of the school oak (open cases: 1, closed: 0)" in fault.says
    assert "unless another installation serves it, nobody is reminded there" in fault.says
    assert "put its file back" in fault.mend
    aside = [each.says for each in found(folder, Area.SETTINGS)]
    assert aside == (["oak.toml.bak is of the school oak, and is not read."] if ending else [])


def test_a_record_in_a_folder_beside_is_a_warning(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {f"{name}.toml": text_of(name) for name in NAMES})
    with open_the_stores(read_schools(folder, {}), {}) as stores:
        for store in stores.values():
            with store.writing() as writing:
                a_case(writing)
    assert found(folder, Area.RECORD) == []
    (folder / "oak.toml").unlink()
    (tmp_path / "no-data").mkdir()
    (warning,) = found(folder, Area.RECORD)
    assert warning.level is Level.WARNING
    assert "oak-data has a record of the school oak (open cases: 1, closed: 0)" in warning.says
    (tmp_path / "oak-data" / "report-post.sqlite3").write_bytes(b"no database at all")
    (note,) = found(folder, Area.RECORD)
    assert note.level is Level.NOTE
    assert note.says.startswith(f"{tmp_path / 'oak-data'} could not be looked into")


def test_a_school_that_never_had_a_case_is_a_note(
    folder: Path, stores: dict[str, SqlStore]
) -> None:
    assert set(stores) == set(NAMES)
    (folder / "oak.toml").unlink()
    (note,) = found(folder, Area.RECORD)
    assert note.level is Level.NOTE


def test_a_copy_of_a_file_that_is_read_is_nothing(folder: Path) -> None:
    (folder / "oak.toml.bak").write_bytes((folder / "oak.toml").read_bytes())
    assert found(folder, Area.SETTINGS) == []
    assert found(folder, Area.RECORD) == []
    assert not (folder / "data").exists()


def test_a_domain_of_two_schools_is_a_note(folder: Path) -> None:
    assert found(folder, Area.PEOPLE) == []
    for name in NAMES:
        text = (folder / f"{name}.toml").read_text("utf-8")
        staff = f'["{name}.example", "trust.example", "pat@trust.example"]'
        (folder / f"{name}.toml").write_text(text.replace(f'["{name}.example"]', staff), "utf-8")
    (note,) = told(found(folder, Area.PEOPLE))
    assert note.startswith("note: Addresses that end in trust.example are of elm and oak: ")


def test_channels_that_were_not_looked_at_are_not_called_good(
    folder: Path, stores: dict[str, SqlStore]
) -> None:
    assert stores
    (good,) = found(folder, Area.GOVERNORS)
    assert good.level is Level.OK
    (folder / "data" / "master.key").unlink()
    (note,) = found(folder, Area.GOVERNORS)
    assert note.level is Level.NOTE
    assert "was not looked at for elm and oak" in note.says


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("slack:C1", "slack:C1", True),
        ("slack:C1", "slack:C2", False),
        ('teams:["https://uk/","19:x","b","t"]', 'teams:["https://eu/","19:x","b","t"]', True),
        ('teams:["https://uk/","19:x","b","t"]', 'teams:["https://uk/","19:y","b","t"]', False),
        ("teams:what?", "teams:what?", True),
    ],
)
def test_a_channel_that_gets_two_digests_is_a_fault(
    folder: Path, stores: dict[str, SqlStore], one: str, other: str, same: bool
) -> None:
    for name, channel in zip(NAMES, (one, other), strict=True):
        with stores[name].writing() as writing:
            put_governors_channel(writing, channel)
    (finding,) = found(folder, Area.GOVERNORS)
    assert finding.level is (Level.FAILS if same else Level.OK)
    assert ("elm and oak" in finding.says) == same
    assert "C1" not in finding.says
