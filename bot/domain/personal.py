"""Decides who can read what a person typed: only code that asks for it by name.

Names, links and quotes must never reach a message, a log or an error text (promise 3 of
PRODUCT.md). A plain string would slip into any of them through an f-string, so that text is
wrapped here the moment it arrives and comes out again by one method alone, which is easy to find
in a review.
"""

from __future__ import annotations

from typing import Final, Never, Self, final

_WHY: Final = (
    "This text is personal and cannot be turned into a string by accident. "
    "Call reveal() where a permitted person is to read it."
)


@final
class Personal:
    """Text about people. Equal to another with the same text; true unless it is blank.

    `str()`, f-strings, `%s`, `+`, `join` and JSON all fail; `repr` shows neither text nor length.
    """

    __slots__ = ("__text",)
    __text: str

    # The text is set in __new__: a second call of __init__ could otherwise change the value.
    def __new__(cls, text: str) -> Self:
        """Wrap `text`. Raises TypeError, without showing the value, if it is not a string."""
        if not isinstance(text, str):
            raise TypeError("Personal needs a string.")
        self = super().__new__(cls)
        # A subclass of str could print itself; only the characters are kept.
        object.__setattr__(self, "_Personal__text", str.__str__(text))
        return self

    def reveal(self) -> str:
        """Return the text. The only way to read it: use it in forms, views and storage."""
        return self.__text

    def __str__(self) -> Never:
        raise TypeError(_WHY)

    def __format__(self, format_spec: str, /) -> Never:
        raise TypeError(_WHY)

    def __repr__(self) -> str:
        return "Personal(…)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Personal):
            return NotImplemented
        return self.__text == other.__text

    def __hash__(self) -> int:
        return hash(("Personal", self.__text))

    def __bool__(self) -> bool:
        return not (self.__text == "" or self.__text.isspace())

    def __setattr__(self, name: str, value: object) -> Never:
        raise AttributeError("Personal cannot be changed. Make a new one.")

    def __delattr__(self, name: str) -> Never:
        raise AttributeError("Personal cannot be changed. Make a new one.")

    # The usual way of pickling sets attributes, which is forbidden above.
    def __reduce__(self) -> tuple[type[Personal], tuple[str]]:
        return (Personal, (self.__text,))
