"""Decides how the answers of a journey are typed and ticked in a form of the local page.

What a form does not ask or offer is posted all the same, as a page that somebody changed would.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from adapters.desk.inbound import Payload
from bot.app.inbound import Given, Upload
from bot.domain.answers import Answers, Value
from bot.domain.ids import OptionId
from bot.domain.personal import Personal
from bot.domain.policy import Policy
from bot.domain.questions import AnswerKind
from bot.screens.field_names import Kind
from bot.screens.forms import TICKED
from tests.adapters.desk.pretend_browser import PretendForm

_KINDS = {
    AnswerKind.ONE: Kind.ONE,
    AnswerKind.MANY: Kind.MANY,
    AnswerKind.TICK: Kind.MANY,
    AnswerKind.FILES: Kind.FILES,
    AnswerKind.LINKS: Kind.LINKS,
    AnswerKind.MOMENT: Kind.WHEN,
}

Typed = dict[str, Given]
"""What is to be filled in, by the field's id."""


def typed_of(answers: Answers, policy: Policy, zone: ZoneInfo) -> Typed:
    """What a person types and ticks for these answers."""
    return {
        question.value: _typed(kind_in(policy, question.value), value, zone)
        for question, value in answers.items()
    }


def kind_in(policy: Policy, name: str) -> Kind:
    """How a question of the pack is posted; anything else as a text."""
    every = {**policy.asked_by_steps, **policy.questions}
    kinds = {question.value: each.kind for question, each in every.items()}
    return _KINDS.get(kinds[name], Kind.TEXT) if name in kinds else Kind.TEXT


def _typed(kind: Kind, value: Value, zone: ZoneInfo) -> Given:
    match value:
        case bool():
            return (TICKED,) if value else ()
        case datetime():
            return Personal(f"{value.astimezone(zone):%Y-%m-%dT%H:%M}")
        case OptionId():
            return (value.value,) if kind is Kind.MANY else value.value
        case frozenset():
            return tuple(sorted(each.value for each in value))
        case _:
            texts = [each.reveal() for each in value]
            if kind in (Kind.ONE, Kind.MANY):
                return texts[0] if kind is Kind.ONE else tuple(texts)
            return Personal(("\n" if kind is Kind.LINKS else ", ").join(texts))


def fill(form: PretendForm, given: Typed) -> set[str]:
    """Fills in what the form asks, and returns the names of what it took."""
    asked = {name: value for name, value in given.items() if name in form.asked}
    form.fill(asked)
    return set(asked)


def smuggled(form: PretendForm, given: Typed, policy: Policy) -> Payload:
    """What the form does not ask, and values that it does not offer, to be posted all the same."""
    return tuple(_smuggled(form, given, policy))


def _smuggled(
    form: PretendForm, given: Typed, policy: Policy
) -> Iterator[tuple[str, str | Upload]]:
    for name, value in given.items():
        kind = Kind(form.asked[name]) if name in form.asked else kind_in(policy, name)
        posted = f"{kind}.{name}"
        if name not in form.asked:
            yield "asks", posted
            yield from ((posted, each) for each in _values(value))
        elif kind in (Kind.ONE, Kind.MANY):
            offered = {each.value for each in form.controls if each.name == posted}
            yield from ((posted, each) for each in _values(value) if each not in offered)


def _values(value: Given) -> tuple[str | Upload, ...]:
    match value:
        case str():
            return (value,)
        case Personal():
            return (value.reveal(),)
        case tuple():
            return tuple(each for each in value if isinstance(each, str | Upload))
        case _:
            return ()


def files_of(policy: Policy, contents: Mapping[str, bytes]) -> Typed:
    """The files that come with a report, for the field that takes them."""
    if not contents or policy.files is None:
        return {}
    return {policy.files.value: tuple(Upload(each) for each in contents.values())}
