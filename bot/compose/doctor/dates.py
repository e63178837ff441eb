"""Which dated words are too old: guidance, stop cards, the addresses where sites take reports."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from bot.compose.doctor.findings import Area, AtHand, Finding, Level, day
from bot.domain.policy import Policy
from bot.policies.bundled import load_platforms

_NEW_YEAR: Final = (9, 1)
"""Guidance for schools in England usually comes into force on 1 September (PRODUCT, 2.3)."""
_MOST_NAMED: Final = 4


def date_findings(at: AtHand, policy: Policy) -> Iterator[Finding]:
    """What is older than 12 months or than the last 1 September."""
    since = oldest_good(at.today)
    stop = {rule.card for rule in policy.stop_cards}
    cards = policy.cards.values()
    groups = {
        "stop card": {f"[{each.id}]": each.checked_on for each in cards if each.id in stop},
        "guidance card": {f"[{each.id}]": each.checked_on for each in cards if each.id not in stop},
        "reporting address": {each.name: each.checked_on for each in load_platforms().values()},
    }
    old = {kind: _older(dated, since) for kind, dated in groups.items()}
    for kind, names in old.items():
        if names:
            yield Finding(
                Area.POLICY,
                Level.WARNING,
                f"{_counted(names, kind)} last checked before {day(since)}: {_some(names)}.",
                "Install the newest Report Post. For cards of your own pack: read each source "
                "again, mend the lines and set checked_on.",
            )
    if not any(old.values()):
        says = f"All guidance, stop cards and reporting addresses were checked since {day(since)}."
        yield Finding(Area.POLICY, Level.OK, says)


def oldest_good(today: date) -> date:
    """The day from which on what was checked is good: 12 months ago, or the last 1 September."""
    september = date(today.year, *_NEW_YEAR)
    if september > today:
        september = september.replace(year=today.year - 1)
    leap = (today.month, today.day) == (2, 29)
    year_ago = today.replace(year=today.year - 1, day=28 if leap else today.day)
    return max(september, year_ago)


def _older(dated: dict[str, date], since: date) -> list[str]:
    return [name for name, checked_on in dated.items() if checked_on < since]


def _counted(names: list[str], kind: str) -> str:
    many = f"{kind}es" if kind.endswith("s") else f"{kind}s"
    return f"1 {kind} was" if len(names) == 1 else f"{len(names)} {many} were"


def _some(names: Iterable[str]) -> str:
    found = list(names)
    more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    return ", ".join(found[:_MOST_NAMED]) + more
