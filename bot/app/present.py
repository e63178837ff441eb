"""The school at the moment a message leaves: who may hear of a case now."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from bot.app.act import may_see
from bot.app.case_file import CaseFile, read_case
from bot.app.ports import Reading
from bot.app.school import School
from bot.domain.ids import CaseId, PersonId, Role, StepId
from bot.domain.people import Roster, first_owner_is_out, is_excluded
from bot.screens.nodes import Message
from bot.screens.wording import Words


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
class Present:
    """The school, its people and its cases as they are at this moment."""

    school: School
    reading: Reading
    roster: Roster
    now: datetime

    @property
    def today(self) -> date:
        """The school's day."""
        return self.school.calendar.local_date(self.now)

    def file_of(self, case: CaseId) -> CaseFile:
        """The case as it is now. Raises ``LookupError``."""
        row = self.reading.case_row(case)
        if row is None:
            raise LookupError(case)
        return read_case(self.school, self.reading, row)

    def may_hear(self, file: CaseFile, person: PersonId) -> bool:
        """Whether a message about the case may reach the person: a deputy it comes to, too."""
        if is_excluded(file.state, person, self.roster):
            return False
        roles = self.roster.roles_of(person)
        if Role.DEPUTY in roles and not first_owner_is_out(file.state, file.policy, self.roster):
            return True
        return may_see(person, file, self.roster, file.policy, self.today)
