"""Which governors know details of a case, and whether enough are left for a panel of three.

A governor who knows details may not sit on a later complaints panel. The bot knows who has opened a
case here; who was told elsewhere is noted by hand.
"""

from collections.abc import Iterable
from typing import Final

from bot.app.act import Look
from bot.app.case_file import CaseFile
from bot.app.case_keys import name_key
from bot.domain.ids import PersonId, Role
from bot.domain.personal import Personal
from bot.screens.facts import plain
from bot.screens.nodes import Heading, Paragraph, Told, ViewNode
from bot.screens.say import Say

PANEL: Final = 3
"""Governors who hear a complaint (PRODUCT, FACTS: they know nothing of it before)."""


def knows_of(look: Look, file: CaseFile) -> Iterable[ViewNode]:
    """Who knows, and how many know nothing; a warning if those are too few."""
    seen, told = chairs_who_saw(look, file), governors_told(look, file)
    yield Heading(plain(Say.WHO_KNOWS_TITLE))
    if not seen and not told:
        yield Paragraph(plain(Say.WHO_KNOWS_NOBODY))
    for _ in seen:
        yield Paragraph(plain(Say.WHO_KNOWS_SEEN, role=Role.CHAIR))
    if told:
        yield Told(plain(Say.DID_GOVERNOR_TOLD), told)
    left = uninvolved(look, file)
    if left is None:
        yield Paragraph(plain(Say.WHO_KNOWS_UNKNOWN))
    else:
        enough = left - 1 >= PANEL
        yield Paragraph(plain(Say.WHO_KNOWS_LEFT if enough else Say.WHO_KNOWS_TOO_FEW, count=left))


def uninvolved(look: Look, file: CaseFile) -> int | None:
    """Governors who know nothing of the case; ``None`` if it is not known how many there are."""
    count = look.school.governors
    if count is None:
        return None
    return max(count - len(chairs_who_saw(look, file)) - len(governors_told(look, file)), 0)


def chairs_who_saw(look: Look, file: CaseFile) -> tuple[PersonId, ...]:
    """Chairs of governors who have opened the case here."""
    return tuple(each for each in look.roster.of(Role.CHAIR) if each in file.state.viewed_by)


def governors_told(look: Look, file: CaseFile) -> tuple[Personal, ...]:
    """Those who were told elsewhere, each name once, as it was first written.

    Not a chair who has opened the case here as well: they are one governor, not two.
    """
    names = look.school.names(look.reading)
    seen = {name_key(names[each]) for each in chairs_who_saw(look, file) if each in names}
    found: dict[str, Personal] = {}
    for name in file.state.governors_told:
        if name_key(name) not in seen:
            found.setdefault(name_key(name), name)
    return tuple(found.values())
