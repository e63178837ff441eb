"""The one door: every act of every platform comes in here and is answered.

What was acted on once is not acted on again: a repeated cause gets the same answer. A refusal says
nothing about whether a case exists, and is put on the record of the case that it is about.
"""

from typing import assert_never

from bot.app.act import Act, RefusedOnRecord, acting, put_on_record
from bot.app.answered import Answer, answer_again, remember
from bot.app.asked import asked
from bot.app.attached import attached
from bot.app.inbound import Asked, Attached, Changed, Forwarded, Inbound, Left, Pressed, Submitted
from bot.app.ports import ActedOnAlready
from bot.app.pressed import changed, left, pressed, submitted
from bot.app.report_pages import start_report
from bot.app.school import School
from bot.domain.errors import Invalid, Refused
from bot.screens.facts import plain
from bot.screens.messages import one_line
from bot.screens.nodes import Done, Reply
from bot.screens.press import NotOurs
from bot.screens.say import Say
from bot.screens.wrong import errors_of


def respond(school: School, inbound: Inbound) -> Reply:
    """What the person is shown and told. Everything was decided, written and committed before.

    Raises nothing that a person caused: what is wrong is said, what is refused is said without a
    reason. A press or a form that the bot never made is refused like any other.
    """
    try:
        answer = _acted_once(school, inbound)
    except RefusedOnRecord as refused:
        put_on_record(school, inbound.person, refused, inbound.cause)
        answer = Answer(Done(plain(Say.NOT_FOR_YOU)))
    except (Refused, NotOurs):
        answer = Answer(Done(plain(Say.NOT_FOR_YOU)))
    except Invalid as wrong:
        answer = Answer(Done(next(iter(errors_of(wrong).values()))))
    words = school.words(answer.policy) if answer.policy else school.words()
    return Reply(words, answer.show, answer.say, answer.hand)


def _acted_once(school: School, inbound: Inbound) -> Answer:
    try:
        return _acted(school, inbound)
    except ActedOnAlready:
        # The same act was answered meanwhile by another process; this one was rolled back.
        return _acted(school, inbound)


def _acted(school: School, inbound: Inbound) -> Answer:
    with school.store.writing() as writing:
        act = acting(school, writing, inbound.person, inbound.cause)
        if not act.who.roles:
            return Answer(say=one_line(Say.NOT_A_MEMBER))
        before = answer_again(act)
        if before is not None:
            return before
        answer = _answer(act, inbound)
        remember(act, answer)
        return answer


def _answer(act: Act, inbound: Inbound) -> Answer:
    match inbound.act:
        case Asked():
            return asked(act, inbound.act)
        case Forwarded(links):
            return Answer(start_report(act, links))
        case Pressed():
            return pressed(act, inbound.act)
        case Changed():
            return changed(act, inbound.act)
        case Submitted():
            return submitted(act, inbound.act)
        case Left():
            return left(act, inbound.act)
        case Attached():
            return attached(act, inbound.act)
        case _:
            assert_never(inbound.act)
