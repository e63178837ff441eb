"""The Derwent Vale pack says what PRODUCT.md says: every id, clause, deadline and outcome."""

from datetime import date

import pytest

from bot.domain.conditions import parts_of
from bot.domain.ids import CardId, MessageKind, OptionId, OutcomeId, QuestionId, StepId
from bot.domain.policy import Policy
from bot.policies.atoms import conditions_of
from bot.policies.bundled import CONTACTS, load_guidance, load_platforms
from bot.policies.lengths import words_of
from bot.policies.parse import load_pack

CLAUSES_THAT_ASK_FOR_SOMETHING = [f"P{number}" for number in range(9, 34)]

QUESTIONS = {
    "safety": "hurt-soon may-harm-themselves adult-harmed-child child-harmed-otherwise "
    "sexual-image unsure none",
    "content": "names-children allegation cyber-bullying complaint defamatory offensive racist "
    "threat other-content",
    "about": "head deputy dsl chair staff-member governor pupil other-parent school someone-else",
    "links": "",
    "place": "public-page closed-group messaging-group school-site school-page review-site "
    "private-message other-place",
    "poster": "parent-or-carer relative other-adult several-people pupil staff-member governor "
    "unknown",
    "screenshots": "",
    "shows_reporter": "",
    "words": "",
    "poster_name": "",
    "about_names": "",
    "seen_how": "own-account shown-by-someone sent-to-school public-search other-way",
    "seen_at": "",
    "note": "",
    "whose_child": "own-only others unsure",
    "threat_who": "",
}
"""The guided questions in order with their answers (PRODUCT 2.2)."""

OPTIONAL = frozenset(
    "links screenshots shows_reporter words poster_name about_names seen_how seen_at note "
    "threat_who".split()
)
UNFOLDED = frozenset({"links", "screenshots", "shows_reporter"})
"""Optional, but shown at once: those with a star, and the tick beside the pictures."""

STEPS = {
    "make-safe": ("1 hour", "done"),
    "inform-dsl": ("1 hour, 1 working day", "done"),
    "acknowledge": ("1 working day, 1 school day", "accepted not-inappropriate duplicate"),
    "consider-allegation": ("1 working day", "lado-told low-level-concern no-concern"),
    "agree-what-can-be-said": ("1 working day", "agreed wait"),
    "hide-comment": ("1 school day", "hidden deleted left-up"),
    "check-same-person": ("2 school days", "confirmed not unsure"),
    "support-those-named": ("2 school days", "done declined"),
    "identify-poster": ("2 school days", "identified cannot-identify"),
    "speak-to-parent": (
        "2 school days",
        (
            "agreed-to-remove removed-already refused no-answer not-the-poster fair-concern "
            "group-reply"
        ),
    ),
    "write-to-invite": ("5 school days", "agreed-to-remove refused no-reply"),
    "offer-complaints-route": ("2 school days", "done declined"),
    "advise-pupils-parent": ("3 school days", "done"),
    "report-underage-account": ("3 school days", "reported"),
    "check-removed": ("2 school days", "gone edited still-up"),
    "written-warning": ("3 school days", "sent"),
    "ask-host": ("2 school days", "reported"),
    "chase-host": ("7 calendar days", "removed refused-by-host no-reply"),
    "legal-advice": ("5 school days", "taken"),
    "police": ("1 hour, 1 working day", "reported"),
    "restrict-access": ("2 school days", "restricted"),
    "other-legal-action": ("10 school days", "started"),
    "review-and-close": ("3 school days", "closed"),
}
"""The steps with the times allowed and the outcomes (PRODUCT, section 3)."""

WAITING = frozenset(
    "support-those-named speak-to-parent write-to-invite advise-pupils-parent written-warning "
    "ask-host".split()
)
ALWAYS_NEEDED = frozenset(
    "make-safe inform-dsl acknowledge consider-allegation agree-what-can-be-said "
    "review-and-close".split()
)
ACTIONS = frozenset(
    "written-warning ask-host legal-advice police restrict-access other-legal-action".split()
)
PRESSING = frozenset(
    "make-safe consider-allegation inform-dsl police agree-what-can-be-said".split()
)
RESOLUTIONS = (
    "removed parent-agreed host-removed police-handling complaints-route not-inappropriate "
    "could-not-identify no-further-action duplicate"
)
SLACK_OPTION, SLACK_TITLE = 75, 24
"""Characters of an option and of a modal's title (Slack's Block Kit; FACTS, "Slack")."""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_pack("derwent-vale").policy


def named(policy: Policy, **flags: bool) -> set[str]:
    """The steps whose fields are as given."""
    return {
        rule.id.value
        for rule in policy.steps
        if all(bool(getattr(rule, name)) is wanted for name, wanted in flags.items())
    }


def used_sources(policy: Policy) -> set[str]:
    """Every clause and source that a rule rests on."""
    questions = (*policy.questions.values(), *policy.asked_by_steps.values())
    used = {each for question in questions for each in question.sources}
    used |= {c for question in questions for option in question.options for c in option.clauses}
    used |= {clause for step in policy.steps for clause in step.clauses}
    used |= {clause for milestone in policy.milestones for clause in milestone.clauses}
    used |= {clause for restriction in policy.restrictions for clause in restriction.clauses}
    used |= {source for severity in policy.severities for source in severity.sources}
    used |= {source for card in policy.stop_cards for source in card.sources}
    return used


@pytest.mark.parametrize("clause", CLAUSES_THAT_ASK_FOR_SOMETHING)
def test_every_clause_that_asks_for_something_is_used_by_a_rule(
    policy: Policy, clause: str
) -> None:
    assert clause in policy.clauses
    assert clause in used_sources(policy)


def test_the_questions_and_their_answers_stand_in_the_products_order(policy: Policy) -> None:
    on_pages = [each.value for page in policy.pages for each in page.questions]
    assert on_pages == list(QUESTIONS)
    for name, options in QUESTIONS.items():
        offered = [option.id.value for option in policy.questions[QuestionId(name)].options]
        assert offered == options.split(), name


def test_only_optional_questions_without_a_star_are_folded(policy: Policy) -> None:
    for name, question in policy.questions.items():
        assert question.optional is (name.value in OPTIONAL), name
        assert question.folded is (name.value in OPTIONAL - UNFOLDED), name


def test_every_question_says_in_one_line_why_it_is_asked(policy: Policy) -> None:
    for question in (*policy.questions.values(), *policy.asked_by_steps.values()):
        assert question.why.endswith(".")
        assert len(question.why) <= 90, question.id


def test_every_step_has_the_products_times_and_outcomes(policy: Policy) -> None:
    found = {
        rule.id.value: (
            ", ".join(words_of(due.within) for due in rule.due),
            " ".join(outcome.id.value for outcome in rule.outcomes),
        )
        for rule in policy.steps
    }
    assert found == STEPS


def test_the_steps_are_marked_as_the_product_marks_them(policy: Policy) -> None:
    assert named(policy, waits_for=True) == WAITING
    assert named(policy, may_be_not_needed=False) == ALWAYS_NEEDED
    assert named(policy, action=True) == ACTIONS
    assert named(policy, pressing=True) == PRESSING
    assert named(policy, in_holidays=True) == PRESSING - {"make-safe"}
    assert named(policy, for_roles=True) == {"make-safe", "inform-dsl"}
    assert named(policy, round_up_for=True) == {"inform-dsl"}
    assert named(policy, afresh_on=True, afresh_on_exclusion=True) == {
        "make-safe",
        "inform-dsl",
        "consider-allegation",
    }


def test_the_graver_answer_is_ordered_over_all_answers(policy: Policy) -> None:
    for name in ("place", "poster", "whose_child"):
        question = policy.questions[QuestionId(name)]
        assert set(question.graver) == {option.id for option in question.options}
    assert policy.questions[QuestionId("poster")].graver[0] == OptionId("unknown")


def test_the_resolutions_are_kept_as_long_as_the_product_says(policy: Policy) -> None:
    assert " ".join(each.id.value for each in policy.resolutions) == RESOLUTIONS
    short = {each.id.value for each in policy.resolutions if each.keep_months == 6}
    assert short == {"not-inappropriate", "duplicate"}
    assert {each.keep_months for each in policy.resolutions} == {6, 72}


def test_the_stop_cards_that_alert_are_those_of_the_product(policy: Policy) -> None:
    stop_cards = [rule for rule in policy.stop_cards if not rule.advice]
    assert [rule.card.value for rule in stop_cards] == [
        "call-999",
        "do-not-copy",
        "allegation-first",
        "tell-dsl",
        "ask-now",
        "identity-protected",
    ]
    alerting = {rule.card.value for rule in stop_cards if rule.alert_now}
    assert alerting == {"call-999", "do-not-copy", "allegation-first"}


def test_a_third_unanswered_call_leads_to_the_letter(policy: Policy) -> None:
    (again,) = policy.steps_by_id[StepId("speak-to-parent")].again
    assert (again.on, again.at_most) == (frozenset({OutcomeId("no-answer")}), 2)
    times = [
        part.times
        for place, condition in conditions_of(policy)
        if place == "step.write-to-invite.when"
        for part in parts_of(condition)
        if hasattr(part, "times")
    ]
    assert max(times) == 3


def test_every_kind_of_message_of_sections_four_and_five_has_a_rule(policy: Policy) -> None:
    kinds = {rule.kind for rule in policy.reminders}
    assert kinds == set(MessageKind) - {MessageKind.RETENTION_PREVIEW}


def test_every_step_has_a_card_that_helps_to_do_it(policy: Policy) -> None:
    for rule in policy.steps:
        assert rule.cards == (CardId(f"guide-{rule.id}"),)
        assert rule.cards[0] in policy.cards


def test_labels_fit_on_a_phone(policy: Policy) -> None:
    questions = (*policy.questions.values(), *policy.asked_by_steps.values())
    labels = [option.label for question in questions for option in question.options]
    labels += [outcome.label for rule in policy.steps for outcome in rule.outcomes]
    labels += [each.label for each in policy.resolutions]
    assert [label for label in labels if len(label) > SLACK_OPTION] == []
    assert [page.title for page in policy.pages if len(page.title) > SLACK_TITLE] == []


def test_dated_cards_are_short_and_name_whom_to_ring() -> None:
    for card in load_guidance().values():
        assert card.checked_on == date(2026, 11, 22), card.id
        assert 1 <= len(card.lines) <= 9, card.id
        assert all(len(line) <= 160 for line in card.lines), card.id
        assert {contact.value for contact in card.contacts} <= set(CONTACTS)


def test_no_legal_word_goes_further_than_the_facts() -> None:
    said = " ".join(line for card in load_guidance().values() for line in card.lines)
    for too_far in ("GDPR", "data protection", "NPCC", "must report", "is illegal", "is a crime."):
        assert too_far not in said.replace("whether it is a crime.", "")


def test_every_platform_is_dated_and_has_a_source() -> None:
    platforms = load_platforms()
    assert {"facebook", "whatsapp", "google-reviews", "other"} <= platforms.keys()
    for platform in platforms.values():
        assert platform.hosts
        assert platform.source.startswith("http")
        assert platform.report_at.startswith("https://")
