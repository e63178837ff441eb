"""The sample's text, ways to change it, and what is then read or told."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import hypothesis
import pytest

from bot.config import Settings, settings_from
from bot.domain.errors import SettingsNotAccepted

SAMPLE = files("bot").joinpath("sample_school.toml").read_text("utf-8")
UNHURRIED = hypothesis.settings(deadline=None)  # a busy machine takes a second for its first file
PLACE = Path("/srv/school/school.toml")


def changed(*changes: tuple[str, str]) -> str:
    """The sample with some of its text replaced; each text must stand there once."""
    text = SAMPLE
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def settings(*changes: tuple[str, str], environment: Mapping[str, str] | None = None) -> Settings:
    """What is read from the sample so changed."""
    return settings_from(changed(*changes), PLACE, environment or {})


def problems(text: str, environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The problems of a text, without the file that each of them names first."""
    with pytest.raises(SettingsNotAccepted) as caught:
        settings_from(text, PLACE, environment or {})
    return tuple(each.removeprefix(f"{PLACE}, ") for each in caught.value.problems)
