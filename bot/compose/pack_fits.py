"""Whether every screen of a pack fits every platform: drawn as there, against its limits."""

from collections.abc import Callable, Iterator
from typing import Final, assert_never

from adapters.desk import render as desk
from adapters.slack import render as slack
from adapters.slack.limits import problems_in as problems_in_slack
from adapters.slack.texts import Block
from adapters.teams import render as teams
from adapters.teams import sizes
from adapters.teams.limits import problems_in as problems_in_teams
from bot.compose.pack_screens import PackScreens, Screen, screens_of
from bot.policies.parse import Pack
from bot.screens.nodes import Form, Message, View
from bot.screens.wording import Words

_PLACE: Final = desk.Place("head", "0" * 32)
_MEND: Final = "Shorten its words, or ask fewer questions and offer fewer answers in one place."
_A_FILE: Final = "F0123456789"


def problems_of_screens(pack: Pack, name: str) -> tuple[str, ...]:
    """What of the pack would not fit, each with its place; ``name`` is how it was loaded."""
    found: dict[tuple[str, str], str] = {}
    for place, where, wrong in wrong_in(screens_of(name)):
        # One thing is wrong in many ways: the first of them is enough to find the place.
        told = wrong.partition(": ask fewer")[0].rstrip(".")
        line = f"{pack.place}, {place}: does not fit in {where} ({told}). {_MEND}"
        found.setdefault((place, where), line)
    return tuple(found.values())


def wrong_in(drawn: PackScreens) -> Iterator[tuple[str, str, str]]:
    """Each problem: the place in the pack, the platform, and what is wrong."""
    for each in drawn.screens:
        for where, problems in _RENDERERS.items():
            try:
                yield from (
                    (each.place, where, wrong) for wrong in problems(each.screen, drawn.words)
                )
            except (slack.TooLong, teams.TooLong) as error:
                yield each.place, where, str(error)
            except (KeyError, ValueError) as error:
                yield each.place, where, f"it cannot be drawn ({type(error).__name__}: {error})"


def _on_the_page(screen: Screen, words: Words) -> Iterator[str]:
    if not _drawn_here(screen, words).strip():
        yield "nothing is shown"


def _drawn_here(screen: Screen, words: Words) -> str:
    match screen:
        case Form():
            return desk.draw_form(screen, words, _PLACE)
        case View():
            return desk.draw_view(screen, words, _PLACE)
        case Message():
            return desk.draw_message(screen, words, "m1")
        case _:
            assert_never(screen)


def _in_slack(screen: Screen, words: Words) -> Iterator[str]:
    for payload in _slack_payloads(screen, words):
        yield from problems_in_slack(payload)


def _slack_payloads(screen: Screen, words: Words) -> Iterator[Block]:
    match screen:
        case Form():
            yield slack.modal(screen, words)
            yield slack.more_view(screen, words)
            yield slack.kept_view(screen, words)
            if screen.errors:
                yield slack.errors_answer(screen, words)
        case View():
            yield from _pages(lambda page: slack.modal(screen, words, page=page))
        case Message():
            whole = slack.message_payload(screen, words)
            drawn = whole.with_pictures([_A_FILE] * len(whole.pictures))
            for part in (*whole.parts, *drawn.parts):
                yield {"blocks": list(part.blocks), "text": part.text}


def _in_teams(screen: Screen, words: Words) -> Iterator[str]:
    for card, room in _cards(screen, words):
        yield from problems_in_teams(card, room)


def _cards(screen: Screen, words: Words) -> Iterator[tuple[teams.Card, int]]:
    match screen:
        case Form():
            yield teams.form_card(screen, words, teams.Shell.DIALOG), sizes.ANSWER_BYTES
            yield teams.form_card(screen, words, teams.Shell.CHAT), sizes.CARD_BYTES
        case View():
            for shell in (teams.Shell.DIALOG, teams.Shell.CHAT):
                for card in _pages(_page_in(screen, words, shell)):
                    yield card, sizes.ANSWER_BYTES
        case Message():
            for windows in (True, False):
                for card in teams.message_payload(screen, words, windows=windows).parts:
                    yield card, sizes.CARD_BYTES


def _page_in(view: View, words: Words, shell: teams.Shell) -> Callable[[int], teams.Card]:
    return lambda page: teams.view_card(view, words, shell, page=page)


def _pages(draw: Callable[[int], Block]) -> Iterator[Block]:
    """Every page of a view; the last is drawn again for a page that is not there."""
    before: Block | None = None
    number = 0
    while (page := draw(number)) != before:
        yield page
        before, number = page, number + 1


_RENDERERS: Final = {
    "the local page": _on_the_page,
    "Slack": _in_slack,
    "Microsoft Teams": _in_teams,
}
