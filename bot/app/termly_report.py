"""Decides which term is meant and what its report says, from the digests that were printed."""

from dataclasses import dataclass
from datetime import date

from bot.app.digest_record import digest_record
from bot.app.ports import Reading
from bot.app.school import School
from bot.domain.digest_shown import chart_for
from bot.domain.errors import ReportPostError
from bot.domain.figures import DigestChart, Published
from bot.domain.term_report import TermReport, term_report
from bot.policies.problems import did_you_mean
from bot.screens.nodes import MessageNode
from bot.screens.term_body import TermDays, term_body
from bot.screens.wording import Words


class NoTermReport(ReportPostError):
    """There is no such term, or nothing was said of it yet; the message says which."""


@dataclass(frozen=True)
class NamedTerm:
    """A term of the school's calendar, or one that has left it and still has its digests."""

    name: str
    year: int
    """In which it begins."""
    first_on: date | None = None
    last_on: date | None = None

    @property
    def key(self) -> str:
        """As the digests name it, such as ``2026-autumn``."""
        return f"{self.year}-{self.name}"

    @property
    def label(self) -> str:
        """As people name it, such as "Autumn 2026"."""
        return f"{self.name.capitalize()} {self.year}"

    def has_begun(self, today: date) -> bool:
        """Whether its first day has come; it has, for one that only the digests know."""
        return self.first_on is None or self.first_on <= today

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.last_on is None or self.last_on < today


@dataclass(frozen=True)
class TermlyReport:
    """The report of a term as it is handed out; every format says the same."""

    school: str
    term: NamedTerm
    made_on: date
    nodes: tuple[MessageNode, ...]
    words: Words


def termly_report(school: School, name: str, year: int | None = None) -> TermlyReport:
    """The report of the term of that name; without a year, of the last one that has begun.

    Raises ``NoTermReport`` with what is wrong and what to do.
    """
    with school.store.reading() as reading:
        term = find_term(school, reading, name, year)
        if term is None:
            raise NoTermReport(_unknown(school, reading, name, year))
        nodes = report_nodes(school, reading, term)
    if nodes is None:
        raise NoTermReport(
            f"No weekly digest has gone out in the term {term.label} yet, and the report is made "
            "of what they said. Ask again after the first one."
        )
    return TermlyReport(school.name, term, school.today(), nodes, school.words())


def find_term(school: School, reading: Reading, name: str, year: int | None) -> NamedTerm | None:
    """The term of that name; without a year, the last one that has begun, else the next one.

    Without a name: the last term of all that has begun. ``None`` if there is no such term.
    """
    wanted = name.strip().casefold()
    found = [
        term
        for term in all_terms(school, reading)
        if wanted in ("", term.name.casefold()) and year in (None, term.year)
    ]
    begun = [term for term in found if term.has_begun(school.today())]
    return begun[-1] if begun else next(iter(found), None)


def all_terms(school: School, reading: Reading) -> tuple[NamedTerm, ...]:
    """Every term that the calendar or a digest knows, oldest first."""
    known = [
        NamedTerm(term.name, term.first_on.year, term.first_on, term.last_on)
        for term in school.calendar.terms
    ]
    keys = {term.key for term in known}
    earlier = dict.fromkeys(each.term for each in digest_record(reading).printed)
    return (*(_of_key(key) for key in earlier if key not in keys), *known)


def _of_key(key: str) -> NamedTerm:
    year, _, name = key.partition("-")
    return NamedTerm(name, int(year))


def report_nodes(
    school: School, reading: Reading, term: NamedTerm
) -> tuple[MessageNode, ...] | None:
    """What the report says; ``None`` if the term has had no digest."""
    printed = digest_record(reading).printed
    report = term_report(printed, term.key)
    if report is None:
        return None
    names = {each.key: each.label for each in all_terms(school, reading)}
    chart = _chart(school, report, names)
    return term_body(report, chart, school.pack.policy, _days(school, report, term))


def _chart(school: School, report: TermReport, names: dict[str, str]) -> DigestChart:
    """Every week from the term's first digest to its last; the terms up to this one."""
    zone = school.calendar.zone
    return chart_for(
        (*report.digests[:-1], report.figures),
        last_on=_day(school, report.digests[-1]),
        zone=zone,
        names=names,
        weeks=report.weeks(zone),
    )


def _day(school: School, digest: Published) -> date:
    return school.calendar.local_date(digest.at)


def _days(school: School, report: TermReport, term: NamedTerm) -> TermDays:
    first, last = (_day(school, each) for each in (report.digests[0], report.digests[-1]))
    return TermDays(
        first_on=term.first_on or first,
        last_on=term.last_on or last,
        up_to=last,
        over=term.is_over(school.today()),
    )


def _unknown(school: School, reading: Reading, name: str, year: int | None) -> str:
    terms = all_terms(school, reading)
    years = [str(term.year) for term in terms if term.name.casefold() == name.strip().casefold()]
    if years:
        known = " or ".join(dict.fromkeys(years))
        return f"No term “{name}” of the school begins in {year}. Name another year: {known}."
    hint = did_you_mean(name.strip().casefold(), (term.name for term in terms))
    return f"The school has no term “{name}”. {hint}"
