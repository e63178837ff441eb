"""What an intent says at the moment it is delivered, and whether it is still due and permitted.

Permission is asked here for the third time (after the screen and the act): what was right when the
intent was written may be wrong now.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.app.act import who_is
from bot.app.case_file import CaseFile, read_case
from bot.app.ports import Intent, Reading, ToChannel, ToPerson, ToRole
from bot.app.school import School
from bot.app.send_digest import digest_record
from bot.domain.answers import ticked
from bot.domain.case import Round
from bot.domain.deadlines import DueStep, due_steps
from bot.domain.digest_shown import chart_for, from_json
from bot.domain.evaluate import holds
from bot.domain.ids import (
    CardId,
    CaseId,
    CategoryId,
    ContactId,
    DraftId,
    MessageKind,
    OptionId,
    PersonId,
    Reference,
    Role,
    StepId,
)
from bot.domain.notices import OWNER, rule_of
from bot.domain.people import (
    LEADERS,
    Roster,
    first_owner_is_out,
    holders_left,
    is_excluded,
    owner_of,
    stands_for,
    who_hears,
)
from bot.domain.permissions import Allowed, Doing, may
from bot.domain.reminders import newest_repeat
from bot.domain.round_up import morning_of
from bot.screens import messages
from bot.screens.digest_body import digest_body
from bot.screens.facts import plain
from bot.screens.messages import ShownCase
from bot.screens.nodes import Action, Message, StepLine
from bot.screens.press import Press, Verb
from bot.screens.say import Say
from bot.screens.wording import Words

EMERGENCY = (
    ContactId("dsl"),
    ContactId("head"),
    ContactId("deputy"),
    ContactId("social-care-day"),
    ContactId("social-care-night"),
)
NOBODY_AT_SCHOOL = (
    ContactId("lado"),
    ContactId("social-care-day"),
    ContactId("social-care-night"),
)


@dataclass(frozen=True)
class Composed:
    """A message with its words, and of which cases its delivery is to be recorded."""

    message: Message
    words: Words
    records: tuple[CaseId, ...] = ()
    steps: tuple[StepId, ...] = ()

    @property
    def shown(self) -> str:
        """A hash of what is shown; a message is updated only when it changes."""
        return hashlib.sha256(repr(self.message).encode()).hexdigest()


@dataclass(frozen=True)
class Composer:
    """Makes messages from the state at this moment."""

    school: School
    reading: Reading
    roster: Roster
    now: datetime

    def recipients(self, intent: Intent, role: ToRole) -> tuple[PersonId, ...]:
        """Who is told what is for a role, now; nobody, if nobody is left."""
        today = self.school.calendar.local_date(self.now)
        if not intent.cases:
            return self._holder(role.role)
        file = self.file_of(intent.cases[0])
        if role.role == OWNER:
            owner = owner_of(file.state, file.policy, self.roster)
            return (who_hears(file.state, owner, file.policy, self.roster, today),) if owner else ()
        if role.role in (Role.DSL, Role.DEPUTY):
            found = stands_for(file.state, Role(role.role), file.policy, self.roster, today)
            return (found,) if found else ()
        return holders_left(file.state, Role(role.role), self.roster)[:1]

    def _holder(self, role: str) -> tuple[PersonId, ...]:
        today = self.school.calendar.local_date(self.now)
        here = [each for each in self.roster.of(Role(role)) if not self.roster.is_away(each, today)]
        if not here and role == Role.HEAD:
            here = list(self.roster.of(Role.DEPUTY))
        return tuple(here or self.roster.of(Role(role)))[:1]

    def compose(self, intent: Intent, *, sent: bool = False) -> Composed | None:
        """The message as it is to be shown now; ``None`` if it is no longer due or permitted.

        ``sent``: it stands in a chat already and is shown anew, so that what was done meanwhile
        shows as done.
        """
        if isinstance(intent.to, ToChannel) or intent.kind in _WITHOUT_CASE:
            return self._without_case(intent)
        person = intent.to.person if isinstance(intent.to, ToPerson) else None
        if person is None:
            return None
        if intent.kind in _OF_STEPS:
            return self._of_steps(intent, person, sent=sent)
        file = self.file_of(intent.cases[0])
        if intent.kind in _TO_REPORTERS:
            return self._to_reporter(intent, file, person, sent=sent)
        return self._alert(intent, file, person, sent=sent)

    def file_of(self, case: CaseId) -> CaseFile:
        """The case as it is now. Raises ``LookupError``."""
        row = self.reading.case_row(case)
        if row is None:
            raise LookupError(case)
        return read_case(self.school, self.reading, row)

    def _without_case(self, intent: Intent) -> Composed | None:
        words = self.school.words()
        match intent.kind:
            case MessageKind.ADMIN_ALERT:
                return Composed(messages.admin_alert(str(intent.facts["why"])), words)
            case MessageKind.DRAFT_REMINDER:
                return self._draft(str(intent.facts["draft"]), words)
            case MessageKind.DIGEST_HELD:
                return Composed(messages.digest_held(), words)
            case MessageKind.DIGEST | MessageKind.DIGEST_PREVIEW:
                return self._digest(intent, words)
            case _:
                return None

    def _draft(self, draft: str, words: Words) -> Composed | None:
        found = self.reading.draft(DraftId(draft))
        return Composed(messages.draft_reminder(draft), words) if found else None

    def _digest(self, intent: Intent, words: Words) -> Composed:
        kept: Mapping[str, Any] = intent.facts["digest"]  # type: ignore[assignment]
        figures = from_json(kept)
        names = {
            f"{term.first_on.year}-{term.name}": f"{term.name.capitalize()} {term.first_on.year}"
            for term in self.school.calendar.terms
        }
        printed = [each for each in digest_record(self.reading).printed if each.at < figures.at]
        chart = chart_for(
            (*printed, figures),
            last_on=self.school.calendar.local_date(figures.at),
            zone=self.school.calendar.zone,
            names=names,
        )
        body = digest_body(figures, chart, self.school.pack.policy)
        if intent.kind is MessageKind.DIGEST:
            return Composed(messages.digest(body), words)
        at = datetime.fromisoformat(str(intent.facts["at"]))
        return Composed(messages.digest_preview(body, at), words)

    def _to_reporter(
        self, intent: Intent, file: CaseFile, person: PersonId, *, sent: bool
    ) -> Composed | None:
        words = self.school.words(file.policy)
        reference = file.state.reference
        match intent.kind:
            case MessageKind.RECEIPT:
                return Composed(messages.receipt(reference), words)
            case MessageKind.OUTCOME_TO_REPORTER:
                if not file.state.closed or (
                    not sent and file.state.was_told(intent.kind, person)
                ):
                    return None
                message = messages.outcome_to_reporter(reference)
                return Composed(message, words, (file.case,))
            case _:
                return self._not_yet_seen(intent, file, words)

    def _not_yet_seen(self, intent: Intent, file: CaseFile, words: Words) -> Composed | None:
        nobody = bool(intent.facts.get("nobody"))
        if not nobody and not self._still_pending(intent, file):
            return None
        contacts = self._contacts(file, NOBODY_AT_SCHOOL if nobody else EMERGENCY)
        message = messages.not_yet_seen(file.state.reference, contacts, nobody=nobody)
        return Composed(message, words, (file.case,))

    def _still_pending(self, intent: Intent, file: CaseFile) -> bool:
        step, number = intent.facts.get("step"), intent.facts.get("round")
        return any(
            pending.value == step and each.number == number
            for pending, each in file.state.pending()
        )

    def _contacts(self, file: CaseFile, contacts: Sequence[ContactId]) -> tuple[ContactId, ...]:
        """Those of the contacts that the case does not concern and that have a number."""
        return right_contacts(self.school, self.roster, file, contacts)

    def _alert(
        self, intent: Intent, file: CaseFile, person: PersonId, *, sent: bool
    ) -> Composed | None:
        if file.state.closed and not sent:
            return None
        if not self._may_hear(file, person):
            return None
        repeat = "number" in intent.facts
        if not sent and (self._said_by_another(intent, file) or self._is_superseded(intent, file)):
            return None
        shown = self.shown_case(file)
        words = self.school.words(file.policy)
        records = () if sent else (file.case,)
        match intent.kind:
            case MessageKind.URGENT_CASE:
                return Composed(messages.urgent_case(shown, again=repeat), words, records)
            case MessageKind.NEW_CASE:
                return Composed(messages.new_case(shown), words, records)
            case MessageKind.DSL_ALERT:
                return Composed(messages.dsl_alert(shown), words, records)
            case _:
                return None

    def _said_by_another(self, intent: Intent, file: CaseFile) -> bool:
        """An urgent case has its own alert, and no ``new-case`` or ``dsl-alert`` besides."""
        return file.state.urgent and intent.kind is not MessageKind.URGENT_CASE

    def _is_superseded(self, intent: Intent, file: CaseFile) -> bool:
        """A repeat that nobody needs any more, or that a newer one has overtaken."""
        if "number" not in intent.facts:
            return False
        step, round_ = StepId(str(intent.facts["step"])), int(str(intent.facts["round"]))
        newest = newest_repeat(
            file.state, file.policy, intent.kind, step, round_, self.now
        )
        return not newest or int(str(intent.facts["number"])) < newest

    def _may_hear(self, file: CaseFile, person: PersonId) -> bool:
        """Whether a message about the case may reach the person: a deputy it comes to, too."""
        if is_excluded(file.state, person, self.roster):
            return False
        roles = self.roster.roles_of(person)
        if Role.DEPUTY in roles and not first_owner_is_out(file.state, file.policy, self.roster):
            return True
        return self._may_view(file, person)

    def _may_view(self, file: CaseFile, person: PersonId) -> bool:
        today = self.school.calendar.local_date(self.now)
        who = who_is(person, self.roster)
        answer = may(who, Doing.VIEW, self.roster, file.state, file.policy, today)
        return isinstance(answer, Allowed)

    def shown_case(self, file: CaseFile) -> ShownCase:
        """What a message may say of a case."""
        state = file.state
        due = [each for each in due_steps(state, self.school.calendar) if each.due]
        first = (due[0].step, due[0].due.at) if due and due[0].due else None
        return ShownCase(
            file.case,
            state.reference,
            tuple(
                CategoryId(option.id.value)
                for option in file.policy.questions[file.policy.categories].options
                if option.id in ticked(state.answers, file.policy.categories)
            ),
            OptionId(state.severity),
            state.opened_at,
            stop_cards_of(self.school, self.roster, file),
            first,
        )

    def _of_steps(self, intent: Intent, person: PersonId, *, sent: bool) -> Composed | None:
        if not sent and self._a_newer_round_up_came(intent):
            return None
        steps: Sequence[Sequence[Any]] = intent.facts["steps"]  # type: ignore[assignment]
        files = {case: self.file_of(CaseId(case)) for case in dict.fromkeys(s[0] for s in steps)}
        told = [
            (files[case], StepId(step), number)
            for case, step, number in steps
            if self._may_hear(files[case], person)
            or intent.kind is MessageKind.OVERDUE_TO_CHAIR
            and not is_excluded(files[case].state, person, self.roster)
        ]
        waiting = [each for each in told if _pending(*each)]
        if not told or not (waiting or sent):
            return None
        words = self.school.words(*(file.policy for file, _, _ in told))
        records = tuple(dict.fromkeys(file.case for file, _, _ in waiting))
        names = tuple(step for _, step, _ in waiting)
        if intent.kind is MessageKind.OVERDUE_TO_CHAIR:
            return Composed(self._overdue_to_chair(waiting or told), words, records, names)
        lines = tuple(self._line(*each) for each in (told if sent else waiting))
        if intent.kind is MessageKind.OVERDUE_TO_DEPUTY:
            return Composed(messages.overdue_to_deputy(lines), words, records, names)
        return Composed(messages.round_up(lines, len(waiting)), words, (), names)

    def _a_newer_round_up_came(self, intent: Intent) -> bool:
        """After days on which nothing could be delivered each person gets one, not a pile."""
        if intent.kind is not MessageKind.ROUND_UP:
            return False
        rule = rule_of(self.school.pack.policy, MessageKind.ROUND_UP)
        newest = morning_of(rule, self.school.calendar, self.now, school_days_only=True)
        return newest is not None and newest.at > intent.not_before

    def _overdue_to_chair(self, told: Sequence[tuple[CaseFile, StepId, int]]) -> Message:
        days: dict[Reference, int] = {}
        today = self.school.calendar.local_date(self.now)
        for file, step, number in told:
            for each in due_steps(file.state, self.school.calendar):
                if each.step == step and each.round.number == number and each.due:
                    on = self.school.calendar.local_date(each.due.at)
                    late = (today - on).days
                    known = days.get(file.state.reference, 0)
                    days[file.state.reference] = max(late, known)
        return messages.overdue_to_chair(days)

    def _line(self, file: CaseFile, step: StepId, number: int) -> StepLine:
        for each in due_steps(file.state, self.school.calendar):
            if each.step == step and each.round.number == number:
                return step_line(file, each, self.now)
        round_ = next(r for r in file.state.rounds[step] if r.number == number)
        state = plain(Say.STATE_DONE if round_.given else Say.STATE_GONE)
        return StepLine(step, file.state.reference, None, state)


def _pending(file: CaseFile, step: StepId, number: int) -> bool:
    return any(pending == step and each.number == number for pending, each in file.state.pending())


def step_line(file: CaseFile, due: DueStep, now: datetime) -> StepLine:
    """A pending step with its deadline and its button."""
    at = due.due.at if due.due else None
    if at is None:
        state = plain(Say.STATE_NO_DATE)
    else:
        state = plain(Say.STATE_OVERDUE if at < now else Say.STATE_DUE, due=at)
    return StepLine(
        due.step, file.state.reference, at, state, (answer_button(file, due.step, due.round),)
    )


def answer_button(file: CaseFile, step: StepId, round_: Round) -> Action:
    """The button that opens the form of a step."""
    press = Press(Verb.ANSWER, file.case, step.value, round_.number)
    return Action(plain(Say.ANSWER, step=step), press, primary=True)


def stop_cards_of(
    school: School, roster: Roster, file: CaseFile
) -> tuple[tuple[CardId, tuple[ContactId, ...]], ...]:
    """The stop cards of a case, with whom to ring about it."""
    cards = [rule.card for rule in file.policy.stop_cards if holds(rule.when, file.state)]
    return tuple(
        (card, right_contacts(school, roster, file, _card_contacts(file, card))) for card in cards
    )


def _card_contacts(file: CaseFile, card: CardId) -> tuple[ContactId, ...]:
    known = file.policy.cards.get(card)
    return known.contacts if known else ()


def right_contacts(
    school: School, roster: Roster, file: CaseFile, contacts: Sequence[ContactId]
) -> tuple[ContactId, ...]:
    """The contacts without those whom the case concerns, as far as numbers are known."""
    roles = {role.value: role for role in LEADERS}
    if first_owner_is_out(file.state, file.policy, roster):
        # For the head the chair steps in, never the deputy.
        del roles[Role.DEPUTY.value]
        contacts = [each for each in contacts if each.value != Role.DEPUTY]
        chair = ContactId(Role.CHAIR.value)
        head = ContactId(Role.HEAD.value)
        contacts = [chair if each == head and chair not in contacts else each for each in contacts]
    return tuple(
        contact
        for contact in contacts
        if contact in school.contacts
        and (contact.value not in roles or _first_is_left(file, roles[contact.value], roster))
    )


def _first_is_left(file: CaseFile, role: Role, roster: Roster) -> bool:
    """Whether the number given for a role may be rung: it is the first holder's."""
    return roster.of(role)[:1] == holders_left(file.state, role, roster)[:1] != ()


_WITHOUT_CASE = frozenset(
    {
        MessageKind.ADMIN_ALERT,
        MessageKind.DRAFT_REMINDER,
        MessageKind.DIGEST_HELD,
        MessageKind.DIGEST,
        MessageKind.DIGEST_PREVIEW,
    }
)
_TO_REPORTERS = frozenset(
    {MessageKind.RECEIPT, MessageKind.OUTCOME_TO_REPORTER, MessageKind.NOT_YET_SEEN}
)
_OF_STEPS = frozenset(
    {MessageKind.ROUND_UP, MessageKind.OVERDUE_TO_DEPUTY, MessageKind.OVERDUE_TO_CHAIR}
)
