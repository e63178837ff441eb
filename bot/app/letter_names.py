"""How files of letters are called: never by a name, a link or anything else that was told."""

from bot.domain.ids import LetterId, Reference


def letter_file_name(letter: LetterId, reference: Reference, ending: str) -> str:
    """Such as ``warning-letter-2026-014.docx``; ``ending`` has its dot."""
    return f"{letter}-{reference}{ending}"
