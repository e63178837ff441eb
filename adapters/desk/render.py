"""Decides what a screen looks like on the page: a form or view in the panel, a message in the log.

Nothing here knows what may be shown: whoever made the screen asked that (``bot.app``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import assert_never
from urllib.parse import urlencode

from markupsafe import Markup

from adapters.desk.drawing import Drawing, draw
from adapters.desk.fields import draw_field
from adapters.desk.nodes import draw_actions, draw_nodes
from bot.app.inbound import Given
from bot.domain.personal import Personal
from bot.screens.facts import Plain, plain
from bot.screens.nodes import (
    AddFiles,
    ChooseMany,
    ChooseOne,
    Done,
    FieldErrors,
    Form,
    FormField,
    Handed,
    Links,
    LongText,
    Message,
    PickDate,
    ShortText,
    View,
)
from bot.screens.say import Say
from bot.screens.wording import Words

_T = "screens.html"


@dataclass(frozen=True)
class Place:
    """Where a screen is drawn: the tab, and the random mark of what is on the page now."""

    slug: str
    mark: str


@dataclass(frozen=True)
class Drawn:
    """What an answer becomes: something in the panel, or a sentence said in passing."""

    panel: Markup = field(default_factory=Markup)
    passing: str = ""


def draw_show(
    show: Form | View | Done | FieldErrors, words: Words, place: Place, hand: Handed | None = None
) -> Drawn:
    """The answer to an act. ``FieldErrors`` alone are drawn only where their form is not known.

    ``hand``: a document to be downloaded, from within what is shown or in a sheet of its own.
    """
    match show:
        case Form():
            return Drawn(panel=draw_form(show, words, place, hand))
        case View():
            return Drawn(panel=draw_view(show, words, place, hand))
        case Done() if hand is not None:
            return Drawn(panel=draw_handed(hand, words, place))
        case Done(says):
            return Drawn(passing=words.text(says))
        case FieldErrors(errors=errors):
            lines = [words.text(error) for error in errors.values()]
            return Drawn(panel=draw(_T, "problems", lines=lines, home=f"/{place.slug}"))
        case _:
            assert_never(show)


def draw_handed(hand: Handed, words: Words, place: Place) -> Markup:
    """A document alone, in a sheet of its own."""
    return draw(_T, "handed", home=f"/{place.slug}", **_download(hand, words, place))


def _download(hand: Handed, words: Words, place: Place) -> dict[str, str]:
    address = f"/{place.slug}/document?{urlencode({'ref': hand.ref})}"
    return {"says": words.text(hand.says), "name": words.text(hand.name), "address": address}


def _within(hand: Handed | None, words: Words, place: Place) -> Markup:
    return draw(_T, "download", **_download(hand, words, place)) if hand else Markup()


def draw_message(message: Message, words: Words, mark: str) -> Markup:
    """The inside of a message, as the desk keeps it. ``mark`` is the message's own."""
    return draw_nodes(message.nodes, Drawing(words, slug="", mark=mark))


def draw_view(view: View, words: Words, place: Place, hand: Handed | None = None) -> Markup:
    """The view, with a button that shows it again and one that closes it."""
    at = Drawing(words, place.slug, "v")
    return draw(
        _T,
        "view",
        title=words.text(view.title),
        body=draw_nodes(view.nodes, at),
        again=f"press:{view.here.encode()}",
        home=f"/{place.slug}",
        handed=_within(hand, words, place),
    )


def draw_form(form: Form, words: Words, place: Place, hand: Handed | None = None) -> Markup:
    """The form, named by its title; everything in it posts its present answers along."""
    at = Drawing(words, place.slug, "q", in_form=True)
    folded = [draw_field(each, form.errors, at, folded=True) for each in form.more]
    return draw(
        _T,
        "form",
        action=f"/{place.slug}/act",
        mark=place.mark,
        ref=form.ref.encode(),
        same=f"{form.ref.press.encode()} {form.ref.page}",
        title=words.text(form.title),
        whole=words.text(form.errors[""]) if "" in form.errors else "",
        intro=draw_nodes(form.intro, at),
        fields=Markup().join(draw_field(each, form.errors, at) for each in form.fields),
        folded=Markup().join(folded),
        more_open=any(_answered(each) or each.id in form.errors for each in form.more),
        submit=words.text(form.submit),
        back=words.text(plain(Say.BACK)) if form.back else "",
        actions=draw_actions(form.actions, at),
        handed=_within(hand, words, place),
    )


def refilled(form: Form, answers: Mapping[str, Given], errors: Mapping[str, Plain]) -> Form:
    """The same form with what was just answered, and what is wrong with it."""

    def again(fields: tuple[FormField, ...]) -> tuple[FormField, ...]:
        return tuple(
            _refilled(each, answers[each.id]) if each.id in answers else each for each in fields
        )

    return replace(form, fields=again(form.fields), more=again(form.more), errors=errors)


def _refilled(asked: FormField, given: Given) -> FormField:
    match asked:
        case ChooseOne():
            return replace(asked, chosen=given if isinstance(given, str) else None)
        case ChooseMany():
            many = given if isinstance(given, tuple) else ()
            return replace(asked, chosen=tuple(each for each in many if isinstance(each, str)))
        case ShortText() | LongText():
            return replace(asked, value=given if isinstance(given, Personal) else None)
        case Links():
            return replace(asked, value=(given,) if isinstance(given, Personal) and given else ())
        case PickDate():
            typed = given.reveal() if isinstance(given, Personal) else ""
            return replace(asked, value=_moment(typed, with_time=asked.with_time))
        case AddFiles():
            return asked  # files that were taken are kept with the form already
        case _:
            assert_never(asked)


def _moment(typed: str, *, with_time: bool) -> datetime | date | None:
    """What a browser's date field held; it cannot be given back anything that is no date."""
    try:
        return datetime.fromisoformat(typed) if with_time else date.fromisoformat(typed)
    except ValueError:
        return None


def _answered(asked: FormField) -> bool:
    match asked:
        case ChooseOne():
            return asked.chosen is not None
        case ChooseMany():
            return bool(asked.chosen)
        case ShortText() | LongText() | PickDate():
            return bool(asked.value)
        case Links():
            return any(asked.value)
        case AddFiles():
            return bool(asked.kept)
        case _:
            assert_never(asked)
