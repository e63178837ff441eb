"""The body of the termly report: the figures of the term's digests, in the digest's own words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.domain.figures import DigestChart, Published
from bot.domain.policy import Policy
from bot.domain.term_report import TermReport
from bot.screens.digest_body import TIMELINESS, at_least, count, days
from bot.screens.facts import PackText, Plain, plain
from bot.screens.nodes import Chart, Facts, Heading, MessageNode, Paragraph
from bot.screens.say import Say


@dataclass(frozen=True)
class TermDays:
    """From when to when a term lasts, when its last digest went out, and whether it is over."""

    first_on: date
    last_on: date
    up_to: date
    over: bool


def term_body(
    report: TermReport, chart: DigestChart, policy: Policy, when: TermDays
) -> tuple[MessageNode, ...]:
    """Everything that the report says of a term."""
    figures = report.figures
    said = Say.TERM_UP_TO if when.over else Say.TERM_SO_FAR
    nodes: list[MessageNode] = [
        Heading(plain(Say.TERM_FROM_TO, first=when.first_on, last=when.last_on)),
        Paragraph(plain(said, on=when.up_to)),
        Paragraph(plain(TIMELINESS[figures.timeliness])),
        Facts(tuple(_counts(figures))),
    ]
    if report.counted:
        nodes += _details(report, policy)
    if figures.detail != "totals":
        nodes.append(Paragraph(plain(Say.DIGEST_ROUNDED)))
    oldest = min(card.checked_on for card in policy.cards.values())
    dates = plain(Say.DIGEST_DATES, policy=policy.dated_on, guidance=oldest)
    return (*nodes, Paragraph(dates), Chart(chart, plain(Say.DIGEST_CHART)))


def _counts(figures: Published) -> Iterable[tuple[Plain, Plain]]:
    if figures.detail == "totals":
        for key, number in (
            (Say.TERM_NEW, figures.new),
            (Say.TERM_OPEN, figures.open),
            (Say.TERM_CLOSED, figures.closed or 0),
        ):
            yield plain(key), plain(Say.DIGEST_COUNT, count=number)
        return
    yield plain(Say.DIGEST_TOTAL), count(figures.total)
    yield plain(Say.TERM_OPEN), count(figures.open)


def _details(report: TermReport, policy: Policy) -> Iterable[MessageNode]:
    figures = report.figures
    if report.counted != figures.total:
        yield Paragraph(plain(Say.TERM_DETAILS_OF, count=report.counted))
    if figures.by_category:
        yield Heading(plain(Say.DIGEST_BY_CATEGORY))
        yield Facts(tuple(_categories(figures)))
    yield Heading(plain(Say.TERM_HOW_DEALT_WITH))
    yield Facts(tuple(_measures(figures, policy)))


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
