"""What an intent says at the moment it is delivered, and whether it is still due and permitted.

Permission is asked here for the third time (after the screen and the act): what was right when the
intent was written may be wrong now.
"""

from bot.app.case_file import CaseFile
from bot.app.compose_digest import compose_digest
from bot.app.compose_endings import compose_endings
from bot.app.compose_steps import compose_steps
from bot.app.contacts import EMERGENCY, NOBODY_AT_SCHOOL, right_contacts, stop_cards_of
from bot.app.intents import Intent, ToChannel, ToPerson
from bot.app.present import Composed, Present
from bot.app.step_lines import is_pending
from bot.domain.answers import ticked
from bot.domain.deadlines import due_steps
from bot.domain.ids import CategoryId, DraftId, MessageKind, OptionId, PersonId, StepId
from bot.domain.people import is_excluded
from bot.domain.reminders import newest_repeat
from bot.screens import messages
from bot.screens.messages import ShownCase
from bot.screens.wording import Words


class Composer(Present):
    """Makes messages from the state at this moment."""

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
        if sent and intent.kind not in _TO_REPORTERS and self._is_out(intent, person):
            # Whoever is concerned is out: what stands in the chat already says so no longer.
            return Composed(messages.withdrawn(intent.kind), self.school.words())
        if intent.kind in _OF_STEPS:
            return compose_steps(self, intent, person, sent=sent)
        if intent.kind is MessageKind.RETENTION_PREVIEW:
            return compose_endings(self, intent, person, sent=sent)
        file = self.file_of(intent.cases[0])
        if intent.kind in _TO_REPORTERS:
            return self._to_reporter(intent, file, person, sent=sent)
        return self._alert(intent, file, person, sent=sent)

    def _is_out(self, intent: Intent, person: PersonId) -> bool:
        """Whether every case of the message excludes the person by now."""
        return bool(intent.cases) and all(
            is_excluded(self.file_of(case).state, person, self.roster) for case in intent.cases
        )

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
                return compose_digest(self, intent, words)
            case _:
                return None

    def _draft(self, draft: str, words: Words) -> Composed | None:
        found = self.reading.draft(DraftId(draft))
        return Composed(messages.draft_reminder(draft), words) if found else None

    def _to_reporter(
        self, intent: Intent, file: CaseFile, person: PersonId, *, sent: bool
    ) -> Composed | None:
        words = self.school.words(file.policy)
        reference = file.state.reference
        match intent.kind:
            case MessageKind.RECEIPT:
                pictures = str(intent.facts.get("pictures", ""))
                return Composed(messages.receipt(reference, pictures), words)
            case MessageKind.OUTCOME_TO_REPORTER:
                if not file.state.closed or (not sent and file.state.was_told(intent.kind, person)):
                    return None
                message = messages.outcome_to_reporter(reference)
                return Composed(message, words, (file.case,))
            case _:
                return self._not_yet_seen(intent, file, words)

    def _not_yet_seen(self, intent: Intent, file: CaseFile, words: Words) -> Composed | None:
        nobody = bool(intent.facts.get("nobody"))
        if not nobody and not is_pending(file, *_round_of(intent)):
            return None
        ring = NOBODY_AT_SCHOOL if nobody else EMERGENCY
        contacts = right_contacts(self.school, self.roster, file.policy, file.state, ring)
        message = messages.not_yet_seen(file.state.reference, contacts, nobody=nobody)
        return Composed(message, words, (file.case,))

    def _alert(
        self, intent: Intent, file: CaseFile, person: PersonId, *, sent: bool
    ) -> Composed | None:
        if file.state.closed and not sent:
            return None
        if not self.may_hear(file, person):
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
        step, round_ = _round_of(intent)
        newest = newest_repeat(file.state, file.policy, intent.kind, step, round_, self.now)
        return not newest or int(str(intent.facts["number"])) < newest

    def shown_case(self, file: CaseFile) -> ShownCase:
        """What a message may say of a case."""
        state = file.state
        first = next(
            (
                (each.step, each.due.at)
                for each in due_steps(state, self.school.calendar)
                if each.due and each.step == file.policy.first_step
            ),
            None,
        )
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


def _round_of(intent: Intent) -> tuple[StepId, int]:
    """The round that a repeat is about."""
    return StepId(str(intent.facts["step"])), int(str(intent.facts["round"]))


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
