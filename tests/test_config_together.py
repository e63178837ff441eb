"""Several schools in one installation: a folder of files, whose mistakes are all told at once."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.config import read_schools, school_files
from bot.domain.errors import SettingsNotAccepted
from tests.school_files import SAMPLE, changed

NO_STAFF = '# addresses = ["derwentvale.example", "pat@trust.example"]'


def text_of(name: str, *, staff: str = "", more: tuple[tuple[str, str], ...] = ()) -> str:
    """The file of a school."""
    told = f'addresses = ["{staff or name + ".example"}"]'
    return changed(
        ('id = "derwent-vale"  ', f'id = "{name}"  '),
        ('name = "Derwent Vale Primary School"', f'name = "{name.title()} School"'),
        (NO_STAFF, told if staff != "none" else NO_STAFF),
        ('# data_folder = "/srv/report-post"', f'data_folder = "{name}-data"'),
        *more,
    )


def folder_of(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(SettingsNotAccepted) as caught:
        read_schools(folder, {})
    return tuple(each.removeprefix(f"{folder}/") for each in caught.value.problems)


def test_a_folder_holds_a_school_in_each_file(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path, {"b.toml": text_of("oak"), "a.toml": text_of("elm"), "README.md": "Not ours"}
    )
    schools = read_schools(folder, {})
    assert [each.id for each in schools] == ["elm", "oak"]
    assert schools[0].staff == frozenset({"elm.example"})
    assert schools[0].database != schools[1].database


def test_a_file_is_one_school_and_needs_no_staff(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"school.toml": SAMPLE})
    (school,) = read_schools(folder / "school.toml", {})
    assert school.staff is None
    (school,) = read_schools(folder, {})
    assert school.staff is None


def test_every_mistake_of_every_file_is_told_with_its_file(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        {
            "a.toml": text_of("elm", staff="none"),
            "b.toml": text_of("oak", staff="none"),
            "c.toml": text_of("ash", more=(("governors = 9 ", "governors = 1 "),)),
            "d.toml": "nothing at all",
        },
    )
    told = problems(folder)
    assert [each.split(",")[0] for each in told] == ["c.toml", "d.toml", "a.toml", "b.toml"]
    assert sum("staff.addresses: is missing" in each for each in told) == 2


def test_schools_are_told_apart_by_id_and_by_name(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path, {"a.toml": text_of("elm"), "b.toml": text_of("elm", staff="x.example")}
    )
    told = problems(folder)
    assert [each.split(":")[0] for each in told] == [
        "b.toml, school.id",
        "b.toml, school.name",
    ]
    assert all("a.toml" in each for each in told)


def test_schools_that_share_a_data_folder_share_the_database(tmp_path: Path) -> None:
    def place(name: str, database: str) -> str:
        return text_of(name).replace(
            f'data_folder = "{name}-data"', f'data_folder = "all"\n{database}'
        )

    other = 'database = "sqlite:////srv/other.sqlite3"'
    folder = folder_of(tmp_path, {"a.toml": place("elm", ""), "b.toml": place("oak", other)})
    (told,) = problems(folder)
    assert told.startswith("b.toml, storage.data_folder: is that of a.toml, which has another")
    (folder / "b.toml").write_text(place("oak", ""), "utf-8")
    first, second = read_schools(folder, {})
    assert first.database == second.database


def test_a_policy_pack_beside_the_files_is_no_school(tmp_path: Path) -> None:
    own = ('policy = "derwent-vale" ', 'policy = "our-policy.toml" ')
    folder = folder_of(
        tmp_path, {"a.toml": text_of("elm", more=(own,)), "our-policy.toml": 'name = "A pack"'}
    )
    assert [each.name for each in school_files(folder)] == ["a.toml"]


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsNotAccepted, match="holds no school's file"):
        read_schools(tmp_path, {})


@pytest.mark.parametrize(
    "wrong", ['"elm.example"', "[]", "[7]", '["not an address"]', '["@x"]', '["a@b@c"]', '["x"]']
)
def test_what_is_no_domain_and_no_address_is_told_without_repeating_it(
    tmp_path: Path, wrong: str
) -> None:
    text = SAMPLE.replace(NO_STAFF, f"addresses = {wrong}")
    (told,) = problems(folder_of(tmp_path, {"a.toml": text}))
    assert told.startswith("a.toml, staff.addresses")
    assert "not an address" not in told


def test_staff_are_told_in_small_letters(tmp_path: Path) -> None:
    text = SAMPLE.replace(NO_STAFF, 'addresses = ["Elm.Example", "Pat@Trust.example"]')
    (school,) = read_schools(folder_of(tmp_path, {"a.toml": text}), {})
    assert school.staff == frozenset({"elm.example", "pat@trust.example"})
    assert "trust.example" not in repr(school)
