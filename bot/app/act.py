"""One act of one person inside one transaction, with the permission asked of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from bot.app.case_file import CaseFile, Recorder, read_case
from bot.app.inbound import Person
from bot.app.ports import NoSuchCase, Reading, Writing
from bot.app.school import School
from bot.app.stored import CaseRow
from bot.domain.errors import Refused
from bot.domain.events import BOT, AccessRefused, Actor, CaseViewed
from bot.domain.ids import CaseId, Cause, PersonId, Reference, StepId
from bot.domain.people import Roster, Who
from bot.domain.permissions import Allowed, Doing, doing_of, may
from bot.domain.policy import Policy

DoingIn = Callable[[Policy], Doing]
"""What somebody does in a case, where the rules of that case decide what it is."""


class RefusedOnRecord(Refused):
    """Refused, and the case is to keep that; the caller writes it after rolling back."""

    def __init__(self, case: CaseId, doing: Doing) -> None:
        self.case = case
        self.doing = doing
        super().__init__()


@dataclass(frozen=True)
class Look:
    """Somebody looks: permission is asked, nothing is written."""

    school: School
    reading: Reading
    roster: Roster
    who: Who
    by: Actor
    now: datetime

    @property
    def today(self) -> date:
        """The school's day."""
        return self.school.calendar.local_date(self.now)

    def ask(self, doing: Doing) -> None:
        """Raises ``Refused`` unless they may do it, where it is about no case."""
        if not isinstance(may(self.who, doing, self.roster), Allowed):
            raise Refused

    def may_do(self, doing: Doing, file: CaseFile) -> bool:
        """Whether they may do it in this case."""
        answer = may(self.who, doing, self.roster, file.state, file.policy, self.today)
        return isinstance(answer, Allowed)

    def file(self, case: CaseId, doing: Doing | DoingIn) -> CaseFile:
        """The case, if they may do this in it.

        A case that does not exist is refused in the same way as one that is not theirs.
        """
        row = self.reading.case_row(case)
        if row is None:
            raise Refused
        file = read_case(self.school, self.reading, row)
        if not isinstance(doing, Doing):
            doing = doing(file.policy)
        if not self.may_do(doing, file):
            raise RefusedOnRecord(case, doing)
        return file

    def case_of(self, reference: Reference) -> CaseRow | None:
        """The index row of a reference, whoever asks."""
        return self.reading.case_by_reference(reference)


@dataclass(frozen=True)
class Act(Look):
    """Somebody acts: what they do is written under one cause."""

    writing: Writing
    cause: Cause

    @property
    def recorder(self) -> Recorder:
        """Writes entries as this person's."""
        return Recorder(self.school, self.writing, self.roster, self.by, self.cause, self.now)

    def locked(self, case: CaseId, doing: Doing | DoingIn) -> CaseFile:
        """As ``file``, with the case locked for writing."""
        try:
            self.writing.lock_case(case)
        except NoSuchCase as none:
            raise Refused from none
        return self.file(case, doing)


def looking(school: School, reading: Reading, person: Person) -> Look:
    """Somebody begins to look."""
    roster = school.roster(reading)
    who = school.who(person, reading, roster)
    by = Actor(who.person, who.roles, person.name)
    return Look(school, reading, roster, who, by, school.now())


def acting(school: School, writing: Writing, person: Person, cause: Cause) -> Act:
    """Somebody begins to act."""
    look = looking(school, writing, person)
    return Act(school, writing, look.roster, look.who, look.by, look.now, writing, cause)


def recorder_of_bot(
    school: School, writing: Writing, roster: Roster, cause: Cause, now: datetime
) -> Recorder:
    """Writes entries as the bot's own."""
    return Recorder(school, writing, roster, BOT, cause, now)


def put_on_record(school: School, person: Person, refused: RefusedOnRecord, cause: Cause) -> None:
    """A refusal is an entry of the case's record (PRODUCT, section 1), once for each cause."""
    with school.store.writing() as writing:
        act = acting(school, writing, person, cause)
        writing.lock_case(refused.case)
        if writing.remembered(_refusal_of(cause)) is not None:
            return
        writing.remember(_refusal_of(cause), b"", act.now)
        row = writing.case_row(refused.case)
        if row is not None:
            file = read_case(school, writing, row)
            act.recorder.record(file, (AccessRefused(refused.doing.value),))


def _refusal_of(cause: Cause) -> Cause:
    return Cause(f"refused:{cause}")


def view_of(act: Act, case: CaseId, doing: Doing | DoingIn = Doing.VIEW) -> CaseFile:
    """The case, opened to be looked at, which its record keeps."""
    return act.recorder.record(act.locked(case, doing), (CaseViewed(),))


def answering(step: StepId) -> DoingIn:
    """What answering this step is; that of a step which there is not is refused later."""

    def doing_in(policy: Policy) -> Doing:
        rule = policy.steps_by_id.get(step)
        return doing_of(rule) if rule else Doing.ANSWER

    return doing_in


def who_is(person: PersonId, roster: Roster) -> Who:
    """A holder of a role, where nobody of that name is acting."""
    return Who(person, roster.roles_of(person))


def may_see(person: PersonId, file: CaseFile, roster: Roster, policy: Policy, today: date) -> bool:
    """Whether a holder of a role may see a case."""
    answer = may(who_is(person, roster), Doing.VIEW, roster, file.state, policy, today)
    return isinstance(answer, Allowed)
