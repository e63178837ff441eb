"""The printed pack names everything that a head must find in it, in plain English."""

import pytest

from bot.domain.conditions import (
    AllOf,
    Always,
    Answered,
    AnyOf,
    Condition,
    Fact,
    Includes,
    Is,
    Not,
    Noted,
    NothingElsePending,
    Outcome,
    Reached,
    Safeguarding,
    School,
    Severity,
)
from bot.domain.ids import OptionId, OutcomeId, QuestionId, StepId
from bot.domain.policy import Policy
from bot.policies.english import English
from bot.policies.lengths import words_of
from bot.policies.parse import load_pack
from bot.policies.show import show_policy

WIDEST = 96


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_pack("derwent-vale").policy


@pytest.fixture(scope="module")
def printed(policy: Policy) -> str:
    return " ".join(show_policy(policy).split())


def test_every_question_and_every_answer_is_printed(policy: Policy, printed: str) -> None:
    for question in (*policy.questions.values(), *policy.asked_by_steps.values()):
        assert f"{question.label} ({question.id}" in printed
        assert question.why in printed
        for option in question.options:
            assert f"– {option.label} ({option.id}" in printed


def test_every_step_is_printed_with_its_deadlines_and_outcomes(
    policy: Policy, printed: str
) -> None:
    for rule in policy.steps:
        _, _, after = printed.partition(f"{rule.label} ({rule.id})")
        assert after, rule.id
        own = after.partition(f"{policy.steps.index(rule) + 2}. ")[0]
        for due in rule.due:
            assert f"Due within {words_of(due.within)}" in own
        for outcome in rule.outcomes:
            assert f"– {outcome.label} ({outcome.id})" in own


def test_reminders_resolutions_and_clauses_are_printed(policy: Policy, printed: str) -> None:
    for reminder in policy.reminders:
        assert f"({reminder.kind})" in printed
    for resolution in policy.resolutions:
        assert f"{resolution.label} ({resolution.id})" in printed
    for clause, summary in policy.clauses.items():
        assert f"{clause} {summary}" in printed


def test_how_long_records_are_kept_is_printed(policy: Policy, printed: str) -> None:
    _, _, kept = printed.partition("How long records are kept")
    assert "6 months after the case was closed: “The policy did not apply”" in kept
    assert "72 months after the case was closed: “The post was removed”" in kept
    assert "moved to the file (moved-to-file), when there is a safeguarding side" in kept
    assert "; ".join(policy.retention.sources) in kept


def test_no_line_is_wider_than_a_terminal(policy: Policy) -> None:
    assert max(len(line) for line in show_policy(policy).splitlines()) <= WIDEST


def test_it_is_printed_alike_each_time(policy: Policy) -> None:
    assert show_policy(policy) == show_policy(load_pack("derwent-vale").policy)


PLACE = QuestionId("place")
SAFETY = QuestionId("safety")
PRIVATE = Is(PLACE, frozenset({OptionId("private-message")}))
REFUSED = Outcome(StepId("speak-to-parent"), frozenset({OutcomeId("refused")}))


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (Always(), "always"),
        (Not(Always()), "never"),
        (PRIVATE, "“Where is it?” is “A private message”"),
        (Not(PRIVATE), "“Where is it?” is not “A private message”"),
        (
            Is(SAFETY, frozenset({OptionId("none")})),
            "“First: is anyone in danger?” has only “None of these”",
        ),
        (
            Not(Includes(SAFETY, frozenset({OptionId("unsure"), OptionId("none")}))),
            "“First: is anyone in danger?” does not have “I'm not sure” or “None of these”",
        ),
        (Answered(QuestionId("links")), "“Link to the post” is answered"),
        (REFUSED, "“Speak with the parent” was answered “They refuse”"),
        (
            Outcome(StepId("speak-to-parent"), frozenset({OutcomeId("no-answer")}), times=3),
            "“Speak with the parent” was answered “No answer” 3 times",
        ),
        (Reached("further-action"), "“Further action” is open"),
        (Severity(frozenset({"urgent"})), "the severity is “Urgent”"),
        (Not(Safeguarding()), "there is no safeguarding side"),
        (Noted(Fact.MOST_OCCASIONS, 2), "there are 2 or more occasions against one person"),
        (School("pupils-under-13"), "the school is one with pupils under 13"),
        (NothingElsePending(), "nothing else is open"),
        (
            AllOf((Safeguarding(), AnyOf((PRIVATE, Reached("further-action"))))),
            (
                "there is a safeguarding side and (“Where is it?” is “A private message” or "
                "“Further action” is open)"
            ),
        ),
        (
            Not(AnyOf((PRIVATE, Safeguarding()))),
            "“Where is it?” is not “A private message” and there is no safeguarding side",
        ),
    ],
)
def test_a_condition_is_said_in_plain_english(
    policy: Policy, condition: Condition, said: str
) -> None:
    assert English(policy).condition(condition) == said


def test_a_condition_with_a_phrase_is_said_by_it(policy: Policy) -> None:
    condition, phrase = policy.phrases[0]
    assert English(policy).condition(condition) == phrase
    assert English(policy).in_full(condition) != phrase
