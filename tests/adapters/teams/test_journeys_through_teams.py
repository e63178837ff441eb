"""Journeys through Teams give the same results as through the core.

Every one goes through dialogs; as many as tell of everything in the pack go through the chat too.
"""

from functools import partial
from pathlib import Path

import pytest

from bot.journeys.reading import read_journey
from bot.journeys.running import run_journey
from bot.journeys.story import Journey
from tests.builders import derwent_vale
from tests.journey_coverage import fewest_that_tell_all
from tests.teams_world import teams_world

JOURNEYS = [
    read_journey(file.read_text("utf-8"), file.name)
    for file in sorted((Path(__file__).parents[2] / "journeys").glob("*.toml"))
]


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.title)
def test_a_journey_goes_through_dialogs_as_it_says(journey: Journey) -> None:
    assert [str(each) for each in run_journey(journey, teams_world)] == []


@pytest.mark.parametrize(
    "journey",
    fewest_that_tell_all(JOURNEYS, derwent_vale()),
    ids=lambda journey: journey.title,
)
def test_a_journey_goes_through_the_cards_of_the_chat_as_it_says(journey: Journey) -> None:
    in_chat = partial(teams_world, opens_windows=False)
    assert [str(each) for each in run_journey(journey, in_chat)] == []
