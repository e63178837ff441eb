"""Which backups are kept as time goes by, and that nothing else is ever taken for one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import SchoolId
from storage.backup_names import backup_name, backups_in, to_drop
from tests.storage.places import SCHOOL

NIGHT = datetime(2026, 11, 24, 3, 17, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_name_says_the_school_and_the_moment_and_nothing_else(tmp_path: Path) -> None:
    name = backup_name(SCHOOL, NIGHT)
    assert name == "derwent-vale-20261124T031700Z.rpbackup"
    (tmp_path / name).touch()
    (tmp_path / backup_name(SCHOOL, NIGHT, 2)).touch()
    assert list(backups_in(tmp_path, SCHOOL).values()) == [NIGHT, NIGHT]


@pytest.mark.parametrize(
    "name",
    [
        "derwent-vale-20261124T031700Z.rpbackup.part",
        "derwent-vale-20261324T031700Z.rpbackup",
        "derwent-vale-north-20261124T031700Z.rpbackup",
        "derwent-vale-erased-cases.list",
        "holiday.jpg",
    ],
)
def test_what_is_not_a_backup_of_the_school_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    (tmp_path / backup_name(SCHOOL, NIGHT)).mkdir()
    assert backups_in(tmp_path, SCHOOL) == {}
    assert backups_in(tmp_path / "none", SCHOOL) == {}


def test_schools_may_share_a_folder(tmp_path: Path) -> None:
    north = SchoolId("derwent-vale-north")
    for school in (SCHOOL, north):
        (tmp_path / backup_name(school, NIGHT)).touch()
    assert [path.name for path in backups_in(tmp_path, north)] == [backup_name(north, NIGHT)]


def nights(many: int) -> dict[Path, datetime]:
    return {Path(f"{n:05}"): NIGHT - n * DAY for n in range(many)}


def kept_after(many: int) -> list[datetime]:
    """What is left when every night a backup was taken, and those too many dropped."""
    there: dict[Path, datetime] = {}
    for path, at in reversed(nights(many).items()):
        there[path] = at
        for each in to_drop(there):
            del there[each]
    return sorted(there.values(), reverse=True)


def test_seven_days_four_weeks_and_twelve_months_are_kept() -> None:
    kept = kept_after(800)
    assert kept[:7] == [NIGHT - n * DAY for n in range(7)]
    assert len({at.isocalendar()[:2] for at in kept[:10]}) >= 4
    assert len({(at.year, at.month) for at in kept}) == 12
    assert len(kept) <= 7 + 4 + 12
    assert kept[-1] > NIGHT - 366 * DAY


def test_after_a_long_pause_nothing_is_lost() -> None:
    old = {path: at - 1000 * DAY for path, at in nights(5).items()}
    assert to_drop({**old, Path("new"): NIGHT}) == ()


def test_of_one_day_the_newest_is_kept() -> None:
    day = {Path(f"{hour}"): NIGHT + timedelta(hours=hour) for hour in range(5)}
    assert to_drop(day) == tuple(Path(f"{hour}") for hour in (3, 2, 1, 0))


@given(st.lists(st.integers(0, 3000), unique=True, max_size=60))
def test_the_newest_always_stays_and_dropping_twice_drops_no_more(ages: list[int]) -> None:
    there = {Path(f"{age}"): NIGHT - timedelta(hours=7 * age) for age in ages}
    left = {path: at for path, at in there.items() if path not in to_drop(there)}
    assert to_drop(left) == ()
    assert max(there.values(), default=None) == max(left.values(), default=None)
