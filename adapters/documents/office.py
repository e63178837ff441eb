"""Makes every file that is handed to somebody (``bot.app.documents.Documents``).

What writes Word files and PDFs is large, and is loaded when the first of them is made.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.app.documents import HandoverPack, PersonCopy
    from bot.app.letter_fields import LetterFields


class Office:
    """The documents of one school; its own templates of letters go before those of the bot."""

    def __init__(self, templates: Path | None = None) -> None:
        self._templates = templates

    def letter(self, letter: str, fields: "LetterFields") -> bytes:
        """A Word file. Raises ``TemplatesNotAccepted`` for a template that cannot be used."""
        from adapters.documents.letters import Letters  # noqa: PLC0415 - see above

        return Letters(self._templates).render(letter, fields)

    def handover(self, pack: "HandoverPack") -> bytes:
        """A ZIP file."""
        from adapters.documents.handover import draw_handover  # noqa: PLC0415 - see above

        return draw_handover(pack)

    def person(self, copy: "PersonCopy") -> bytes:
        """A Word file."""
        from adapters.documents.person import draw_person_copy  # noqa: PLC0415 - see above

        return draw_person_copy(copy)
