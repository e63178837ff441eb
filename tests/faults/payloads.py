"""Hostile payloads at every door: nothing fails, nothing is told, and the record stays whole."""

import json
import logging
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

from hypothesis import HealthCheck, Phase, given, seed, settings

from adapters.scheduler import report_failure
from adapters.slack.refusals import SlackRefused
from adapters.teams.refusals import TeamsRefused
from adapters.teams.turning import NotKnown
from bot.domain.errors import Refused
from bot.journeys.sample import PEOPLE
from bot.journeys.story import Journey
from bot.screens.press import NotOurs
from tests.faults.fault import Fault, Outcome, Scale
from tests.faults.hostile_page import page_door
from tests.faults.hostile_slack import slack_door
from tests.faults.hostile_teams import teams_door
from tests.faults.hostile_values import MARK, Plan, changed, plans
from tests.faults.parser_noise import noise
from tests.faults.recorded import SECONDS, Door, a_journey, findings, ids_of, typed_in
from tests.markers import everything_logged, found

_JOURNEYS: Final = (
    "later-report-is-about-the-head",
    "alert-now-then-the-report-is-completed",
    "refused-request-opens-further-action",
    "reopened",
    "owner-excludes-the-deputy",
    "snooze-then-extend",
    "invitation-answered",
    "digest-held-then-posted-early",
)
"""What people do first; the first alone in the short run."""

_EACH: Final = 2_500
"""Payloads for one school, before another one begins."""

_EXPECTED: Final = (NotOurs, SlackRefused, TeamsRefused, NotKnown, Refused)
"""What an adapter may report of a payload that nobody of ours made: it is told and goes on."""

MakeDoor = Callable[[Journey], Door]


def _payloads(make: MakeDoor, how_many: int, scale: Scale) -> Outcome:
    counted: Counter[str] = Counter()
    wrong: list[str] = []
    name, rounds = "", 1 if scale is Scale.SHORT else how_many // _EACH
    with everything_logged() as logged:
        logging.getLogger().setLevel(logging.INFO)
        logging.getLogger("aiohttp.access").setLevel(logging.WARNING)  # the stand-ins' own
        for number in range(rounds):
            journey = a_journey(_JOURNEYS[number % len(_JOURNEYS)])
            logged.seek(0), logged.truncate()
            door = make(journey)
            name = door.name
            try:
                _one_school(door, min(how_many, _EACH), number, counted, wrong)
                door.settle()
                told = [logged.getvalue(), *door.kept()]
                counted["log lines and messages searched"] += told[0].count("\n") + len(told) - 1
                typed = typed_in(journey)
                counted["texts typed before"] += len(typed)
                for mark in (MARK, *typed):
                    stands = [each for each in told if found([mark.casefold()], [each])]
                    counted["found where nobody may read them"] += len(stands)
                    wrong += [f"typed text in {_around(each, mark)}" for each in stands]
                if len(told) == 1:
                    wrong.append(f"{name}: no message was there to be searched")
                counted["tracebacks"] += logged.getvalue().count("Traceback (most recent")
                wrong += findings(door.core)
            finally:
                door.close()
    wrong += [f"{what}: {counted[what]}" for what in _NEVER if counted[what]]
    if not counted["texts typed before"]:
        wrong.append("nothing was typed before, so nothing could be found")
    if counted["payloads"] < how_many:
        wrong.append(f"only {counted['payloads']:,} of {how_many:,} payloads were brought")
    return Outcome(f"{counted['payloads']:,} payloads at {name}", counted, tuple(wrong[:20]))


_NEVER: Final = ("found where nobody may read them", "tracebacks")


def _one_school(
    door: Door, how_many: int, number: int, counted: Counter[str], wrong: list[str]
) -> None:
    """Brings hostile payloads to one school's door, each made of one that came by it before."""
    people = sorted(PEOPLE)

    @seed(20_261_123 + number)
    @settings(
        max_examples=how_many,
        phases=(Phase.generate,),
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(plan=plans(ids_of(door.core)))
    def bring(plan: Plan) -> None:
        person = people[int(plan.person * len(people))]
        valid = door.fresh(door.valid[int(plan.base * len(door.valid))], person)
        payload = changed(valid, plan.changes)
        began = time.process_time()
        try:
            status = door.send(payload, person)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            wrong.append(f"{_where(error)} at the door: {_shortened(payload)}")
            return
        counted["payloads"] += 1
        counted[f"answered with {status}"] += 1
        if time.process_time() - began > SECONDS:
            wrong.append(f"took longer than {SECONDS} s: {_shortened(payload)}")
        if status not in door.fine:
            wrong.append(f"answered with {status}: {_shortened(payload)}")
        for what, failure in door.failures:
            report_failure(what, failure)
            counted["told to be none of ours"] += isinstance(failure, _EXPECTED)
            if not isinstance(failure, _EXPECTED):
                wrong.append(f"{what}: {_where(failure)}: {_shortened(payload)}")
        door.failures.clear()

    bring()


def _shortened(payload: object) -> str:
    text = json.dumps(payload)
    return text if len(text) < 3_000 else f"{text[:1_500]} … {text[-300:]}"


def _around(text: str, mark: str) -> str:
    at = text.casefold().index(mark.casefold())
    return text[max(0, at - 300) : at + 60]


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    at = " < ".join(f"{Path(each.filename).name}:{each.lineno}" for each in reversed(frames))
    return f"{type(error).__name__} at {at}"


def _run(make: MakeDoor, full: int, short: int) -> Callable[[Scale], Outcome]:
    def run(scale: Scale) -> Outcome:
        return _payloads(make, full if scale is Scale.FULL else short, scale)

    return run


FAULTS: Final = (
    Fault("hostile payloads: Slack", _run(slack_door, 35_000, 120)),
    Fault("hostile payloads: Teams", _run(teams_door, 35_000, 100)),
    Fault("hostile payloads: the page", _run(page_door, 30_000, 120)),
    Fault("noise for every parser", noise),
)
