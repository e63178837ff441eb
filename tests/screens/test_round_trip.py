"""What is filled in at the page comes back as the same answers, for every form of the pack."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.desk.inbound import read_answers
from adapters.desk.render import Place, draw_form
from bot.app.inbound import Given
from bot.app.reading import read_questions
from bot.app.school import School
from bot.domain.answers import Answers, Value
from bot.domain.ids import OptionId
from bot.domain.personal import Personal
from bot.domain.questionnaire import is_asked
from bot.domain.questions import AnswerKind, Page, Question
from bot.screens.forms import page_form
from bot.screens.press import FormRef, Press, Verb
from tests.adapters.desk.pretend_browser import PretendForm
from tests.screens.pack_screens import Pack, a_pack, small_forms, step_forms

PLACE = Place("staff", "0" * 32)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
# What a browser's field can hold and gives back as it was: no control characters, no bare spaces.
CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029")
LINES = st.text(CHARACTERS, min_size=1, max_size=60).map(str.strip).filter(bool)
NAMES = LINES.map(lambda name: name.replace(",", "").strip()).filter(bool)


@pytest.fixture(scope="module")
def pack() -> Iterator[Pack]:
    with a_pack() as made:
        yield made


def values_of(question: Question) -> st.SearchStrategy[Value]:
    """Answers that the question takes."""
    options = [each.id for each in question.options]
    match question.kind:
        case AnswerKind.ONE:
            return st.sampled_from(options)
        case AnswerKind.MANY:
            return st.frozensets(st.sampled_from(options), min_size=1)
        case AnswerKind.TICK:
            return st.just(value=True)
        case AnswerKind.MOMENT:
            return st.integers(0, 60 * 24 * 300).map(lambda n: NOON - timedelta(minutes=n))
        case AnswerKind.NAMES:
            return st.lists(NAMES.map(Personal), min_size=1, max_size=4).map(tuple)
        case AnswerKind.LINKS:
            number = st.integers(0, 10**6)
            links = number.map(lambda n: Personal(f"https://example.com/posts/{n}?a=b&c=d#e"))
            return st.lists(links, min_size=1, max_size=10, unique=True).map(tuple)
        case AnswerKind.LONG_TEXT:
            lines = st.lists(LINES, min_size=1, max_size=3)
            return lines.map(lambda found: (Personal("\n".join(found)),))
        case _:
            return LINES.map(lambda line: (Personal(line),))


def answers_of(questions: list[Question]) -> st.SearchStrategy[Answers]:
    """Answers to some of the questions."""
    asked = {q.id: values_of(q) for q in questions if q.kind is not AnswerKind.FILES}
    return st.fixed_dictionaries({}, optional=asked)


def came_back(school: School, page: Page, answers: Answers, shown: Answers) -> Answers:
    """What the page of these answers comes back with, when nothing is changed on it."""
    policy = school.pack.policy
    form = page_form(policy, page, shown, FormRef(Press(Verb.REPORT, "draft"), page.id.value))
    html = str(draw_form(form, school.words(), PLACE))
    given = read_answers(PretendForm(html).payload())
    read, wrong = read_questions(school, [policy.questions[each] for each in answers], given)
    assert not wrong
    return read


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_page_of_a_report_comes_back_as_it_was_filled_in(pack: Pack, data: st.DataObject) -> None:
    school = pack.look.school
    policy = school.pack.policy
    page = data.draw(st.sampled_from(policy.pages))
    questions = [policy.questions[each] for each in page.questions]
    answers = data.draw(answers_of(questions))
    # Whatever makes the questions of the last page apply.
    content = frozenset({OptionId("names-children"), OptionId("threat")})
    shown = {policy.categories: content, **answers}
    asked = {q: v for q, v in answers.items() if is_asked(policy, policy.questions[q], shown)}
    assert came_back(school, page, asked, shown) == asked


def test_every_form_of_a_case_comes_back_as_it_was_filled_in(pack: Pack) -> None:
    forms = [form for _, _, form in step_forms(pack)] + [form for _, form in small_forms(pack)]
    for form in forms:
        browser = PretendForm(str(draw_form(form, pack.words, PLACE)))
        filled = {name: _something(browser, name) for name in browser.asked}
        browser.fill(filled)
        assert read_answers(browser.payload()) == filled


def _something(browser: PretendForm, name: str) -> Given:
    """Something that the field of that name can hold."""
    kind = browser.asked[name]
    offered = [each.value for each in browser.controls if each.name == f"{kind}.{name}"]
    match kind:
        case "one":
            return offered[-1]
        case "many":
            return tuple(offered)
        case "when":
            return Personal("2026-12-01")
        case _:
            return Personal("Something <b>typed</b> & kept")
