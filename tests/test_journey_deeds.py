"""What a step says becomes a deed of the domain, for every verb and every kind of answer."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from bot.domain.ids import (
    OptionId,
    OutcomeId,
    QuestionId,
    ResolutionId,
    Role,
    StepId,
)
from bot.domain.personal import Personal
from bot.journeys.deeds import (
    Add,
    AlertNow,
    Answer,
    Away,
    Back,
    Correct,
    DeclareInterest,
    Deed,
    ExcludePerson,
    Extend,
    HoldDigest,
    Link,
    NewRound,
    Note,
    OpenFurtherAction,
    PassOn,
    PostDigest,
    ReopenCase,
    Report,
    Snooze,
    ViewCase,
)
from bot.journeys.story import Verb
from bot.journeys.world import Happened
from tests.journey_fakes import (
    CAME,
    REPORT,
    REPORT_B,
    A,
    B,
    ScriptedWorld,
    run,
)

SO = Personal("So.")

DEEDS: Mapping[Verb, tuple[str, Deed]] = {
    Verb.REPORT: ("answers = {}", Report({})),
    Verb.ALERT_NOW: ("answers = {}", AlertNow({})),
    Verb.ANSWER: (
        """
            case = "A"
            step = "look"
            outcome = "seen"
            reason = "So."
            of = "B"
            resolution = "mended"
            answers = { fair = "no" }
        """,
        Answer(
            A,
            StepId("look"),
            OutcomeId("seen"),
            {QuestionId("fair"): OptionId("no")},
            SO,
            ResolutionId("mended"),
            B,
        ),
    ),
    Verb.SNOOZE: (
        'case = "A"\nstep = "look"\ndays = 2\nreason = "So."',
        Snooze(A, StepId("look"), 2, SO),
    ),
    Verb.EXTEND: (
        'case = "A"\nstep = "look"\nuntil = 2026-11-27',
        Extend(A, StepId("look"), date(2026, 11, 27)),
    ),
    Verb.OPEN_FURTHER_ACTION: ('case = "A"\nreason = "So."', OpenFurtherAction(A, SO)),
    Verb.NEW_ROUND: (
        'case = "A"\nstep = "look"\nreason = "So."',
        NewRound(A, StepId("look"), SO),
    ),
    Verb.PASS_ON: (
        'case = "A"\nto = "deputy"\nreason = "So."',
        PassOn(A, Role.DEPUTY, None, SO),
    ),
    Verb.EXCLUDE: (
        'case = "A"\nwhom = "deputy"\nreason = "So."',
        ExcludePerson(A, "deputy", SO),
    ),
    Verb.LINK: ('case = "A"\nto = "B"', Link(A, B)),
    Verb.DECLARE_INTEREST: ('case = "A"', DeclareInterest(A)),
    Verb.REOPEN: ('case = "A"\nreason = "So."', ReopenCase(A, SO)),
    Verb.CORRECT: (
        'case = "A"\nstep = "look"\noutcome = "seen"\nreason = "So."\nanswers = { fair = "no" }',
        Correct(A, StepId("look"), OutcomeId("seen"), {QuestionId("fair"): OptionId("no")}, SO),
    ),
    Verb.NOTE: ('case = "A"\ntext = "So."', Note(A, SO)),
    Verb.ADD: (
        'case = "A"\nanswers = { words = "So.", pictures = ["a.png"] }',
        Add(A, {QuestionId("words"): (SO,)}, ("a.png",)),
    ),
    Verb.VIEW: ('case = "A"', ViewCase(A)),
    Verb.AWAY: ("until = 2026-11-27", Away(date(2026, 11, 27))),
    Verb.BACK: ("", Back()),
    Verb.HOLD_DIGEST: ("", HoldDigest()),
    Verb.POST_DIGEST: ("", PostDigest()),
}


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize("verb", Verb)
def test_every_verb_is_done_as_its_deed(verb: Verb) -> None:
    keys, deed = DEEDS[verb]
    world = ScriptedWorld(script=[CAME, Happened(case=B), CAME])
    assert run(world, REPORT, REPORT_B, f'who = "chair"\ndoes = "{verb}"\n{keys}') == ()
    assert world.deeds[2:] == [("chair", deed)]


@pytest.mark.parametrize(
    ("to", "role", "person"),
    [("chair", Role.CHAIR, None), ("chair-2", Role.CHAIR, "chair-2"), ("staff", Role.STAFF, None)],
)
def test_a_case_is_passed_on_to_a_role_or_to_one_of_its_holders(
    to: str, role: Role, person: str | None
) -> None:
    world = ScriptedWorld(script=[CAME])
    run(world, REPORT, f'who = "head"\ndoes = "pass-on"\ncase = "A"\nto = "{to}"')
    assert world.deeds[1][1] == PassOn(A, role, person)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('danger = ["fire", "none"]', frozenset({OptionId("fire"), OptionId("none")})),
        ("danger = []", frozenset()),
        ('place = "street"', OptionId("street")),
        ('words = "One, two."', (Personal("One, two."),)),
        ('names = "Ann Sample, Bo  Sample ,"', (Personal("Ann Sample"), Personal("Bo  Sample"))),
        (
            'links = ["https://a.example/1", "x,y"]',
            (Personal("https://a.example/1"), Personal("x,y")),
        ),
        ('links = "https://a.example/1"', (Personal("https://a.example/1"),)),
        ("seen_at = 2026-07-01T12:30:00", utc(2026, 7, 1, 11, 30)),
        ("seen_at = 2026-11-23", utc(2026, 11, 23)),
        ("mine = true", True),
        # What does not fit keeps its shape: the world finds it invalid.
        ('danger = "fire"', OptionId("fire")),
        ('place = ["street"]', frozenset({OptionId("street")})),
        ('place = "moon"', OptionId("moon")),
        ('place = "On the moon!"', (Personal("On the moon!"),)),
        ('danger = ["fire", "A lot"]', (Personal("fire"), Personal("A lot"))),
        ('seen_at = "yesterday"', (Personal("yesterday"),)),
        ("words = true", True),
        ('weather = "rain"', (Personal("rain"),)),
        ('weather = ["rain"]', frozenset({OptionId("rain")})),
    ],
)
def test_answers_become_those_of_the_domain(written: str, meant: object) -> None:
    world = ScriptedWorld(script=[CAME])
    run(world, REPORT.replace("{}", f"{{ {written} }}"))
    ((_, deed),) = world.deeds
    assert deed == Report({QuestionId(written.split(maxsplit=1)[0]): meant})  # type: ignore[dict-item]


def test_files_come_apart_from_the_answers() -> None:
    world = ScriptedWorld(script=[CAME])
    run(world, REPORT.replace("{}", '{ pictures = ["a.png", "b.pdf"], mine = true }'))
    assert world.deeds[0][1] == Report({QuestionId("mine"): True}, ("a.png", "b.pdf"))
