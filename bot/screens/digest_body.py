"""The body of the governors' digest: the figures as they are printed, and the chart."""

from collections.abc import Iterable

from bot.domain.figures import DigestChart, Published, Timeliness
from bot.domain.policy import Policy
from bot.screens.facts import PackText, Plain, plain
from bot.screens.nodes import Chart, Facts, Heading, MessageNode, Paragraph
from bot.screens.say import Say

TIMELINESS = {
    Timeliness.ALL_ON_TIME: Say.DIGEST_ON_TIME,
    Timeliness.SOME_LATE: Say.DIGEST_SOME_LATE,
    Timeliness.NOTHING_DUE: Say.DIGEST_NOTHING_DUE,
}


def digest_body(figures: Published, chart: DigestChart, policy: Policy) -> tuple[MessageNode, ...]:
    """Everything that the digest says of a week (PRODUCT, section 5)."""
    nodes: list[MessageNode] = [
        Paragraph(plain(TIMELINESS[figures.timeliness])),
        Facts(tuple(_counts(figures))),
    ]
    if figures.by_category:
        nodes += [Heading(plain(Say.DIGEST_BY_CATEGORY)), Facts(tuple(_categories(figures)))]
    if figures.has_details:
        nodes.append(Facts(tuple(_measures(figures, policy))))
    if figures.detail != "totals":
        nodes.append(Paragraph(plain(Say.DIGEST_ROUNDED)))
    oldest = min(card.checked_on for card in policy.cards.values())
    dates = plain(Say.DIGEST_DATES, policy=policy.dated_on, guidance=oldest)
    return (*nodes, Paragraph(dates), Chart(chart, plain(Say.DIGEST_CHART)))


def count(number: int) -> Plain:
    """A count in complete fives as it is printed."""
    return plain(Say.DIGEST_COUNT, count=number) if number >= 5 else plain(Say.DIGEST_FEWER)


def days(number: int | None) -> Plain:
    """A median of school days as it is printed."""
    if number is None:
        return plain(Say.DIGEST_TOO_FEW)
    if number == 0:
        return plain(Say.DIGEST_SAME_DAY)
    return plain(Say.ONE_SCHOOL_DAY) if number == 1 else plain(Say.DIGEST_DAYS, days=number)


def at_least(five_or_more: bool) -> Plain:  # noqa: FBT001 - it is the figure itself
    """A category or an offer as it is printed."""
    return plain(Say.DIGEST_FIVE_OR_MORE if five_or_more else Say.DIGEST_FEWER)


def _counts(figures: Published) -> Iterable[tuple[Plain, Plain]]:
    if figures.detail == "totals":
        for key, number in (
            (Say.DIGEST_NEW, figures.new),
            (Say.OPEN_CASES, figures.open),
            (Say.DIGEST_CLOSED, figures.closed or 0),
        ):
            yield plain(key), plain(Say.DIGEST_COUNT, count=number)
        return
    yield plain(Say.DIGEST_NEW), count(figures.new)
    yield plain(Say.OPEN_CASES), count(figures.open)
    yield plain(Say.DIGEST_TOTAL), count(figures.total)


def _categories(figures: Published) -> Iterable[tuple[Plain, Plain]]:
    for category, several in figures.by_category.items():
        yield plain(Say.LABEL, label=category), at_least(several)


def _measures(figures: Published, policy: Policy) -> Iterable[tuple[Plain, Plain]]:
    values = (figures.conversation, figures.removal)
    for measure, value in zip(policy.digest.days_to, values, strict=False):
        yield plain(Say.LABEL, label=PackText(("digest", measure.id))), days(value)
    for measure in policy.digest.offers:
        made = figures.offers.get(measure.id, 0)
        yield plain(Say.LABEL, label=PackText(("digest", measure.id))), at_least(made >= 5)
