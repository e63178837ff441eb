"""Decides how a digest's figures read, how it is kept, and what of the past its chart shows."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final

from bot.domain.figures import FULL_GROUP, DigestChart, Published, TermTotal, Timeliness
from bot.domain.ids import CategoryId

WEEKS_SHOWN: Final = 12
"""Weeks in the strip (PRODUCT, section 5)."""

TERMS_SHOWN: Final = 6
"""Terms in two years (PRODUCT, section 5)."""

FEWER: Final = f"fewer than {FULL_GROUP}"
OR_MORE: Final = f"{FULL_GROUP} or more"

_FRIDAY: Final = 4
_GRAVEST_FIRST: Final = (Timeliness.SOME_LATE, Timeliness.ALL_ON_TIME, Timeliness.NOTHING_DUE)
_VERSION: Final = 1


def shown_count(count: int) -> str:
    """How a count reads that is already in complete fives: "fewer than 5", or the number."""
    return str(count) if count >= FULL_GROUP else FEWER


def shown_at_least(five_or_more: bool) -> str:  # noqa: FBT001 - the figure itself, not a switch
    """How a category or an offer reads; "fewer than 5" includes none."""
    return OR_MORE if five_or_more else FEWER


def shown_days(days: int | None) -> str:
    """How a median of school days reads; None where fewer than 5 cases have one."""
    if days is None:
        return "too few cases to say"
    return "the same day" if days == 0 else f"{days} school {'day' if days == 1 else 'days'}"


def shown_figures(digest: Published) -> dict[str, str]:
    """Every figure that is printed, by its name, as its text; what is not printed is not there.

    Names: new, open, timeliness; then closed (detail "totals"), or total and from a total of 10
    conversation, removal, category:<id> and offer:<key>. The chart is apart (`chart_for`).
    """
    texts = {"timeliness": digest.timeliness.value}
    if digest.detail == "totals":
        return texts | {
            "new": str(digest.new),
            "open": str(digest.open),
            "closed": str(digest.closed or 0),
        }
    for name, count in (("new", digest.new), ("open", digest.open), ("total", digest.total)):
        texts[name] = shown_count(count)
    if digest.has_details:
        texts["conversation"] = shown_days(digest.conversation)
        texts["removal"] = shown_days(digest.removal)
    for category, several in digest.by_category.items():
        texts[f"category:{category}"] = shown_at_least(several)
    for offer, made in digest.offers.items():
        texts[f"offer:{offer}"] = shown_at_least(made >= FULL_GROUP)
    return texts


def chart_for(
    history: Iterable[Published],
    *,
    last_on: date,
    zone: tzinfo,
    names: Mapping[str, str],
    weeks: int = WEEKS_SHOWN,
) -> DigestChart:
    """The chart of what was printed: the `weeks` up to that of `last_on`, and the last 6 terms.

    `zone` is the school's, to tell the week of a digest; `names` gives each term's key the name
    that the school uses (the key itself where it is missing). All of it was printed before.
    """
    printed = sorted(history, key=lambda digest: digest.at)
    by_week: dict[date, Timeliness] = {}
    for digest in printed:
        friday = _friday_of(digest.at.astimezone(zone).date())
        known = {digest.timeliness, by_week.get(friday, digest.timeliness)}
        by_week[friday] = next(grave for grave in _GRAVEST_FIRST if grave in known)
    last = _friday_of(last_on)
    fridays = [last - timedelta(weeks=ago) for ago in reversed(range(weeks))]
    terms = printed[-1].terms[-TERMS_SHOWN:] if printed else ()
    return DigestChart(
        weeks=tuple((friday, by_week.get(friday)) for friday in fridays),
        terms=tuple(TermTotal(names.get(term.name, term.name), term.total) for term in terms),
    )


def to_json(digest: Published) -> dict[str, Any]:
    """The digest as plain JSON values, for the school's own stream; `from_json` reads it back."""
    return {
        "v": _VERSION,
        "at": digest.at.isoformat(),
        "term": digest.term,
        "new": digest.new,
        "open": digest.open,
        "total": digest.total,
        "by_category": {category.value: more for category, more in digest.by_category.items()},
        "conversation": digest.conversation,
        "removal": digest.removal,
        "offers": dict(digest.offers),
        "timeliness": digest.timeliness.value,
        "terms": [[term.name, term.total] for term in digest.terms],
        "detail": digest.detail,
        "closed": digest.closed,
    }


def from_json(kept: Mapping[str, Any]) -> Published:
    """The digest that `to_json` kept. KeyError or ValueError if it is something else."""
    if kept["v"] != _VERSION:
        message = f"A digest of version {kept['v']} cannot be read; this is version {_VERSION}."
        raise ValueError(message)
    return Published(
        at=datetime.fromisoformat(kept["at"]),
        term=kept["term"],
        new=kept["new"],
        open=kept["open"],
        total=kept["total"],
        by_category={CategoryId(key): more for key, more in kept["by_category"].items()},
        conversation=kept["conversation"],
        removal=kept["removal"],
        offers=dict(kept["offers"]),
        timeliness=Timeliness(kept["timeliness"]),
        terms=tuple(TermTotal(name, total) for name, total in kept["terms"]),
        detail=kept["detail"],
        closed=kept["closed"],
    )


def _friday_of(day: date) -> date:
    return day + timedelta(days=_FRIDAY - day.weekday())
