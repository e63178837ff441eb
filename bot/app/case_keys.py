"""By what a case is found again: links and names as keyed hashes, and whom its post is about."""

import unicodedata
from collections.abc import Sequence

from bot.app.act import Act
from bot.app.ports import Reading
from bot.app.stored import CaseRow
from bot.domain.answers import Answers, ticked, typed
from bot.domain.case import CaseState
from bot.domain.errors import Invalid, Why
from bot.domain.events import Report
from bot.domain.ids import CaseId, OptionId, QuestionId, Role
from bot.domain.links import LinkNotAccepted, normalise, read_link
from bot.domain.personal import Personal
from bot.domain.policy import Policy
from bot.domain.questions import AnswerKind


def clean_links(policy: Policy, answers: Answers) -> Answers:
    """The answers with each link cleaned for keeping. Raises ``Invalid`` for one that is none."""
    changed = dict(answers)
    for question, value in answers.items():
        asked = policy.questions.get(question)
        if asked and asked.kind is AnswerKind.LINKS and isinstance(value, tuple):
            try:
                links = [Personal(read_link(each.reveal())) for each in value]
            except LinkNotAccepted as wrong:
                raise Invalid({question.value: Why.NOT_A_LINK}, because=wrong) from None
            changed[question] = tuple(dict.fromkeys(links))
    return changed


def name_key(name: Personal) -> str:
    """A name without case and spaces, to be hashed (PRODUCT 2.4, same person)."""
    return "".join(unicodedata.normalize("NFKC", name.reveal()).casefold().split())


def cases_of_the_post(reading: Reading, policy: Policy, answers: Answers) -> list[CaseRow]:
    """Every case with one of the links, the oldest first."""
    found = {
        row.case: row
        for key in link_keys(reading, policy, answers)
        for row in reading.cases_with_link(key)
    }
    return sorted(found.values(), key=lambda row: (row.opened_at, row.reference))


def link_keys(reading: Reading, policy: Policy, answers: Answers) -> tuple[str, ...]:
    """The keyed hashes of the links by which the same post is found."""
    if policy.same_post is None:
        return ()
    links = typed(answers, policy.same_post.question)
    return tuple(reading.keyed_hash("link", normalise(link.reveal())) for link in links)


def report_of(act: Act, policy: Policy, answers: Answers) -> Report:
    """What the person told, with whom it is about."""
    concerned = concerned_by(act.writing, policy, answers)
    return Report(act.who.person, answers, _each_once(act, concerned))


def _each_once(act: Act, concerned: frozenset[str]) -> frozenset[str]:
    """Somebody who is named by role and by name too is one person, not two."""
    names = act.school.names(act.writing)
    twice = {
        name_mark(act.writing, names[person])
        for role in Role
        if role_mark(role) in concerned
        for person in act.roster.of(role)
        if person in names
    }
    return concerned - twice


def concerned_by(reading: Reading, policy: Policy, answers: Answers) -> frozenset[str]:
    """Whom a post is about: names as keyed hashes, and roles of the school (PRODUCT 2.4)."""
    rule = policy.same_person
    if rule is None:
        return frozenset()
    names = typed(answers, rule.concerned)
    roles = ticked(answers, rule.concerned_roles) & rule.role_options
    return frozenset(
        {name_mark(reading, name) for name in names} | {role_mark(role) for role in roles}
    )


def name_mark(reading: Reading, name: Personal) -> str:
    """A name as it stands among those whom a post is about: unreadable, and the same each time."""
    return f"name:{reading.keyed_hash('name', name_key(name))}"


def role_mark(role: OptionId | Role) -> str:
    """A role as it stands among those whom a post is about."""
    return f"role:{role}"


def index_report(act: Act, case: CaseId, policy: Policy, report: Report) -> None:
    """Keeps by which links, name and reporter the case is found."""
    for key in link_keys(act.writing, policy, report.answers):
        act.writing.keep_link(case, key)
    act.writing.keep_reporter(case, report.reporter)
    if policy.same_person:
        index_names(act, case, typed(report.answers, policy.same_person.name))


def index_names(act: Act, case: CaseId, names: Sequence[Personal]) -> None:
    """Keeps under which names the poster of a case is found."""
    for name in names:
        act.writing.keep_name(case, act.writing.keyed_hash("name", name_key(name)))


def cases_named(reading: Reading, name: QuestionId, state: CaseState) -> list[CaseRow]:
    """Cases no younger than this one whose poster has one of its names, the oldest first."""
    found = {
        row.case: row
        for each in typed(state.answers, name)
        for row in reading.cases_with_name(reading.keyed_hash("name", name_key(each)))
        if row.opened_at <= state.opened_at
    }
    return sorted(found.values(), key=lambda row: (row.opened_at, row.reference))
