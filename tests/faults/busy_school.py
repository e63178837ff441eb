"""A school in which a lot is typed: reports, drafts, notes, letters, searches, evidence."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from bot.app.drafts import begin_draft, content_of, file_from_draft, keep_file
from bot.app.inbound import Asked, Given
from bot.domain.commands import AddNote, AnswerStep, Exclude, OpenFurtherAction, PassOn
from bot.domain.errors import ReportPostError
from bot.domain.ids import CaseId, Role, StepId
from bot.domain.personal import Personal
from bot.journeys.sample import file_named
from bot.screens.nodes import Reply, View
from bot.screens.press import Press, Verb
from tests.app.at_the_door import Door, MadeHere, form_in, view_in
from tests.builders import SchoolAtWork, a_report, accepted, an_answer
from tests.faults.leaks import IN_LINK, TYPED


@dataclass
class Typing:
    """Texts to type; each is new, and each holds what is looked for."""

    made: int = 0
    kept: list[str] = field(default_factory=list)
    """Those that must be on record; the others are refused, or only looked for."""
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def text(self, *, kept: bool = True) -> str:
        """A name, a quote or a note."""
        return self._made(f"{TYPED} {next(self.numbers)}.", kept=kept)

    def personal(self, *, kept: bool = True) -> Personal:
        """The same, as it comes from a form."""
        return Personal(self.text(kept=kept))

    def link(self) -> str:
        """A link to a post."""
        number = next(self.numbers)
        return self._made(f"https://www.facebook.com/groups/1/posts/{IN_LINK}{number}z", kept=True)

    def _made(self, text: str, *, kept: bool) -> str:
        self.made += 1
        if kept:
            self.kept.append(text)
        return text

    def missing(self, at: SchoolAtWork) -> int:
        """How many of those that must be on record are not to be read with the key."""
        there = read_back(at)
        return sum(each.encode() not in there for each in self.kept)


def work_hard(at: SchoolAtWork, cases: int) -> Typing:
    """Works so many cases to different ends, with all that can be typed on the way."""
    typing = Typing()
    door = Door(at, MadeHere())
    for number in range(cases):
        case = _reported(at, typing)
        at.settle()
        _worked(at, case, typing)
        if number % 3 == 0:
            _letter(door, case, typing)
        _mistyped(door, case, typing)
        if number % 4 == 1:
            at.work("head", case, PassOn(Role.DEPUTY, typing.personal()))
        if number % 4 == 2:
            at.work("head", case, Exclude(at.id_of("chair-2"), typing.personal()))
    _searched(door, typing)
    _drafted(at, typing)
    at.clock.at += timedelta(days=1)
    at.clock.machine_waits(timedelta(days=1))
    at.settle()
    return typing


def _reported(at: SchoolAtWork, typing: Typing) -> CaseId:
    answers = a_report(
        policy=at.school.pack.policy,
        content={"offensive", "names-children"},
        about={"staff-member"},
        whose_child="others",
        links={typing.link(), typing.link()},
        words=typing.text(),
        about_names={typing.text(), typing.text()},
        poster_name={typing.text()},
        note={typing.text()},
    )
    with at.acting("staff") as act:
        draft = begin_draft(act, answers)
        draft = keep_file(act, draft, _a_file(typing))
        return file_from_draft(act, draft).case


def _a_file(typing: Typing) -> bytes:
    """A letter in whose bytes something is typed, in clear."""
    pdf = file_named("letter.pdf")
    return pdf.replace(b"%%EOF", f"% {typing.text()}\n%%EOF".encode()) + b"\n"


def _worked(at: SchoolAtWork, case: CaseId, typing: Typing) -> None:
    at.work("head", case, AddNote(typing.personal()))
    at.work("head", case, accepted())
    at.work("head", case, OpenFurtherAction(typing.personal()))
    at.work("dsl", case, AddNote(typing.personal()))
    at.work("head", case, an_answer("speak-to-parent", "not-needed", reason=typing.text()))


def _letter(door: Door, case: CaseId, typing: Typing) -> None:
    """A letter is drafted, with the school's own words in it, and something typed into its form."""
    step = "ask-host"
    (round_,) = [each for each in door.at.state(case).rounds[StepId(step)] if each.is_open]
    press = Press(Verb.DRAFT_LETTER, case, step, round_.number)
    reply = door.press("head", press)
    door.fetch("head", reply.hand)
    form = form_in(reply)
    given: dict[str, Given] = {each.id: typing.personal(kept=False) for each in form.fields}
    door.submit("head", form, given)


def _mistyped(door: Door, case: CaseId, typing: Typing) -> None:
    """What is not accepted, not permitted or not understood."""
    for who, command in (
        ("staff-2", AddNote(typing.personal(kept=False))),
        ("head", AddNote(Personal(typing.text(kept=False) * 1000))),
        ("head", _answered_already(typing.text(kept=False))),
    ):
        try:
            door.at.work(who, case, command)
        except ReportPostError:
            continue
    for asked in ("{}", "case {}", "away until {}", "help {}"):
        door.act("head", Asked(Personal(asked.format(typing.text(kept=False)))))


def _answered_already(reason: str) -> AnswerStep:
    return an_answer("acknowledge", "accepted", reason=reason, fair_concern="no")


def _searched(door: Door, typing: Typing) -> None:
    """Somebody asks what is held on them; a copy is made."""
    form = form_in(door.press("head", Press(Verb.FIND_PERSON)))
    found = door.submit("head", form, {"who": Personal(TYPED)})
    typing.made += 1
    for action in (each for node in _nodes(found) for each in getattr(node, "actions", ())):
        if action.press.what:
            door.press("head", action.press)
            break


def _nodes(reply: Reply) -> tuple[object, ...]:
    return tuple(view_in(reply).nodes) if isinstance(reply.show, View) else ()


def _drafted(at: SchoolAtWork, typing: Typing) -> None:
    """A report is begun and not sent."""
    with at.acting("staff-2") as act:
        answers = a_report(policy=at.school.pack.policy, links={typing.link()}, words=typing.text())
        keep_file(act, begin_draft(act, answers), _a_file(typing))


def read_back(at: SchoolAtWork) -> bytes:
    """What is read with the key, of cases, drafts and evidence: what was typed must be there."""
    with at.school.store.reading() as reading:
        found = []
        for row in reading.case_rows():
            found += [_plain(entry.payload) for entry in reading.entries(row.case)]
            evidence = at.state(row.case).evidence
            found += [reading.file_content(each.evidence) for each in evidence]
        for who in ("staff", "staff-2"):
            for draft in reading.drafts_of(at.id_of(who)):
                found.append(_plain(draft.answers))
                files = content_of(draft).files
                found += [reading.file_content(each.evidence) for each in files]
    return b"\n".join(found)


def _plain(payload: bytes) -> bytes:
    """JSON without its escapes."""
    return json.dumps(json.loads(payload), ensure_ascii=False).encode()
