"""Decides which templates come with the bot; each is made here from its words and its looks.

The files in ``templates`` are what is used; ``make golden`` writes them anew.
"""

from adapters.documents import template_letters, template_notes
from adapters.documents.template_maker import TemplateMaker
from bot.app.letter_fields import (
    HOST_REQUEST,
    INVITATION,
    LETTERS,
    POLICE_SUMMARY,
    SOLICITOR_NOTE,
    WARNING,
)


def templates() -> dict[str, bytes]:
    """Each template as a Word file, by the letter's name."""
    writers = {
        WARNING: template_letters.warning,
        INVITATION: template_letters.invitation,
        HOST_REQUEST: template_letters.host_request,
        POLICE_SUMMARY: template_notes.police_summary,
        SOLICITOR_NOTE: template_notes.solicitor_note,
    }
    made = {}
    for letter, write in writers.items():
        private = template_letters.PRIVATE
        foot = f"{private}: for legal advice" if letter == SOLICITOR_NOTE else private
        page = TemplateMaker(LETTERS[letter], confidential=foot)
        write(page)
        made[letter] = page.bytes()
    return made
