"""A letter is drafted, handed over, approved and on the record; nothing is sent for anybody."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app.act import acting
from bot.app.drafts import begin_draft, file_from_draft, keep_file
from bot.app.handed import is_still_needed
from bot.app.inbound import Attached, Given, Pressed, Upload
from bot.domain.commands import Exclude
from bot.domain.errors import Refused
from bot.domain.events import DocumentFetched, Fetched, LetterDrafted, LetterIssued
from bot.domain.ids import CaseId, Cause, EvidenceId, Role, StepId
from bot.domain.letter_files import LetterProblem, TemplatesNotAccepted
from bot.domain.personal import Personal
from bot.domain.word_files import WORD
from bot.journeys.sample import file_named
from bot.screens.facts import Plain
from bot.screens.nodes import AddFiles, Done, Form, Handed, Reply, View
from bot.screens.press import Press, Verb
from bot.screens.say import Say
from tests.app.at_the_door import (
    EVERYBODY,
    WHY,
    Door,
    a_door,
    a_word_file,
    button,
    errors_in,
    form_in,
    is_refused,
    offers,
    texts,
    view_in,
)
from tests.builders import a_report, accepted

STEP = "ask-host"
PDF = file_named("letter.pdf")
AS_DRAFTED: dict[str, Given] = {"version": "as-drafted", "answer": "now"}


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return a_door(tmp_path)


def draft_press(door: Door, case: CaseId, step: str = STEP) -> Press:
    (round_,) = [e for e in door.at.state(case).rounds[StepId(step)] if e.is_open]
    return Press(Verb.DRAFT_LETTER, case, step, round_.number)


def drafted(door: Door, case: CaseId, step: str = STEP) -> tuple[Form, Handed]:
    reply = door.press("head", draft_press(door, case, step))
    assert reply.hand is not None
    return form_in(reply), reply.hand


def own(content: bytes, answer: str = "now") -> dict[str, Given]:
    return {"version": "own", "file": (Upload(content),), "answer": answer}


def is_answered(door: Door, case: CaseId, step: str = STEP) -> bool:
    return any(each.given for each in door.at.state(case).rounds[StepId(step)])


def issued(door: Door, case: CaseId) -> list[LetterIssued]:
    found = [each.event for each in door.at.file(case).entries]
    return [each for each in found if isinstance(each, LetterIssued)]


def test_the_draft_is_handed_over_and_its_fingerprint_is_on_the_record(door: Door) -> None:
    case = door.further()
    view = door.view("head", case)
    assert button(view, Verb.DRAFT_LETTER, STEP) == draft_press(door, case)
    form, hand = drafted(door, case)
    document = door.fetch("head", hand)
    reference = door.at.state(case).reference
    assert (document.name, document.media_type) == (f"host-request-{reference}.docx", WORD)
    (entry,) = [e for e in door.at.file(case).entries if isinstance(e.event, LetterDrafted)]
    assert isinstance(entry.event, LetterDrafted)
    assert entry.event.sha256 == hashlib.sha256(document.content).hexdigest()
    assert [each.id for each in form.fields] == ["version", "file", "answer"]
    (files,) = [each for each in form.fields if isinstance(each, AddFiles)]
    assert (files.letters, files.most) == (True, 1)
    assert not is_answered(door, case)


def test_as_drafted_is_approved_and_the_step_answered(door: Door) -> None:
    case = door.further()
    form, hand = drafted(door, case)
    shown = view_in(door.submit("head", form, AS_DRAFTED))
    assert door.events(case)[-3:] == ["LetterDrafted", "LetterIssued", "StepAnswered"]
    (event,) = issued(door, case)
    content = door.fetch("head", hand).content
    assert (event.as_drafted, event.sha256) == (True, hashlib.sha256(content).hexdigest())
    assert is_answered(door, case)
    assert not offers(shown, Verb.ISSUE_LETTER)


@pytest.mark.parametrize(("content", "ending"), [(a_word_file("Ours"), "docx"), (PDF, "pdf")])
def test_an_own_version_is_kept_as_it_was_approved(door: Door, content: bytes, ending: str) -> None:
    case = door.further()
    form, _ = drafted(door, case)
    view_in(door.submit("head", form, own(content)))
    (event,) = issued(door, case)
    assert (event.as_drafted, event.sha256) == (False, hashlib.sha256(content).hexdigest())
    get = Press(Verb.GET_FILE, case, STEP, event.round, event.file)
    reply = door.press("head", get)
    assert reply.show == Done(Plain(Say.LETTER_APPROVED_HERE))
    document = door.fetch("head", reply.hand)
    assert (document.content, document.name.rpartition(".")[2]) == (content, ending)
    assert door.at.file(case).entries[-1].event == DocumentFetched(Fetched.LETTER)


def test_approved_but_not_sent_the_step_still_waits(door: Door) -> None:
    case = door.further()
    form, _ = drafted(door, case)
    view_in(door.submit("head", form, {"version": "as-drafted", "answer": "later"}))
    assert door.events(case)[-1] == "LetterIssued"
    assert not is_answered(door, case)


def test_a_letter_after_which_nothing_is_settled_asks_no_answer(door: Door) -> None:
    case = door.further()
    form, _ = drafted(door, case, "legal-advice")
    assert [each.id for each in form.fields] == ["version", "file"]
    view_in(door.submit("head", form, {"version": "as-drafted"}))
    assert not is_answered(door, case, "legal-advice")


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, {"version": Say.WRONG_MISSING, "answer": Say.WRONG_MISSING}),
        ({"version": "x", "answer": "x"}, dict.fromkeys(("version", "answer"), "NOT_AN_OPTION")),
        ({"version": "own", "answer": "now"}, {"file": Say.WRONG_MISSING}),
        (
            {**AS_DRAFTED, "file": (Upload(PDF),)},
            {"version": Say.WRONG_LETTER_NOT_CHOSEN, "file": Say.FILES_AGAIN},
        ),
        ({**own(PDF), "file": (Upload(PDF),) * 2}, {"file": Say.WRONG_ONE_LETTER}),
        (own(b"MZ no letter"), {"file": "Word"}),
        (own(file_named("chart.png")), {"file": "Word"}),
        (own(b"%PDF-1.7\n1 0 obj <</S /JavaScript>> endobj"), {"file": "program"}),
        (own(a_word_file()[:-30]), {"file": "Word"}),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_is_on_the_record(
    door: Door, given: dict[str, Given], wrong: dict[str, Say | str]
) -> None:
    case = door.further()
    form, _ = drafted(door, case)
    before = door.events(case)
    said = errors_in(door.submit("head", form, given))
    assert set(said) == set(wrong)
    for name, expected in wrong.items():
        sentence = Say[f"WRONG_{expected}"] if expected == "NOT_AN_OPTION" else expected
        assert (sentence.value if isinstance(sentence, Say) else sentence) in said[name]
    assert door.events(case) == before


def test_an_answer_that_is_not_taken_leaves_no_letter_behind(door: Door, tmp_path: Path) -> None:
    case = door.further()
    form, _ = drafted(door, case)
    step = Press(Verb.ANSWER, case, STEP, form.ref.press.round)
    answered = form_in(door.press("head", step))
    view_in(door.submit("head", answered, {"outcome": "reported"}))
    before, files = door.events(case), files_in(tmp_path)
    reply = door.submit("head", form, own(a_word_file("Too late")))
    assert Say.WRONG_NOT_PENDING.value in texts(reply)
    assert (door.events(case), files_in(tmp_path)) == (before, files)


def files_in(folder: Path) -> int:
    """How many files the vault holds."""
    return sum(1 for each in (folder / "evidence").rglob("*") if each.is_file())


def test_a_second_draft_stands_beside_the_first(door: Door) -> None:
    case = door.further()
    first, one = drafted(door, case)
    second, two = drafted(door, case)
    contents = [door.fetch("head", each).content for each in (one, two)]
    assert contents[0] != contents[1]
    view_in(door.submit("head", second, AS_DRAFTED))
    assert [each.file for each in issued(door, case)] == [second.ref.press.what]
    assert first.ref.press.what != second.ref.press.what


def test_a_draft_can_be_approved_later_from_the_case(door: Door) -> None:
    case = door.further()
    drafted(door, case)
    again = button(door.view("head", case), Verb.ISSUE_LETTER)
    form = form_in(door.press("head", again))
    view_in(door.submit("head", form, own(a_word_file("Changed in the evening"))))
    assert is_answered(door, case)


def test_the_draft_can_be_had_again_without_losing_what_was_chosen(door: Door) -> None:
    case = door.further()
    form, hand = drafted(door, case)
    get = button(form, Verb.GET_FILE)
    reply = door.act("head", Pressed(get, form.ref, {"version": "own", "answer": "later"}))
    assert reply.hand == hand
    chosen = {each.id: getattr(each, "chosen", None) for each in form_in(reply).fields}
    assert chosen == {"version": "own", "file": None, "answer": "later"}


def test_the_same_click_that_comes_again_drafts_once_and_hands_the_same(door: Door) -> None:
    case = door.further()
    replies = [door.press("head", draft_press(door, case), "once") for _ in range(2)]
    assert [each.hand for each in replies] == [replies[0].hand] * 2
    assert isinstance(replies[1].show, View)
    assert door.events(case).count("LetterDrafted") == 1


def test_only_who_works_the_case_drafts_gets_and_approves(door: Door) -> None:
    case = door.further(safety="unsure")
    form, hand = drafted(door, case)
    assert door.fetched_by(hand) == {"head"}
    for who in set(EVERYBODY) - {"head"}:
        assert door.press(who, draft_press(door, case)).hand is None
        door.submit(who, form, AS_DRAFTED)
    view = door.view("dsl", case)
    assert [offers(view, each) for each in (Verb.DRAFT_LETTER, Verb.GET_FILE)] == [False, False]
    assert door.events(case).count("LetterDrafted") == 1
    assert issued(door, case) == []
    assert door.refusals(case) > len(EVERYBODY)


def test_who_is_kept_out_gets_nothing_that_they_drafted_before(tmp_path: Path) -> None:
    door = a_door(tmp_path, {Role.HEAD: ("head", "head-2")})
    case = door.further()
    form, hand = drafted(door, case)
    door.at.work("head-2", case, Exclude(door.at.id_of("head"), WHY))
    with pytest.raises(Refused):
        door.fetch("head", hand)
    assert is_refused(door.submit("head", form, AS_DRAFTED))
    assert is_refused(door.press("head", draft_press(door, case)))


@pytest.mark.parametrize("what", ["", "nothing", "x" * 300, "../../etc"])
def test_a_letter_that_somebody_made_up_is_refused(door: Door, what: str) -> None:
    case = door.further()
    form, _ = drafted(door, case)
    before = door.events(case)
    made_up = Form(
        ref=type(form.ref)(Press(Verb.ISSUE_LETTER, case, STEP, 1, what)),
        title=form.title,
        intro=(),
        fields=form.fields,
        submit=form.submit,
    )
    assert is_refused(door.submit("head", made_up, AS_DRAFTED))
    assert is_refused(door.press("head", Press(Verb.GET_FILE, case, STEP, 1, what)))
    for ref in (what, f"letter:{what}", f"case:{what}", f"person:{what}"):
        with pytest.raises(Refused):
            door.fetch("head", Handed(ref, form.title, form.title))
    assert door.events(case) == before


def test_the_letter_of_one_step_cannot_be_approved_as_that_of_another(door: Door) -> None:
    case = door.further()
    form, _ = drafted(door, case)
    other = Press(Verb.ISSUE_LETTER, case, "police", 1, form.ref.press.what)
    made_up = Form(type(form.ref)(other), form.title, (), form.fields, form.submit)
    assert is_refused(door.submit("head", made_up, AS_DRAFTED))
    assert issued(door, case) == []


def test_a_step_without_a_letter_has_none_to_draft(door: Door) -> None:
    case = door.further()
    reply = door.press("head", Press(Verb.DRAFT_LETTER, case, "identify-poster", 1))
    assert reply.show == Done(Plain(Say.WRONG_NO_LETTER))
    assert is_refused(door.press("head", Press(Verb.DRAFT_LETTER, case, "Ask Host", 1)))


def test_a_letter_cannot_be_drafted_once_the_step_is_settled(door: Door) -> None:
    case = door.further()
    press = draft_press(door, case)
    form, _ = drafted(door, case)
    view_in(door.submit("head", form, AS_DRAFTED))
    assert door.press("head", press).show == Done(Plain(Say.WRONG_NOT_PENDING))


def test_a_template_that_cannot_be_used_is_said_with_what_to_do(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = door.further()

    def refuses(*_given: object) -> bytes:
        raise TemplatesNotAccepted((LetterProblem("host-request.docx", "", "wrong", "mend"),))

    monkeypatch.setattr(door.made, "letter", refuses)
    before = door.events(case)
    reply = door.press("head", draft_press(door, case))
    assert reply.show == Done(Plain(Say.WRONG_TEMPLATE))
    assert door.events(case) == before


def test_nothing_of_the_reporter_is_in_any_letter(door: Door) -> None:
    links = {"https://example.com/post/1"}
    person = replace(door.at.person("staff"), name=Personal("Nadia Hussain"))
    answers = a_report(note="I saw it at the gate", links=links, shows_reporter=True)
    with door.at.school.store.writing() as writing:
        act = acting(door.at.school, writing, person, Cause("a report"))
        draft = keep_file(act, begin_draft(act, answers), file_named("chart.png"))
        case = file_from_draft(act, draft).case
    door.at.work("head", case, accepted())
    assert door.at.report("staff-2", note="At the gate", links=links) == case
    reply = door.press("head", Press(Verb.FURTHER_ACTION, case))
    door.submit("head", form_in(reply), {"reason": Personal("It goes on")})
    for step in ("written-warning", "ask-host", "police", "legal-advice"):
        drafted(door, case, step)
    names = [letter for letter, _ in door.made.letters]
    assert names == ["warning-letter", "host-request", "police-summary", "solicitor-note"]
    with door.at.school.store.reading() as reading:
        people = [door.at.school.person_of(f"{who}@derwentvale.example", reading)
                  for who in ("staff", "staff-2")]  # fmt: skip
    for _, fields in door.made.letters:
        said = repr(fields) + "".join(each.reveal() for each in fields.links)
        assert [link.reveal() for link in fields.links] == ["https://example.com/post/1"]
        for secret in ("gate", "staff@", "staff-2", "Nadia", "Owen", "goes on", *people):
            assert secret not in said
        assert fields.reference == door.at.state(case).reference


# Sent into the chat


def sent(
    door: Door, form: Form, content: bytes | None, who: str = "head", cause: str = ""
) -> Reply:
    upload = Upload(content) if content is not None else None
    return door.act(who, Attached(upload, form.ref), cause)


def said(reply: Reply) -> str:
    assert reply.say is not None
    return reply.words.text(reply.say.summary)


@pytest.mark.parametrize("content", [a_word_file("Ours"), PDF])
def test_a_version_that_is_sent_into_the_chat_is_approved_and_answers_the_step(
    door: Door, content: bytes
) -> None:
    case = door.further()
    form, _ = drafted(door, case)
    assert said(sent(door, form, content)) == Say.LETTER_APPROVED.value
    (event,) = issued(door, case)
    assert (event.as_drafted, event.sha256) == (False, hashlib.sha256(content).hexdigest())
    assert is_answered(door, case)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"MZ no letter", "Word"), (file_named("chart.png"), "Word"), (None, Say.LETTER_LOST.value)],
)
def test_what_is_no_letter_is_refused_in_the_chat_with_its_reason(
    door: Door, content: bytes | None, says: str
) -> None:
    case = door.further()
    form, _ = drafted(door, case)
    before = door.events(case)
    reply = sent(door, form, content)
    assert says in said(reply)
    assert reply.say is not None
    assert button(reply.say, Verb.ISSUE_LETTER) == form.ref.press
    assert door.events(case) == before


def test_the_same_file_that_comes_again_is_approved_once(door: Door) -> None:
    case = door.further()
    form, _ = drafted(door, case)
    sent(door, form, PDF, cause="once")
    assert sent(door, form, PDF, cause="once").show == Done(Plain(Say.LETTER_APPROVED))
    assert len(issued(door, case)) == 1


def test_what_is_sent_once_the_step_is_settled_is_no_letter(door: Door) -> None:
    case = door.further()
    form, _ = drafted(door, case)
    view_in(door.submit("head", form, AS_DRAFTED))
    assert said(sent(door, form, PDF)) == Say.PICTURE_FOR_NOTHING.value
    assert len(issued(door, case)) == 1


def test_nobody_else_approves_by_sending_a_file(door: Door) -> None:
    case = door.further(safety="unsure")
    form, _ = drafted(door, case)
    for who in set(EVERYBODY) - {"head"}:
        reply = sent(door, form, PDF, who)
        assert is_refused(reply) or who in ("guest", "stranger")
    assert issued(door, case) == []
    assert door.refusals(case) > 0


def test_a_platform_keeps_a_letter_until_its_step_is_answered(door: Door) -> None:
    case = door.further()
    form, hand = drafted(door, case)
    assert is_still_needed(door.at.school, hand.ref)
    view_in(door.submit("head", form, AS_DRAFTED))
    assert not is_still_needed(door.at.school, hand.ref)
    assert is_still_needed(door.at.school, "case:whatever")
    gone = f'letter:["nothing","{EvidenceId("x")}"]'
    assert not is_still_needed(door.at.school, gone)
