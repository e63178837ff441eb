"""What was printed in the digests so far, and how far this week's has come."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.app.ports import Reading, Writing
from bot.domain.digest_shown import from_json, to_json
from bot.domain.figures import Published

_KEPT = "digest"


@dataclass(frozen=True)
class Week:
    """How far a Friday's digest has come."""

    on: date
    previewed: bool = False
    held: bool = False
    posted: bool = False


@dataclass(frozen=True)
class DigestRecord:
    """What was printed so far, and the state of this and the last Friday with a digest."""

    printed: tuple[Published, ...] = ()
    since: datetime | None = None
    """When the school began, or the last digest was printed."""
    week: Week | None = None
    before: Week | None = None


def digest_record(reading: Reading) -> DigestRecord:
    """What the school keeps of its digests."""
    stored = reading.value(_KEPT)
    if not stored:
        return DigestRecord()
    kept = json.loads(stored)
    return DigestRecord(
        tuple(from_json(each) for each in kept["printed"]),
        datetime.fromisoformat(kept["since"]) if kept["since"] else None,
        _week(kept["week"]),
        _week(kept["before"]),
    )


def _week(kept: list[Any] | None) -> Week | None:
    return Week(date.fromisoformat(kept[0]), *kept[1:]) if kept else None


def put_digest_record(writing: Writing, record: DigestRecord) -> None:
    """Keeps it."""

    def week(each: Week | None) -> list[Any] | None:
        return [str(each.on), each.previewed, each.held, each.posted] if each else None

    kept = {
        "printed": [to_json(each) for each in record.printed],
        "since": record.since.isoformat() if record.since else None,
        "week": week(record.week),
        "before": week(record.before),
    }
    writing.put_value(_KEPT, json.dumps(kept).encode())
    writing.look_at_school_now()
