"""Two processes answer one person's two clicks at the same moment: what is done is done once."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pytest

from bot.app.addresses import reached_at
from bot.app.inbound import Act, Asked, Inbound, Person, Pressed, Submitted
from bot.app.respond import respond
from bot.app.school import School
from bot.app.schools import Schools
from bot.compose.platforms import Whereabouts
from bot.compose.running import RunningSchools
from bot.compose.schools import school_of
from bot.config import sample_settings
from bot.domain.ids import Cause, PersonId
from bot.domain.personal import Personal
from bot.screens.nodes import Form, Reply
from bot.screens.press import FormRef, Press, Verb
from tests.builders import STARTS, school_time
from tests.fakes import FakeClock, Here
from tests.storage.places import Place

STAFF = Person(PersonId("U1"), "staff@derwentvale.example", member=True)
FIRST = {"safety": ("none",), "content": ("offensive",), "about": ("school",)}
SECOND = {"place": "closed-group", "poster": "parent-or-carer"}


@dataclass(frozen=True)
class Replicas:
    """Two processes' schools, each with a store of its own on one database."""

    schools: tuple[School, School]

    def together(self, acts: Callable[[int], Inbound]) -> list[Reply]:
        """Both answer at once."""
        ready, found = threading.Barrier(2), list[Reply]()

        def answer(number: int) -> None:
            ready.wait()
            found.append(respond(self.schools[number], acts(number)))

        threads = [threading.Thread(target=answer, args=(number,)) for number in range(2)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        return found

    def act(self, act: Act, cause: str) -> Reply:
        return respond(self.schools[0], Inbound(STAFF, Cause(cause), act))

    @property
    def cases(self) -> int:
        with self.schools[0].store.reading() as reading:
            return len(reading.case_rows())

    def begun(self, **first: tuple[str, ...]) -> FormRef:
        """The second page of a report."""
        shown = self.act(Asked(Personal(""), ""), "begin").show
        assert isinstance(shown, Form)
        answered = self.act(Submitted(shown.ref, {**FIRST, **first}), "first").show
        assert isinstance(answered, Form)
        return answered.ref


@pytest.fixture
def replicas(place: Place, tmp_path: Path) -> Replicas:
    settings = replace(sample_settings(tmp_path), database=place.url)
    clock = FakeClock(school_time(STARTS))
    first, second = (school_of(settings, place.store(), clock) for _ in range(2))
    return Replicas((first, second))


@pytest.mark.parametrize("same_cause", [True, False], ids=["one act", "two clicks"])
def test_a_report_that_is_sent_twice_is_one_case(replicas: Replicas, *, same_cause: bool) -> None:
    form = replicas.begun()

    def send(number: int) -> Inbound:
        cause = Cause("send" if same_cause else f"send {number}")
        return Inbound(STAFF, cause, Submitted(form, SECOND))

    said = replicas.together(send)
    assert replicas.cases == 1
    assert len(said) == 2
    assert all("2026-001" in repr(each.show) for each in said)


def test_an_alert_that_is_pressed_twice_is_one_case(replicas: Replicas) -> None:
    form = replicas.begun(safety=("hurt-soon",))
    press = Press(Verb.ALERT_NOW, form.press.subject)
    replicas.together(lambda n: Inbound(STAFF, Cause(f"alert {n}"), Pressed(press)))
    assert replicas.cases == 1


async def test_where_somebody_acted_last_is_known_to_every_process(replicas: Replicas) -> None:
    here = cast("RunningSchools", Here())
    places = [Whereabouts(Schools((each,)), here) for each in replicas.schools]
    # Slack with one process, Teams with the other, and Slack with the first again.
    for number, platform in ((0, "slack"), (1, "teams"), (0, "slack")):
        await places[number].learn(STAFF, PersonId(f"at {platform}"), platform)
        for school in replicas.schools:
            with school.store.reading() as reading:
                who = school.person_of(STAFF.email, reading)
                assert reached_at(reading, who, ("slack", "teams")) == (platform, f"at {platform}")
