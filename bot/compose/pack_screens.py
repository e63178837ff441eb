"""Every screen that a policy pack makes, drawn up from sample answers: to see whether all fit.

The pages come from the pack alone. Forms of steps, the case and messages come from a sample school
in a folder that goes at once.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot.app.act import Look, acting, looking
from bot.app.asking import Asking
from bot.app.case_file import CaseFile, read_case
from bot.app.case_forms import form_for
from bot.app.inbound import Given
from bot.app.school import School
from bot.app.step_form import OUTCOME, link_id
from bot.app.view_case import case_view, why_view
from bot.compose.core_world import MovableClock, person_of, report
from bot.compose.pack_messages import messages_of
from bot.compose.schools import open_the_store, school_of
from bot.config import sample_settings
from bot.domain.answers import Answers, Value
from bot.domain.errors import Invalid, Refused
from bot.domain.events import NOT_NEEDED, EvidenceAttached
from bot.domain.ids import CaseId, Cause, EvidenceId
from bot.domain.personal import Personal
from bot.domain.policy import Policy
from bot.domain.questionnaire import pages_for, still_asked
from bot.domain.questions import AnswerKind, Question
from bot.domain.step_rules import StepRule
from bot.policies.moves import reports_of
from bot.screens.facts import plain
from bot.screens.forms import page_form, review_form
from bot.screens.nodes import Form, Message, View
from bot.screens.press import FormRef, Press, Verb
from bot.screens.say import Say
from bot.screens.wording import Words

Screen = Form | View | Message

_MONDAY: Final = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)  # in term
_LINKS: Final = tuple(
    Personal(f"https://www.facebook.com/groups/1/posts/{number}") for number in range(10)
)
_FILES: Final = 10


@dataclass(frozen=True)
class PackScreen:
    """A screen, and the place in the pack that it comes from."""

    place: str
    screen: Screen


@dataclass(frozen=True)
class PackScreens:
    """Every screen of a pack, and the words that they are shown with."""

    screens: tuple[PackScreen, ...]
    words: Words


def screens_of(pack: str) -> PackScreens:
    """Every screen of the pack of that name, or in that file. Raises ``PolicyNotAccepted``."""
    with tempfile.TemporaryDirectory(prefix="screens-") as folder:
        settings = replace(sample_settings(Path(folder)), policy=pack)
        store = open_the_store(settings, {})
        try:
            school = school_of(settings, store, MovableClock(_MONDAY))
            found = [*_pages(school.pack.policy), *_of_cases(school)]
        finally:
            store.close()
    return PackScreens(tuple(found), school.words())


# The guided questions


def _pages(policy: Policy) -> Iterator[PackScreen]:
    """Each page as it looks with nothing answered, and after every answer that changes it."""
    seen: list[object] = []
    for answers in ({}, _everything(policy), *(each for each, _ in reports_of(policy))):
        for page in pages_for(policy, answers) or policy.pages:
            ref = FormRef(Press(Verb.REPORT, "0" * 32), page.id.value, 1)
            form = page_form(policy, page, answers, ref, kept=_kept() if answers else ())
            looks = (page.id, form.intro, tuple(each.id for each in (*form.fields, *form.more)))
            if looks not in seen:
                seen.append(looks)
                yield from _with_errors(f"page.{page.id}", form)
    ref = FormRef(Press(Verb.REPORT, "0" * 32), "review", 1)
    everything = _everything(policy)
    yield PackScreen("page", review_form(policy, everything, ref, files=_FILES, contacts=tuple))


def _with_errors(place: str, form: Form) -> Iterator[PackScreen]:
    """The form, and the same with something wrong with each of its fields."""
    yield PackScreen(place, form)
    fields = (*form.fields, *form.more)
    if fields:
        wrong = {each.id: plain(Say.WRONG_FILE_REFUSED) for each in fields}
        yield PackScreen(place, replace(form, errors=wrong))


def _everything(policy: Policy) -> Answers:
    """As much as one report can say."""
    every = {each.id: _fullest(each) for each in policy.questions.values()}
    kept = {name: value for name, value in every.items() if value is not None}
    return still_asked(policy, kept)


def _fullest(question: Question) -> Value | None:
    match question.kind:
        case AnswerKind.MANY:
            return frozenset(option.id for option in question.options if not option.alone)
        case AnswerKind.ONE:
            return question.options[0].id
        case AnswerKind.LINKS:
            return _LINKS
        case AnswerKind.MOMENT:
            return _MONDAY
        case AnswerKind.TICK:
            return True
        case AnswerKind.FILES:
            return None
        case AnswerKind.LONG_TEXT:
            return (Personal("so many words " * 700),)
        case _:
            return (Personal("so many words " * 10),)


def _kept() -> tuple[EvidenceAttached, ...]:
    ids = (EvidenceId(f"{number:032}") for number in range(_FILES))
    return tuple(EvidenceAttached(each, "image/png", 1, "0" * 64) for each in ids)


# What is shown of a case


def _of_cases(school: School) -> Iterator[PackScreen]:
    """Of the plainest case and of the fullest: what one does not show, the other does."""
    policy = school.pack.policy
    plain_ones = [answers for answers, _ in reports_of(policy)]
    seen: list[object] = []
    for number, reports in enumerate(([_everything(policy)], plain_ones)):
        case = _reported(school, number, reports)
        if case is None:
            continue  # that no report can be sent is told by those who walk through the pack
        with school.store.reading() as reading:
            look = looking(school, reading, person_of("head"))
            row = reading.case_row(case)
            if row is None:
                raise LookupError(case)
            for each in _of_case(look, read_case(school, reading, row)):
                looks = _looks(each)
                if looks is None or looks not in seen:
                    seen.append(looks)
                    yield each


def _looks(drawn: PackScreen) -> object | None:
    """What tells a form from one of another case; ``None`` for what always differs."""
    form = drawn.screen
    if not isinstance(form, Form):
        return None
    fields = [replace(each, told=None) for each in form.fields]
    return drawn.place, form.ref.press.verb, fields, bool(form.errors)


def _of_case(look: Look, file: CaseFile) -> Iterator[PackScreen]:
    for rule in file.policy.steps:
        yield from _step_forms(look, file, rule)
    yield from _other_forms(look, file)
    yield PackScreen("step", case_view(look, file))
    for step, round_ in file.state.pending():
        with suppress(Refused):  # not everybody may see a case of every pack
            yield PackScreen(f"step.{step}", why_view(look, file.case, step, round_.number))
    yield from (PackScreen(place, each) for place, each in messages_of(look, file))


def _reported(school: School, number: int, reports: Iterable[Answers]) -> CaseId | None:
    """A case of the first of these that can be sent, with as many links as can be given."""
    policy = school.pack.policy
    links = {each.id for each in policy.questions.values() if each.kind is AnswerKind.LINKS}
    found = tuple(Personal(f"{each.reveal()}?case={number}") for each in _LINKS)
    for answers in reports:
        told = still_asked(policy, {**answers, **dict.fromkeys(links, found)})
        try:
            with school.store.writing() as writing:
                act = acting(school, writing, person_of("staff"), Cause(f"screens-{number}"))
                return report(act, told, [])
        except Invalid:
            continue
    return None


def _step_forms(look: Look, file: CaseFile, rule: StepRule) -> Iterator[PackScreen]:
    """The form of a step with nothing chosen, and with each of its outcomes."""
    yield from _with_errors(f"step.{rule.id}", _form(look, file, Verb.ANSWER, rule, {}))
    chosen = [outcome.id.value for outcome in rule.outcomes]
    if rule.may_be_not_needed:
        chosen.append(NOT_NEEDED.value)
    for outcome in chosen:
        given: dict[str, Given] = {OUTCOME: outcome}
        given |= {link_id(number): outcome for number in range(len(_LINKS))}
        place = f"step.{rule.id}.outcome.{outcome}"
        yield from _with_errors(place, _form(look, file, Verb.ANSWER, rule, given))
    for verb in (Verb.SNOOZE, Verb.EXTEND, Verb.NEW_ROUND, Verb.CORRECT):
        yield PackScreen(f"step.{rule.id}", _form(look, file, verb, rule, {}))


def _other_forms(look: Look, file: CaseFile) -> Iterator[PackScreen]:
    verbs = (Verb.FURTHER_ACTION, Verb.PASS_ON, Verb.EXCLUDE, Verb.NOTE, Verb.LINK, Verb.REOPEN)
    for verb in verbs:
        place = "milestone" if verb is Verb.FURTHER_ACTION else "owner"
        yield from _with_errors(place, _form(look, file, verb, None, {}))


def _form(
    look: Look, file: CaseFile, verb: Verb, rule: StepRule | None, given: Mapping[str, Given]
) -> Form:
    press = Press(verb, file.case, rule.id.value if rule else "", 1)
    return form_for(Asking(look, file, press, given, {}))
