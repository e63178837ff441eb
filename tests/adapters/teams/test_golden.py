"""How each node, field and screen is drawn, beside how it was when last looked at."""

import json
import re
from collections.abc import Callable, Mapping, Sequence

import pytest

from adapters.teams.blocks import Drawing
from adapters.teams.carried import Inputs, Showing
from adapters.teams.fields import Asking, ask
from adapters.teams.nodes import draw_nodes
from adapters.teams.render import (
    Card,
    Shell,
    done_card,
    form_card,
    message_payload,
    offer_card,
    show_here_card,
    view_card,
)
from bot.screens.nodes import Form, FormField
from bot.screens.press import Press, Verb
from bot.screens.say import Say
from tests.adapters.desk import samples
from tests.adapters.desk.samples import WORDS, a_form, a_ref, words
from tests.adapters.slack.pack_screens import Gathered, gather

Golden = Callable[[str, str], None]
HERE = Press(Verb.OPEN_CASE, "c-1")


@pytest.fixture
def gathered() -> Gathered:
    return gather()


def as_text(payload: object) -> str:
    """Indented; ids that are new in every run are all alike."""
    return _alike(json.dumps(payload, ensure_ascii=False, indent=1))


def in_lines(screens: Mapping[str, Sequence[Card]]) -> str:
    """The cards, each under its name with a line an element: many are short so."""
    lines = []
    for name, cards in screens.items():
        lines.append(f"# {name}")
        for card in cards:
            around = {part: value for part, value in card.items() if part != "body"}
            lines += [json.dumps(each, ensure_ascii=False) for each in (around, *card["body"])]
    return _alike("\n".join(lines))


def _alike(text: str) -> str:
    return re.sub(r"\b[0-9a-f]{32}\b", "0" * 32, text) + "\n"


@pytest.mark.parametrize("name", samples.NODES)
def test_each_node_is_drawn_as_before(name: str, check_golden: Golden) -> None:
    at = Drawing(WORDS, Shell.DIALOG, Showing(HERE))
    drawn = [each for piece in draw_nodes((samples.NODES[name],), at) for each in piece.drawn()]
    check_golden(f"teams/node-{name}.json", as_text(drawn))


@pytest.mark.parametrize("field", samples.EVERY_FIELD, ids=lambda field: field.id)
def test_each_field_is_asked_as_before(field: FormField, check_golden: Golden) -> None:
    errors = {field.id: words("Please choose what fits best.")}
    dialog = Drawing(WORDS, Shell.DIALOG, Inputs(a_ref()))
    chat = Drawing(WORDS, Shell.CHAT, Inputs(a_ref()), withholds=True)
    drawn = {
        "plain": ask(field, Asking(dialog, {})),
        "wrong, in the chat": ask(field, Asking(chat, errors)),
    }
    check_golden(f"teams/field-{field.id}.json", as_text(drawn))


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
    check_golden("teams/form-dialog.json", as_text(form_card(form, WORDS, Shell.DIALOG)))
    check_golden("teams/form-chat.json", as_text(form_card(form, WORDS, Shell.CHAT)))
    view = samples.CASE_VIEW
    check_golden("teams/view-dialog.json", as_text(view_card(view, WORDS, Shell.DIALOG)))
    check_golden("teams/view-chat.json", as_text(view_card(view, WORDS, Shell.CHAT)))
    check_golden("teams/message.json", as_text(message_payload(samples.ROUND_UP, WORDS).parts))
    says, label, press = words("It waits here."), words("Open it"), Press(Verb.REPORT)
    small = {
        "done": done_card(words("Kept."), WORDS),
        "offer": offer_card(says, label, press, WORDS, windows=True, other=True),
        "offer without dialogs": offer_card(says, label, press, WORDS, windows=False, other=True),
        "show here": show_here_card(says, label, press, WORDS),
    }
    check_golden("teams/small.json", as_text(small))


ONCE = (
    "staff-help", "head-help", "staff-nonsense", "guest-help", "away-until", "receipt", "new-case",
    "urgent-case", "not-yet-seen", "dsl-alert", "digest-preview", "digest",
)  # fmt: skip
"""Messages of one case or none; round-ups and the like list cases in no order of their own."""


@pytest.mark.slow
@pytest.mark.xdist_group("teams-pack")
def test_each_screen_of_the_pack_is_drawn_as_before(
    gathered: Gathered, check_golden: Golden
) -> None:
    forms = {
        name: [form_card(form, said, Shell.DIALOG), form_card(form, said, Shell.CHAT)]
        for name, (form, said) in gathered.forms.items()
        if not name.endswith("-missing") and not _is_one_of_many(name, form)
    }
    views = {
        name: [view_card(*gathered.views[name], Shell.DIALOG)]
        for name in ("case", "why-acknowledge", "head-cases", "staff-my-reports")
    }
    messages = {name: message_payload(*gathered.messages[name]).parts for name in ONCE}
    check_golden("teams/pack-forms.jsonl", in_lines(forms))
    check_golden("teams/pack-views.jsonl", in_lines(views))
    check_golden("teams/pack-messages.jsonl", in_lines(messages))


def _is_one_of_many(name: str, form: Form) -> bool:
    """What an outcome asks for: those of one step are enough here; test_pack looks at all."""
    chosen = any(each.id == "outcome" and getattr(each, "chosen", None) for each in form.fields)
    return chosen and not name.startswith("answer-acknowledge")
