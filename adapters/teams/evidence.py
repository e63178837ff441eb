"""Decides how a piece of evidence stands on a card: as a button, or as its picture once it is open.

In a form that stands in the chat it is only named.
"""

from adapters.teams import sizes
from adapters.teams.blocks import Drawing, button_rows, lines
from adapters.teams.buttons import pressed
from adapters.teams.carried import Did, Showing, carried
from adapters.teams.texts import PDF, Element, or_dash, shortened, show_file
from bot.screens.nodes import Picture


def draw_picture(node: Picture, at: Drawing) -> list[Element]:
    """The name of the file, and its picture or the button that shows it."""
    label = at.words.text(node.label)
    if at.withholds:
        at.withheld = True
        return lines(label)
    if not node.media_type.startswith("image/"):
        return [*lines(label, weight="Bolder"), *lines(PDF, spacing="None", isSubtle=True)]
    named = lines(label, weight="Bolder")
    if node.evidence in at.pictures:
        return [*named, image(at.pictures[node.evidence], label)]
    return [*named, *_show(node, label, at)]


def image(address: str, alt: str) -> Element:
    """A picture as wide as the card at most; its words for those who cannot see it."""
    alt_text = or_dash(shortened(alt, sizes.ALT_TEXT))
    return {"type": "Image", "url": address, "altText": alt_text, "size": "Stretch"}


def _show(node: Picture, label: str, at: Drawing) -> list[Element]:
    if not isinstance(at.on, Showing):
        return []
    data = carried(Did.PICTURE, at.on, page=at.on.page, evidence=node.evidence)
    return button_rows([pressed(show_file(label.partition(":")[0]), data, at.shell)])
