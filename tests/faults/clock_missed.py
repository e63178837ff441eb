"""Nothing runs over a Friday afternoon: the governors get one digest when it runs again."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from bot.app.send_digest import hold_digest
from bot.domain.ids import MessageKind
from tests.builders import school_time
from tests.faults.clock_school import ClockSchool, a_clock_school
from tests.faults.fault import Outcome, Scale

_REPORTED: Final = "2026-11-18T09:00"
"""A Wednesday; the Friday that is missed is the 20th."""
_STEADY: Final = ("2026-11-27 09:00", "2026-11-27 15:30")
"""Preview and digest of the Friday after, as always."""
_ENDS: Final = "2026-11-28T12:00"


@dataclass(frozen=True)
class Missed:
    """From when to when nothing runs; the previews and digests that must have come by the end."""

    name: str
    down: str
    up: str
    previews: tuple[str, ...]
    digests: tuple[str, ...]
    held: bool = False


MISSED: Final = (
    Missed(
        "a missed Friday afternoon",
        "2026-11-20T15:00",
        "2026-11-23T08:00",
        ("2026-11-20 09:00", _STEADY[0]),
        ("2026-11-23 08:00", _STEADY[1]),
    ),
    Missed(
        "a missed Friday",
        "2026-11-20T08:30",
        "2026-11-23T08:00",
        (_STEADY[0],),
        ("2026-11-23 08:00", _STEADY[1]),
    ),
    Missed(
        "a missed Friday, and Monday's round-up",
        "2026-11-19T12:00",
        "2026-11-23T10:00",
        (_STEADY[0],),
        ("2026-11-23 10:00", _STEADY[1]),
    ),
    Missed(
        "a missed Friday morning",
        "2026-11-20T08:30",
        "2026-11-20T12:00",
        ("2026-11-20 12:00", _STEADY[0]),
        ("2026-11-20 15:30", _STEADY[1]),
    ),
    Missed(
        "a missed Friday whose digest was held",
        "2026-11-20T15:00",
        "2026-11-23T08:00",
        ("2026-11-20 09:00", _STEADY[0]),
        (_STEADY[1],),
        held=True,
    ),
    Missed(
        "two missed Fridays",
        "2026-11-20T08:30",
        "2026-11-30T08:00",
        (),
        ("2026-11-30 08:00",),
    ),
)


def missed(what: Missed, scale: Scale) -> Outcome:
    """A case waits, nothing runs for a while, and then everything is as if it had."""
    del scale  # it is done in full at once
    with a_clock_school(_REPORTED) as school:
        school.work.report()
        school.settle()
        school.walk(what.down)
        if what.held:
            with school.work.acting("head") as act:
                hold_digest(act)
            school.settle()
        up = school_time(what.up)
        before = len(school.sent)
        school.set(up)
        at_once = Counter((each.to, each.kind) for each in school.sent[before:])
        school.must(max(at_once.values(), default=0) <= 1, "somebody got a kind of message twice")
        school.walk(max(_ENDS, f"{what.up[:10]}T12:00"))
        _came(school, MessageKind.DIGEST_PREVIEW, what.previews)
        _came(school, MessageKind.DIGEST, what.digests)
        if what.held:
            _came(school, MessageKind.DIGEST_HELD, ("2026-11-20 15:00",))
        _one_round_up_a_morning(school)
        school.record_holds()
        counted = Counter(str(each.kind) for each in school.sent)
        tried = f"nothing ran from {what.down} to {what.up}"
        return Outcome(tried, dict(counted.most_common()), tuple(school.wrong))


def _came(school: ClockSchool, kind: MessageKind, wanted: tuple[str, ...]) -> None:
    came = tuple(each.local for each in school.of(kind))
    school.must(came == wanted, f"{kind} came at {came}, and not at {wanted}")


def _one_round_up_a_morning(school: ClockSchool) -> None:
    days = Counter(each.local[:10] for each in school.of(MessageKind.ROUND_UP, "head"))
    school.must(days, "no round-up came")
    school.must(max(days.values(), default=0) <= 1, f"round-ups came on {dict(days)}")
