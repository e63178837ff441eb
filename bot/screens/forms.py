"""How questions become fields, and pages become forms."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import assert_never

from bot.domain.answers import Answers, Value
from bot.domain.conditions import Answered, Condition, Includes, Is, parts_of
from bot.domain.evaluate import holds_in_answers
from bot.domain.events import EvidenceAttached
from bot.domain.ids import ContactId, OptionId, PageId, QuestionId
from bot.domain.personal import Personal
from bot.domain.policy import Policy
from bot.domain.questionnaire import (
    LONGEST_LINE,
    LONGEST_TEXT,
    is_asked,
    pages_for,
    stop_cards_for,
)
from bot.domain.questions import AnswerKind, Option, Page, Question
from bot.screens.facts import OptionOf, PackText, Plain, plain
from bot.screens.nodes import (
    Action,
    AddFiles,
    Choice,
    ChooseMany,
    ChooseOne,
    Facts,
    Form,
    FormField,
    KeptFileLine,
    Links,
    LongText,
    Paragraph,
    PickDate,
    ShortText,
    StopCard,
    ViewNode,
)
from bot.screens.press import FormRef, Press, Verb
from bot.screens.say import Say
from bot.screens.wrong import beside

REVIEW = "review"
"""The page that comes last, if a stop card was shown (PRODUCT 2.2)."""

TICKED = "yes"
MOST_NAMES_TEXT = 1_000


def field_of(
    question: Question,
    value: Value | None,
    *,
    kind: str = "question",
    reveals: bool = False,
    kept: Sequence[KeptFileLine] = (),
) -> FormField:
    """The field of a question with what was answered. ``kind``: ``question`` or ``asked``."""
    name, needed = question.id.value, not question.optional
    label = plain(Say.LABEL, label=question.id)
    if kind == "asked":
        label = plain(Say.LABEL, label=PackText(("asked", name, "label")))
    why = _why(kind, question)
    typed = value if isinstance(value, tuple) else ()
    match question.kind:
        case AnswerKind.ONE | AnswerKind.MANY:
            return _choice_field(question, value, label, why, reveals=reveals)
        case AnswerKind.TICK:
            chosen = (TICKED,) if value is True else ()
            tick = (Choice(TICKED, label),)
            return ChooseMany(id=name, label=label, why=why, options=tick, chosen=chosen)
        case AnswerKind.FILES:
            return AddFiles(id=name, label=label, why=why, required=needed, kept=tuple(kept))
        case AnswerKind.MOMENT:
            at = value if isinstance(value, datetime) else None
            return PickDate(
                id=name, label=label, why=why, required=needed, value=at, with_time=True
            )
        case AnswerKind.LINKS:
            return Links(id=name, label=label, why=why, required=needed, value=typed)
        case AnswerKind.SHORT_TEXT | AnswerKind.NAMES | AnswerKind.LONG_TEXT:
            return _text_field(question, value, label, why)
        case _:
            assert_never(question.kind)


def _choice_field(
    question: Question, value: Value | None, label: Plain, why: Plain, *, reveals: bool
) -> ChooseOne | ChooseMany:
    name, needed, options = question.id.value, not question.optional, _choices(question)
    if question.kind is AnswerKind.ONE:
        one = value.value if isinstance(value, OptionId) else None
        return ChooseOne(
            id=name,
            label=label,
            why=why,
            required=needed,
            options=options,
            chosen=one,
            reveals=reveals,
        )
    ticks = value if isinstance(value, frozenset) else frozenset()
    many = tuple(each.id.value for each in question.options if each.id in ticks)
    return ChooseMany(
        id=name,
        label=label,
        why=why,
        required=needed,
        options=options,
        chosen=many,
        reveals=reveals,
    )


def _why(kind: str, question: Question) -> Plain:
    """Why it is asked, and what helps to answer it."""
    name = question.id.value
    why = PackText((kind, name, "why"))
    if not question.hint:
        return plain(Say.LABEL, label=why)
    return plain(Say.WHY_AND_HINT, why=why, hint=PackText((kind, name, "hint")))


def _text_field(
    question: Question, value: Value | None, label: Plain, why: Plain
) -> ShortText | LongText:
    typed = value if isinstance(value, tuple) and value else None
    text = Personal(", ".join(each.reveal() for each in typed)) if typed else None
    name, needed = question.id.value, not question.optional
    if question.kind is AnswerKind.LONG_TEXT:
        return LongText(
            id=name, label=label, why=why, required=needed, value=text, most=LONGEST_TEXT
        )
    most = MOST_NAMES_TEXT if question.kind is AnswerKind.NAMES else LONGEST_LINE
    return ShortText(id=name, label=label, why=why, required=needed, value=text, most=most)


def _choices(question: Question) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            option.id.value,
            plain(Say.LABEL, label=OptionOf(question.id, option.id)),
            _hint(question, option),
            option.alone,
        )
        for option in question.options
    )


def _hint(question: Question, option: Option) -> Plain | None:
    if not option.hint:
        return None
    place = ("option", question.id.value, option.id.value, "hint")
    return plain(Say.LABEL, label=PackText(place))


def page_form(
    policy: Policy,
    page: Page,
    answers: Answers,
    ref: FormRef,
    *,
    kept: Sequence[EvidenceAttached] = (),
    actions: tuple[Action, ...] = (),
    intro: tuple[ViewNode, ...] = (),
    errors: Mapping[str, Plain] | None = None,
    contacts: Callable[[Sequence[ContactId]], tuple[ContactId, ...]] = tuple,
    alerted: bool = False,
) -> Form:
    """A page of the guided questions, stop cards on top, what may be left out folded."""
    files = _kept_lines(kept, ref.press.subject)
    watched = revealing(policy, page)
    fields = [
        (q, field_of(q, answers.get(q.id), reveals=q.id in watched, kept=files))
        for q in (policy.questions[each] for each in page.questions)
        if is_asked(policy, q, answers)
    ]
    last = is_last_page(policy, page.id, answers)
    cards = stop_cards(policy, answers, ref.press.subject, contacts, alerted=alerted)
    return Form(
        ref=ref,
        title=plain(Say.LABEL, label=page.id),
        intro=(*cards, *_page_intro(page), *intro),
        fields=tuple(field for q, field in fields if not q.folded),
        more=tuple(field for q, field in fields if q.folded),
        submit=plain(Say.SEND_REPORT if last else Say.NEXT),
        back=page.id != policy.pages[0].id,
        actions=actions,
        errors=beside(errors or {}, [field for _, field in fields]),
    )


def _kept_lines(kept: Sequence[EvidenceAttached], draft: str) -> tuple[KeptFileLine, ...]:
    return tuple(
        KeptFileLine(
            each.evidence,
            each.media_type,
            each.size,
            Press(Verb.REMOVE_FILE, draft, what=each.evidence),
        )
        for each in kept
    )


def _page_intro(page: Page) -> tuple[ViewNode, ...]:
    if not page.intro:
        return ()
    return (Paragraph(plain(Say.LABEL, label=PackText(("page", page.id.value, "intro")))),)


def is_last_page(policy: Policy, page: PageId, answers: Answers) -> bool:
    """Whether *Send report* stands on this page: the last one, and no review follows."""
    pages = pages_for(policy, answers)
    return not stop_cards_for(policy, answers) and bool(pages) and pages[-1].id == page


def stop_cards(
    policy: Policy,
    answers: Answers,
    draft: str,
    contacts: Callable[[Sequence[ContactId]], tuple[ContactId, ...]],
    *,
    alerted: bool = False,
) -> tuple[ViewNode, ...]:
    """The stop cards for these answers, with *Alert now* where they have it until it is pressed."""
    alert = Action(plain(Say.ALERT_NOW), Press(Verb.ALERT_NOW, draft), primary=True, danger=True)
    cards = (
        StopCard(
            rule.card,
            contacts(policy.cards[rule.card].contacts),
            (alert,) if rule.alert_now and not alerted else (),
        )
        for rule in stop_cards_for(policy, answers)
    )
    told = (Paragraph(plain(Say.ALERTED)),) if alerted else ()
    return (*told, *cards)


def revealing(policy: Policy, page: Page) -> frozenset[QuestionId]:
    """The questions of a page whose answer changes what else stands on it, at once."""
    on_page = frozenset(page.questions)
    conditions: list[Condition] = [rule.when for rule in policy.stop_cards if rule.to_reporter]
    conditions += [
        question.when for question in policy.questions.values() if question.when is not None
    ]
    conditions.append(policy.files_forbidden)
    # Who is concerned decides whose telephone numbers stand on a stop card.
    asked = {rule.question for rule in policy.exclusions} | {
        part.question
        for condition in conditions
        for part in parts_of(condition)
        if isinstance(part, Is | Includes | Answered)
    }
    return frozenset(asked & on_page)


def review_form(
    policy: Policy,
    answers: Answers,
    ref: FormRef,
    *,
    files: int,
    contacts: Callable[[Sequence[ContactId]], tuple[ContactId, ...]],
    intro: tuple[ViewNode, ...] = (),
    errors: Mapping[str, Plain] | None = None,
    alerted: bool = False,
) -> Form:
    """What will be sent, once more, below the stop cards: choices in words, texts as counts."""
    return Form(
        ref=ref,
        title=plain(Say.REVIEW_TITLE),
        intro=(
            *stop_cards(policy, answers, ref.press.subject, contacts, alerted=alerted),
            *intro,
            Paragraph(plain(Say.REVIEW_INTRO)),
            Facts(tuple(_told(policy, answers, files))),
        ),
        fields=(),
        submit=plain(Say.SEND_REPORT),
        back=True,
        errors=beside(errors or {}, ()),
    )


def _told(policy: Policy, answers: Answers, files: int) -> Iterable[tuple[Plain, Plain]]:
    for question in policy.questions.values():
        shown = _reviewed(question, answers.get(question.id))
        if shown:
            yield plain(Say.LABEL, label=question.id), shown
    if files:
        count = plain(Say.COUNT_FILES, count=files) if files > 1 else plain(Say.COUNT_ONE_FILE)
        yield plain(Say.YOUR_FILES), count


def _reviewed(question: Question, value: Value | None) -> Plain | None:
    match value:
        case OptionId():
            return plain(Say.LABEL, label=OptionOf(question.id, value))
        case frozenset() if value:
            ticked = tuple(o.id for o in question.options if o.id in value)
            return plain(Say.LABEL, label=tuple(OptionOf(question.id, each) for each in ticked))
        case tuple() if question.kind is AnswerKind.LINKS and value:
            count = len(value)
            return plain(Say.COUNT_LINKS, count=count) if count > 1 else plain(Say.COUNT_ONE_LINK)
        case tuple() if value:
            return plain(Say.WRITTEN_DOWN)
        case _:
            return None


def is_forbidden(policy: Policy, answers: Answers) -> bool:
    """Whether files are neither asked for nor taken."""
    return holds_in_answers(policy.files_forbidden, answers)
