"""A journey's file is read as it is meant, or every mistake in it is named at once."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.domain.ids import MessageKind
from bot.journeys.reading import JourneyNotAccepted, read_journey
from bot.journeys.story import (
    Expectation,
    ExpectedDigest,
    ExpectedMessage,
    Journey,
    JourneyStep,
    Verb,
)
from tests.journey_fakes import HEAD

JOURNEYS = sorted((Path(__file__).parent / "journeys").glob("*.toml"))
REPORT = 'who = "staff"\ndoes = "report"\nas = "A"\nanswers = { danger = ["none"] }\n'


def local(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 -- local time is what is meant


def problems_in(*steps: str, head: str = HEAD) -> tuple[str, ...]:
    text = head + "".join(f"\n[[step]]\n{step}\n" for step in steps)
    with pytest.raises(JourneyNotAccepted) as caught:
        read_journey(text, "j.toml")
    return caught.value.problems


def the_problem(*steps: str) -> str:
    """The only problem of the steps that follow a report of case A."""
    (problem,) = problems_in(REPORT, *steps)
    return problem


@pytest.mark.parametrize("path", JOURNEYS, ids=lambda path: path.stem)
def test_every_journey_of_ours_can_be_read(path: Path) -> None:
    assert read_journey(path.read_text("utf-8"), path.name).steps


def test_a_journey_is_read_as_it_is_written() -> None:
    step = """
        at = 2026-11-24T08:15:30
        who = "head"
        does = "answer"
        case = "A"
        step = "look"
        outcome = "seen"
        answers = { fair = "no", danger = ["fire"], mine = true, seen_at = 2026-11-23 }
        reason = "So."
        resolution = "mended"
        of = "A"
    """
    journey = read_journey(f"{HEAD}[[step]]\n{REPORT}[[step]]\n{step}", "dir/j.toml")
    assert journey == Journey(
        title="T",
        policy="small",
        starts=local(2026, 11, 23, 9, 5),
        place="dir/j.toml",
        steps=(
            JourneyStep(1, who="staff", does=Verb.REPORT, named="A", answers={"danger": ("none",)}),
            JourneyStep(
                number=2,
                at=local(2026, 11, 24, 8, 15, 30),
                who="head",
                does=Verb.ANSWER,
                case="A",
                step="look",
                outcome="seen",
                answers={
                    "fair": "no",
                    "danger": ("fire",),
                    "mine": True,
                    "seen_at": date(2026, 11, 23),
                },
                reason="So.",
                resolution="mended",
                of="A",
            ),
        ),
    )


def test_every_key_of_expect_is_read() -> None:
    expect = """
        case = "A"
        who = "head"
        [step.expect]
        severity = "grave"
        owner = "head"
        categories = ["fire"]
        safeguarding = false
        stop_cards = []
        status = "open"
        resolution = "mended"
        pending = ["look", "look"]
        recommended = []
        possible = []
        further_action = true
        due = { look = 2026-11-24T16:00:00 }
        earlier = ["A"]
        occasions = 2
        lists = ["A"]
        sent = [{ to = "governors", kind = "digest" }, { case = "A", steps = ["look"] }]
        digest = { new = "5", open = "5", total = "5", timeliness = "x", by_category = { c = "5" } }
    """
    journey = read_journey(f"{HEAD}[[step]]\n{REPORT}[[step]]\n{expect}", "j.toml")
    assert journey.steps[1].expect == Expectation(
        severity="grave",
        owner="head",
        categories=frozenset({"fire"}),
        safeguarding=False,
        stop_cards=frozenset(),
        status="open",
        resolution="mended",
        pending=frozenset({"look"}),
        recommended=frozenset(),
        possible=frozenset(),
        further_action=True,
        due={"look": local(2026, 11, 24, 16)},
        earlier=frozenset({"A"}),
        occasions=2,
        lists=frozenset({"A"}),
        sent=(
            ExpectedMessage(to="governors", kind=MessageKind.DIGEST),
            ExpectedMessage(case="A", steps=frozenset({"look"})),
        ),
        digest=ExpectedDigest(new="5", open="5", total="5", timeliness="x", by_category={"c": "5"}),
    )


def test_a_policy_that_is_a_file_is_looked_for_beside_the_journey() -> None:
    def pack_of(policy: str) -> str:
        text = HEAD.replace("small", policy) + f"[[step]]\n{REPORT}"
        return read_journey(text, "stories/j.toml").pack

    assert pack_of("derwent-vale") == "derwent-vale"
    assert pack_of("ours.toml") == str(Path("stories/ours.toml"))
    assert pack_of("/srv/ours.toml") == str(Path("/srv/ours.toml"))


def test_what_is_no_toml_is_told_with_its_line() -> None:
    with pytest.raises(JourneyNotAccepted, match=r"j\.toml: This is not TOML\. .*line 2") as caught:
        read_journey('title = "T"\npolicy = \n', "j.toml")
    assert len(caught.value.problems) == 1


def test_an_empty_file_is_told_all_that_it_needs() -> None:
    found = problems_in(head="")
    assert [each.partition(" Add ")[0] for each in found] == [
        'j.toml: There is no "title".',
        'j.toml: There is no "policy".',
        'j.toml: There is no "starts".',
        'j.toml: There is no "step".',
    ]


def test_a_journey_needs_at_least_one_step() -> None:
    (problem,) = problems_in(head=HEAD + "step = []\n")
    assert problem.startswith('j.toml: There is no "step".')


def test_every_mistake_is_told_at_once_with_its_step() -> None:
    found = problems_in(
        'who = "hed"\ndoes = "reprot"\nas = 3',
        'at = 2026-11-24\nwhen = "now"',
        head=HEAD + 'colour = "red"\n',
    )
    assert [each.partition(" Use one of")[0].partition(" It must")[0] for each in found] == [
        'j.toml: "colour" is not known here.',
        'j.toml, step 1: who = "hed" is not known. Did you mean "head"?',
        'j.toml, step 1: does = "reprot" is not known. Did you mean "report"?',
        "j.toml, step 1: as is a number.",
        "j.toml, step 2: at is a date.",
        'j.toml, step 2: "when" is not known here.',
    ]


WRONG_VALUES: Mapping[str, str] = {
    'who = "governors"\ndoes = "back"': 'who = "governors" is not known.',
    "at = 2026-11-24T09:00:00Z": "at is a date with a time. It must be the school's local date",
    'who = "head"\ndoes = "view"\ncase = ""': 'case is "". It must be a text',
    'who = "head"\ndoes = "snooze"\ncase = "A"\nstep = "look"\ndays = true': "days is true or",
    'who = "head"\ndoes = "away"\nuntil = 2026-11-25T00:00:00': "until is a date with a time.",
    'who = "head"\ndoes = "new-round"\ncase = "A"\nstep = "Look here"': 'step is "Look here".',
    'who = "head"\ndoes = "exclude"\ncase = "A"\nwhom = "deputee"': 'Did you mean "deputy"?',
    'who = "head"\ndoes = "pass-on"\ncase = "A"\nto = "guest"': 'to = "guest" is not known.',
    'who = "staff"\ndoes = "report"\nanswers = "none"': "answers is",
    'who = "staff"\ndoes = "report"\nanswers = { danger = 3 }': "answers.danger is a number.",
    'who = "staff"\ndoes = "report"\nanswers = { Danger = "x" }': 'answers: "Danger" is no id.',
    "at = 2026-11-24T09:00:00\nexpect = 3": "expect is a number. It must be a table",
    'case = "A"\nexpect = { severty = "grave" }': 'Did you mean "severity"?',
    'case = "A"\nexpect = { owner = "heads" }': 'expect.owner = "heads" is not known.',
    'case = "A"\nexpect = { status = "shut" }': 'expect.status = "shut" is not known.',
    'case = "A"\nexpect = { pending = "look" }': 'expect.pending is "look". It must be a list',
    'case = "A"\nexpect = { pending = ["Look"] }': 'expect.pending is ["Look"]. It must be a list',
    'case = "A"\nexpect = { safeguarding = "yes" }': 'expect.safeguarding is "yes".',
    'case = "A"\nexpect = { occasions = true }': "expect.occasions is true or false.",
    'case = "A"\nexpect = { due = { look = 2026-11-24 } }': "expect.due.look is a date.",
    'case = "A"\nexpect = { due = {} }': "expect.due names no step.",
    'expect = { sent = [{ kind = "reciept" }] }': 'Did you mean "receipt"?',
    'expect = { sent = [{ to = "parents" }] }': 'expect.sent[1].to = "parents" is not known.',
    'expect = { sent = [{ too = "head" }] }': '"expect.sent[1].too" is not known here.',
    "expect = { sent = [{}] }": "expect.sent[1] says nothing.",
    'expect = { sent = ["receipt"] }': 'expect.sent is ["receipt"]. It must be a list of tables',
    "expect = { digest = { new = 5 } }": "expect.digest.new is a number. It must be a text",
    'expect = { digest = { old = "5" } }': '"expect.digest.old" is not known here.',
    "expect = { digest = { by_category = { c = 5 } } }": "expect.digest.by_category.c is a number.",
}


@pytest.mark.parametrize(("step", "says"), WRONG_VALUES.items())
def test_a_value_that_does_not_fit_is_told(step: str, says: str) -> None:
    problem = the_problem(step)
    assert problem.startswith("j.toml, step 2: ")
    assert says in problem


MISPLACED: Mapping[str, str] = {
    "": "Nothing happens and nothing is expected.",
    'does = "back"': 'does = "back" needs "who".',
    'who = "head"\ndoes = "answer"\ncase = "A"\nstep = "look"': 'needs "outcome".',
    'who = "head"\ndoes = "view"\ncase = "A"\ndays = 2': '"days" has no meaning for does = "view".',
    'at = 2026-11-24T09:00:00\nreason = "So."': '"reason" has no meaning for a step without',
    "at = 2026-11-24T09:00:00\nexpect = { refused = true }": "Nothing is done that could be",
    'case = "A"\nexpect = { joined = "A" }': "expect.joined has a meaning for a report",
    "expect = { lists = [] }": "expect.lists needs somebody who looks.",
    'expect = { pending = ["look"] }': "pending: of which case?",
    'who = "head"\ndoes = "view"\ncase = "A"\nexpect = { refused = true, invalid = true }': (
        "cannot be refused and invalid at once"
    ),
    'who = "staff"\ndoes = "report"\nanswers = {}\nexpect = { invalid = true, owner = "head" }': (
        "No case comes from what is invalid. Take out owner."
    ),
    "at = 2026-11-22T09:00:00": "The clock cannot go back",
}


@pytest.mark.parametrize(("step", "says"), MISPLACED.items())
def test_what_has_no_meaning_in_its_step_is_told(step: str, says: str) -> None:
    assert says in the_problem(step)


UNKNOWN_NAMES: Mapping[str, str] = {
    'who = "head"\ndoes = "view"\ncase = "B"': 'case: no case is called "B" here.',
    'who = "head"\ndoes = "link"\ncase = "A"\nto = "head"': 'to: no case is called "head" here.',
    'who = "head"\ndoes = "answer"\ncase = "A"\nstep = "s"\noutcome = "o"\nof = "B"': "of: no case",
    REPORT.replace('"A"', '"B"') + 'expect = { joined = "B" }': "expect.joined: no case is called",
    'case = "A"\nexpect = { earlier = ["B"] }': "expect.earlier: no case is called",
    'who = "head"\nexpect = { lists = ["A", "B"] }': "expect.lists: no case is called",
    'expect = { sent = [{ case = "B" }] }': "expect.sent[1].case: no case is called",
    REPORT: 'as = "A" is the name of the case of step 1.',
}


@pytest.mark.parametrize(("step", "says"), UNKNOWN_NAMES.items())
def test_a_name_that_no_case_has_yet_or_two_have_is_told(step: str, says: str) -> None:
    assert says in the_problem(step)


def test_a_report_may_speak_of_its_own_case() -> None:
    step = REPORT + 'expect = { lists = ["A"], sent = [{ case = "A" }] }'
    assert read_journey(f"{HEAD}[[step]]\n{step}", "j.toml").steps[0].named == "A"


def test_a_report_that_is_not_accepted_gives_no_case_a_name() -> None:
    failing = REPORT.replace('"A"', '"X"') + "expect = { refused = true }"
    assert 'no case is called "X" here' in the_problem(
        failing, 'who = "head"\ndoes = "view"\ncase = "X"'
    )
