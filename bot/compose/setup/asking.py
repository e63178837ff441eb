"""What a question of ``report-post init`` is, and whoever puts it: a terminal, or a file."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from bot.config.problems import Problems

T = TypeVar("T")


class NotAccepted(Exception):
    """An answer that cannot be taken; the message says why, and what would be."""


@dataclass(frozen=True)
class Question(Generic[T]):
    """A question. ``usual`` is what an empty answer means; without one there must be an answer."""

    id: str
    """Its name in a file of answers."""
    asks: str
    read: Callable[[str], T]
    """What a typed answer means. Raises ``NotAccepted``."""
    usual: str | None = None
    hint: str = ""
    """What a person should know before they answer."""
    example: str = ""
    """An answer that is accepted, where there is no usual one."""


class Asker(Protocol):
    """Whoever puts questions, and puts them again until the answer is accepted."""

    def ask(self, question: Question[T]) -> T:
        """The answer, as it was meant."""

    def tell(self, text: str) -> None:
        """Says something that is no question; an empty line begins a new part."""


class Heard(Problems):
    """What the reader of ``school.toml`` finds wrong with an answer, without any place in a file.

    ``mend`` stands for the reader's own advice where that speaks of the file.
    """

    def __init__(self, mend: str = "") -> None:
        super().__init__("")
        self._mend = mend
        self._said: list[str] = []

    def add_elsewhere(self, where: str, wrong: str, mend: str) -> None:
        """Notes what is wrong."""
        super().add_elsewhere(where, wrong, mend)
        subject = "" if wrong[0].isdigit() else "This "  # a day is its own subject
        self._said.append(f"{subject}{wrong} {self._mend or mend}")

    def raise_if_any(self) -> None:
        """Raises ``NotAccepted`` with the first of them."""
        if self._said:
            raise NotAccepted(self._said[0])
