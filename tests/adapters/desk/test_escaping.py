"""Whatever people type is text: it is read as it was typed and never becomes part of the page."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.desk.drawing import Drawing
from adapters.desk.nodes import draw_node, draw_nodes, may_be_opened
from adapters.desk.render import Place, draw_form
from bot.domain.personal import Personal
from bot.screens.nodes import FormField, Line, Told, ViewNode

from .hostile import NASTY, any_text, some_fields
from .samples import NODES, WORDS, a_form, words

PLACE = Place("staff", "0" * 32)


class Structure(HTMLParser):
    """The tags and names of attributes of a page, and its text, apart."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


ALLOWED = {
    "form", "button", "input", "div", "h2", "h3", "p", "span", "fieldset", "legend", "label", "ul",
    "li", "textarea", "details", "summary", "section", "dl", "dt", "dd", "a", "aside", "figure",
    "figcaption", "img", "ol", "time", "dialog",
}  # fmt: skip


@given(some_fields(), any_text)
def test_no_text_in_a_form_becomes_a_tag(fields: tuple[FormField, ...], text: str) -> None:
    errors = {fields[0].id: words(text), "": words(text)}
    form = replace(a_form(*fields, title=text, more=(), back=True), errors=errors)
    seen = Structure(str(draw_form(form, WORDS, PLACE)))
    assert {tag for tag, _ in seen.tags} <= ALLOWED
    assert not [name for _, names in seen.tags for name in names if name.startswith("on")]


@given(any_text)
def test_what_was_told_is_shown_as_it_was_typed(text: str) -> None:
    told: tuple[ViewNode, ...] = (
        Told(words(text), (Personal(text),)),
        Told(words(text), (Personal(text),), links=True),
        replace(_line(), told=(Personal(text),)),
    )
    seen = Structure(str(draw_nodes(told, Drawing(WORDS, "head", "v"))))
    assert {tag for tag, _ in seen.tags} <= ALLOWED
    assert seen.text.count(text) >= 5
    assert not [name for _, names in seen.tags for name in names if name.startswith("on")]


def _line() -> Line:
    line = NODES["line"]
    assert isinstance(line, Line)
    return line


@given(st.sampled_from(NASTY), st.sampled_from(NASTY))
def test_every_node_escapes_its_words(one: str, other: str) -> None:
    node = Told(words(one), (Personal(other),))
    html = str(draw_node(node, Drawing(WORDS, "head", "v")))
    assert "<script" not in html
    assert "<img" not in html


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "//evil.example",
        "/head",
        "http://",
        "http:evil",
        "http://[broken",
        "vbscript:x",
        "",
    ],
)
def test_only_whole_web_addresses_can_be_opened(link: str) -> None:
    assert not may_be_opened(link)
    html = str(
        draw_node(Told(words("Links"), (Personal(link),), links=True), Drawing(WORDS, "h", "v"))
    )
    assert "<a " not in html


def test_a_link_opens_elsewhere_and_tells_nobody_where_it_was_found() -> None:
    link = "https://www.facebook.com/a?b=1&c=\"'"
    html = str(
        draw_node(Told(words("Links"), (Personal(link),), links=True), Drawing(WORDS, "h", "v"))
    )
    assert 'target="_blank" rel="noopener noreferrer nofollow"' in html
    assert 'href="https://www.facebook.com/a?b=1&amp;c=&#34;&#39;"' in html
