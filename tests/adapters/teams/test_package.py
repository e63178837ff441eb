"""The app that a school uploads to Teams: whole, accepted by Microsoft, with no unused right."""

import json
import os
import subprocess
import zipfile
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator
from PIL import Image

from adapters.teams.package import (
    FILES,
    AppDetails,
    PackageNotMade,
    the_manifest,
    write_package,
)
from tests.node import node_modules
from tests.pictures.teams_icons import color_icon, outline_icon
from tests.running_trial import LIMIT, ROOT, command

APP_ID = "3fa0c1d2-5b6e-4f70-8a91-b2c3d4e5f607"
DETAILS = AppDetails(
    APP_ID,
    "Derwent Vale Primary School",
    "https://www.derwentvale.example",
    "https://www.derwentvale.example/privacy",
)
PLACED = ROOT / "adapters/teams/app_package"
SCHEMA = "MicrosoftTeams.schema.json"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "report-post.zip"


def refusal(out: Path, details: AppDetails = DETAILS) -> str:
    """Why no package is written."""
    with pytest.raises(PackageNotMade) as caught:
        write_package(out, details)
    return str(caught.value)


def keys_of(value: object) -> set[str]:
    """Every key, however deep."""
    if isinstance(value, list):
        return {key for each in value for key in keys_of(each)}
    if isinstance(value, dict):
        return set(value) | {key for each in value.values() for key in keys_of(each)}
    return set()


def mistakes(manifest: dict[str, Any]) -> list[str]:
    """What the schema beside the template finds wrong, by place."""
    schema = json.loads((PLACED / SCHEMA).read_text("utf-8"))
    return [each.json_path for each in Draft4Validator(schema).iter_errors(manifest)]


def mistakes_by_microsoft(manifest: dict[str, Any]) -> list[str]:
    """What Microsoft's own validation finds wrong, with the schema that Microsoft ships with it."""
    answer = subprocess.run(
        ["node", str(Path(__file__).with_name("manifest.cjs")), str(node_modules())],
        input=json.dumps(manifest),
        capture_output=True,
        check=True,
        text=True,
        timeout=LIMIT,
    )
    found: list[str] = json.loads(answer.stdout)
    return found


# What is in it


def test_the_package_holds_three_files_at_its_root(out: Path) -> None:
    write_package(out, DETAILS)
    with zipfile.ZipFile(out) as package:
        assert package.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert package.testzip() is None
        assert json.loads(package.read("manifest.json")) == the_manifest(DETAILS)
        for name in ("color.png", "outline.png"):
            assert package.read(name) == (PLACED / name).read_bytes()


def test_the_manifest_names_the_icons_of_the_package() -> None:
    assert set(the_manifest(DETAILS)["icons"].values()) == set(FILES) - {"manifest.json"}


def test_the_app_is_the_bot_and_the_school_answers_for_it() -> None:
    manifest = the_manifest(replace(DETAILS, app_id=f" {APP_ID.upper()}\n"))
    assert manifest["id"] == APP_ID
    assert [bot["botId"] for bot in manifest["bots"]] == [APP_ID]
    assert [extension["botId"] for extension in manifest["composeExtensions"]] == [APP_ID]
    assert manifest["developer"] == {
        "name": "Derwent Vale Primary School",
        "websiteUrl": "https://www.derwentvale.example",
        "privacyUrl": "https://www.derwentvale.example/privacy",
        "termsOfUseUrl": "https://www.derwentvale.example",
    }


def test_nothing_of_the_template_is_left_unfilled() -> None:
    assert "{" in (PLACED / "manifest.json").read_text("utf-8").replace("{\n", "")
    filled = json.dumps(the_manifest(DETAILS), indent=2).replace("{\n", "")
    assert "{" not in filled


def test_a_name_with_marks_is_kept(out: Path) -> None:
    write_package(out, replace(DETAILS, school='Ysgol "Dŵr & Tân" \\ 学校'))
    with zipfile.ZipFile(out) as package:
        manifest = json.loads(package.read("manifest.json"))
    assert manifest["developer"]["name"] == 'Ysgol "Dŵr & Tân" \\ 学校'


def test_a_school_may_raise_the_version() -> None:
    assert the_manifest(DETAILS)["version"] == "1.0.0"
    assert the_manifest(replace(DETAILS, version="1.0.1"))["version"] == "1.0.1"


# Microsoft takes it


def test_the_published_schema_accepts_it() -> None:
    assert mistakes(the_manifest(DETAILS)) == []


def test_microsofts_own_validation_accepts_it() -> None:
    assert mistakes_by_microsoft(the_manifest(DETAILS)) == []


def test_both_find_a_mistake() -> None:
    manifest = the_manifest(DETAILS)
    manifest["composeExtensions"][0]["commands"][0]["title"] = "Report this post " * 2
    assert mistakes(manifest) == ["$.composeExtensions[0].commands[0].title"]
    assert [each.split()[0] for each in mistakes_by_microsoft(manifest)] == [
        "/composeExtensions/0/commands/0/title"
    ]


def test_the_schema_is_microsofts_unaltered() -> None:
    version = the_manifest(DETAILS)["manifestVersion"]
    theirs = node_modules() / "@microsoft/app-manifest/build/json-schemas/teams" / f"v{version}"
    assert (PLACED / SCHEMA).read_bytes() == (theirs / SCHEMA).read_bytes()


def test_a_manifest_that_would_not_be_accepted_is_not_written(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = json.loads((PLACED / "manifest.json").read_text("utf-8"))
    manifest["accentColor"] = "green"
    (out.parent / "app_package").mkdir()
    (out.parent / "app_package/manifest.json").write_text(json.dumps(manifest))
    (out.parent / "app_package" / SCHEMA).symlink_to(PLACED / SCHEMA)
    monkeypatch.setattr("adapters.teams.package._PLACED", out.parent / "app_package")
    assert refusal(out).startswith("Teams would not accept this app:\n$.accentColor: 'green'")
    assert not out.exists()


# What it may do


def test_the_app_asks_for_these_rights_and_no_others() -> None:
    """A new key in here is a new right, or a new place where the app shows itself."""
    manifest = the_manifest(DETAILS)
    described = {"$schema", "manifestVersion", "version", "id", "developer", "name", "description"}
    described |= {"icons", "accentColor", "defaultInstallScope"}
    assert set(manifest) - described == {"bots", "composeExtensions"}
    assert [set(bot) - {"commandLists"} for bot in manifest["bots"]] == [
        {"botId", "scopes", "supportsFiles", "isNotificationOnly"}
    ]
    assert manifest["bots"][0]["scopes"] == ["personal", "team"]
    assert manifest["bots"][0]["supportsFiles"] is True
    assert manifest["bots"][0]["isNotificationOnly"] is False
    assert [set(extension) for extension in manifest["composeExtensions"]] == [
        {"botId", "commands"}
    ]


def test_no_command_is_a_slash_command() -> None:
    """What a slash command is answered with, everybody in a channel could read."""
    manifest = the_manifest(DETAILS)
    assert not {"triggers", "supportsTargetedMessages"} & keys_of(manifest)
    titles = [each["title"] for commands in commands_of(manifest).values() for each in commands]
    assert titles
    assert [title for title in titles if title.startswith("/")] == []


def commands_of(manifest: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    """The listed commands by where they are listed."""
    lists = manifest["bots"][0]["commandLists"]
    assert all(len(each["scopes"]) == 1 for each in lists)
    return {each["scopes"][0]: each["commands"] for each in lists}


def test_the_menu_lists_what_is_understood() -> None:
    commands = commands_of(the_manifest(DETAILS))
    assert {where: [each["title"] for each in listed] for where, listed in commands.items()} == {
        "personal": ["report-post", "status", "cases", "case", "away", "back", "help"],
        "team": ["digest-here"],
    }
    asked = files("bot.app").joinpath("asked.py").read_text("utf-8")
    words = [each["title"] for listed in commands.values() for each in listed]
    assert [word for word in words if f'"{word}"' not in asked] == []


def test_report_this_post_opens_a_dialog_from_a_message_and_from_the_box() -> None:
    (reporting,) = the_manifest(DETAILS)["composeExtensions"][0]["commands"]
    assert reporting["id"] == "report-this-post"
    assert (reporting["type"], reporting["title"]) == ("action", "Report this post")
    assert reporting["context"] == ["message", "compose"]
    assert reporting["fetchTask"] is True


# The icons


def test_the_colour_icon_is_large_square_and_keeps_its_mark_in_the_middle() -> None:
    with Image.open(PLACED / "color.png") as icon:
        assert (icon.size, icon.format, icon.mode) == ((192, 192), "PNG", "RGB")
        ground = (0x0F, 0x5A, 0x53)
        assert the_manifest(DETAILS)["accentColor"] == "#0f5a53"
        drawn = [(x, y) for x in range(192) for y in range(192) if icon.getpixel((x, y)) != ground]
    assert drawn
    assert [(x, y) for x, y in drawn if not (48 <= x < 144 and 48 <= y < 144)] == []


def test_the_outline_icon_is_white_on_nothing() -> None:
    with Image.open(PLACED / "outline.png") as icon:
        assert (icon.size, icon.format, icon.mode) == ((32, 32), "PNG", "RGBA")
        red, green, blue, alpha = icon.split()
        left, _, right, _ = alpha.getbbox() or (0, 0, 0, 0)
    assert [each.getextrema() for each in (red, green, blue)] == [(255, 255)] * 3
    assert alpha.getextrema() == (0, 255)
    assert (left, right) == (0, 32)  # without a margin


def test_the_icons_are_those_that_the_script_draws() -> None:
    for name, drawn in (("color.png", color_icon()), ("outline.png", outline_icon())):
        with Image.open(PLACED / name) as icon:
            assert icon.tobytes() == drawn.tobytes(), name


# What it replaces


def test_the_same_details_make_the_same_bytes(out: Path) -> None:
    other = out.with_name("other.ZIP")
    write_package(out, DETAILS)
    write_package(other, DETAILS)
    assert out.read_bytes() == other.read_bytes()


def test_an_earlier_package_is_replaced(out: Path) -> None:
    write_package(out, DETAILS)
    write_package(out, replace(DETAILS, version="1.0.1"))
    with zipfile.ZipFile(out) as package:
        assert json.loads(package.read("manifest.json"))["version"] == "1.0.1"
    assert list(out.parent.iterdir()) == [out]


def test_what_a_link_names_is_replaced_and_the_link_stays(out: Path) -> None:
    link = out.with_name("link.zip")
    write_package(out, DETAILS)
    link.symlink_to(out)
    write_package(link, replace(DETAILS, version="1.0.1"))
    assert link.is_symlink()
    with zipfile.ZipFile(out) as package:
        assert json.loads(package.read("manifest.json"))["version"] == "1.0.1"


@pytest.mark.parametrize("content", [b"", b"my lists", b"PK\x03\x04"])
def test_a_file_that_is_no_package_is_left_alone(out: Path, content: bytes) -> None:
    out.write_bytes(content)
    assert refusal(out) == (
        f"{out} is there already, and is no package of Report Post. Name another file."
    )
    assert out.read_bytes() == content


def test_an_archive_of_something_else_is_left_alone(out: Path) -> None:
    with zipfile.ZipFile(out, "w") as other:
        other.writestr("manifest.json", "{}")
        other.writestr("photos.txt", "")
    kept = out.read_bytes()
    assert "no package of Report Post" in refusal(out)
    assert out.read_bytes() == kept


# What is told, and leaves nothing


@pytest.mark.parametrize(
    ("details", "told"),
    [
        (replace(DETAILS, app_id=""), "Which app is it? Set TEAMS_APP_ID, or add --app-id ID."),
        (replace(DETAILS, app_id="report-post"), "The app ID is not one such as"),
        (replace(DETAILS, app_id=f"{{{APP_ID}}}"), "The app ID is not one such as"),
        (
            replace(DETAILS, app_id="00000000-0000-0000-0000-000000000000"),
            "The app ID is not one such as",
        ),
        (replace(DETAILS, school=" "), "The name of the school is empty"),
        (replace(DETAILS, school="Derwent\nVale"), "holds what cannot be printed"),
        (replace(DETAILS, school="Derwent Vale Primary School, Ambergate"), "32 characters"),
        (replace(DETAILS, version="2"), "2 is not a version such as 1.0.1"),
        (replace(DETAILS, version="1.0.01"), "1.0.01 is not a version such as 1.0.1"),
    ],
)
def test_a_wrong_detail_is_told(out: Path, details: AppDetails, told: str) -> None:
    assert told in refusal(out, details)
    assert not out.exists()


def test_a_secret_in_the_ids_place_is_not_repeated(out: Path) -> None:
    assert "AbC8Q~" not in refusal(out, replace(DETAILS, app_id="AbC8Q~made.up"))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "www.derwentvale.example",
        "http://www.derwentvale.example",
        "https://",
        "https://derwentvale",
        "https://www.derwentvale.example:port",
        "https://[derwentvale.example",
        "https://head:secret@derwentvale.example",
        "https://www.derwentvale.example/our school",
        "https://www.derwentvale.example/\u202e",
        f"https://www.derwentvale.example/{'a' * 2048}",
    ],
)
def test_an_address_that_teams_could_not_open_is_told(out: Path, address: str) -> None:
    assert "Write the address of the school's website" in refusal(
        out, replace(DETAILS, website=address)
    )
    assert "Write the address of the school's privacy notice" in refusal(
        out, replace(DETAILS, privacy=address)
    )
    assert not out.exists()


def test_only_a_zip_is_written(tmp_path: Path) -> None:
    out = tmp_path / "report-post"
    assert refusal(out) == f"{out} does not end in .zip; Teams takes no other file."
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    out = tmp_path / "none" / "report-post.zip"
    assert refusal(out) == (
        f"There is no folder {out.parent}. Make it first, or name another file."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_a_folders_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert refusal(tmp_path / "file" / "report-post.zip") == (
        f"{tmp_path / 'file'} is not a folder. Name another file."
    )


def test_a_folder_in_the_files_place_is_told(out: Path) -> None:
    out.mkdir()
    assert refusal(out) == f"{out} is a folder. Name a file in it."
    assert list(out.iterdir()) == []


def test_a_name_that_no_file_can_have_is_told(tmp_path: Path) -> None:
    out = tmp_path / f"{'a' * 300}.zip"
    assert refusal(out) == f"{out} was not written: File name too long."
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def closed_folder(tmp_path: Path) -> Path:
    """A folder in which we may not write: for root only the system has one."""
    if os.geteuid() == 0:
        return Path("/sys")
    tmp_path.chmod(0o500)
    return tmp_path


def test_a_folder_in_which_nothing_may_be_written_is_told(closed_folder: Path) -> None:
    before = set(closed_folder.iterdir())
    assert refusal(closed_folder / "report-post.zip") == (
        f"Nothing may be written in {closed_folder}. Name a file in another folder."
    )
    assert set(closed_folder.iterdir()) == before


FULL = """
import resource, sys
from adapters.teams.package import AppDetails, write_package
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_package(Path(sys.argv[1]), AppDetails(*sys.argv[2:]))
except Exception as error:
    print(type(error).__name__, error)
"""


def test_a_disk_that_is_full_leaves_the_earlier_package_and_nothing_else(out: Path) -> None:
    write_package(out, DETAILS)
    kept = out.read_bytes()
    python = command()[0]
    details = [DETAILS.app_id, DETAILS.school, DETAILS.website, DETAILS.privacy, "1.0.1"]
    told = subprocess.run(
        [python, "-c", FULL, str(out), *details],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
        timeout=LIMIT,
    )
    assert told.stdout == f"PackageNotMade {out} was not written: File too large.\n"
    assert out.read_bytes() == kept
    assert list(out.parent.iterdir()) == [out]
