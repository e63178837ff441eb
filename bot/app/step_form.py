"""The form that answers a step: what happened, and what that outcome asks for."""

from collections.abc import Iterator, Mapping, Sequence

from bot.app.asking import OF, REASON, Asking, other_case, other_field
from bot.app.inbound import Given
from bot.app.link_views import sites_view
from bot.app.reading import chosen_in, not_asked, read_questions, text_in
from bot.app.school import School
from bot.domain.answering import needs_reason, questions_of
from bot.domain.answers import Answers, typed
from bot.domain.case import last_given
from bot.domain.commands import AnswerStep, CorrectAnswer
from bot.domain.decide import offered_outcomes
from bot.domain.errors import Invalid, Why
from bot.domain.events import NOT_NEEDED
from bot.domain.ids import CaseId, OutcomeId, QuestionId, ResolutionId
from bot.domain.personal import Personal
from bot.domain.policy import Policy
from bot.domain.questionnaire import LONGEST_TEXT
from bot.domain.questions import Question
from bot.domain.step_rules import Needs, OutcomeRule, StepRule
from bot.screens.facts import OutcomeOf, Plain, plain
from bot.screens.forms import field_of
from bot.screens.nodes import (
    Choice,
    ChooseMany,
    ChooseOne,
    Form,
    FormField,
    Guidance,
    LongText,
    Told,
    ViewNode,
)
from bot.screens.say import Say

OUTCOME, RESOLUTION = "outcome", "resolution"
_LINK = "link-"


def answer_form(asking: Asking) -> Form:
    """The outcomes, and below them what the chosen one asks for."""
    rule = asking.file.policy.steps_by_id[asking.step]
    links = _links(asking, rule)
    outcome = _outcome(asking, rule, links)
    fields: list[FormField] = [
        *_outcome_fields(asking, rule, links),
        *_asked_fields(asking, outcome),
        _reason_field(asking, outcome),
    ]
    intro: list[ViewNode] = [Guidance(card) for card in rule.cards]
    if rule.shows_links:
        intro += sites_view(asking.look.school, asking.file)
    if rule.complaints:
        intro += _complaints(asking.look.school)
    return asking.form(plain(Say.ANSWER_TITLE, step=rule.id), *fields, intro=tuple(intro))


def _complaints(school: School) -> Iterator[ViewNode]:
    """Where the complaints procedure is found, if the school says so."""
    route = school.letterhead.complaints
    if route:
        is_link = route.startswith("https://")
        yield Told(plain(Say.COMPLAINTS_ROUTE), (Personal(route),), links=is_link)


def correct_form(asking: Asking) -> Form:
    """Another answer for the last answered round, and why the first was wrong."""
    rule = asking.file.policy.steps_by_id[asking.step]
    links = _links_answered(asking, rule)
    fields: list[FormField] = [
        *_outcome_fields(asking, rule, links),
        *_asked_fields(asking, _outcome(asking, rule, links)),
        asking.reason(plain(Say.CORRECT_REASON)),
    ]
    return asking.form(plain(Say.CORRECT_TITLE, step=rule.id), *fields)


def read_answer(asking: Asking) -> AnswerStep:
    """What the form answers. Raises ``Invalid``."""
    rule = asking.file.policy.steps_by_id[asking.step]
    links = _links(asking, rule)
    per_link = _per_link(asking, rule, links)
    outcome = _outcome(asking, rule, links)
    if outcome is None:
        raise Invalid(_what_is_missing(asking, links))
    reason = text_in(asking.given.get(REASON))
    if outcome == NOT_NEEDED:
        return AnswerStep(rule.id, NOT_NEEDED, asking.press.round or None, reason=reason)
    found = rule.outcome(outcome)
    return AnswerStep(
        step=rule.id,
        outcome=outcome,
        round=asking.press.round or None,
        answers=_answers(asking, found),
        reason=reason,
        resolution=_resolution(asking),
        other=_other(asking, found),
        per_link=per_link,
    )


def read_correction(asking: Asking) -> CorrectAnswer:
    """What the form corrects. Raises ``Invalid``."""
    rule = asking.file.policy.steps_by_id[asking.step]
    links = _links_answered(asking, rule)
    outcome = _outcome(asking, rule, links)
    if outcome is None:
        raise Invalid(_what_is_missing(asking, links))
    found = rule.outcome(outcome)
    return CorrectAnswer(
        step=rule.id,
        outcome=outcome,
        reason=text_in(asking.given.get(REASON)),
        answers=_answers(asking, found),
        other=_other(asking, found),
        per_link=() if outcome == NOT_NEEDED else _per_link(asking, rule, links),
    )


def _links(asking: Asking, rule: StepRule) -> Sequence[Personal]:
    """The links that a step is answered for one by one; none, and it is answered for the post."""
    post = asking.file.policy.same_post
    if not rule.per_link or post is None:
        return ()
    return typed(asking.file.state.answers, post.question)


def _links_answered(asking: Asking, rule: StepRule) -> Sequence[Personal]:
    """The links that the last answer was given for one by one; later ones stand behind them."""
    given = last_given(asking.file.state.rounds.get(rule.id, ()))
    return _links(asking, rule)[: len(given.per_link)] if given else ()


def link_id(number: int) -> str:
    """The field of a link, counted from 0."""
    return f"{_LINK}{number}"


def _outcome_fields(
    asking: Asking, rule: StepRule, links: Sequence[Personal]
) -> Iterator[FormField]:
    """What happened: once, or for each link."""
    if not links:
        yield _outcome_field(asking, rule)
        return
    for number, link in enumerate(links):
        yield _link_field(asking, rule, number, link)
    if rule.may_be_not_needed:
        yield _not_needed_field(asking)


def _link_field(asking: Asking, rule: StepRule, number: int, link: Personal) -> ChooseOne:
    return ChooseOne(
        id=link_id(number),
        label=plain(Say.PER_LINK),
        told=link,
        required=True,
        options=tuple(
            Choice(each.id.value, plain(Say.LABEL, label=OutcomeOf(rule.id, each.id)))
            for each in offered_outcomes(asking.file.state, rule)
        ),
        chosen=chosen_in(asking.given.get(link_id(number))) or None,
        reveals=True,
    )


def _not_needed_field(asking: Asking) -> ChooseMany:
    """A tick beside the links, which each have their own answers; it can be taken back."""
    label = plain(Say.NOT_NEEDED)
    return ChooseMany(
        id=OUTCOME,
        label=label,
        options=(Choice(NOT_NEEDED.value, label),),
        chosen=(NOT_NEEDED.value,) if _value_of(asking) == NOT_NEEDED.value else (),
        reveals=True,
    )


def _value_of(asking: Asking) -> str:
    given = asking.given.get(OUTCOME)
    if isinstance(given, tuple):
        return next((each for each in given if isinstance(each, str)), "")
    return chosen_in(given)


def _outcome_field(asking: Asking, rule: StepRule) -> ChooseOne:
    offered = offered_outcomes(asking.file.state, rule)
    options = [
        Choice(each.id.value, plain(Say.LABEL, label=OutcomeOf(rule.id, each.id)))
        for each in offered
    ]
    if rule.may_be_not_needed:
        options.append(Choice(NOT_NEEDED.value, plain(Say.NOT_NEEDED)))
    decision = rule.action or any(each.closing for each in rule.outcomes)
    return ChooseOne(
        id=OUTCOME,
        label=plain(Say.OUTCOME_LABEL_DECISION if decision else Say.OUTCOME_LABEL),
        required=True,
        options=tuple(options),
        chosen=_value_of(asking) or None,
        reveals=True,
    )


def _outcome(asking: Asking, rule: StepRule, links: Sequence[Personal]) -> OutcomeId | None:
    """The outcome that was chosen; of several links the gravest counts."""
    chosen = _chosen(asking, rule)
    if not links or chosen == NOT_NEEDED:
        return chosen
    told = _per_link(asking, rule, links)
    if len(told) < len(links):
        return None
    return min(told, key=rule.outcomes_by_weight.index)


def _chosen(asking: Asking, rule: StepRule) -> OutcomeId | None:
    value = _value_of(asking)
    offered = {each.id.value for each in offered_outcomes(asking.file.state, rule)}
    if rule.may_be_not_needed:
        offered.add(NOT_NEEDED.value)
    return OutcomeId(value) if value in offered else None


def _per_link(asking: Asking, rule: StepRule, links: Sequence[Personal]) -> tuple[OutcomeId, ...]:
    offered = {each.id.value for each in offered_outcomes(asking.file.state, rule)}
    told = (chosen_in(asking.given.get(link_id(number))) for number in range(len(links)))
    return tuple(OutcomeId(each) for each in told if each in offered)


def _what_is_missing(asking: Asking, links: Sequence[Personal]) -> Mapping[str, Why]:
    if not links:
        return {OUTCOME: Why.NOT_AN_OPTION if _value_of(asking) else Why.MISSING}
    return {
        link_id(number): Why.MISSING
        for number in range(len(links))
        if not chosen_in(asking.given.get(link_id(number)))
    } or {OUTCOME: Why.MISSING}


def _questions(asking: Asking, outcome: OutcomeRule | None) -> dict[QuestionId, Question]:
    if outcome is None:
        return {}
    return questions_of(asking.file.state, asking.file.policy, outcome)


def _asked_fields(asking: Asking, outcome: OutcomeId | None) -> list[FormField]:
    """The questions of the chosen outcome, its resolution, the case it names."""
    rule = asking.file.policy.steps_by_id[asking.step]
    found = rule.outcome(outcome) if outcome else None
    questions = _questions(asking, found)
    held, _ = read_questions(asking.look.school, list(questions.values()), asking.given)
    fields = [
        field_of(
            question,
            held.get(question.id),
            kind="asked" if question.id in asking.file.policy.asked_by_steps else "question",
        )
        for question in questions.values()
    ]
    if found and Needs.RESOLUTION in found.needs:
        fields.append(_resolution_field(asking.file.policy, asking.given))
    if found and Needs.OTHER_CASE in found.needs:
        fields.append(other_field(asking.given, plain(Say.OTHER_CASE)))
    return fields


def _resolution_field(policy: Policy, given: Mapping[str, Given]) -> ChooseOne:
    return ChooseOne(
        id=RESOLUTION,
        label=plain(Say.RESOLUTION),
        required=True,
        options=tuple(
            Choice(each.id.value, plain(Say.LABEL, label=each.id))
            for each in policy.resolutions
            if each.by_hand
        ),
        chosen=chosen_in(given.get(RESOLUTION)) or None,
    )


def _reason_field(asking: Asking, outcome: OutcomeId | None) -> LongText:
    rule = asking.file.policy.steps_by_id[asking.step]
    found = rule.outcome(outcome) if outcome else None
    needed = outcome == NOT_NEEDED or (found is not None and needs_reason(asking.file.state, found))
    label: Plain = plain(Say.REASON if needed else Say.REASON_OPTIONAL)
    return LongText(
        id=REASON,
        label=label,
        why=plain(Say.REASON_WHY) if needed else None,
        required=needed,
        value=text_in(asking.given.get(REASON)),
        most=LONGEST_TEXT,
    )


def _answers(asking: Asking, outcome: OutcomeRule | None) -> Answers:
    questions = list(_questions(asking, outcome).values())
    answers, wrong = read_questions(asking.look.school, questions, asking.given)
    fields = {each.id.value for each in questions} | _always_there(asking)
    wrong |= not_asked(asking.given, fields)
    if wrong:
        raise Invalid(wrong)
    return answers


def _always_there(asking: Asking) -> set[str]:
    """The fields of the form that are no questions, whatever the outcome."""
    links = {name for name in asking.given if name.startswith(_LINK)}
    return {OUTCOME, REASON, RESOLUTION, OF} | links


def _resolution(asking: Asking) -> ResolutionId | None:
    value = chosen_in(asking.given.get(RESOLUTION))
    known = {each.id.value for each in asking.file.policy.resolutions}
    return ResolutionId(value) if value in known else None


def _other(asking: Asking, outcome: OutcomeRule | None) -> CaseId | None:
    if outcome is None or Needs.OTHER_CASE not in outcome.needs:
        return None
    return other_case(asking.look, asking.given)
