"""How what came differs from what was expected, each difference in plain English."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import CaseId
from bot.journeys.story import Expectation, ExpectedDigest
from bot.journeys.world import CaseFacts, DigestFacts, Happened

Names = Mapping[str, CaseId]
"""The cases of a journey so far; one that was joined has several names."""

_NOTHING = "nothing"


@dataclass(frozen=True)
class Difference:
    """Something that is not as expected. ``about`` is the key of ``expect``."""

    about: str
    expected: str
    came: str


def name_of(case: CaseId, names: Names) -> str:
    """What the reader calls a case: its first name."""
    return next((name for name, each in names.items() if each == case), "a case without a name")


def of_the_deed(expect: Expectation, happened: Happened) -> Iterator[Difference]:
    """Whether it was done, refused or invalid, as expected."""
    expected = _became(refused=expect.refused, invalid=expect.invalid)
    came = _became(refused=happened.refused, invalid=happened.invalid)
    if expected != came:
        why = f" ({happened.why})" if happened.why else ""
        yield Difference("does", f"it to be {expected}", f"it was {came}{why}")


def _became(*, refused: bool, invalid: bool) -> str:
    if refused:
        return "refused"
    return "found invalid" if invalid else "done"


def of_the_case_joined(joined: str, case: CaseId, before: Names) -> Iterator[Difference]:
    """Whether a report joined the case of that name; ``before`` are the names given until then."""
    if before.get(joined) == case:
        return
    known = case in before.values()
    came = f"it joined {name_of(case, before)}" if known else "it opened a case of its own"
    yield Difference("joined", f"it to join {joined}", came)


def of_the_facts(expect: Expectation, facts: CaseFacts, names: Names) -> Iterator[Difference]:
    """Whether the case is as expected; what is ``None`` is not looked at."""
    for key in ("severity", "status", "resolution", "safeguarding", "further_action", "occasions"):
        yield from _of_value(key, getattr(expect, key), getattr(facts, key))
    for key in ("categories", "stop_cards", "pending", "recommended", "possible"):
        yield from _of_set(key, getattr(expect, key), getattr(facts, key))
    if expect.owner is not None and expect.owner not in (facts.owner, facts.owner_person):
        person = f" ({facts.owner_person})" if facts.owner_person else ""
        yield Difference("owner", expect.owner, f"{facts.owner}{person}")
    for step, due in (expect.due or {}).items():
        yield from _of_value(f"due.{step}", due, facts.due.get(step))
    yield from of_cases("earlier", expect.earlier, facts.earlier, names)


def of_cases(
    about: str, expected: frozenset[str] | None, came: frozenset[CaseId], names: Names
) -> Iterator[Difference]:
    """Whether these are exactly the cases of those names."""
    if expected is None:
        return
    opened = expected <= names.keys()
    if not opened or {names[name] for name in expected} != came:
        yield Difference(about, _listed(expected), _listed(name_of(case, names) for case in came))


def of_the_digest(expected: ExpectedDigest, came: DigestFacts | None) -> Iterator[Difference]:
    """Whether the last digest reads as expected."""
    if came is None:
        yield Difference("digest", "one", "none was posted yet")
        return
    for figure in ("new", "open", "total"):
        yield from _of_value(f"digest.{figure}", getattr(expected, figure), getattr(came, figure))
    timeliness = (came.timeliness, came.timeliness_shown)
    if expected.timeliness is not None and expected.timeliness not in timeliness:
        yield Difference("digest.timeliness", expected.timeliness, came.timeliness)
    table = expected.by_category
    if table == {} and came.by_category:
        yield Difference("digest.by_category", "no table", _listed(came.by_category))
    for category, text in (table or {}).items():
        shown = came.by_category.get(category)
        yield from _of_value(f"digest.by_category.{category}", text, shown)


def _of_value(about: str, expected: object, came: object) -> Iterator[Difference]:
    if expected is not None and expected != came:
        yield Difference(about, _shown(expected), _shown(came))


def _of_set(
    about: str, expected: frozenset[str] | None, came: frozenset[str]
) -> Iterator[Difference]:
    if expected is not None and expected != came:
        yield Difference(about, _listed(expected), _listed(came))


def _shown(value: object) -> str:
    match value:
        case None:
            return _NOTHING
        case bool():
            return "true" if value else "false"
        case datetime():
            return f"{value:%a %d %b %Y %H:%M:%S}"
        case _:
            return str(value)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or _NOTHING
