"""How each node, field and screen is drawn, beside how it was when last looked at."""

import json
import re
from collections.abc import Callable

import pytest

from adapters.slack.blocks import Drawing
from adapters.slack.fields import Asking, ask
from adapters.slack.nodes import draw_nodes
from adapters.slack.render import (
    errors_answer,
    home_view,
    kept_view,
    message_payload,
    modal,
    more_view,
)
from adapters.slack.texts import Block
from bot.screens.nodes import Done, Form, FormField
from bot.screens.press import Press, Verb
from bot.screens.say import Say
from tests.adapters.desk import samples
from tests.adapters.desk.samples import WORDS, a_form, words

from .pack_screens import Gathered, gather

Golden = Callable[[str, str], None]


@pytest.fixture
def gathered() -> Gathered:
    return gather()


def as_text(payload: object) -> str:
    """Indented; ids that are new in every run are all alike."""
    return _alike(json.dumps(payload, ensure_ascii=False, indent=1))


def in_lines(views: dict[str, list[Block]]) -> str:
    """The screens, each under its name with a line a block: many are short so."""
    lines = []
    for name, drawn in views.items():
        lines.append(f"# {name}")
        for view in drawn:
            around = {part: value for part, value in view.items() if part != "blocks"}
            blocks = view["blocks"]
            assert isinstance(blocks, list | tuple)
            lines += [json.dumps(each, ensure_ascii=False) for each in (around, *blocks)]
    return _alike("\n".join(lines))


def _alike(text: str) -> str:
    return re.sub(r"\b[0-9a-f]{32}\b", "0" * 32, text) + "\n"


@pytest.mark.parametrize("name", samples.NODES)
def test_each_node_is_drawn_as_before(name: str, check_golden: Golden) -> None:
    at = Drawing(WORDS, here=Press(Verb.OPEN_CASE, "c-1"))
    drawn = [block for piece in draw_nodes((samples.NODES[name],), at) for block in piece.blocks]
    check_golden(f"slack/node-{name}.json", as_text(drawn))


@pytest.mark.parametrize("field", samples.EVERY_FIELD, ids=lambda field: field.id)
def test_each_field_is_asked_as_before(field: FormField, check_golden: Golden) -> None:
    errors = {field.id: words("Please choose what fits best.")}
    drawn = {
        "plain": ask(field, Asking(Drawing(WORDS), {})),
        "wrong": ask(field, Asking(Drawing(WORDS), errors)),
    }
    check_golden(f"slack/field-{field.id}.json", as_text(drawn))


def test_each_screen_is_drawn_as_before(check_golden: Golden) -> None:
    form = a_form(
        samples.SAFETY,
        samples.SCREENSHOTS,
        intro=(samples.STOP,),
        more=(samples.POSTER_NAME, samples.SEEN_AT),
        back=True,
        submit=Say.SEND_REPORT,
        actions=(samples.an_action("Withdraw", Verb.WITHDRAW, danger=True),),
        errors={"safety": words("Please tick what fits."), "": words("Please look again.")},
    )
    check_golden("slack/form.json", as_text(modal(form, WORDS)))
    check_golden("slack/form-more.json", as_text(more_view(form, WORDS)))
    check_golden("slack/form-kept.json", as_text(kept_view(form, WORDS)))
    check_golden("slack/form-errors.json", as_text(errors_answer(form, WORDS)))
    check_golden("slack/view.json", as_text(modal(samples.CASE_VIEW, WORDS)))
    check_golden("slack/done.json", as_text(modal(Done(words("Kept.")), WORDS)))
    check_golden("slack/home.json", as_text(home_view(samples.ROUND_UP_NODES, WORDS)))
    whole = message_payload(samples.ROUND_UP, WORDS)
    check_golden("slack/message.json", as_text([part.blocks for part in whole.parts]))


ONCE = (
    "staff-help", "head-help", "staff-nonsense", "guest-help", "away-until", "receipt", "new-case",
    "urgent-case", "not-yet-seen", "dsl-alert", "digest-preview", "digest",
)  # fmt: skip
"""Messages of one case or none; round-ups and the like list cases in no order of their own."""


@pytest.mark.slow
@pytest.mark.xdist_group("slack-pack")
def test_each_screen_of_the_pack_is_drawn_as_before(
    gathered: Gathered, check_golden: Golden
) -> None:
    forms: dict[str, list[Block]] = {}
    for name, (form, said) in gathered.forms.items():
        if not name.endswith("-missing") and not _is_one_of_many(name, form):
            forms[name] = [modal(form, said)] + ([more_view(form, said)] if form.more else [])
    views = {
        name: [modal(*gathered.views[name])]
        for name in ("case", "why-acknowledge", "head-cases", "staff-my-reports")
    }
    homes = {name: [home_view(*gathered.homes[name])] for name in ("staff-all", "head-all")}
    messages: dict[str, list[Block]] = {}
    for name in ONCE:
        message, said = gathered.messages[name]
        parts = message_payload(message, said).parts
        messages[name] = [{"blocks": part.blocks, "text": part.text} for part in parts]
    check_golden("slack/pack-forms.jsonl", in_lines(forms))
    check_golden("slack/pack-views.jsonl", in_lines({**views, **homes}))
    check_golden("slack/pack-messages.jsonl", in_lines(messages))


def _is_one_of_many(name: str, form: Form) -> bool:
    """What an outcome asks for: those of one step are enough here; test_pack looks at all."""
    chosen = any(each.id == "outcome" and getattr(each, "chosen", None) for each in form.fields)
    return chosen and not name.startswith("answer-acknowledge")
