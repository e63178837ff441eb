"""What an act is answered with, and how the same act is answered when it comes again."""

import json
from dataclasses import dataclass

from bot.app.act import Act
from bot.app.records import pack, unpack
from bot.app.view_case import case_view
from bot.domain.errors import Refused
from bot.domain.ids import CaseId
from bot.domain.permissions import Doing
from bot.domain.policy import Policy
from bot.screens.facts import Fact, Plain
from bot.screens.nodes import Done, Message, Show
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


def remember(act: Act, answer: Answer) -> None:
    """Keeps how the act is answered if it comes again."""
    if answer.again is None:
        return
    if isinstance(answer.again, Plain):
        kept = {"done": answer.again.key.name, "facts": pack(dict(answer.again.facts))}
    else:
        kept = {"case": answer.again}
    act.writing.remember(act.cause, json.dumps(kept).encode(), act.now)


def answer_again(act: Act) -> Answer | None:
    """The answer to an act that was acted on before, if this is one."""
    stored = act.reading.remembered(act.cause)
    if stored is None:
        return None
    kept = json.loads(stored)
    if "case" in kept:
        try:
            file = act.file(CaseId(kept["case"]), Doing.VIEW)
        except Refused:
            return Answer(Done(Plain(Say.ANSWERED_DONE)))
        return Answer(case_view(act, file), policy=file.policy)
    facts: dict[str, Fact | tuple[Fact, ...]] = unpack(kept["facts"])
    return Answer(Done(Plain(Say[kept["done"]], facts)))
