"""What a fault is: something that is done to the product, and what must hold all the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum


class Scale(Enum):
    """How much of it is done."""

    FULL = "full"
    """As often as the figures in THREATS.md say: ``make faults``."""
    SHORT = "short"
    """The same in a few seconds, with the other tests."""


@dataclass(frozen=True)
class Outcome:
    """What came of it. ``wrong`` names, in plain English, each thing that did not hold."""

    tried: str
    """What was done, and how often: ``300 kills, 2,410 reports and answers``."""
    counted: Mapping[str, int]
    """What was looked for, and how often it was found: ``{"lost": 0, "repeats": 3}``."""
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault:
    """One line of the table."""

    name: str
    run: Callable[[Scale], Outcome]
