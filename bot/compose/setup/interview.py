"""The questions of ``report-post init``, in order: about a quarter of an hour for a school."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Final

from bot.app.letterhead import Letterhead
from bot.app.school import Holder
from bot.compose.setup import readings
from bot.compose.setup.answers import Answers, Calendar, School
from bot.compose.setup.ask_people import ask_contacts, ask_roles
from bot.compose.setup.asking import Asker, Question
from bot.compose.setup.days import half_of, inset_in, said_span, term, term_days
from bot.compose.setup.proposed import PROPOSED_IN, terms_to_ask
from bot.config.bank_holidays import COUNTRIES
from bot.domain.ids import Role, SchoolId
from bot.domain.terms import Term

PLATFORMS: Final = ("Slack", "Teams", "both", "later")
_LONGEST_ID: Final = 40


def interview(asker: Asker, today: date) -> Answers:
    """Puts every question. ``today`` decides which terms are proposed."""
    school = _school(asker)
    letterhead = _letterhead(asker)
    calendar = _calendar(asker, school.country, today)
    holders: Mapping[Role, tuple[Holder, ...]] = ask_roles(asker)
    contacts = ask_contacts(asker, holders)
    asker.tell("\nThe governors' weekly digest")
    detail = asker.ask(_DETAIL)
    asker.tell("\nNightly backups")
    backup = asker.ask(_BACKUP)
    asker.tell("\nWhere the bot works")
    platforms = asker.ask(_PLATFORMS)
    return Answers(school, letterhead, calendar, holders, contacts, detail, backup, platforms)


def _school(asker: Asker) -> School:
    asker.tell("\nThe school")
    name = asker.ask(_NAME)
    return School(
        id=asker.ask(_id_question(name)),
        name=name,
        country=asker.ask(_COUNTRY),
        under_13=asker.ask(_UNDER_13),
        governors=asker.ask(_GOVERNORS),
    )


_NAME: Final = Question(
    "name", "What is the school called?", readings.line, example="Derwent Vale Primary School"
)
_COUNTRY: Final = Question(
    "country",
    "In which country is it?",
    readings.country,
    usual="England",
    hint=f"{', '.join(COUNTRIES)}: whose bank holidays count.",
)
_UNDER_13: Final = Question(
    "under_13",
    "Are its pupils under 13?",
    readings.yes,
    usual="yes",
    hint="yes: then a pupil's own account on most social networks is under age.",
)
_GOVERNORS: Final = Question(
    "governors",
    "How many governors are there?",
    readings.governors,
    usual=readings.NONE,
    hint="A complaints panel needs three who know nothing of the case; the bot keeps count.",
)


def _id_question(name: str) -> Question[SchoolId]:
    return Question(
        "id",
        "A short name for the bot's own records?",
        readings.short_name,
        usual=_short(name) or None,
        hint="Small letters, digits and hyphens. It is never changed later.",
        example="our-school",
    )


def _short(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("’", "").replace("'", ""))
    letters = plain.encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", letters)
    while len("-".join(words)) > _LONGEST_ID:
        words.pop()
    return "-".join(words)


def _letterhead(asker: Asker) -> Letterhead:
    asker.tell("\nWhat stands on its letters (press Enter where there is nothing)")
    return Letterhead(
        address=asker.ask(
            Question(
                "address",
                "The postal address, without the school's name?",
                readings.postal_address,
                usual=readings.NONE,
                hint="With commas between the lines: Mill Lane, Derwent Vale, DV1 2AB",
            )
        ),
        telephone=asker.ask(
            Question("telephone", "The office's telephone?", readings.number, readings.NONE)
        ),
        email=asker.ask(
            Question("email", "The office's e-mail address?", readings.email, readings.NONE)
        ),
        website=asker.ask(
            Question("website", "The school's website?", readings.website, readings.NONE)
        ),
        complaints=asker.ask(
            Question(
                "complaints",
                "Where is the complaints procedure found?",
                readings.line_or_none,
                usual=readings.NONE,
                hint="A page, or whom to ask. It stands on letters and beside steps that offer it.",
            )
        ),
    )


def _calendar(asker: Asker, country: str, today: date) -> Calendar:
    guessed_here = country in PROPOSED_IN
    asker.tell("\nThe school calendar")
    asker.tell(
        "The dates in brackets are guesses from the usual pattern. Please check each of them "
        "against your school's calendar, and type the right ones; Enter takes the guess."
        if guessed_here
        else "Please have your school's calendar at hand: there is no guess for your country."
    )
    terms: list[Term] = []
    guessed: set[Term] = set()
    for guess in terms_to_ask(today):
        found = _term(asker, guess, terms, guessed_here=guessed_here)
        terms.append(found)
        if guessed_here and found == guess:
            guessed.add(found)
    return Calendar(tuple(terms), asker.ask(_inset(terms)), frozenset(guessed))


def _term(asker: Asker, guess: Term, before: list[Term], *, guessed_here: bool) -> Term:
    called = f"{guess.name}_{guess.first_on.year}"
    title = f"{guess.name.capitalize()} term {guess.first_on.year}"
    days = asker.ask(
        Question(
            called,
            f"{title}: first and last day?",
            term(guess.name, guess.half_term, before),
            usual=said_span(term_days(guess)) if guessed_here else None,
            example=said_span(term_days(guess)),
        )
    )
    half = days.half_term
    usual = said_span(half) if half and guessed_here else readings.NONE
    half = asker.ask(
        Question(f"{called}_half_term", f"{title}: half-term?", half_of(days), usual=usual)
    )
    return Term(days.name, days.first_on, days.last_on, half)


def _inset(terms: list[Term]) -> Question[tuple[date, ...]]:
    return Question(
        "inset",
        "INSET days in these terms?",
        inset_in(terms),
        usual=readings.NONE,
        hint="Staff are in, pupils are not. With commas between them: 2 September 2026, 4 January "
        "2027. They can be added later.",
    )


_DETAIL: Final = Question(
    "digest_detail",
    "Which figures may the governors see?",
    readings.one_of("suppressed", "totals"),
    usual="suppressed",
    hint="suppressed: counts in complete fives, so that nobody can be recognised.\n"
    "totals: how many cases are new, open and closed each week. In a small school a governor who "
    "has heard of a post can then tell that it became a case, and when that was closed.",
)
_BACKUP: Final = Question(
    "backup",
    "A folder for nightly backups?",
    readings.folder,
    usual=readings.NONE,
    hint="On another disk or computer. Enter: no backups yet.",
)
_PLATFORMS: Final = Question(
    "platforms",
    "Slack, Teams, both, or later?",
    readings.one_of(*PLATFORMS),
    usual="later",
    hint="You are told which secrets to set. They are not asked for here, and never in a file.",
)
