"""Texts that people paste or attack with, and strategies that make screens of them."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import strategies as st

from bot.app.inbound import Given, Upload
from bot.domain.personal import Personal
from bot.screens.nodes import (
    AddFiles,
    Choice,
    ChooseMany,
    ChooseOne,
    FormField,
    Links,
    LongText,
    PickDate,
    ShortText,
)

from .samples import words

NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus='alert(1)' autofocus='",
    "</textarea><script>alert(1)</script>",
    "{{ 7 * 7 }} {% raw %}",
    "&lt;b&gt; &amp;amp; &#39;",
    "javascript:alert(1)",
    "مرحبا بالعالم",
    "\u202eevil\u202c ltr",
    "👩‍👩‍👧‍👦 🏴\U000e0067\U000e007f é e\u0301",
    "\n\nfirst lines empty\r\nlast\r",
    "  blanks kept  ",
    "<!-- -->]]>",
    "x" * 10_000,
)
# A browser turns U+0000 into U+FFFD, whatever is sent (HTML, "Preprocessing the input stream").
any_text = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
)
personal = any_text.map(Personal)
_value = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=12)
_moments = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - made UTC here
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)


@st.composite
def _options(draw: st.DrawFn) -> tuple[Choice, ...]:
    values = draw(st.lists(_value, min_size=1, max_size=5, unique=True))
    labels = st.one_of(personal, any_text.map(words))
    return tuple(
        Choice(
            value,
            draw(labels),
            hint=draw(st.none() | any_text.map(words)),
            alone=draw(st.booleans()),
        )
        for value in values
    )


@st.composite
def a_field(draw: st.DrawFn, number: int = 0) -> FormField:
    """A field of any kind, answered or not, with any words around it."""
    id_, label = f"q{number}", words(draw(any_text))
    why = draw(st.none() | any_text.map(words))
    options = draw(_options())
    values = [option.value for option in options]
    one = draw(st.none() | st.sampled_from(values))
    some = tuple(draw(st.lists(st.sampled_from(values), unique=True)))
    kinds: list[FormField] = [
        ChooseOne(id=id_, label=label, options=options, chosen=one),
        ChooseMany(id=id_, label=label, options=options, chosen=some),
        ShortText(id=id_, label=label, value=draw(st.none() | personal)),
        LongText(id=id_, label=label, value=draw(st.none() | personal)),
        Links(id=id_, label=label, value=tuple(draw(st.lists(personal, max_size=3)))),
        PickDate(id=id_, label=label, value=draw(st.none() | _moments), with_time=True),
        PickDate(id=id_, label=label, value=draw(st.none() | st.dates(date(1900, 1, 1)))),
        AddFiles(id=id_, label=label),
        AddFiles(id=id_, label=label, most=1, letters=True),
    ]
    made = draw(st.sampled_from(kinds))
    told = draw(st.none() | personal)
    return replace(made, why=why, told=told, required=draw(st.booleans()))


@st.composite
def some_fields(draw: st.DrawFn) -> tuple[FormField, ...]:
    """Several fields with ids of their own."""
    return tuple(draw(a_field(number)) for number in range(draw(st.integers(1, 4))))


uploads = st.lists(st.binary(max_size=20).map(Upload), max_size=3).map(tuple)


def an_answer(field: FormField) -> st.SearchStrategy[Given]:
    """Something that a person may answer there."""
    match field:
        case ChooseOne(options=options):
            return st.none() | st.sampled_from([option.value for option in options])
        case ChooseMany(options=options):
            order = [option.value for option in options]
            return st.sets(st.sampled_from(order)).map(
                lambda chosen: tuple(value for value in order if value in chosen)
            )
        case AddFiles():
            return uploads
        case _:
            return personal
