"""What ``[backup]`` may say: a folder for every night, and never the one of the data."""

from pathlib import Path

import pytest

from bot.config.places import DATA
from tests.school_files import PLACE, changed, problems, settings

SAMPLES = '# folder = "/mnt/backup/report-post"'


def with_backup(text: str) -> str:
    return changed((SAMPLES, text))


def test_without_the_setting_there_is_no_nightly_backup() -> None:
    assert settings().backup_folder is None


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ('"/mnt/backup"', Path("/mnt/backup")),
        ('"copies"', PLACE.parent / "copies"),
        ('"~/copies"', Path.home() / "copies"),
    ],
)
def test_a_folder_is_absolute_or_starts_where_the_file_lies(written: str, means: Path) -> None:
    assert settings((SAMPLES, f"folder = {written}")).backup_folder == means


@pytest.mark.parametrize("folder", ["/srv/data", "/srv/data/backups"])
def test_the_data_folder_is_no_place_for_its_own_backup(folder: str) -> None:
    (found,) = problems(with_backup(f'folder = "{folder}"'), {DATA: "/srv/data"})
    assert found.startswith("backup.folder: is the data folder, or lies in it:")
    assert found.endswith("Name a folder on another disk or computer.")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("folder = 7", "backup.folder: is a number. Write a text in quotes"),
        ('folder = ""', "backup.folder: is empty."),
        ('folder = "/dev/null/x"', "backup.folder: is not a folder and cannot become one."),
        ('fodler = "/mnt"', 'backup.fodler: is not known here. Did you mean "folder"?'),
    ],
)
def test_what_is_no_folder_is_told(text: str, told: str) -> None:
    (found,) = problems(with_backup(text))
    assert found.startswith(told)
