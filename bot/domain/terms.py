"""Decides what may stand as a term: days in order, its half-term inside it (section 4)."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class DateSpan:
    """The days from `first_on` to `last_on`, both included; ValueError if they are reversed."""

    first_on: date
    last_on: date

    def __post_init__(self) -> None:
        if self.last_on < self.first_on:
            message = f"The last day, {self.last_on}, comes before the first, {self.first_on}."
            raise ValueError(message)

    def __contains__(self, day: date) -> bool:
        return self.first_on <= day <= self.last_on


@dataclass(frozen=True)
class Term:
    """A term as the school publishes it, both days included; ValueError if it makes no sense."""

    name: str
    first_on: date
    last_on: date
    half_term: DateSpan | None

    def __post_init__(self) -> None:
        days = DateSpan(self.first_on, self.last_on)
        half = self.half_term
        if half is not None and not (half.first_on in days and half.last_on in days):
            message = f"The half-term of the {self.name} term lies outside the term's own dates."
            raise ValueError(message)
