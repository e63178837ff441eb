"""Fills the privacy pack from ``school.toml`` and the policy pack, and writes it into a folder."""

from collections.abc import Mapping
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from adapters.documents.privacy_pack import as_word, write_folder
from bot.app.privacy.about import About
from bot.app.privacy_pack import privacy_pack
from bot.compose.schools import pack_named
from bot.config import Settings, read_settings


def write_privacy_pack(
    config: Path, environment: Mapping[str, str], folder: Path, made_on: date
) -> tuple[str, ...]:
    """Writes the pack of that school into the folder; returns the names of its files.

    Raises ``SettingsNotAccepted``, ``PolicyNotAccepted`` or ``NotWritten``.
    """
    about = about_of(read_settings(config, environment), made_on)
    files = [
        (f"{each.file}.docx", as_word(each, school=about.school, note=about.foot))
        for each in privacy_pack(about)
    ]
    write_folder(folder, files)
    return tuple(name for name, _ in files)


def about_of(settings: Settings, made_on: date) -> About:
    """What the pack knows of a school."""
    return About(
        school=settings.name,
        letterhead=settings.letterhead,
        contacts=settings.contacts,
        under_13="pupils-under-13" in settings.traits,
        digest_detail=settings.digest_detail,
        policy=pack_named(str(settings.policy)).policy,
        version=_version(),
        made_on=made_on,
    )


def _version() -> str:
    try:
        return version("report-post")
    except PackageNotFoundError:
        return "(not installed)"
