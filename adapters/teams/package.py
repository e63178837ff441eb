"""What the app says that a school uploads to Teams, and that only a whole package is written.

The manifest is checked against Microsoft's own schema first. It asks for no permission: a bot needs
none to know who writes to it and to write to whoever has it (github.com/MicrosoftDocs/msteams-docs/
issues/7550), and our dialogs are cards, so no web address has to be allowed either.
"""

import json
import os
import re
import secrets
import zipfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from jsonschema import Draft4Validator

from bot.config.teams_secrets import TEAMS_APP_ID, WHERE_THE_APP_ID_IS, guid
from bot.domain.errors import ReportPostError

MANIFEST: Final = "manifest.json"
FILES: Final = (MANIFEST, "color.png", "outline.png")

_PLACED: Final = files("adapters.teams").joinpath("app_package")
_SCHEMA: Final = "MicrosoftTeams.schema.json"
_MOST_OF_A_NAME: Final = 32  # developer.name, in the schema
_MOST_OF_AN_ADDRESS: Final = 2048  # httpsUrl, in the schema
_NUMBER: Final = "(0|[1-9][0-9]{0,8})"
_VERSION: Final = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}")
_FIRST_DAY_OF_ZIP: Final = (1980, 1, 1, 0, 0, 0)


class PackageNotMade(ReportPostError):
    """No package was written; the message says why and what to do."""


@dataclass(frozen=True)
class AppDetails:
    """What a school says of the app: it is the school's own, and the school answers for it."""

    app_id: str
    school: str
    website: str
    privacy: str
    version: str = ""
    """Higher at each upload that replaces an earlier one; the template's own if empty."""


def write_package(out: Path, details: AppDetails) -> None:
    """Writes the package, in place of an earlier one. Raises ``PackageNotMade``.

    The same details make the same bytes. If it fails, nothing is left that was not there before.
    """
    if out.suffix.lower() != ".zip":
        raise PackageNotMade(f"{out} does not end in .zip; Teams takes no other file.")
    manifest = the_manifest(details)
    place = Path(os.path.realpath(out))  # what a link names is replaced, not the link
    try:
        _see_that_it_may_be_replaced(place)
        _write_whole(place, manifest)
    except OSError as error:
        raise PackageNotMade(_why(out, place, error)) from error


def the_manifest(details: AppDetails) -> dict[str, Any]:
    """The manifest, accepted by Microsoft's schema. Raises ``PackageNotMade``."""
    app_id = _app_id(details.app_id)
    manifest: dict[str, Any] = json.loads(_text_of(MANIFEST))
    manifest["id"] = app_id
    for part in (*manifest["bots"], *manifest["composeExtensions"]):
        part["botId"] = app_id
    website = _address("website", details.website)
    manifest["developer"] = {
        "name": _school(details.school),
        "websiteUrl": website,
        "privacyUrl": _address("privacy notice", details.privacy),
        "termsOfUseUrl": website,
    }
    if details.version:
        manifest["version"] = _version(details.version)
    if mistakes := _mistakes(manifest):
        raise PackageNotMade("\n".join(["Teams would not accept this app:", *mistakes]))
    return manifest


def _mistakes(manifest: dict[str, Any]) -> list[str]:
    schema = Draft4Validator(json.loads(_text_of(_SCHEMA)))
    return [f"{each.json_path}: {each.message}" for each in schema.iter_errors(manifest)]


def _text_of(name: str) -> str:
    return _PLACED.joinpath(name).read_text("utf-8")


def _app_id(given: str) -> str:
    app_id = guid(given)
    if app_id:
        return app_id
    if not given.strip():
        raise PackageNotMade(
            f"Which app is it? Set {TEAMS_APP_ID}, or add --app-id ID. {WHERE_THE_APP_ID_IS}"
        )
    # It may be the secret, in the wrong place: it is not repeated.
    raise PackageNotMade(
        f"The app ID is not one such as 8f6b3c1e-0d52-4a7e-9c1b-5e2f7a904d36. {WHERE_THE_APP_ID_IS}"
    )


def _school(given: str) -> str:
    name = given.strip()
    if not name or not name.isprintable():
        raise PackageNotMade("The name of the school is empty, or holds what cannot be printed.")
    if len(name) > _MOST_OF_A_NAME:
        raise PackageNotMade(
            f"{name} is longer than {_MOST_OF_A_NAME} characters, which is all that Teams shows of "
            "who made an app. Shorten it."
        )
    return name


def _address(of_what: str, given: str) -> str:
    address = given.strip()
    if not _is_https(address):
        raise PackageNotMade(
            f"{given} is not the address of a page. Write the address of the school's {of_what}, "
            "such as https://www.school.example"
        )
    return address


def _is_https(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - it is read here, and refused if it is no number
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and "." in host.strip(".")
        and not parts.username
        and address.isprintable()
        and " " not in address
        and len(address) <= _MOST_OF_AN_ADDRESS
    )


def _version(given: str) -> str:
    if not _VERSION.fullmatch(given):
        raise PackageNotMade(f"{given} is not a version such as 1.0.1: three numbers with dots.")
    return given


def _see_that_it_may_be_replaced(place: Path) -> None:
    if place.is_dir():
        raise PackageNotMade(f"{place} is a folder. Name a file in it.")
    if place.exists() and not _is_a_package(place):
        raise PackageNotMade(
            f"{place} is there already, and is no package of Report Post. Name another file."
        )


def _is_a_package(place: Path) -> bool:
    if not place.is_file():
        return False
    try:
        with zipfile.ZipFile(place) as found:
            return sorted(found.namelist()) == sorted(FILES)
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return False


def _write_whole(place: Path, manifest: dict[str, Any]) -> None:
    """Writes beside the place and then moves: whoever looks there finds a whole package or none."""
    beside = place.with_name(f".report-post-{secrets.token_hex(8)}.zip")
    try:
        with beside.open("xb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
                for name in FILES:
                    package.writestr(_entry(name), _content(name, manifest))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _FIRST_DAY_OF_ZIP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # Unix, wherever it is made: the same bytes
    entry.external_attr = 0o644 << 16
    return entry


def _content(name: str, manifest: dict[str, Any]) -> bytes:
    if name == MANIFEST:
        return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()
    return _PLACED.joinpath(name).read_bytes()


def _why(out: Path, place: Path, error: OSError) -> str:
    if not place.parent.exists():
        return f"There is no folder {place.parent}. Make it first, or name another file."
    if not place.parent.is_dir():
        return f"{place.parent} is not a folder. Name another file."
    if isinstance(error, PermissionError):
        return f"Nothing may be written in {place.parent}. Name a file in another folder."
    return f"{out} was not written: {error.strerror or error}."
