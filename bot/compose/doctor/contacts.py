"""Whether the cards that appear in a danger have numbers to ring."""

from collections.abc import Iterator
from typing import Final

from bot.compose.doctor.findings import Area, AtHand, Finding, Level, listed
from bot.config.people import CALLED
from bot.domain.ids import ContactId, Role
from bot.domain.policy import Policy

_MEND: Final = (
    "Add the number to [contacts]; the council's website has those of the LADO and of social care."
)


def contact_findings(at: AtHand, policy: Policy | None) -> Iterator[Finding]:
    """Which numbers are missing, and which cards would show nobody."""
    given = at.settings.contacts
    wanted = [name for name in CALLED if name != "deputy" or Role.DEPUTY in at.settings.holders]
    missing = [CALLED[name] for name in wanted if ContactId(name) not in given]
    empty = _cards_without_anybody(at, policy) if policy else []
    for title in empty:
        yield Finding(
            Area.CONTACTS, Level.FAILS, f"The card “{title}” shows nobody to ring.", _MEND
        )
    if missing:
        wrong = f"No number is given for: {listed(missing)}."
        yield Finding(Area.CONTACTS, Level.WARNING, wrong, _MEND)
    else:
        yield Finding(
            Area.CONTACTS, Level.OK, "Every number is given. Ring each of them once a year."
        )


def _cards_without_anybody(at: AtHand, policy: Policy) -> list[str]:
    shown = (policy.cards[rule.card] for rule in policy.stop_cards)
    return [
        card.title
        for card in dict.fromkeys(shown)
        if card.contacts and not any(each in at.settings.contacts for each in card.contacts)
    ]
