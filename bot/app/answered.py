"""What an act is answered with, and how the same act is answered when it comes again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.app.act import Act
from bot.app.handed import handed_again
from bot.app.records import pack, unpack
from bot.app.view_case import case_view
from bot.domain.errors import Refused
from bot.domain.ids import CaseId
from bot.domain.permissions import Doing
from bot.domain.policy import Policy
from bot.screens.facts import Fact, Plain
from bot.screens.nodes import Done, Handed, Message, Show
from bot.screens.press import NotOurs
from bot.screens.say import Say


@dataclass(frozen=True)
class Answer:
    """The answer to an act. ``again`` is what a repeat of the act is answered with."""

    show: Show | None = None
    say: Message | None = None
    policy: Policy | None = None
    """The pack of the case that is shown, if one is."""
    again: Plain | CaseId | None = None
    """``None``: the act may be repeated, since it changes nothing twice."""
    hand: Handed | None = None


def remember(act: Act, answer: Answer) -> None:
    """Keeps how the act is answered if it comes again."""
    if answer.again is None:
        return
    if isinstance(answer.again, Plain):
        kept = {"done": answer.again.key.name, "facts": pack(dict(answer.again.facts))}
    else:
        kept = {"case": answer.again}
    if answer.hand is not None:
        kept["hand"] = answer.hand.ref
    act.writing.remember(act.cause, json.dumps(kept).encode(), act.now)


def answer_again(act: Act) -> Answer | None:
    """The answer to an act that was acted on before, if this is one."""
    stored = act.reading.remembered(act.cause)
    if stored is None:
        return None
    kept = json.loads(stored)
    answer = _shown_again(act, kept)
    if "hand" in kept:
        return replace(answer, hand=_handed(act, kept["hand"]))
    return answer


def _shown_again(act: Act, kept: Mapping[str, Any]) -> Answer:
    if "case" in kept:
        try:
            file = act.file(CaseId(kept["case"]), Doing.VIEW)
        except Refused:
            return Answer(Done(Plain(Say.ANSWERED_DONE)))
        return Answer(case_view(act, file), policy=file.policy)
    facts: dict[str, Fact | tuple[Fact, ...]] = unpack(kept["facts"])
    return Answer(Done(Plain(Say[kept["done"]], facts)))


def _handed(act: Act, ref: str) -> Handed | None:
    try:
        return handed_again(act, ref)
    except (Refused, NotOurs):
        return None
