"""Every journey of tests/journeys, through the core."""

from pathlib import Path

import pytest

from bot.compose.core_world import core_world
from bot.journeys.reading import read_journey
from bot.journeys.running import run_journey

FILES = sorted((Path(__file__).parent / "journeys").glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_journey_goes_as_it_says(file: Path) -> None:
    journey = read_journey(file.read_text("utf-8"), file.name)
    mismatches = run_journey(journey, core_world)
    assert [str(each) for each in mismatches] == []
