"""What somebody types to the bot: a link, a command, or something it does not know."""

from collections.abc import Collection

from bot.app.act import Act
from bot.app.addresses import put_governors_channel
from bot.app.answered import Answer
from bot.app.find_person import find_form
from bot.app.inbound import Asked
from bot.app.list_views import cases_view, own_reports_view
from bot.app.report_pages import start_report
from bot.app.termly_view import term_report_view
from bot.app.typed_days import day_typed
from bot.app.view_case import open_case
from bot.app.work_case import come_back, go_away
from bot.domain.errors import Invalid, Refused
from bot.domain.ids import Reference
from bot.domain.links import find_links
from bot.domain.permissions import Doing, Standing, standing_of
from bot.domain.personal import Personal
from bot.screens.messages import help_message, one_line
from bot.screens.nodes import Message, Paragraph
from bot.screens.say import Say
from bot.screens.wrong import errors_of

COMMANDS = frozenset(
    {"", "report", "report-post", "status", "cases", "case", "find", "term", "away", "back"}
)
"""The words that begin what is about one school; ``help`` is about none."""


def asked(act: Act, what: Asked) -> Answer:
    """Answers what was typed, without the leading ``report-post``.

    Where others read along, nothing is done but to say where the digest goes.
    """
    words = what.text.reveal().strip().removeprefix("/")
    if what.public and words.casefold() != "digest-here":
        return Answer(say=one_line(Say.WRITE_TO_ME_DIRECTLY))
    links = find_links(words)
    if links:
        return Answer(start_report(act, [Personal(each) for each in links]))
    command, rest = command_in(words)
    match command:
        case "" | "report" | "report-post":
            return Answer(start_report(act))
        case "help":
            return Answer(say=help_for(act))
        case "status":
            return Answer(own_reports_view(act))
        case "cases":
            return Answer(cases_view(act))
        case "case":
            return _case(act, rest)
        case "find":
            # No name is taken from what was typed: a chat keeps it.
            return Answer(find_form(act, {}))
        case "term":
            return Answer(term_report_view(act, rest))
        case "away":
            return _away(act, rest)
        case "back":
            come_back(act)
            return Answer(say=one_line(Say.BACK_AGAIN))
        case "digest-here":
            act.ask(Doing.DIGEST_HERE)
            return _digest_here(act, what.channel)
        case _:
            return Answer(say=help_for(act, Say.UNKNOWN_WORD))


def command_in(words: str) -> tuple[str, str]:
    """The word that somebody began with, in small letters, and the rest.

    Who types nothing but a reference asks for that case.
    """
    command, _, rest = words.partition(" ")
    if not rest and _is_reference(command):
        return "case", command
    return command.casefold(), rest


def _is_reference(typed: str) -> bool:
    try:
        Reference(typed.removeprefix("#"))
    except ValueError:
        return False
    return True


def _digest_here(act: Act, channel: str | None) -> Answer:
    if channel is None:
        return Answer(say=one_line(Say.DIGEST_IS_HERE))
    if not channel:
        return Answer(say=one_line(Say.DIGEST_WHERE))
    put_governors_channel(act.writing, channel)
    return Answer(say=one_line(Say.DIGEST_COMES_HERE))


def help_for(act: Act, first: Say | None = None) -> Message:
    """What the bot can do, for this person."""
    return help_for_standing(standing_of(act.who), first)


def help_for_standing(standing: Collection[Standing], first: Say | None = None) -> Message:
    """What the bot can do, for somebody who stands there."""
    return help_message(
        first,
        reports=Standing.STAFF in standing,
        leads=Standing.LEADS in standing,
        heads=Standing.HEADS in standing,
        runs=Standing.RUNS_THE_BOT in standing,
    )


def _case(act: Act, typed: str) -> Answer:
    try:
        reference = Reference(typed.strip().removeprefix("#"))
    except ValueError:
        return Answer(say=one_line(Say.CASE_WHICH))
    row = act.case_of(reference)
    if row is None:
        raise Refused
    view = open_case(act, row.case)
    return Answer(view, policy=act.school.policy(row.policy_sha256, act.reading))


def _away(act: Act, typed: str) -> Answer:
    act.ask(Doing.GO_AWAY)
    day = day_typed(typed, act.today)
    if day is None:
        return Answer(say=one_line(Say.AWAY_HOW))
    try:
        go_away(act, day)
    except Invalid as wrong:
        told = next(iter(errors_of(wrong).values()))
        return Answer(say=Message(None, (Paragraph(told),), told))
    return Answer(say=one_line(Say.AWAY_UNTIL, on=day))
