"""Makes a checked ``Policy`` of a pack's text, or names every problem with its place."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.domain.errors import PolicyNotAccepted
from bot.domain.ids import CardId, OptionId, QuestionId, StepId
from bot.domain.policy import Policy
from bot.domain.questions import Card
from bot.policies.bundled import (
    bundled_names,
    bundled_text,
    load_guidance,
    load_platforms,
    read_card,
)
from bot.policies.check_conditions import check_conditions
from bot.policies.check_messages import check_messages
from bot.policies.check_reach import check_reach
from bot.policies.check_rules import check_rules
from bot.policies.known import UNREADABLE, Mentions, known_in
from bot.policies.problems import Problems, did_you_mean
from bot.policies.read_answers import (
    read_condition,
    read_excluded_by_name,
    read_exclusions,
    read_owner,
    read_same_person,
    read_same_post,
    read_severities,
    read_stop_cards,
)
from bot.policies.read_letters import read_letters
from bot.policies.read_procedure import (
    read_digest,
    read_milestones,
    read_reminders,
    read_resolutions,
    read_restrictions,
    read_start_again,
)
from bot.policies.read_questions import read_asked, read_pages, read_questions
from bot.policies.read_retention import read_retention
from bot.policies.read_steps import read_steps
from bot.policies.reader import Reader, reader_of
from bot.policies.tables import read_toml

__all__ = [
    "Pack",
    "bundled_names",
    "bundled_text",
    "load_guidance",
    "load_pack",
    "load_platforms",
    "parse_policy",
]


@dataclass(frozen=True)
class Pack:
    """A policy with the text it was made of, by whose hash a case keeps it."""

    policy: Policy
    text: str
    place: str

    @property
    def sha256(self) -> str:
        """The hash of the text, in small hexadecimal letters."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def load_pack(name_or_path: str) -> Pack:
    """The pack that comes with the program by its name, or one in a file.

    Raises ``PolicyNotAccepted``, also if there is no such pack.
    """
    if name_or_path in bundled_names():
        text, place = bundled_text(name_or_path), name_or_path.replace("-", "_") + ".toml"
    else:
        text, place = _text_of_file(name_or_path), Path(name_or_path).name
    return Pack(parse_policy(text, place), text, place)


def _text_of_file(path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except UnicodeDecodeError:
        wrong = "is not written in UTF-8. Save it as UTF-8 text."
    except OSError as error:
        hint = did_you_mean(path, bundled_names())
        wrong = f"cannot be read ({error.strerror}). Give the path of a file. {hint}"
    raise PolicyNotAccepted((f"{path}: {wrong}",))


def parse_policy(
    text: str, place: str = "policy", guidance: Mapping[CardId, Card] | None = None
) -> Policy:
    """The policy that a text says; ``place`` is what its file is called in problems.

    The shared cards are today's (``guidance.toml``), also for the pack of an old case; a card of
    the pack's own takes the place of a shared one. Raises ``PolicyNotAccepted`` with every problem.
    """
    problems = Problems(place)
    pack = read_toml(text, problems)
    problems.raise_if_any()
    shared = load_guidance() if guidance is None else guidance
    mentions = Mentions(known_in(pack, (card.value for card in shared)), problems)
    reader = reader_of(pack, mentions)
    policy = _policy(reader, shared)
    reader.top.end()
    check_rules(policy, problems)
    check_messages(policy, problems)
    check_conditions(policy, problems)
    check_reach(policy, problems)
    problems.raise_if_any()
    return policy


def _policy(reader: Reader, shared: Mapping[CardId, Card]) -> Policy:
    top = reader.top
    questions = read_questions(reader)
    safety = reader.a_question(top, "safety")
    categories = reader.a_question(top, "categories")
    resolutions = read_resolutions(reader)
    policy = Policy(
        id=top.text("id"),
        title=top.text("title"),
        dated_on=top.day("dated"),
        clauses=_clauses(reader),
        pages=read_pages(reader),
        questions=questions,
        asked_by_steps=read_asked(reader, questions),
        categories=categories,
        safety=safety,
        dangers=frozenset[OptionId](reader.some_options(safety, top, "dangers")),
        severities=read_severities(reader),
        safeguarding=read_condition(reader, "safeguarding", needed=True),
        owner=read_owner(reader),
        exclusions=read_exclusions(reader),
        excluded_by_name=read_excluded_by_name(reader),
        stop_cards=read_stop_cards(reader),
        cards={**shared, **_cards(reader)},
        files_forbidden=read_condition(reader, "files_forbidden", needed=False),
        files=reader.a_question(top, "files") if "files" in top else None,
        shows_reporter=(
            reader.a_question(top, "shows_reporter") if "shows_reporter" in top else None
        ),
        milestones=read_milestones(reader),
        restrictions=read_restrictions(reader),
        steps=read_steps(reader),
        first_step=_first_step(reader),
        never_recommended_when=read_condition(reader, "never_recommended", needed=False),
        resolutions=resolutions,
        retention=read_retention(reader, resolutions),
        same_post=read_same_post(reader),
        letters=read_letters(reader, categories),
        same_person=read_same_person(reader),
        reminders=read_reminders(reader),
        digest=read_digest(reader),
        start_again_after=read_start_again(reader),
        phrases=reader.conditions.phrases(top.table("phrase")),
    )
    reader.mentions.new(QuestionId, policy.id or UNREADABLE, "id")
    return policy


def _clauses(reader: Reader) -> Mapping[str, str]:
    table = reader.top.table("clause", needed=True)
    return {name: table.text(name) for name in table.ids()} if table else {}


def _cards(reader: Reader) -> Mapping[CardId, Card]:
    cards = (read_card(name, table) for name, table in reader.top.by_id("card"))
    return {card.id: card for card in cards}


def _first_step(reader: Reader) -> StepId:
    steps = reader.mentions.steps((reader.top.text("first_step"),), "first_step")
    return steps[0] if steps else StepId(UNREADABLE)
