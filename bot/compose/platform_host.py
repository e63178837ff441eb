"""What every platform's adapter is given alike: the words, and the files that people may see."""

from functools import partial
from typing import TYPE_CHECKING

from bot.app.inbound import Person
from bot.app.schools import Schools
from bot.compose.first_asked import document_in, evidence_in
from bot.compose.platforms import Whereabouts
from bot.compose.running import RunningSchools
from bot.domain.ids import EvidenceId
from bot.screens.wording import Words

if TYPE_CHECKING:
    from bot.app.documents import Document


class PlatformHost:
    """The schools as any platform's adapter sees them."""

    def __init__(self, schools: Schools, running: RunningSchools, whereabouts: Whereabouts) -> None:
        self.schools = schools
        self._running = running
        self._whereabouts = whereabouts

    @property
    def words(self) -> Words:
        """Words for what belongs to no case: those of the first school's present pack."""
        return self.schools.first.words()

    async def evidence(
        self, person: Person, evidence: EvidenceId, school: str
    ) -> tuple[bytes, str]:
        """The bytes and the media type. Raises ``Refused``."""
        look = partial(evidence_in, self.schools, person, evidence, school)
        return await self._running.read(look)

    async def document(self, person: Person, ref: str) -> "Document":
        """A document that was handed to a person. Raises ``Refused``."""
        return await self._running.read(partial(document_in, self.schools, person, ref))
