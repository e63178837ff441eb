"""Prints a pack so that a head can read it: what is asked, what follows, by when, who is told."""

import textwrap
from collections.abc import Iterator
from typing import Final

from bot.domain.conditions import Always
from bot.domain.policy import Policy
from bot.domain.questions import AnswerKind, Question
from bot.policies.english import ROLES, English, listed, sources_of, when_of
from bot.policies.show_messages import digest_lines, reminder_lines
from bot.policies.show_steps import step_lines

_WIDTH: Final = 96

_KINDS: Final = {
    AnswerKind.ONE: "one answer",
    AnswerKind.MANY: "several answers",
    AnswerKind.SHORT_TEXT: "a short text",
    AnswerKind.LONG_TEXT: "a text",
    AnswerKind.NAMES: "names",
    AnswerKind.LINKS: "links",
    AnswerKind.FILES: "files",
    AnswerKind.MOMENT: "a date and time",
    AnswerKind.TICK: "a tick",
}


def show_policy(policy: Policy) -> str:
    """The pack in plain English, as text of at most 96 columns; it ends with a line break."""
    english = English(policy)
    lines = [
        policy.title,
        f"Pack {policy.id} of {policy.dated_on.day} {policy.dated_on:%B %Y}",
        *_section("What is asked", _questions(policy, english)),
        *_section("What follows from the answers", _answers(policy, english)),
        *_section("The steps", step_lines(policy, english)),
        *_section("What some words mean here", _phrases(policy, english)),
        *_section("How a case can end", _resolutions(policy)),
        *_section("How long records are kept", _retention(policy, english)),
        *_section("Who is told, and when", reminder_lines(policy, english)),
        *_section("The governors' digest", digest_lines(policy, english)),
        *_section("The clauses", (f"{each}  {text}" for each, text in policy.clauses.items())),
    ]
    return "\n".join(_wrapped(line) for line in lines) + "\n"


def _section(title: str, lines: Iterator[str]) -> list[str]:
    return ["", title, "=" * len(title), *lines]


def _wrapped(line: str) -> str:
    indent = " " * (len(line) - len(line.lstrip()))
    return "\n".join(
        textwrap.wrap(
            line,
            _WIDTH,
            initial_indent="",
            subsequent_indent=f"{indent}    ",
            break_long_words=False,
            break_on_hyphens=False,
            drop_whitespace=True,
        )
        or [""]
    )


def _questions(policy: Policy, english: English) -> Iterator[str]:
    for number, page in enumerate(policy.pages, start=1):
        yield ""
        yield f"Page {number}: {page.title} ({page.id})"
        for identity in page.questions:
            yield from _question(policy.questions[identity], english)
    if policy.asked_by_steps:
        yield ""
        yield "Asked when a step is answered"
        for question in policy.asked_by_steps.values():
            yield from _question(question, english)


def _question(question: Question, english: English) -> Iterator[str]:
    optional = ", optional" if question.optional else ""
    folded = ", under “More, if you know it”" if question.folded else ""
    yield (
        f"  {question.label} ({question.id}: {_KINDS[question.kind]}{optional}{folded}) "
        f"{sources_of(question.sources)}"
    )
    yield f"      {question.why}"
    if question.when is not None:
        yield f"      Asked only when {english.condition(question.when)}."
    for option in question.options:
        alone = ", on its own" if option.alone else ""
        yield f"      – {option.label} ({option.id}{alone}) {sources_of(option.clauses)}".rstrip()


def _answers(policy: Policy, english: English) -> Iterator[str]:
    for rule in policy.severities:
        otherwise = rule.when == Always()
        when = "otherwise" if otherwise else f"when {english.condition(rule.when)}"
        yield f"  {rule.label}: {when} {sources_of(rule.sources)}"
    yield f"  Safeguarding side: when {english.condition(policy.safeguarding)}"
    owners = ", else ".join(ROLES[role] for role in policy.owner.roles)
    yield f"  The case belongs to {owners} {sources_of(policy.owner.sources)}"
    for exclusion in policy.exclusions:
        answer = english.option(exclusion.question, exclusion.option)
        asked = english.question(exclusion.question)
        out = f"excludes {ROLES[exclusion.role]} {sources_of(exclusion.sources)}"
        yield f"  “{asked}” has {answer}: {out}"
    for question in policy.excluded_by_name:
        yield f"  Whoever is named under “{english.question(question)}” is excluded"
    for card in policy.stop_cards:
        shown = "Shown to the reporter" if card.to_reporter else "Shown to whoever works the case"
        alert = ", with Alert now" if card.alert_now else ""
        yield (
            f"  Card “{policy.cards[card.card].title}” ({card.card}): {shown}{alert}"
            f"{when_of(english, card.when)} {sources_of(card.sources)}"
        )
    if policy.files:
        yield f"  No files are taken when {english.condition(policy.files_forbidden)}"


def _phrases(policy: Policy, english: English) -> Iterator[str]:
    for condition, phrase in policy.phrases:
        yield f"  {phrase[:1].upper()}{phrase[1:]}: {english.in_full(condition)}"


def _resolutions(policy: Policy) -> Iterator[str]:
    for each in policy.resolutions:
        chosen = "" if each.by_hand else "; follows from an answer, never chosen"
        yield f"  {each.label} ({each.id}): kept for {_months(each.keep_months)}{chosen}"


def _retention(policy: Policy, english: English) -> Iterator[str]:
    rules = policy.retention
    by_months: dict[int, list[str]] = {}
    for each in policy.resolutions:
        by_months.setdefault(rules.months_for(each.id), []).append(f"“{each.label}”")
    for months, labels in sorted(by_months.items()):
        yield f"  {_months(months)} after the case was closed: {listed(labels)}"
    yield f"  Then its names, words and files are erased {sources_of(rules.sources)}".rstrip()
    yield f"  The owner is told {_months(rules.notice_months)} before"
    yield "  Nothing is erased while the case is open or under a legal hold"
    filed = english.condition(rules.moved_to_file_first)
    yield (
        "  Nor before somebody has recorded that it was moved to the file (moved-to-file), "
        f"when {filed}"
    )


def _months(count: int) -> str:
    return "1 month" if count == 1 else f"{count} months"
