"""How long work says how far it has come; who shows it, if anybody, is no matter of the work."""

from collections.abc import Callable

Tell = Callable[[str, int, int], object]
"""What is being done (a line to be shown), how much of it is done, and out of how much."""


def untold(what: str, done: int, of: int) -> None:
    """Nobody wants to know."""
