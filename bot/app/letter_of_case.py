"""What a letter says of a case: facts in the policy's words, and never who reported it."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from bot.app.act import Look
from bot.app.case_file import CaseFile
from bot.app.letter_fields import (
    MOST_LINKS,
    Clause,
    Exhibit,
    Happened,
    LetterFields,
    Named,
    Site,
)
from bot.app.link_views import links_of
from bot.domain.answers import ticked, typed
from bot.domain.errors import CalendarEndsTooSoon
from bot.domain.evaluate import holds_in_answers
from bot.domain.events import CaseClosed, CaseOpened, CaseReopened, StepAnswered
from bot.domain.ids import OptionId, QuestionId, Role
from bot.domain.links import platform_of
from bot.domain.personal import Personal
from bot.screens.chronology import first_of, what_happened
from bot.screens.facts import OptionOf, plain
from bot.screens.say import Say
from bot.screens.wording import Words

_TITLES: Final = {
    Role.HEAD: "Headteacher",
    Role.DEPUTY: "Deputy headteacher",
    Role.DSL: "Designated safeguarding lead",
    Role.CHAIR: "Chair of governors",
}
_REMOVE_AFTER: Final = 2
"""School days that a letter leaves for taking a post down: then it is looked whether it is gone."""
_KINDS: Final = {
    "image/png": "PNG picture",
    "image/jpeg": "JPEG picture",
    "image/webp": "WebP picture",
    "application/pdf": "PDF file",
}


def fields_for(look: Look, file: CaseFile) -> LetterFields:
    """Everything that is known and may stand in a letter."""
    words, state, policy = look.school.words(file.policy), file.state, file.policy
    told, school = state.answers, look.school
    links = links_of(file)
    return LetterFields(
        school=school.name,
        letterhead=school.letterhead,
        reference=state.reference,
        written_on=look.today,
        sender_title=_TITLES.get(first_of(look.who.roles), ""),
        sender_name=look.by.name or school.names(look.reading).get(look.who.person),
        poster=_first(typed(told, policy.same_person.name) if policy.same_person else ()),
        poster_kind=_option(words, file, policy.letters.poster),
        concerns=_ticked(words, file, policy.categories, policy.letters.left_out),
        place=_option(words, file, policy.letters.place),
        links=links[:MOST_LINKS],
        seen_on=_seen_on(look, file),
        still_up_on=_still_up_on(look, file),
        talks=tuple(_talks(look, file)),
        clauses=_clauses(file),
        remove_by=_remove_by(look),
        site=_site(look, links),
        events=tuple(_events(look, file, words)),
        evidence=tuple(_evidence(look, file)),
        contacts=_contacts(look),
        complaints_route=school.letterhead.complaints,
        people=tuple(_people(words, file)),
        sexual_image=holds_in_answers(policy.files_forbidden, told),
    )


def _first(texts: tuple[Personal, ...]) -> Personal | None:
    return texts[0] if texts else None


def _option(words: Words, file: CaseFile, question: QuestionId | None) -> str:
    found = file.state.answers.get(question) if question else None
    return _label(words, question, found) if question and isinstance(found, OptionId) else ""


def _ticked(
    words: Words, file: CaseFile, question: QuestionId, but: frozenset[OptionId] = frozenset()
) -> tuple[str, ...]:
    offered = file.policy.questions[question].options
    found = ticked(file.state.answers, question) - but
    return tuple(_label(words, question, each.id) for each in offered if each.id in found)


def _clauses(file: CaseFile) -> tuple[Clause, ...]:
    """What the policy says of what the post is about."""
    policy = file.policy
    found = ticked(file.state.answers, policy.categories) - policy.letters.left_out
    offered = policy.questions[policy.categories].options
    cited = [clause for each in offered if each.id in found for clause in each.clauses]
    known = [each for each in dict.fromkeys(cited) if each in policy.clauses]
    return tuple(Clause(each, policy.clauses[each]) for each in known)


def _label(words: Words, question: QuestionId, option: OptionId) -> str:
    return words.text(plain(Say.LABEL, label=OptionOf(question, option)))


def _seen_on(look: Look, file: CaseFile) -> date | None:
    question = file.policy.letters.seen
    value = file.state.answers.get(question) if question else None
    at = value if isinstance(value, datetime) else file.state.opened_at
    return look.school.calendar.local_date(at)


def _still_up_on(look: Look, file: CaseFile) -> date | None:
    rule = file.policy.start_again_after
    if rule is None:
        return None
    rounds = [each.given for each in file.state.rounds.get(rule.step, ()) if each.given]
    last = rounds[-1] if rounds else None
    found = last is not None and last.counts_as in rule.outcomes
    return look.school.calendar.local_date(last.at) if last and found else None


def _talks(look: Look, file: CaseFile) -> Iterator[Happened]:
    says = file.policy.letters.says
    for entry in file.entries:
        event = entry.event
        if isinstance(event, StepAnswered) and (event.step, event.outcome) in says:
            on = look.school.calendar.local_date(entry.at)
            yield Happened(on, says[event.step, event.outcome])


def _events(look: Look, file: CaseFile, words: Words) -> Iterator[Happened]:
    """Not who told of it, nor anything that was typed."""
    for entry in file.entries:
        on = look.school.calendar.local_date(entry.at)
        if isinstance(entry.event, CaseOpened):
            yield Happened(on, words.text(plain(Say.DID_LEARN)))
        elif isinstance(entry.event, StepAnswered | CaseClosed | CaseReopened):
            yield Happened(on, words.text(what_happened(entry.event)))


def _remove_by(look: Look) -> date | None:
    try:
        return look.school.calendar.nth_school_day_after(look.today, _REMOVE_AFTER)
    except CalendarEndsTooSoon:
        return None


def _site(look: Look, links: tuple[Personal, ...]) -> Site | None:
    platforms = look.school.platforms
    hosts = {each.id: each.hosts for each in platforms.values()}
    for link in links:
        found = platforms.get(platform_of(link.reveal(), hosts) or "")
        if found is not None:
            return Site(found.name, found.report_at, found.checked_on)
    return None


def _evidence(look: Look, file: CaseFile) -> Iterator[Exhibit]:
    added = {
        getattr(entry.event, "evidence", None): look.school.calendar.local_date(entry.at)
        for entry in file.entries
    }
    opened_on = look.school.calendar.local_date(file.state.opened_at)
    for number, each in enumerate(file.state.evidence, start=1):
        kind = _KINDS.get(each.media_type, "File")
        on = added.get(each.evidence, opened_on)
        yield Exhibit(number, kind, each.size, each.sha256, on)


def _contacts(look: Look) -> tuple[tuple[str, str], ...]:
    wanted = (Role.HEAD.value, Role.DSL.value)
    contacts = look.school.contacts
    return tuple(
        (each.label, each.number) for name, each in contacts.items() if str(name) in wanted
    )


def _people(words: Words, file: CaseFile) -> Iterator[Named]:
    rule = file.policy.same_person
    if rule is None:
        return
    for role in _ticked(words, file, rule.concerned_roles):
        yield Named(role)
    for name in typed(file.state.answers, rule.concerned):
        yield Named(words.text(plain(Say.NAMED_IN_POST)), name)
