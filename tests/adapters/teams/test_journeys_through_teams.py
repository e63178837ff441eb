"""Every journey of tests/journeys, through Teams: the same results as through the core."""

from functools import partial
from pathlib import Path

import pytest

from bot.journeys.reading import read_journey
from bot.journeys.running import run_journey
from tests.teams_world import teams_world

FILES = sorted((Path(__file__).parents[2] / "journeys").glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_journey_goes_through_dialogs_as_it_says(file: Path) -> None:
    journey = read_journey(file.read_text("utf-8"), file.name)
    assert [str(each) for each in run_journey(journey, teams_world)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_journey_goes_through_the_cards_of_the_chat_as_it_says(file: Path) -> None:
    journey = read_journey(file.read_text("utf-8"), file.name)
    in_chat = partial(teams_world, opens_windows=False)
    assert [str(each) for each in run_journey(journey, in_chat)] == []
