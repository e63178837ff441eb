"""Decides how text becomes HTML: templates that escape everything, and what is drawn for whom."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import count

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.screens.facts import Plain
from bot.screens.wording import Words


@cache
def templates() -> Environment:
    """The page's templates; every text in them is literal."""
    return Environment(
        loader=PackageLoader("adapters.desk"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def draw(template: str, macro: str, **values: object) -> Markup:
    """The HTML that a macro of a template makes of the values."""
    made: object = getattr(templates().get_template(template).module, macro)(**values)
    return Markup(made)  # noqa: S704 - a macro's output is escaped already


@dataclass
class Drawing:
    """One screen while it is drawn: its reader's words, their tab, and ids that are free.

    ``mark`` begins every id, so that several screens can stand on one page. ``in_form``: buttons
    post the form that they stand in, with its answers; others post the page's own.
    """

    words: Words
    slug: str
    mark: str
    in_form: bool = False
    _ids: Iterator[int] = field(default_factory=count)

    def text(self, plain: Plain) -> str:
        """The sentence, not yet escaped."""
        return self.words.text(plain)

    def free_id(self) -> str:
        """An id that nothing else on the page has."""
        return f"{self.mark}-{next(self._ids)}"
