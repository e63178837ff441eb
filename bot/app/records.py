"""How an entry is written down, and how every entry ever written is read.

A payload is ``{type, v, cause, by, event}`` as JSON. What is not plain JSON is tagged with one key
that begins with ``$``. Stored entries outlive code: ``_UPCASTS`` turns older versions into the
present one when they are read, and nothing is ever rewritten.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, Final, get_args

from bot.app.stored import StoredEntry
from bot.domain import events, ids
from bot.domain.events import Actor, Entry, Event, Report
from bot.domain.figures import CountedCase
from bot.domain.personal import Personal

VERSION: Final = 1

_CLASSES: Final[Mapping[str, type]] = {
    each.__name__: each for each in (*get_args(Event), Report, Actor, CountedCase)
}
_NAMES: Final[Mapping[str, type]] = {
    each.__name__: each
    for each in (
        ids.CategoryId,
        ids.QuestionId,
        ids.OptionId,
        ids.StepId,
        ids.OutcomeId,
        ids.LetterId,
        ids.ResolutionId,
        ids.CardId,
        ids.PageId,
        ids.ContactId,
        ids.Reference,
        ids.Role,
        ids.MessageKind,
        events.How,
        events.Fetched,
    )
}
_PAYLOAD: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_SCHOOLS_PAYLOAD: Final = json.JSONEncoder(separators=(",", ":"))
_UPCASTS: Final[Mapping[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]]] = {}
"""From (type, version) to the fields of the next version."""


class UnreadableEntry(ValueError):
    """An entry of a newer version of Report Post, or none of ours."""


def write_entry(event: Event, by: Actor, cause: str) -> bytes:
    """The payload of an entry."""
    kind = type(event).__name__
    payload = {"type": kind, "v": VERSION, "cause": cause, "by": pack(by), "event": pack(event)}
    return _PAYLOAD.encode(payload).encode()


def write_school_entry(kind: str, told: Mapping[str, str], by: Actor = events.BOT) -> bytes:
    """The payload of an entry of the school's own stream: ids, days and references only."""
    payload = {"type": kind, "v": VERSION, "by": pack(by), "told": dict(told)}
    return _SCHOOLS_PAYLOAD.encode(payload).encode()


def read_entry(stored: StoredEntry) -> Entry:
    """The entry of a payload. Raises ``UnreadableEntry`` if a newer version wrote it."""
    payload = json.loads(stored.payload)
    kind, version = payload["type"], payload["v"]
    if kind not in _CLASSES or version > VERSION:
        message = f"Entry {stored.number} was written by a newer version of Report Post: update it."
        raise UnreadableEntry(message)
    body = payload["event"]
    while version < VERSION:
        body = {"$c": kind, "f": _UPCASTS[kind, version](body["f"])}
        version += 1
    event = unpack(body)
    return Entry(stored.number, stored.at, unpack(payload["by"]), payload["cause"], event)


def pack(value: Any) -> Any:  # noqa: ANN401 - what is written is as varied as the events' fields
    """A value as plain JSON."""
    kind = type(value)
    match value:
        case _ if kind.__name__ in _NAMES:
            return {"$i": [kind.__name__, str(value)]}
        case None | bool() | str() if not isinstance(value, StrEnum):
            return value
        case int():
            return value
        case Personal():
            return {"$p": value.reveal()}
        case datetime():
            return {"$t": value.isoformat()}
        case date():
            return {"$d": value.isoformat()}
        case frozenset():
            return {"$s": _in_order([pack(each) for each in value])}
        case tuple() | list():
            return [pack(each) for each in value]
        case dict() | Mapping():
            return {"$m": [[pack(key), pack(each)] for key, each in value.items()]}
        case _ if is_dataclass(value):
            # To mypy a class is nothing that can be looked up by.
            names = _fields_of(kind)  # type: ignore[arg-type]
            told = {name: pack(getattr(value, name)) for name in names}
            return {"$c": kind.__name__, "f": told}
        case _:
            message = f"{kind.__name__} has no written form."
            raise TypeError(message)


def _in_order(packed: list[Any]) -> list[Any]:
    """What was ticked has no order, and is written in one that is always the same."""
    return sorted(packed, key=json.dumps) if len(packed) > 1 else packed


@cache
def _fields_of(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


@lru_cache(maxsize=4096)
def _named(kind: str, value: str) -> Any:  # noqa: ANN401 - see pack
    # A pack has some hundred of them, and every case that is read says them again.
    return _NAMES[kind](value)


def unpack(value: Any) -> Any:  # noqa: ANN401 - see pack
    """The value that ``pack`` wrote."""
    if isinstance(value, list):
        return tuple(unpack(each) for each in value)
    if not isinstance(value, dict):
        return value
    tag = next(iter(value))
    inner = value[tag]
    match tag:
        case "$p":
            return Personal(inner)
        case "$t":
            return datetime.fromisoformat(inner)
        case "$d":
            return date.fromisoformat(inner)
        case "$s":
            return frozenset(unpack(each) for each in inner)
        case "$m":
            return {unpack(key): unpack(each) for key, each in inner}
        case "$i":
            return _named(*inner)
        case "$c":
            told = {name: unpack(each) for name, each in value["f"].items()}
            return _CLASSES[inner](**told)
        case _:
            raise UnreadableEntry(tag)
