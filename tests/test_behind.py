"""How old the newest backup is: of several schools, the one that is worst off counts."""

from datetime import datetime, timedelta
from pathlib import Path

from bot.compose.behind import Behind
from tests.two_schools import a_trust


def test_a_school_without_any_backup_is_not_hidden_by_another(tmp_path: Path) -> None:
    with a_trust(tmp_path / "schools") as trust:
        schools = trust.schools
        assert Behind(schools).waiting().backup is None
        for school, store in trust.stores.items():
            store.backups = tmp_path / school
            store.backups.mkdir()
        assert Behind(schools).waiting().backup == timedelta.max
        now = trust.clock.machine_now()
        taken = [(now - timedelta(days=days)).replace(microsecond=0) for days in (1, 3)]
        lay_down(schools.first.id, tmp_path, taken[0])
        assert Behind(schools).waiting().backup == timedelta.max
        lay_down(schools.all[1].id, tmp_path, taken[1])
        age = Behind(schools).waiting().backup
        assert age is not None
        assert age >= timedelta(days=3)
        assert age < timedelta(days=4)


def lay_down(school: str, folder: Path, at: datetime) -> None:
    """A file that is called like a backup."""
    (folder / school / f"{school}-{at:%Y%m%dT%H%M%SZ}.rpbackup").touch()
