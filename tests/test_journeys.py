"""Every journey of tests/journeys, through the core and through the local page."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.compose.core_world import core_world
from bot.journeys.reading import read_journey
from bot.journeys.running import run_journey
from bot.journeys.story import Journey
from bot.journeys.world import World
from tests.desk_world import desk_world

FILES = sorted((Path(__file__).parent / "journeys").glob("*.toml"))
WORLDS = {"core": core_world, "desk": desk_world}


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_journey_goes_as_it_says(file: Path, world: Callable[[Journey], World]) -> None:
    journey = read_journey(file.read_text("utf-8"), file.name)
    assert [str(each) for each in run_journey(journey, world)] == []
