"""``report-post teams-package``: what it prints, and where it takes the app's ID from."""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.cli.output import Ends

APP_ID = "3fa0c1d2-5b6e-4f70-8a91-b2c3d4e5f607"
OTHER_ID = "72f988bf-86f1-41af-91ab-2d7cd011db47"
SITE = "https://www.derwentvale.example"


@dataclass(frozen=True)
class Made:
    """What the command ended with, printed and wrote."""

    code: object
    out: str
    err: str
    folder: Path

    def manifest(self, name: str = "report-post.zip") -> dict[str, Any]:
        """The manifest of the package."""
        with zipfile.ZipFile(self.folder / name) as package:
            manifest: dict[str, Any] = json.loads(package.read("manifest.json"))
        return manifest


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, in which the command runs without an ID in the environment."""
    monkeypatch.delenv("TEAMS_APP_ID", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def made(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Made:
    with pytest.raises(SystemExit) as ended:
        main(["teams-package", *words])
    told = capsys.readouterr()
    assert "Traceback" not in told.out + told.err
    return Made(ended.value.code, told.out, told.err, folder)


def test_the_package_is_made_for_the_school(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    school = ["--school", "Derwent Vale Primary School", "--website", SITE]
    pages = ["--privacy", f"{SITE}/privacy", "--app-version", "1.2.0"]
    package = made(folder, capsys, "--out", "ours.zip", "--app-id", APP_ID, *school, *pages)
    assert (package.code, package.err) == (Ends.WELL, "")
    assert package.out == (
        "ours.zip is ready. Upload it in the Teams admin centre: Teams apps, Manage apps.\n"
    )
    manifest = package.manifest("ours.zip")
    assert (manifest["id"], manifest["version"]) == (APP_ID, "1.2.0")
    assert manifest["developer"] == {
        "name": "Derwent Vale Primary School",
        "websiteUrl": SITE,
        "privacyUrl": f"{SITE}/privacy",
        "termsOfUseUrl": SITE,
    }


def test_the_id_in_the_environment_is_enough(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAMS_APP_ID", APP_ID)
    package = made(folder, capsys)
    assert (package.code, package.err) == (Ends.WELL, "")
    assert package.manifest()["id"] == APP_ID
    assert package.manifest()["developer"]["name"] == "Report Post"
    assert package.manifest()["developer"]["websiteUrl"] in package.out
    assert "--website ADDRESS" in package.out


def test_the_id_that_is_given_goes_before_the_environment(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAMS_APP_ID", APP_ID)
    assert made(folder, capsys, "--app-id", OTHER_ID).manifest()["id"] == OTHER_ID


def test_the_website_stands_for_a_privacy_notice_that_is_not_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    developer = made(folder, capsys, "--app-id", APP_ID, "--website", SITE).manifest()["developer"]
    assert developer["privacyUrl"] == SITE


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "Which app is it? Set TEAMS_APP_ID, or add --app-id ID."),
        (("--app-id", "x"), "The app ID is not one such as"),
        (("--app-id", APP_ID, "--out", "none/ours.zip"), "There is no folder"),
        (("--app-id", APP_ID, "--out", "ours.txt"), "does not end in .zip"),
        (("--app-id", APP_ID, "--website", "derwentvale"), "is not the address of a page"),
    ],
)
def test_what_cannot_be_made_is_wrong_use_and_leaves_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    package = made(folder, capsys, *words)
    assert (package.code, package.out) == (Ends.WRONG_USE, "")
    assert told in package.err
    assert list(folder.iterdir()) == []
