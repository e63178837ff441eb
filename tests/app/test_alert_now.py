"""*Alert now* tells nobody of a report about themselves; what was said too soon is withdrawn."""

from pathlib import Path

import pytest

from bot.app.drafts import alert_from_draft, begin_draft
from bot.app.inbound import Changed, Inbound, Pressed
from bot.app.respond import respond
from bot.app.stored import SCHOOL_STREAM, Draft
from bot.domain.answers import Answers
from bot.domain.ids import CaseId, Cause, MessageKind
from bot.screens.nodes import Form, Paragraph, StopCard
from bot.screens.press import Press, Verb
from bot.screens.say import Say
from storage.drafts import DraftWriting
from storage.store import SqlWriting
from tests.builders import SchoolAtWork, a_school, answers_of, derwent_vale
from tests.fakes import SentHere

LINK = "https://www.facebook.com/groups/1/posts/2"


def only_safety(*dangers: str) -> Answers:
    return answers_of(derwent_vale(), {"safety": set(dangers)})


def test_an_allegation_is_not_alerted_before_it_is_said_whom_it_is_about(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    press = Press(Verb.REPORT)
    form = respond(school.school, inbound(school, Pressed(press), "1")).show
    assert isinstance(form, Form)
    told = {"safety": ("adult-harmed-child",), "content": (), "about": ()}
    form = respond(school.school, inbound(school, Changed(form.ref, told), "2")).show
    assert isinstance(form, Form)
    (card,) = (node for node in form.intro if isinstance(node, StopCard))
    alert = Pressed(card.actions[0].press, form.ref, told)
    again = respond(school.school, inbound(school, alert, "3")).show
    assert isinstance(again, Form)
    assert again.errors["about"].key is Say.WRONG_WHO_FIRST
    school.settle()
    assert school.sent(MessageKind.URGENT_CASE) == []


def test_once_pressed_the_button_is_gone_and_it_says_so(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    form = respond(school.school, inbound(school, Pressed(Press(Verb.REPORT)), "1")).show
    assert isinstance(form, Form)
    told = {"safety": ("hurt-soon",), "content": (), "about": ()}
    alert = Pressed(Press(Verb.ALERT_NOW, form.ref.press.subject), form.ref, told)
    after = respond(school.school, inbound(school, alert, "2")).show
    assert isinstance(after, Form)
    first, card = after.intro[:2]
    assert isinstance(first, Paragraph)
    assert first.text.key is Say.ALERTED
    assert isinstance(card, StopCard)
    assert card.actions == ()


def test_a_draft_of_which_the_tick_may_remind_is_changed_under_the_lock_of_the_school(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As the tick does it: else each could wait for the other, where a database locks rows.
    locked = list[bool]()

    def put(writing: SqlWriting, draft: Draft) -> None:
        locked.append(SCHOOL_STREAM in writing.locked)
        DraftWriting.put_draft(writing, draft)

    school = a_school(tmp_path)
    form = respond(school.school, inbound(school, Pressed(Press(Verb.REPORT)), "1")).show
    assert isinstance(form, Form)
    told = {"safety": ("hurt-soon",), "content": (), "about": ()}
    shown = respond(school.school, inbound(school, Changed(form.ref, told), "2")).show
    assert isinstance(shown, Form)
    monkeypatch.setattr(SqlWriting, "put_draft", put)
    alert = Pressed(Press(Verb.ALERT_NOW, shown.ref.press.subject), shown.ref, told)
    respond(school.school, inbound(school, alert, "3"))
    less = {**told, "content": ("about-staff",)}
    respond(school.school, inbound(school, Changed(shown.ref, less), "4"))
    assert locked
    assert all(locked)


def test_a_message_to_somebody_who_is_out_by_now_is_withdrawn(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = alerted(school)
    school.settle()
    taken = school.platform.taken
    (ref,) = (str(n) for n, each in enumerate(taken) if is_urgent(each) and each.to == "head")
    school.report("staff-2", about={"head"}, links={LINK})
    school.settle()
    shown = school.platform.updated[ref]
    assert [node.text.key for node in shown.nodes if isinstance(node, Paragraph)] == [Say.WITHDRAWN]
    assert school.state(case).excluded_roles


def is_urgent(sent: SentHere) -> bool:
    return sent.kind is MessageKind.URGENT_CASE


def alerted(school: SchoolAtWork) -> CaseId:
    told = {**only_safety("hurt-soon"), **answers_of(derwent_vale(), {"links": {LINK}})}
    with school.acting("staff") as act:
        return alert_from_draft(act, begin_draft(act, told)).case


def inbound(school: SchoolAtWork, act: Changed | Pressed, cause: str) -> Inbound:
    return Inbound(school.person("staff"), Cause(cause), act)
