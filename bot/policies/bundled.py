"""Which packs and dated data come with the program, and how they are read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Final

from bot.domain.ids import CardId, ContactId
from bot.domain.questions import Card
from bot.policies.known import UNREADABLE
from bot.policies.problems import Problems
from bot.policies.tables import Table, kind_of, read_toml

GUIDANCE: Final = "guidance.toml"
PLATFORMS: Final = "platforms.toml"

CONTACTS: Final = ("head", "deputy", "dsl", "chair", "lado", "social-care-day", "social-care-night")
"""Whose numbers ``school.toml`` gives in ``[contacts]`` (PRODUCT, section 7)."""


@dataclass(frozen=True)
class Platform:
    """A site on which posts appear, how its links are known, and where a post is reported to it."""

    id: str
    name: str
    hosts: tuple[str, ...]
    report: str
    report_at: str
    source: str
    checked_on: date


def bundled_names() -> tuple[str, ...]:
    """The packs that come with the program."""
    data = {GUIDANCE, PLATFORMS}
    found = (each.name for each in files("bot.policies").iterdir())
    return tuple(
        sorted(
            name.removesuffix(".toml").replace("_", "-")
            for name in found
            if name.endswith(".toml") and name not in data
        )
    )


def bundled_text(name: str) -> str:
    """The text of a pack that comes with the program, such as ``derwent-vale``.

    Raises ``FileNotFoundError`` for any other name.
    """
    if name not in bundled_names():
        raise FileNotFoundError(name)
    return _text_of(name.replace("-", "_") + ".toml")


def load_guidance() -> Mapping[CardId, Card]:
    """The dated cards that all packs share. Raises ``PolicyNotAccepted``."""
    return read_guidance(_text_of(GUIDANCE), GUIDANCE)


def read_guidance(text: str, place: str) -> Mapping[CardId, Card]:
    """The cards of a guidance file. Raises ``PolicyNotAccepted`` with every problem."""
    problems = Problems(place)
    cards = tuple(read_card(name, table) for name, table in _top_tables(text, problems))
    problems.raise_if_any()
    return {card.id: card for card in cards}


def read_card(name: str, table: Table) -> Card:
    """A dated card; one without a source or a date is a problem."""
    contacts = table.texts("contacts")
    for word in contacts:
        if word not in CONTACTS:
            table.problems.add(
                table.at("contacts"),
                f'there is no contact "{word}".',
                f"Use one of: {', '.join(CONTACTS)}.",
            )
    card = Card(
        id=_card_id(name, table),
        title=table.text("title"),
        lines=table.texts("lines", needed=True),
        source=table.text("source"),
        checked_on=table.day("checked_on"),
        contacts=tuple(ContactId(word) for word in contacts if word in CONTACTS),
    )
    table.end()
    return card


def _card_id(name: str, table: Table) -> CardId:
    try:
        return CardId(name)
    except ValueError:
        table.problems.add(
            table.place, f'"{name}" cannot be an id.', "Use small letters, digits and - only."
        )
        return CardId(UNREADABLE)


def load_platforms() -> Mapping[str, Platform]:
    """The sites by id, in the file's order. Raises ``PolicyNotAccepted``."""
    problems = Problems(PLATFORMS)
    platforms = tuple(
        _platform(name, table) for name, table in _top_tables(_text_of(PLATFORMS), problems)
    )
    problems.raise_if_any()
    return {platform.id: platform for platform in platforms}


def _platform(name: str, table: Table) -> Platform:
    platform = Platform(
        id=name,
        name=table.text("name"),
        hosts=table.texts("hosts", needed=True),
        report=table.text("report"),
        report_at=table.text("report_at"),
        source=table.text("source"),
        checked_on=table.day("checked_on"),
    )
    table.end()
    return platform


def _top_tables(text: str, problems: Problems) -> Iterator[tuple[str, Table]]:
    for name, values in read_toml(text, problems).items():
        if isinstance(values, dict):
            yield name, Table(values, name, problems)
        else:
            problems.add(name, f"is {kind_of(values)}, not a table.", f"Write [{name}] above it.")


def _text_of(name: str) -> str:
    return files("bot.policies").joinpath(name).read_text("utf-8")
