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
from bot.screens.nodes import Done, FormField
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
    """One line a value; ids that are new in every run are all alike."""
    text = json.dumps(payload, ensure_ascii=False, indent=1)
    return re.sub(r"\b[0-9a-f]{32}\b", "0" * 32, text) + "\n"


@pytest.mark.parametrize("name", samples.NODES)
def test_each_node_is_drawn_as_before(name: str, golden: Golden) -> None:
    at = Drawing(WORDS, here=Press(Verb.OPEN_CASE, "c-1"))
    drawn = [block for piece in draw_nodes((samples.NODES[name],), at) for block in piece.blocks]
    golden(f"slack/node-{name}.json", as_text(drawn))


@pytest.mark.parametrize("field", samples.EVERY_FIELD, ids=lambda field: field.id)
def test_each_field_is_asked_as_before(field: FormField, golden: Golden) -> None:
    errors = {field.id: words("Please choose what fits best.")}
    drawn = {
        "plain": ask(field, Asking(Drawing(WORDS), {})),
        "wrong": ask(field, Asking(Drawing(WORDS), errors)),
    }
    golden(f"slack/field-{field.id}.json", as_text(drawn))


def test_each_screen_is_drawn_as_before(golden: Golden) -> None:
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
    golden("slack/form.json", as_text(modal(form, WORDS)))
    golden("slack/form-more.json", as_text(more_view(form, WORDS)))
    golden("slack/form-kept.json", as_text(kept_view(form, WORDS)))
    golden("slack/form-errors.json", as_text(errors_answer(form, WORDS)))
    golden("slack/view.json", as_text(modal(samples.CASE_VIEW, WORDS)))
    golden("slack/done.json", as_text(modal(Done(words("Kept.")), WORDS)))
    golden("slack/home.json", as_text(home_view(samples.ROUND_UP_NODES, WORDS)))
    whole = message_payload(samples.ROUND_UP, WORDS)
    golden("slack/message.json", as_text([part.blocks for part in whole.parts]))


@pytest.mark.slow
@pytest.mark.xdist_group("slack-pack")
def test_each_screen_of_the_pack_is_drawn_as_before(gathered: Gathered, golden: Golden) -> None:
    drawn: dict[str, object] = {}
    for name, (form, form_words) in gathered.forms.items():
        if not name.endswith("-missing"):
            views = [modal(form, form_words)] + ([more_view(form, form_words)] if form.more else [])
            drawn[f"form-{name}"] = views
    for name in ("case", "why-acknowledge", "head-cases", "staff-my-reports"):
        drawn[f"view-{name}"] = modal(*gathered.views[name])
    for name, (nodes, home_words) in gathered.homes.items():
        drawn[f"home-{name}"] = home_view(nodes, home_words)
    for name, (message, message_words) in gathered.messages.items():
        if not re.search(r"-\d+$", name):
            parts = message_payload(message, message_words).parts
            drawn[f"message-{name}"] = [{"blocks": p.blocks, "text": p.text} for p in parts]
    kinds = {name.split("-")[0] for name in drawn}
    assert kinds == {"form", "view", "home", "message"}
    for group in sorted({_group(name) for name in drawn}):
        members = {name: each for name, each in drawn.items() if _group(name) == group}
        golden(f"slack/pack/{group}.json", as_text(members))


def _group(name: str) -> str:
    """Screens of one kind share a file."""
    kind, rest = name.split("-", 1)
    verb = rest.split("-")[0]
    return f"{kind}-{verb}" if kind == "form" else kind
