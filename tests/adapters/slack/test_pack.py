"""Slack takes every form, view and message of the pack, by our check and by its own models."""

import json
from collections.abc import Iterator

import pytest
from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View as SdkView

from adapters.slack.limits import problems_in
from adapters.slack.read import FromView, read_view
from adapters.slack.render import (
    errors_answer,
    home_view,
    kept_view,
    message_payload,
    modal,
    more_view,
    saving_view,
)
from adapters.slack.texts import Block
from bot.screens.nodes import Form, View
from bot.screens.wording import Words

from .pack_screens import Gathered, gather
from .pretend_slack import sent_back

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("slack-pack")]


@pytest.fixture
def gathered() -> Gathered:
    return gather()


def forms(found: Gathered) -> Iterator[tuple[str, Block]]:
    for name, (form, words) in found.forms.items():
        yield name, modal(form, words)
        yield f"{name}: more", more_view(form, words)
        yield f"{name}: kept", kept_view(form, words)
        if form.errors:
            yield f"{name}: errors", errors_answer(form, words)


def pages(view: View, words: Words) -> list[Block]:
    """Every page of a view; the last is shown again for a page that is not there."""
    drawn = [modal(view, words)]
    while (after := modal(view, words, page=len(drawn))) != drawn[-1]:
        drawn.append(after)
    return drawn


def others(found: Gathered) -> Iterator[tuple[str, Block]]:
    yield "saving", saving_view()
    for name, (view, words) in found.views.items():
        for number, page in enumerate(pages(view, words)):
            yield f"{name}: {number}", page
    for name, (done, words) in found.dones.items():
        yield name, modal(done, words)
    for name, (nodes, words) in found.homes.items():
        yield name, home_view(nodes, words)
    for name, (message, words) in found.messages.items():
        whole = message_payload(message, words)
        with_pictures = whole.with_pictures(["F0123"] * len(whole.pictures))
        for part in (*whole.parts, *with_pictures.parts):
            yield name, {"blocks": list(part.blocks), "text": part.text}


def test_slack_takes_every_screen_of_the_pack(gathered: Gathered) -> None:
    drawn = [*forms(gathered), *others(gathered)]
    assert len(drawn) > 300
    assert {name: found for name, each in drawn if (found := problems_in(each))} == {}


def test_slacks_own_models_take_them_too(gathered: Gathered) -> None:
    for _, drawn in (*forms(gathered), *others(gathered)):
        payload = json.loads(json.dumps(drawn))
        payload = payload.get("view", payload)
        if "type" in payload:
            SdkView(**payload).validate_json()
        for each in payload.get("blocks", ()):
            block = SdkBlock.parse(each)
            assert block is not None
            block.validate_json()


def test_every_form_of_the_pack_comes_back_as_it_is_shown(gathered: Gathered) -> None:
    for form, words in gathered.forms.values():
        came = read_view(sent_back(modal(form, words)))
        assert came.form == form.ref
        assert {*came.answers, *came.files} == {each.id for each in form.fields}
        assert _chosen(came) == _shown(form)
        folded = read_view(sent_back(more_view(form, words)))
        assert {*folded.answers, *folded.files} == {each.id for each in form.more}


def _chosen(came: FromView) -> dict[str, object]:
    return {name: given for name, given in came.answers.items() if isinstance(given, str | tuple)}


def _shown(form: Form) -> dict[str, object]:
    chosen = {each.id: getattr(each, "chosen", None) for each in form.fields}
    return {name: value for name, value in chosen.items() if value is not None}


def test_each_view_of_the_pack_says_how_it_is_shown_again(gathered: Gathered) -> None:
    for view, words in gathered.views.values():
        for number, page in enumerate(pages(view, words)):
            came = read_view(page)
            assert (came.press, came.page) == (view.here, number)


OURS = ("More, if you know it …", "Saving …", "because …")
"""Where an ellipsis is part of the words."""


def test_nothing_of_the_pack_is_shortened_but_titles(gathered: Gathered) -> None:
    for name, drawn in (*forms(gathered), *others(gathered)):
        blocks = json.dumps(drawn.get("blocks", ()), ensure_ascii=False)
        for each in OURS:
            blocks = blocks.replace(each, "")
        assert "…" not in blocks, name


def test_a_page_with_a_file_input_is_never_told_of_a_choice(gathered: Gathered) -> None:
    both = 0
    for form, words in gathered.forms.values():
        blocks = modal(form, words)["blocks"]
        assert isinstance(blocks, list)
        if any(each.get("element", {}).get("type") == "file_input" for each in blocks):
            both += 1
            assert not any(each.get("dispatch_action") for each in blocks)
    assert both


def test_the_first_page_is_told_of_a_danger_at_once(gathered: Gathered) -> None:
    form, words = gathered.forms["report-what"]
    blocks = modal(form, words)["blocks"]
    assert isinstance(blocks, list)
    telling = [each["block_id"] for each in blocks if each.get("dispatch_action")]
    assert telling[:2] == ["many.safety", "many.content"]
