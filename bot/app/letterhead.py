"""What stands on a school's letters beside its name, as ``school.toml`` gives it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Letterhead:
    """Where the school is found; empty where ``[letterhead]`` says nothing."""

    address: tuple[str, ...] = ()
    """The postal address, a line each, without the school's name."""
    telephone: str = ""
    email: str = ""
    website: str = ""
    complaints: str = ""
    """Where the complaints procedure is found: a page, or whom to ask."""
