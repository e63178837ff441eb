"""How each kind of node, field and screen is drawn, beside how it was when last looked at."""

import re
from collections.abc import Callable

import pytest

from adapters.desk.drawing import Drawing
from adapters.desk.fields import draw_field
from adapters.desk.nodes import draw_nodes
from adapters.desk.render import Place, draw_form, draw_message, draw_show, draw_view
from bot.screens.nodes import Done, FieldErrors, FormField
from bot.screens.say import Say

from . import samples
from .samples import WORDS, a_form, a_ref, words

PLACE = Place("head", "0123456789abcdef" * 2)
Golden = Callable[[str, str], None]


def check_as_before(check_golden: Golden, name: str, html: str) -> None:
    """Asserts that it is drawn as the golden file has it."""
    check_golden(f"desk/{name}.html", html)


@pytest.mark.parametrize("name", samples.NODES)
def test_each_node_is_drawn_as_before(name: str, check_golden: Golden) -> None:
    html = draw_nodes((samples.NODES[name],), Drawing(WORDS, "head", "v"))
    # The chart's picture has tests of its own (adapters.documents).
    check_as_before(check_golden, f"node-{name}", re.sub('base64,[^"]*', "base64,…", html))


@pytest.mark.parametrize("field", samples.EVERY_FIELD, ids=lambda field: field.id)
def test_each_field_is_drawn_as_before(field: FormField, check_golden: Golden) -> None:
    errors = {field.id: words("Please choose what fits best.")}
    plain = draw_field(field, {}, Drawing(WORDS, "staff", "q", in_form=True))
    wrong = draw_field(field, errors, Drawing(WORDS, "staff", "q", in_form=True))
    check_as_before(check_golden, f"field-{field.id}", f"{plain}<!-- with an error -->\n{wrong}")


def test_each_screen_is_drawn_as_before(check_golden: Golden) -> None:
    form = a_form(
        samples.SAFETY,
        intro=(samples.STOP,),
        more=(samples.POSTER_NAME,),
        back=True,
        submit=Say.SEND_REPORT,
        actions=(samples.an_action("Withdraw"),),
    )
    check_as_before(check_golden, "form", str(draw_form(form, WORDS, PLACE)))
    check_as_before(check_golden, "view", str(draw_view(samples.CASE_VIEW, WORDS, PLACE)))
    check_as_before(check_golden, "message", str(draw_message(samples.ROUND_UP, WORDS, "m1")))


def test_done_is_said_in_passing_and_closes_the_panel() -> None:
    drawn = draw_show(Done(words("Kept.")), WORDS, PLACE)
    assert (str(drawn.panel), drawn.passing) == ("", "Kept.")


def test_errors_of_a_form_that_is_not_known_any_more_are_said_all_the_same() -> None:
    errors = FieldErrors(a_ref(), {"place": words("Please choose <one>.")})
    assert "Please choose &lt;one&gt;." in draw_show(errors, WORDS, PLACE).panel
