"""Two processes serve one school: a person's acts come to either of them, and one is killed."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from bot.app.case_file import CaseFile
from bot.domain.events import CaseOpened, EvidenceAttached, PersonTold, ReportJoined, StepAnswered
from bot.journeys.sample import file_named
from bot.screens.say import Say
from storage.verify import SqlVerifier
from tests.adapters.slack.member import Member, button_called, buttons_in
from tests.faults.fault import Fault, Outcome, Scale
from tests.faults.places import Kind, a_place
from tests.faults.together_served import Kept, Two, kept_by, two_served

_ROUNDS: Final = {Scale.SHORT: 1, Scale.FULL: 10}
_CASES: Final = 3
"""In a round: a report, an alert, and the report whose process is killed."""
_FIRST: Final = {"safety": ["none"], "content": ["offensive"], "about": ["staff-member"]}
_SECOND: Final = {"place": "closed-group", "poster": "parent-or-carer"}
_PICTURE: Final = file_named("a.png")
_LINK: Final = "https://www.facebook.com/groups/1/posts"

Answers = Mapping[str, object]


@dataclass
class _Seen:
    """What did not hold while people acted."""

    not_ready: int = 0
    unreadable: int = 0
    ended_badly: int = 0
    refused: int = 0


async def _fill(two: Two, me: Member, answers: Answers) -> None:
    """Each question is answered when it is there, and what that led to is waited for."""
    for name, value in answers.items():
        await two.until(partial(_asks, me, name))
        block, drawn = me.input_of(name), len(two.slack.called("views.update"))
        await me.fill(name, value)
        if block and block.get("dispatch_action"):
            await two.until(partial(_is_drawn, two, drawn))


def _asks(me: Member, name: str) -> bool:
    return me.slack.top(me.user) is not None and me.input_of(name) is not None


def _is_drawn(two: Two, before: int) -> bool:
    return len(two.slack.called("views.update")) > before


async def _first_page(two: Two, which: int, link: str) -> None:
    me = two.at(which, "staff")
    await me.command(link)
    await _fill(two, me, _FIRST)
    await me.submit()


async def _report(two: Two, one: int, link: str) -> None:
    """The second page, with a picture, is sent to both at once."""
    await _first_page(two, one, link)
    me = two.at(1 - one, "staff")
    await _fill(two, me, _SECOND)
    modal = me.modal
    picture = {"type": "file_input", "files": [{"id": two.slack.add_file(_PICTURE)}]}
    modal.values["files.screenshots"] = picture
    payload = me.submit_payload(modal)
    answers = await asyncio.gather(
        *(two.at(each, "staff").line.send_payload(payload) for each in (one, 1 - one))
    )
    said = [json.loads(text) for _, text in answers if text]
    me.follow(modal, next((e for e in said if e.get("response_action") == "clear"), said[0]))


async def _alert(two: Two, one: int, link: str) -> None:
    """*Alert now* is pressed at both at once."""
    me = two.at(1 - one, "staff-2")
    await me.command(link)
    await _fill(two, me, {"safety": ["hurt-soon"]})
    button = button_called(me.modal.view, Say.ALERT_NOW.value)
    payloads = [me.modal_press_payload(me.modal, button) for _ in two.both]
    await asyncio.gather(
        *(
            two.at(which, "staff-2").line.send_payload(payload)
            for which, payload in enumerate(payloads)
        )
    )
    await two.read(me, Say.ALERTED.value)


async def _answer(two: Two, one: int, reference: str, seen: _Seen) -> None:
    """The head looks at the case through one, opens the step through the other, and answers."""
    head = two.at(1 - one, "head")
    await head.command(f"case {reference}")
    await two.until(lambda: two.slack.top(head.user) is not None)
    step = [e for e in buttons_in(head.modal.view) if '"acknowledge"' in e.get("value", "")]
    if not step:
        seen.refused += 1
        return
    await two.at(one, "head").press(step[0])
    await _fill(two, two.at(one, "head"), {"outcome": "accepted"})
    await _fill(two, two.at(1 - one, "head"), {"fair_concern": "no", "gravely_offensive": "no"})
    await two.at(one, "head").submit()
    if head.errors:
        seen.refused += 1


async def _look(two: Two, which: int, reference: str, seen: _Seen) -> None:
    """The picture that came in through another process is shown through this one."""
    head = two.at(which, "head")
    _close_all(two, head)
    await head.command(f"case {reference}")
    await two.until(lambda: two.slack.top(head.user) is not None)
    show = [e for e in buttons_in(head.modal.view) if e["action_id"].startswith("show.")]
    for each in show[:1]:
        await head.press(each)
        await two.until(lambda: bool(_pictures(head)))
    shown = [two.slack.contents.get(each) for each in _pictures(head)]
    seen.unreadable += shown != [_PICTURE]
    _close_all(two, head)


def _pictures(me: Member) -> list[str]:
    blocks = me.modal.view["blocks"]
    return [e["slack_file"]["id"] for e in blocks if e["type"] == "image"]


def _close_all(two: Two, me: Member) -> None:
    for each in two.slack.stacks.pop(me.user, []):
        del two.slack.modals[each]


async def _round(two: Two, kept: Kept, number: int, seen: _Seen) -> None:
    """All alternates between the two; then the one that had the first page is killed."""
    one, began = number % 2, len(kept.cases())
    await _report(two, one, f"{_LINK}/{number}1")
    await two.until(lambda: two.slack.top(two.at(one, "staff").user) is None)
    (reported,) = [str(each.row.reference) for each in kept.cases()[began:]]
    await _alert(two, one, f"{_LINK}/{number}2")
    _close_all(two, two.at(one, "staff-2"))
    await _answer(two, one, reported, seen)
    for each in two.both:
        seen.not_ready += not await each.ready()
    await kept.all_sent()
    await _first_page(two, one, f"{_LINK}/{number}3")
    await two.both[one].kill()
    me = two.at(1 - one, "staff")
    await _fill(two, me, _SECOND)
    await me.submit()
    await two.until(lambda: two.slack.top(me.user) is None)
    await _look(two, 1 - one, reported, seen)
    seen.not_ready += not await two.both[1 - one].ready()
    await kept.all_sent()


async def _together(scale: Scale) -> Outcome:
    rounds, seen = _ROUNDS[scale], _Seen()
    with a_place(Kind.POSTGRESQL) as place:
        async with two_served(place) as two:
            with kept_by(two) as kept:
                for number in range(rounds):
                    if number:
                        two.both[(number - 1) % 2] = await two.begin()
                    await _round(two, kept, number, seen)
                seen.ended_badly += bool(await two.both[rounds % 2].end())
                return _outcome(two, kept, rounds, seen)


def _outcome(two: Two, kept: Kept, rounds: int, seen: _Seen) -> Outcome:
    files = kept.cases()
    said = Counter((each.channel, each.text) for each in two.slack.messages)
    counted = {
        "reports lost": max(0, _CASES * rounds - len(files)),
        "cases too many": max(0, len(files) - _CASES * rounds),
        "opened twice": sum(_count(each, CaseOpened) != 1 for each in files),
        "taken for a second report": sum(_count(each, ReportJoined) for each in files),
        "answers lost or twice": abs(rounds - sum(_count(each, StepAnswered) for each in files)),
        "pictures lost or twice": abs(rounds - sum(_count(e, EvidenceAttached) for e in files)),
        "pictures not readable through the other": seen.unreadable,
        "people told twice": sum(count - 1 for count in said.values()),
        "put on record twice": sum(map(_told_twice, files)),
        "messages not sent": kept.due(),
        "refused": seen.refused,
        "not ready": seen.not_ready,
        "ended badly": seen.ended_badly,
        "broke a limit of Slack's": len(two.slack.problems),
        "chains broken": len(list(SqlVerifier(kept.store).findings())),
    }
    wrong = tuple(f"{count} {what}" for what, count in counted.items() if count)
    tried = f"2 processes, {rounds} killed, {len(files)} reports, {sum(said.values())} messages"
    return Outcome(tried, counted, wrong)


def _count(file: CaseFile, event: type) -> int:
    return sum(isinstance(each.event, event) for each in file.entries)


def _told_twice(file: CaseFile) -> int:
    told = Counter(
        (each.event.kind, each.event.person, each.event.steps)
        for each in file.entries
        if isinstance(each.event, PersonTold)
    )
    return sum(count - 1 for count in told.values())


def _run(scale: Scale) -> Outcome:
    try:
        return asyncio.run(_together(scale))
    except TimeoutError:
        return Outcome("2 processes", {"finished": 0}, ("it never came to an end",))


FAULTS: tuple[Fault, ...] = (
    Fault("a person's acts come to two processes in turns, and one is killed", _run),
)
