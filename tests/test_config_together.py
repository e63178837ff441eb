"""Several schools in one installation: a folder of files, whose mistakes are all told at once."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from bot.compose.own_pack import write_own_pack
from bot.config import read_schools, school_files, schools_put_aside
from bot.config.staff import domain_of_most
from bot.domain.errors import SettingsNotAccepted
from tests.running_trial import ROOT
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


def test_who_is_staff_is_suggested_from_the_roles_of_the_file_itself(tmp_path: Path) -> None:
    files = {
        "a.toml": text_of("elm", staff="none"),
        "b.toml": text_of("oak", staff="none").replace("derwentvale.example", "oak.example"),
        "c.toml": _each_at_a_domain_of_their_own(text_of("ash", staff="none")),
    }
    elm, oak, ash = problems(folder_of(tmp_path, files))
    assert elm.endswith('addresses = ["derwentvale.example"] below [staff].')
    assert oak.endswith('addresses = ["oak.example"] below [staff].')
    assert ash.endswith("addresses = [...] below [staff].")


def test_a_domain_at_which_anybody_has_an_address_is_never_suggested() -> None:
    own = ["ada@gmail.com", "bea@gmail.com", "office@school.example"]
    assert domain_of_most(own) is None
    assert domain_of_most([*own, "head@School.example"]) == "school.example"


def _each_at_a_domain_of_their_own(text: str) -> str:
    return re.sub(r"(\w[\w-]*)@derwentvale\.example", r"\1@\1.example", text)


@pytest.mark.parametrize("name", ["Elm School", "Elm  school", " elm SCHOOL"])
def test_names_that_look_alike_are_the_same(tmp_path: Path, name: str) -> None:
    files = {
        "a.toml": text_of("elm"),
        "b.toml": text_of("oak").replace('"Oak School"', f'"{name}"'),
    }
    (told,) = problems(folder_of(tmp_path, files))
    assert told.startswith("b.toml, school.name: is the same as in a.toml.")


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


def test_a_pack_that_no_file_names_and_its_cards_are_no_schools(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"a.toml": text_of("elm")})
    write_own_pack("trust-pack", folder, date(2026, 11, 23))
    for name in ("derwent_vale.toml", "guidance.toml"):
        (folder / name).write_bytes((ROOT / "bot" / "policies" / name).read_bytes())
    assert [each.id for each in read_schools(folder, {})] == ["elm"]


def test_a_file_that_is_neither_is_told_in_one_sentence(tmp_path: Path) -> None:
    without = text_of("oak").replace("[school]", "[shcool]")
    files = {"a.toml": text_of("elm"), "b.toml": without, "c.toml": "", "d.toml": 'name = "x"'}
    told = problems(folder_of(tmp_path, files))
    assert [each.partition(" ")[0] for each in told] == ["b.toml:", "c.toml:", "d.toml:"]
    assert all("is neither a school's file, which has a [school]" in each for each in told)


def test_a_school_that_names_its_own_file_as_its_pack_is_a_school(tmp_path: Path) -> None:
    own = ('policy = "derwent-vale" ', 'policy = "a.toml" ')
    folder = folder_of(tmp_path, {"a.toml": text_of("elm", more=(own,))})
    assert [each.name for each in school_files(folder)] == ["a.toml"]


def test_a_school_that_was_put_aside_is_found(tmp_path: Path) -> None:
    files = {"a.toml": text_of("elm"), "b.toml.bak": text_of("oak"), "c.toml~": "no settings"}
    folder = folder_of(tmp_path, files)
    assert schools_put_aside(folder) == {folder / "b.toml.bak": "oak"}


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
