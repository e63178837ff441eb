"""Decides how each node of a screen looks on a card."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from adapters.teams import sizes
from adapters.teams.blocks import (
    Drawing,
    beside,
    block,
    bullets,
    container,
    heading,
    line,
    lines,
    linked,
    may_be_opened,
    runs,
    small,
    weight,
)
from adapters.teams.buttons import actions, button, label_in_list
from adapters.teams.evidence import draw_picture
from adapters.teams.texts import CHECKED, LATE, STOP, Element, or_dash, pieces, withheld
from bot.domain.ids import ContactId
from bot.domain.personal import Personal
from bot.screens.chart_text import chart_text
from bot.screens.facts import plain as words_for
from bot.screens.nodes import (
    Action,
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


@dataclass(frozen=True)
class Piece:
    """Elements that stay together when a screen is cut into pages or messages."""

    elements: tuple[Element, ...]
    frame: Element = field(default_factory=dict)
    """The look of the box around them; a piece that must be cut is several such boxes."""
    chart: Chart | None = None
    """Drawn as words so far; a picture may take their place."""
    picture: Picture | None = None
    """Drawn as a button so far; the picture may take its place."""
    leads: bool = False
    """Says what follows, and is not left alone at the end of a page."""

    def drawn(self) -> list[Element]:
        """The elements, in their box if they have one."""
        return [container(self.elements, **self.frame)] if self.frame else list(self.elements)


def draw_nodes(nodes: Sequence[ViewNode], at: Drawing) -> list[Piece]:
    """All of them, in order; a pair of facts stands beside its only button."""
    found: list[Piece] = []
    place = 0
    while place < len(nodes):
        node, after = nodes[place], nodes[place + 1] if place + 1 < len(nodes) else None
        beside = _with_button(node, after, at)
        found += [Piece((beside,))] if beside else draw_node(node, at)
        place += 2 if beside else 1
    return found


def _with_button(node: ViewNode, after: ViewNode | None, at: Drawing) -> Element | None:
    """A pair of facts with the one button that follows it at its side, as lists of cases have."""
    match node, after:
        case Facts(((name, value),)), Actions((only,)):
            title, said = at.words.text(name), at.words.text(value)
            said_by = [*lines(title, weight="Bolder"), *lines(said, spacing="None")]
            row = _beside(said_by, only, at)
            return {**row, "separator": True} if row else None
        case _:
            return None


def _beside(said: Sequence[Element], action: Action, at: Drawing) -> Element | None:
    """What a list says, and its button beside it; not a long one, nor one that asks first."""
    fits = len(label_in_list(action, at)) <= sizes.SIDE and weight(said) <= sizes.BESIDE_BYTES
    if action.confirm or not fits:
        return None
    return beside(said, button(action, at, in_list=True))


def draw_node(node: ViewNode, at: Drawing) -> list[Piece]:
    """The node's pieces; none if it says nothing."""
    match node:
        case Heading(said):
            return [Piece(tuple(heading(at.words.text(said))), leads=True)]
        case Paragraph(said):
            return _loose(lines(at.words.text(said)))
        case Bullets(listed):
            return _loose(_list(at.words.text(each) for each in listed))
        case Facts(pairs):
            return _loose(_facts((at.words.text(a), at.words.text(b)) for a, b in pairs))
        case Actions(given):
            return _loose(actions(given, at))
        case StepLine():
            return [Piece(tuple(_step_line(node, at)), {"separator": True, "spacing": "Medium"})]
        case StopCard():
            return [Piece(tuple(_stop_card(node, at)), {"style": "attention", "spacing": "Medium"})]
        case Guidance():
            return [Piece(tuple(_card(node, at)), {"style": "emphasis", "spacing": "Medium"})]
        case Chart(chart, title):
            drawn = [*lines(at.words.text(title), weight="Bolder"), *lines(chart_text(chart))]
            return [Piece(tuple(drawn), chart=node)]
        case Told():
            return _told(node, at)
        case Picture():
            return [Piece(tuple(draw_picture(node, at)), picture=node)]
        case Line():
            return _chronology(node, at)
        case _:
            assert_never(node)


def _loose(elements: Sequence[Element]) -> list[Piece]:
    return [Piece(tuple(elements))] if elements else []


def _list(texts: Iterable[str]) -> list[Element]:
    return bullets(
        runs(part) for text in texts if text.strip() for part in pieces(text, sizes.RICH)
    )


def _facts(pairs: Iterable[tuple[str, str]]) -> list[Element]:
    return [each for name, value in pairs for each in _named(name, value)]


def _named(name: str, value: str) -> list[Element]:
    """A bold name and its value, in one paragraph if there is room for it."""
    named = name if name.endswith(("?", "!", ".", ":")) else f"{name}:"
    if len(named) + len(value) < sizes.RICH:
        return [block([*runs(f"{named} ", weight="Bolder"), *runs(value)], spacing="Small")]
    return [*lines(named, spacing="Small", weight="Bolder"), *lines(value, spacing="None")]


def _step_line(node: StepLine, at: Drawing) -> list[Element]:
    late = node.state.key is Say.STATE_OVERDUE
    name = at.words.text(words_for(Say.TEXT, text=node.step))
    marked = f"{LATE} {name}" if late else name
    state = lines(_state(node, at), spacing="None", color="Attention" if late else "")
    notes = _list(at.words.text(note) for note in node.notes)
    said = [*lines(marked, weight="Bolder"), *state, *notes]
    row = _beside(said, node.actions[0], at) if len(node.actions) == 1 and not notes else None
    return [row] if row else [*said, *actions(node.actions, at, in_list=True)]


def _state(node: StepLine, at: Drawing) -> str:
    state = at.words.text(node.state)
    due = at.words.text(words_for(Say.TEXT, text=node.due_at)) if node.due_at else ""
    reference = str(node.reference) if node.reference else ""
    return " · ".join(each for each in (reference, state, "" if due in state else due) if each)


def _stop_card(node: StopCard, at: Drawing) -> list[Element]:
    numbers = [each for contact in node.contacts for each in _contact(contact, at)]
    return [*_card(node, at, mark=f"{STOP} ", more=numbers), *actions(node.actions, at)]


def _contact(contact: ContactId, at: Drawing) -> list[Element]:
    """The number first: at the start of a line it is never broken in two."""
    found = at.words.contact(contact)
    if found is None:
        return []
    if len(found.label) + len(found.number) < sizes.RICH:
        number = runs(found.number, weight="Bolder")
        return bullets([[*number, *runs(f" – {found.label}")]])
    return _list([f"{found.label}: {found.number}"])


def _card(
    node: StopCard | Guidance, at: Drawing, *, mark: str = "", more: Sequence[Element] = ()
) -> list[Element]:
    """A card of the pack: its title, what it says, whom to ring, and where it is from."""
    card = at.words.card(node.card)
    size = "Medium" if isinstance(node, StopCard) else ""
    title = lines(f"{mark}{or_dash(card.title)}", weight="Bolder", size=size)
    checked = f"{CHECKED} {card.checked_on.day} {card.checked_on:%B %Y}"
    source = " · ".join(each for each in (card.source.rstrip("."), checked) if each)
    return [*title, *_list(card.lines), *more, *small(source)]


def _told(node: Told, at: Drawing) -> list[Piece]:
    label = at.words.text(node.label)
    shown = [each for each in node.texts if each.reveal().strip()]
    if at.withholds and shown:
        at.withheld = True
        return _loose(_named(label, withheld(len(shown))))
    title = Piece(tuple(lines(label, weight="Bolder")), leads=bool(shown))
    return [title, *(_quote(told, link=node.links) for told in shown)]


def _quote(told: Personal, *, link: bool = False) -> Piece:
    """What a person told, in a box of its own; a link that may be opened stands free."""
    text = told.reveal()
    if link and may_be_opened(text):
        return Piece((block(linked(text), spacing="Small"),))
    said = [line(each, spacing="None") for each in pieces(text, sizes.RICH)]
    return Piece(tuple(said), {"style": "emphasis", "spacing": "Small"})


def _chronology(node: Line, at: Drawing) -> list[Piece]:
    when = at.words.text(words_for(Say.TEXT, text=node.at))
    who, what = at.words.text(node.who), at.words.text(node.what)
    said = [*lines(when, weight="Bolder"), *lines(f"{who}: {what}", spacing="None")]
    told = [each for each in node.told if each.reveal().strip()]
    if at.withholds and told:
        at.withheld = True
        return _loose([*said, *lines(withheld(len(told)), spacing="None", isSubtle=True)])
    quoted = [_quote(each) for each in told]
    return [Piece(tuple(said), leads=bool(quoted)), *quoted]
