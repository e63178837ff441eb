"""Decides how each node of a screen looks in Slack."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, assert_never

from adapters.slack import sizes
from adapters.slack.blocks import (
    RICH,
    Drawing,
    actions,
    bold,
    bullets,
    button,
    button_row,
    context,
    emoji,
    header,
    left_out,
    linked,
    paragraph,
    plain_button,
    quote,
    rich,
    section,
    text,
)
from adapters.slack.texts import (
    CHECKED,
    LATE,
    Block,
    fits,
    or_dash,
    pieces,
    plain,
    shortened,
    show_file,
)
from bot.domain.ids import ContactId
from bot.domain.personal import Personal
from bot.screens.chart_text import chart_text
from bot.screens.facts import plain as words_for
from bot.screens.nodes import (
    Actions,
    Bullets,
    Chart,
    Facts,
    Guidance,
    Heading,
    Line,
    Paragraph,
    Picture,
    StepLine,
    StopCard,
    Told,
    ViewNode,
)
from bot.screens.say import Say

STOP: Final = "octagonal_sign"
TALK: Final = "speech_balloon"
WARNING: Final = "warning"


@dataclass(frozen=True)
class Piece:
    """Blocks that stay together when a screen is cut into pages or messages."""

    blocks: tuple[Block, ...]
    chart: Chart | None = None
    """Drawn as words so far; a picture may take their place."""
    leads: bool = False
    """Says what follows, and is not left alone at the end of a page."""


def draw_nodes(nodes: Sequence[ViewNode], at: Drawing) -> list[Piece]:
    """All of them, in order. A pair and its only button share a block, and so do many entries."""
    found: list[Piece] = []
    lines: list[Line] = []
    before: ViewNode | None = None
    place = 0
    while place < len(nodes):
        node, after = nodes[place], nodes[place + 1] if place + 1 < len(nodes) else None
        place += 1
        if isinstance(node, Line):
            lines.append(node)
            if not isinstance(after, Line):
                found += [Piece((each,)) for each in _chronology(lines, at)]
                lines = []
        elif (beside := _with_button(node, after, at)) is not None:
            found.append(Piece(tuple(beside)))
            place += 1
        else:
            found += _piece(node, at, apart=isinstance(before, StepLine | Guidance))
        before = node
    return found


def _piece(node: ViewNode, at: Drawing, *, apart: bool) -> Iterator[Piece]:
    blocks = draw_node(node, at)
    if apart and isinstance(node, StepLine) and len(blocks) > 1:
        blocks = [{"type": "divider"}, *blocks]
    if blocks:
        chart = node if isinstance(node, Chart) else None
        yield Piece(tuple(blocks), chart, leads=isinstance(node, Heading))


def _with_button(node: ViewNode, after: ViewNode | None, at: Drawing) -> list[Block] | None:
    """A pair of facts, or a sentence, with the one button that follows it at its side."""
    if not isinstance(after, Actions) or len(after.actions) != 1 or after.actions[0].confirm:
        return None
    if not fits(at.words.text(after.actions[0].label), sizes.BUTTON):
        return None
    match node:
        case Facts(pairs) if len(pairs) == 1:
            name, value = (at.words.text(each) for each in pairs[0])
            return paragraph(f"{name}\n{value}", button(after.actions[0], at, in_list=True))
        case _:
            return None


def draw_node(node: ViewNode, at: Drawing) -> list[Block]:
    """The node's blocks."""
    match node:
        case Heading(said):
            return header(at.words.text(said))
        case Paragraph(said):
            return paragraph(at.words.text(said))
        case Bullets(lines):
            return rich(*_lists(at.words.text(line) for line in lines))
        case Facts(pairs):
            return rich(*_facts((at.words.text(a), at.words.text(b)) for a, b in pairs))
        case Actions(given):
            return actions(given, at)
        case StepLine():
            return _step_line(node, at)
        case StopCard():
            return _stop_card(node, at)
        case Guidance(card):
            found = at.words.card(card)
            return _card(found.title, found.lines, _source(node, at), icon=TALK)
        case Chart(chart, title):
            return rich(*_runs(at.words.text(title), bold), *_runs(chart_text(chart)))
        case Told():
            return _told(node, at)
        case Picture():
            return _picture(node, at)
        case Line():
            return _chronology([node], at)
        case _:
            assert_never(node)


def _lists(lines: Iterable[str]) -> Iterator[Block]:
    """A list for each line, so that a long list may be cut between two of them."""
    for line in lines:
        if line.strip():
            yield from (bullets([[text(each)]]) for each in pieces(line, RICH))


def _runs(content: str, make: Callable[[str], Block] = text) -> Iterator[Block]:
    """A text in as many runs as it needs."""
    yield from (section(make(each)) for each in pieces(content, RICH))


def _named(name: str, value: str) -> Iterator[Block]:
    """A bold name and its value, in one run if there is room for it."""
    if fits(name + value, RICH - 2):
        yield section(bold(f"{name}: "), text(value))
    else:
        yield from (*_runs(f"{name}:", bold), *_runs(value))


def _facts(pairs: Iterable[tuple[str, str]]) -> Iterator[Block]:
    for name, value in pairs:
        yield from _named(name, value)


def _step_line(node: StepLine, at: Drawing) -> list[Block]:
    """With one button and nothing more to say it is short, so that many fit into a message."""
    name = at.words.text(words_for(Say.TEXT, text=node.step))
    late = node.state.key is Say.STATE_OVERDUE
    buttons = [button(each, at, in_list=True) for each in node.actions]
    above = left_out(node.actions, at)
    if len(buttons) == 1 and not node.notes:
        mark = f"{LATE} " if late else ""
        return [*paragraph(f"{mark}{name}\n{_state(node, at)}", buttons[0]), *above]
    notes = _lists(at.words.text(note) for note in node.notes)
    said = rich(*_marked(WARNING if late else "", name), *_runs(_state(node, at)), *notes)
    return [*said, *above, *button_row(buttons)]


def _marked(icon: str, title: str) -> Iterator[Block]:
    """A bold title with a pictogram before it."""
    mark = [emoji(icon), text(" ")] if icon else []
    first, *others = pieces(title, RICH - 2)
    yield section(*mark, bold(first))
    yield from (section(bold(each)) for each in others)


def _state(node: StepLine, at: Drawing) -> str:
    state = at.words.text(node.state)
    due = at.words.text(words_for(Say.TEXT, text=node.due_at)) if node.due_at else ""
    reference = str(node.reference) if node.reference else ""
    return " · ".join(each for each in (reference, state, "" if due in state else due) if each)


def _stop_card(node: StopCard, at: Drawing) -> list[Block]:
    found = at.words.card(node.card)
    numbers = [line for each in node.contacts for line in _contact(each, at)]
    lines = _card(found.title, found.lines, _source(node, at), icon=STOP, more=numbers)
    return [*lines, *actions(node.actions, at)]


def _contact(contact: ContactId, at: Drawing) -> Iterator[Block]:
    found = at.words.contact(contact)
    if found is None:
        return
    if fits(found.label + found.number, RICH - 2):
        yield bullets([[text(f"{found.label}: "), bold(found.number)]])
    else:
        yield from _lists([f"{found.label}: {found.number}"])


def _card(
    title: str, lines: Sequence[str], source: str, *, icon: str, more: Sequence[Block] = ()
) -> list[Block]:
    return [*rich(*_marked(icon, title), *_lists(lines), *more), *context(source)]


def _source(node: StopCard | Guidance, at: Drawing) -> str:
    card = at.words.card(node.card)
    checked = f"{CHECKED} {card.checked_on.day} {card.checked_on:%B %Y}"
    return " · ".join(each for each in (card.source.rstrip("."), checked) if each)


def _told(node: Told, at: Drawing) -> list[Block]:
    label = at.words.text(node.label)
    quotes = [each for told in node.texts for each in _quotes(told, link=node.links)]
    return rich(*_runs(label, bold), *quotes)


def _quotes(told: Personal, *, link: bool = False) -> Iterator[Block]:
    shown = told.reveal()
    if not shown.strip():
        return
    for each in pieces(shown, RICH):
        yield quote(linked(each) if link and each == shown else text(each))


def _picture(node: Picture, at: Drawing) -> list[Block]:
    label = at.words.text(node.label)
    file = None
    if at.pictures and node.media_type.startswith("image/"):
        file = at.pictures(node.evidence)
    if file is None:
        return paragraph(label, _show(node, label, at))
    alt = or_dash(shortened(label, sizes.ALT_TEXT))
    above = [] if fits(label, sizes.IMAGE_TITLE) else paragraph(label)
    title = plain(shortened(label, sizes.IMAGE_TITLE))
    return [*above, {"type": "image", "slack_file": file, "alt_text": alt, "title": title}]


def _show(node: Picture, label: str, at: Drawing) -> Block | None:
    """The button that shows the file: the view's own press, with the file as its ``what``."""
    if at.here is None:
        return None
    press = replace(at.here, what=node.evidence)
    first = label.partition(":")[0]
    return plain_button(show_file(first), f"show.{next(at.numbers)}", press.encode())


def _chronology(lines: Sequence[Line], at: Drawing) -> list[Block]:
    return rich(*(each for line in lines for each in _line(line, at)))


def _line(line: Line, at: Drawing) -> Iterator[Block]:
    when = at.words.text(words_for(Say.TEXT, text=line.at))
    who, what = at.words.text(line.who), at.words.text(line.what)
    if fits(when + who + what, RICH - 5):
        yield section(bold(when), text(f"\n{who}: {what}"))
    else:
        yield from (section(bold(when)), *_runs(f"{who}: {what}"))
    for told in line.told:
        yield from _quotes(told)
