"""Decides how a form stands in a modal, and how its mistakes are told.

A form is one view, and is not updated while it holds a ``file_input``: whether Slack keeps the
files of such an input through a ``views.update`` is nowhere documented. Therefore, on every form,
what is folded under *More, if you know it* and the files that are kept already are views of their
own, pushed on top and closed again, while the page below stays as it is, files and all
(``more_view``, ``kept_view``). A choice beside a file_input is not told at once. Mistakes come back
beside the fields or, for a folded field, as the pushed view (``errors_answer``). What still takes
such a page away (*Back*, *Alert now*) brings its files in the payload's state, and they must be
taken from there.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from adapters.slack import sizes
from adapters.slack.blocks import Drawing, actions, button_row, paragraph, plain_button
from adapters.slack.fields import Asking, ask, is_asked, warning
from adapters.slack.frames import Callback, framed
from adapters.slack.nodes import draw_nodes
from adapters.slack.texts import (
    KEEP,
    KEPT_BUTTON,
    KEPT_LINE,
    KEPT_NONE,
    KEPT_TITLE,
    MORE,
    MORE_BUTTON,
    REMOVE,
    Block,
    or_dash,
    shortened,
)
from bot.screens.facts import Plain
from bot.screens.facts import plain as words_for
from bot.screens.field_names import name_of
from bot.screens.nodes import AddFiles, Form, FormField, KeptFileLine
from bot.screens.say import Say
from bot.screens.wording import Words

BACK: Final = "back"
MORE_ACTION: Final = "more"
KEPT_ACTION: Final = "kept"


class TooLong(ValueError):
    """A form has more than Slack takes in one view; it is sent at once and cannot be cut."""


def form_view(form: Form, words: Words) -> Block:
    """The form's page: what is said first, its questions, and the way to what is folded."""
    at = Drawing(words)
    tells = not any(isinstance(each, AddFiles) for each in form.fields)
    asking = Asking(at, form.errors, tells=tells)
    whole = form.errors.get("")
    blocks = [
        *(warning(words.text(whole)) if whole else ()),
        *(block for piece in draw_nodes(form.intro, at) for block in piece.blocks),
        *actions(form.actions, at),
        *(block for each in form.fields for block in _asked(each, asking)),
        *_below(form, words),
    ]
    title, ref = words.text(form.title), [form.ref.encode()]
    submit = words.text(form.submit)
    made = framed(Callback.FORM, title, ref, blocks or paragraph(""), submit=submit)
    return _whole({**made, "notify_on_close": True})


def _asked(field: FormField, asking: Asking) -> list[Block]:
    kept = field.kept if isinstance(field, AddFiles) else ()
    look = plain_button(KEPT_BUTTON, KEPT_ACTION, KEPT_ACTION)
    return [*(paragraph(KEPT_LINE, look) if kept else ()), *ask(field, asking)]


def _below(form: Form, words: Words) -> list[Block]:
    buttons = []
    if form.more:
        buttons.append(plain_button(MORE_BUTTON, MORE_ACTION, MORE_ACTION))
    if form.back:
        buttons.append(plain_button(_back(words), BACK, BACK))
    return button_row(buttons)


def _back(words: Words) -> str:
    return words.text(words_for(Say.BACK))


def more_view(form: Form, words: Words) -> Block:
    """*More, if you know it*: the folded fields, on a view that is pushed over the form's.

    When it is submitted, its answers are kept as a change of the same form, and it closes.
    """
    asking = Asking(Drawing(words), form.errors, tells=False)
    blocks = [block for each in form.more for block in ask(each, asking)]
    ref, close = [form.ref.encode()], _back(words)
    made = framed(Callback.MORE, MORE, ref, blocks or paragraph(""), submit=KEEP, close=close)
    return _whole({**made, "notify_on_close": True})


def kept_view(form: Form, words: Words) -> Block:
    """The files that are kept with the form, each with *Remove*; pushed over the form's view."""
    fields = (each for each in (*form.fields, *form.more) if isinstance(each, AddFiles))
    files = [file for each in fields for file in each.kept]
    blocks = [
        block
        for number, each in enumerate(files, 1)
        for block in paragraph(
            _file_line(number, each),
            plain_button(REMOVE, f"press.{number}.{each.remove.verb}", each.remove.encode()),
        )
    ]
    ref, close = [form.ref.encode()], _back(words)
    return framed(Callback.KEPT, KEPT_TITLE, ref, blocks or paragraph(KEPT_NONE), close=close)


_TYPES: Final = {
    "image/png": "Picture (PNG)",
    "image/jpeg": "Picture (JPEG)",
    "image/webp": "Picture (WebP)",
    "application/pdf": "PDF",
}


def _file_line(number: int, file: KeptFileLine) -> str:
    kind = _TYPES.get(file.media_type, "File")
    megabytes = file.size / 1024**2
    size = f"{megabytes:.1f} MB" if megabytes >= 1 else f"{max(1, round(file.size / 1024))} KB"
    return f"{number}. {kind}, {size}"


def _whole(view: Block) -> Block:
    blocks = view["blocks"]
    if isinstance(blocks, list) and len(blocks) > sizes.VIEW_BLOCKS:
        raise TooLong(
            f"A form needs {len(blocks)} blocks, and Slack takes {sizes.VIEW_BLOCKS} in a view: "
            "ask fewer questions on one page of the policy."
        )
    return view


def errors_payload(form: Form, words: Words) -> Block | None:
    """What is wrong, beside each field; ``None`` if the form's view has no place for it.

    The view stays as it is, with all that was typed and every file. What is wrong with the whole
    form stands beside its first input.
    """
    return _errors(form.fields, form.errors, words)


def more_errors_payload(form: Form, words: Words) -> Block | None:
    """The same for the pushed view of the folded fields; what is not on it is left for later."""
    here = {each.id for each in form.more}
    return _errors(form.more, {n: says for n, says in form.errors.items() if n in here}, words)


def _errors(fields: Sequence[FormField], errors: Mapping[str, Plain], words: Words) -> Block | None:
    inputs = {each.id: name_of(each) for each in fields if is_asked(each)}
    if not errors or not inputs or not set(errors) <= {*inputs, ""}:
        return None
    found: dict[str, str] = {}
    for name, says in errors.items():
        block = inputs.get(name) or next(iter(inputs.values()))
        said = [found[block]] if block in found else []
        found[block] = shortened(" ".join([*said, or_dash(words.text(says))]), sizes.SECTION)
    return {"response_action": "errors", "errors": found}


def errors_answer(form: Form, words: Words) -> Block:
    """The whole answer to a submission with mistakes, inside its ack.

    Beside the fields if they stand on the view; else, for a folded field, its view pushed over the
    form's; else the form anew with the sentences above its fields.
    """
    beside = errors_payload(form, words)
    if beside is not None:
        return beside
    if set(form.errors) & {each.id for each in form.more}:
        return {"response_action": "push", "view": more_view(form, words)}
    return {"response_action": "update", "view": form_view(form, words)}
