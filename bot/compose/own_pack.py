"""A policy pack for a school to make its own: the bundled one, with remarks on how to change it."""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Final

from bot.compose.setup.kept import NotWritten, write_new
from bot.domain.errors import ReportPostError
from bot.policies.bundled import GUIDANCE, bundled_names, bundled_text
from bot.policies.parse import parse_policy

BASE: Final = "derwent-vale"

_NAME: Final = re.compile(r"(?=.{1,40}\Z)[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_SECTION: Final = re.compile(r"^# -{20,} (?P<title>.+)$", re.MULTILINE)
_TOP: Final = re.compile(r'\A(?P<remarks>(?:#.*\n)+)\nid = ".*"\ntitle = ".*"\ndated = .*\n')
_WIDTH: Final = 94
_SYNTAX: Final = "# source   a clause"
"""Where, among the remarks of the bundled pack, those begin that hold for every pack."""

ADVICE: Final[Mapping[str, str]] = {
    "the clauses": "Write down your own policy here, clause by clause, in your own words. Every "
    "rule below names the clauses it rests on; the check tells you of one that is not here.",
    "conditions with a name": "Give a condition a name if several rules need it. Its words under "
    "[phrase] are what `policy show` prints.",
    "the guided questions": "Words may be changed freely. A new option needs an id, a label and a "
    "source; a new question also a why and a place on a [[page]]. Never change "
    "or reuse an id: open cases have it. Keep the commonest report short: two pages, under a "
    "minute.",
    "what answering a step asks": "Asked when an outcome of a step names it in asks = [...].",
    "what follows from the answers": "How pressing a case is, whose it is, and who is kept out. "
    "The first severity that fits counts. Take care with [[exclusion]]: nobody may work a case "
    "about themselves.",
    "stop cards": "Which card is shown when. Its words come with the bot, dated and kept up to "
    "date. For words of your own write [card.NAME]; then it is you who checks them each September.",
    "the procedure": "A step needs a label, a source, a when, a due and outcomes. It is there as "
    "soon as its when holds, and goes when it does not. Something must always be left to do until "
    "an outcome closes the case: the check walks through thousands of cases to see.",
    "how a case can end": "How long each is kept, in months, is the school's own decision.",
    "reminders": "Who hears of what, and when. Times are local; an urgent case never waits for "
    "school hours.",
    "the governors' digest": "Only what is named here is counted. If the number of categories is a "
    "multiple of five, the check refuses them: a count could then be worked out.",
}
"""What is worth knowing of each section of the bundled pack, by the beginning of its title."""


class NotAName(ReportPostError):
    """A pack cannot be called so; the message says what would do."""


@dataclass(frozen=True)
class OwnPack:
    """Where the pack is, and the file of the cards that one may copy from."""

    pack: Path
    cards: Path


def write_own_pack(name: str, folder: Path, today: date) -> OwnPack:
    """Writes both files, or none. Raises ``NotAName`` or ``NotWritten``."""
    text = own_pack(name, today)
    parse_policy(text, f"{name}.toml")
    found = OwnPack(folder / f"{name}.toml", folder / f"{name}-cards.toml")
    if not folder.is_dir():
        raise NotWritten(f"{folder} is no folder that is there. Make it, or name another.")
    for each in (found.pack, found.cards):
        if each.exists():
            raise NotWritten(f"{each} is there already, and stays. Nothing was written.")
    write_new(found.pack, text, replace=False, private=False)
    try:
        write_new(found.cards, _cards(name), replace=False, private=False)
    except NotWritten:
        found.pack.unlink(missing_ok=True)
        raise
    return found


def own_pack(name: str, today: date) -> str:
    """The bundled pack under another name, with remarks. Raises ``NotAName``."""
    if not _NAME.fullmatch(name):
        raise NotAName(
            "A pack's name has up to 40 small letters, digits and hyphens, and begins with a "
            "letter, such as hill-top."
        )
    if name in bundled_names():
        raise NotAName(f"{name} comes with the bot. Choose another name, such as {name}-2.")
    text = bundled_text(BASE)
    top = _TOP.match(text)
    if top is None:
        raise LookupError(BASE)
    remarks = top["remarks"]
    syntax = remarks[remarks.index(_SYNTAX) :]
    begins = (
        f'{_head(name, today)}#\n{syntax}\nid = "{name}"\n'
        f'title = "Parents and social networking: our school"\ndated = {today}\n'
    )
    return _SECTION.sub(_with_advice, begins + text[top.end() :])


def _head(name: str, today: date) -> str:
    lines = (
        f"{name}: a policy pack of our own, copied on {today.day} {today:%B %Y} from {BASE}.",
        "",
        "Change one thing at a time, and after each:",
        f"  report-post policy check {name}.toml",
        "      names every mistake, with how to mend it",
        f"  report-post policy show {name}.toml",
        "      prints it as people will read it",
        "  report-post journey STORY.toml",
        "      plays a story: does it do what you expect?",
        f'Then in school.toml, under [school]: policy = "{name}.toml", and start the bot again.',
        "A case that is open keeps the pack under which it was opened.",
        "",
        "docs/own-policy.md adds a category, a question and a step, word for word.",
        "",
    )
    return "".join(f"# {line}".rstrip() + "\n" for line in lines[:-1])


def _with_advice(section: re.Match[str]) -> str:
    advice = next(
        (each for begins, each in ADVICE.items() if section["title"].startswith(begins)), ""
    )
    return "\n".join([section[0], *(f"# {line}" for line in textwrap.wrap(advice, _WIDTH))])


def _cards(name: str) -> str:
    head = (
        "The cards that come with the bot, to copy from. The bot does not read this file.\n"
        f"To change one, copy its table into {name}.toml, call it [card.NAME] there, and mend\n"
        "source and checked_on: from then on it is you who keeps it up to date."
    )
    shared = files("bot.policies").joinpath(GUIDANCE).read_text("utf-8")
    remarks = "".join(f"# {line}\n" for line in head.splitlines())
    return f"{remarks}#\n{shared}"
