"""Every journey of tests/journeys, through Slack: the same results as through the core."""

from pathlib import Path

import pytest

from bot.journeys.reading import read_journey
from bot.journeys.running import run_journey
from tests.slack_world import slack_world

FILES = sorted((Path(__file__).parents[2] / "journeys").glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_journey_goes_through_slack_as_it_says(file: Path) -> None:
    journey = read_journey(file.read_text("utf-8"), file.name)
    assert [str(each) for each in run_journey(journey, slack_world)] == []
