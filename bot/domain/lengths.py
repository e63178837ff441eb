"""Decides in which units the policy may count time (PRODUCT.md, section 3 "Units")."""

from dataclasses import dataclass


@dataclass(frozen=True)
class _Count:
    """A number of units, at least one; ValueError otherwise."""

    n: int

    def __post_init__(self) -> None:
        # With no days to count, something begun after the end of the day would be due before it.
        if self.n < 1:
            message = f"{type(self).__name__}({self.n}): a length needs at least 1."
            raise ValueError(message)


class Minutes(_Count):
    """Minutes that always run, night and holidays included."""


class Hours(_Count):
    """Hours that always run, night and holidays included ("h" in PRODUCT.md, section 3)."""


class WorkingDays(_Count):
    """Monday to Friday without bank holidays; school holidays count ("wd")."""


class SchoolDays(_Count):
    """Working days without school holidays and INSET days ("sd")."""


class CalendarDays(_Count):
    """Every day, weekends and holidays included ("cd")."""


Length = Minutes | Hours | WorkingDays | SchoolDays | CalendarDays
