"""The forms with which a case is worked, and the command that comes back from each."""

from collections.abc import Callable, Mapping

from bot.app.asking import REASON, Asking, other_case, other_field
from bot.app.letters import letter_form
from bot.app.reading import chosen_in, day_in, text_in
from bot.app.record_forms import (
    hand_over_form,
    hold_form,
    read_hand_over,
    read_hold,
    read_who_knows,
    who_knows_form,
)
from bot.app.step_form import answer_form, correct_form, read_answer, read_correction
from bot.app.who_knows import knows_of
from bot.domain import commands
from bot.domain.commands import SNOOZES, Command
from bot.domain.decide import may_open_by_hand
from bot.domain.errors import Invalid, Why
from bot.domain.ids import PersonId, Role
from bot.domain.people import first_owner_is_out, holders_left
from bot.domain.permissions import Doing
from bot.domain.personal import Personal
from bot.domain.questionnaire import LONGEST_TEXT
from bot.screens.facts import PackText, Plain, plain
from bot.screens.nodes import (
    Choice,
    ChooseOne,
    Form,
    LongText,
    PickDate,
)
from bot.screens.press import NotOurs, Verb
from bot.screens.say import Say

DAYS, UNTIL, TO, WHOM, TEXT = "days", "until", "to", "whom", "text"

_SNOOZE_WORDS = {1: Say.ONE_SCHOOL_DAY, 2: Say.SNOOZE_2, 5: Say.SNOOZE_5}
_ROLE_WORDS = {
    Role.HEAD: Say.ROLE_HEAD,
    Role.DEPUTY: Say.ROLE_DEPUTY,
    Role.DSL: Say.ROLE_DSL,
    Role.CHAIR: Say.ROLE_CHAIR,
}

DOINGS: Mapping[Verb, Doing] = {
    Verb.SNOOZE: Doing.SNOOZE,
    Verb.EXTEND: Doing.EXTEND,
    Verb.NEW_ROUND: Doing.START_AGAIN,
    Verb.CORRECT: Doing.CORRECT,
    Verb.FURTHER_ACTION: Doing.OPEN_FURTHER_ACTION,
    Verb.PASS_ON: Doing.PASS_ON,
    Verb.EXCLUDE: Doing.EXCLUDE,
    Verb.NOTE: Doing.NOTE,
    Verb.LINK: Doing.LINK,
    Verb.REOPEN: Doing.REOPEN,
    Verb.HAND_OVER: Doing.HAND_OVER,
    Verb.WHO_KNOWS: Doing.RECORD_WHO_KNOWS,
    Verb.LEGAL_HOLD: Doing.SET_LEGAL_HOLD,
    Verb.DRAFT_LETTER: Doing.WRITE_LETTERS,
    Verb.ISSUE_LETTER: Doing.WRITE_LETTERS,
}
"""What a form of a case is for. Answering a step is asked for by the step's own rule."""


def form_for(asking: Asking) -> Form:
    """The form that a button of a case opens. Raises ``NotOurs`` for a button that opens none."""
    if asking.press.verb not in _FORMS:
        raise NotOurs
    return _FORMS[asking.press.verb](asking)


def command_from(asking: Asking) -> Command:
    """What a form of a case asks for.

    Raises ``Invalid`` for a field that cannot be read, ``NotOurs`` for what is no form of ours.
    """
    if asking.press.verb not in _COMMANDS:
        raise NotOurs
    return _COMMANDS[asking.press.verb](asking)


def _snooze(asking: Asking) -> Form:
    days = ChooseOne(
        id=DAYS,
        label=plain(Say.SNOOZE_DAYS),
        why=plain(Say.SNOOZE_WHY),
        required=True,
        options=tuple(Choice(str(n), plain(_SNOOZE_WORDS[n])) for n in SNOOZES),
        chosen=chosen_in(asking.given.get(DAYS)) or None,
    )
    return asking.form(plain(Say.SNOOZE_TITLE, step=asking.step), days, asking.reason())


def _read_snooze(asking: Asking) -> Command:
    days = chosen_in(asking.given.get(DAYS))
    number = int(days) if days.isdecimal() and len(days) < 3 else 0
    reason = text_in(asking.given.get(REASON))
    return commands.SnoozeStep(asking.step, number, reason, asking.press.round or None)


def _extend(asking: Asking) -> Form:
    day = day_in(asking.look.school, asking.given.get(UNTIL))
    until = PickDate(
        id=UNTIL,
        label=plain(Say.EXTEND_UNTIL),
        why=plain(Say.EXTEND_WHY),
        required=True,
        value=None if isinstance(day, Why) else day,
    )
    return asking.form(plain(Say.EXTEND_TITLE, step=asking.step), until, asking.reason())


def _read_extend(asking: Asking) -> Command:
    day = day_in(asking.look.school, asking.given.get(UNTIL))
    if day is None or isinstance(day, Why):
        raise Invalid({UNTIL: day or Why.MISSING})
    reason = text_in(asking.given.get(REASON))
    return commands.ExtendDeadline(asking.step, day, reason, asking.press.round or None)


def _new_round(asking: Asking) -> Form:
    return asking.form(plain(Say.START_AGAIN_TITLE, step=asking.step), asking.reason())


def _read_new_round(asking: Asking) -> Command:
    return commands.StartAgain(asking.step, text_in(asking.given.get(REASON)))


def _further(asking: Asking) -> Form:
    rule = may_open_by_hand(asking.file.state, asking.file.policy)
    label = plain(Say.REASON)
    if rule and rule.by_hand_line:
        label = plain(Say.LABEL, label=PackText(("milestone", rule.id, "by_hand_line")))
    return asking.form(plain(Say.OPEN_FURTHER), asking.reason(label))


def _read_further(asking: Asking) -> Command:
    return commands.OpenFurtherAction(text_in(asking.given.get(REASON)))


def _targets(asking: Asking) -> tuple[tuple[str, Role, PersonId, Plain], ...]:
    """To whom the case can be passed on: a value, the role, the person and the words."""
    look, file = asking.look, asking.file
    out = first_owner_is_out(file.state, file.policy, look.roster)
    found = []
    for role, words in _ROLE_WORDS.items():
        if out and role not in file.policy.owner.roles:
            continue
        for number, person in enumerate(holders_left(file.state, role, look.roster), start=1):
            value = role.value if number == 1 else f"{role.value}-{number}"
            label = plain(words) if number == 1 else plain(Say.TEXT, text=role)
            if role is Role.CHAIR and number > 1:
                label = plain(Say.ROLE_CHAIR_2, number=number)
            found.append((value, role, person, label))
    return tuple(found)


def _pass_on(asking: Asking) -> Form:
    targets = _targets(asking)
    to = ChooseOne(
        id=TO,
        label=plain(Say.PASS_ON_TO),
        required=True,
        options=tuple(Choice(value, label) for value, _, _, label in targets),
        chosen=chosen_in(asking.given.get(TO)) or None,
    )
    # A chair who works the case knows of it, and cannot sit on a panel.
    chairs = any(role is Role.CHAIR for _, role, _, _ in targets)
    intro = tuple(knows_of(asking.look, asking.file)) if chairs else ()
    return asking.form(plain(Say.PASS_ON), to, asking.reason(), intro=intro)


def _read_pass_on(asking: Asking) -> Command:
    wanted = chosen_in(asking.given.get(TO))
    for value, role, person, _ in _targets(asking):
        if value == wanted:
            return commands.PassOn(role, text_in(asking.given.get(REASON)), person)
    raise Invalid({TO: Why.NOBODY_HOLDS_IT if wanted else Why.MISSING})


def _people(asking: Asking) -> tuple[tuple[str, PersonId, Plain], ...]:
    """Who can be kept out: every holder of a role who is not out yet, but for oneself."""
    look, state = asking.look, asking.file.state
    found: dict[PersonId, tuple[str, PersonId, Plain]] = {}
    for role, words in _ROLE_WORDS.items():
        for number, person in enumerate(look.roster.of(role), start=1):
            if person == look.who.person or person not in holders_left(state, role, look.roster):
                continue
            value = role.value if number == 1 else f"{role.value}-{number}"
            label = plain(words)
            if number > 1 and role is Role.CHAIR:
                label = plain(Say.ROLE_CHAIR_2, number=number)
            found.setdefault(person, (value, person, label))
    return tuple(found.values())


def _exclude(asking: Asking) -> Form:
    whom = ChooseOne(
        id=WHOM,
        label=plain(Say.EXCLUDE_WHOM),
        why=plain(Say.EXCLUDE_WHY),
        required=True,
        options=tuple(Choice(value, label) for value, _, label in _people(asking)),
        chosen=chosen_in(asking.given.get(WHOM)) or None,
    )
    # Without the head the case goes to a chair, and without one chair to the next.
    owners, state = asking.file.policy.owner.roles, asking.file.state
    chairs = Role.CHAIR in owners and holders_left(state, Role.CHAIR, asking.look.roster)
    intro = tuple(knows_of(asking.look, asking.file)) if chairs else ()
    return asking.form(plain(Say.EXCLUDE), whom, asking.reason(), intro=intro)


def _read_exclude(asking: Asking) -> Command:
    wanted = chosen_in(asking.given.get(WHOM))
    for value, person, _ in _people(asking):
        if value == wanted:
            return commands.Exclude(person, text_in(asking.given.get(REASON)))
    raise Invalid({WHOM: Why.NOBODY_HOLDS_IT if wanted else Why.MISSING})


def _note(asking: Asking) -> Form:
    text = LongText(
        id=TEXT,
        label=plain(Say.NOTE_TEXT),
        required=True,
        value=text_in(asking.given.get(TEXT)),
        most=LONGEST_TEXT,
    )
    return asking.form(plain(Say.ADD_NOTE), text)


def _read_note(asking: Asking) -> Command:
    return commands.AddNote(text_in(asking.given.get(TEXT)) or Personal(""))


def _link(asking: Asking) -> Form:
    return asking.form(plain(Say.LINK_CASE), other_field(asking.given, plain(Say.LINKED_CASE)))


def _read_link(asking: Asking) -> Command:
    return commands.LinkCase(other_case(asking.look, asking.given))


def _reopen(asking: Asking) -> Form:
    return asking.form(plain(Say.REOPEN_TITLE), asking.reason())


def _read_reopen(asking: Asking) -> Command:
    return commands.Reopen(text_in(asking.given.get(REASON)))


_FORMS: Mapping[Verb, Callable[[Asking], Form]] = {
    Verb.ANSWER: answer_form,
    Verb.CORRECT: correct_form,
    Verb.SNOOZE: _snooze,
    Verb.EXTEND: _extend,
    Verb.NEW_ROUND: _new_round,
    Verb.FURTHER_ACTION: _further,
    Verb.PASS_ON: _pass_on,
    Verb.EXCLUDE: _exclude,
    Verb.NOTE: _note,
    Verb.LINK: _link,
    Verb.REOPEN: _reopen,
    Verb.HAND_OVER: hand_over_form,
    Verb.WHO_KNOWS: who_knows_form,
    Verb.LEGAL_HOLD: hold_form,
    Verb.ISSUE_LETTER: letter_form,
}
_COMMANDS: Mapping[Verb, Callable[[Asking], Command]] = {
    Verb.ANSWER: read_answer,
    Verb.CORRECT: read_correction,
    Verb.SNOOZE: _read_snooze,
    Verb.EXTEND: _read_extend,
    Verb.NEW_ROUND: _read_new_round,
    Verb.FURTHER_ACTION: _read_further,
    Verb.PASS_ON: _read_pass_on,
    Verb.EXCLUDE: _read_exclude,
    Verb.NOTE: _read_note,
    Verb.LINK: _read_link,
    Verb.REOPEN: _read_reopen,
    Verb.HAND_OVER: read_hand_over,
    Verb.WHO_KNOWS: read_who_knows,
    Verb.LEGAL_HOLD: read_hold,
}
