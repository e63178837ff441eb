"""What the privacy pack knows of the school: its settings, its policy pack and the day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.app.letterhead import Letterhead
from bot.domain.figures import Detail
from bot.domain.ids import ContactId
from bot.domain.policy import Policy
from bot.screens.wording import Contact


@dataclass(frozen=True)
class About:
    """The school, its pack, and when the documents are written."""

    school: str
    letterhead: Letterhead
    contacts: Mapping[ContactId, Contact]
    under_13: bool
    digest_detail: Detail
    policy: Policy
    version: str
    """Of Report Post."""
    made_on: date

    @property
    def foot(self) -> str:
        """What stands at the foot of every page."""
        return f"Draft of {day_words(self.made_on)}"

    @property
    def made_from(self) -> str:
        """When the draft was written, and from which versions of what."""
        pack, guidance = day_words(self.policy.dated_on), day_words(self.oldest_guidance)
        return (
            f"Written on {day_words(self.made_on)} by Report Post {self.version}, from the "
            f"school’s settings and its policy pack of {pack}. The oldest guidance was checked on "
            f"{guidance}."
        )

    @property
    def draft(self) -> str:
        """What stands above every document."""
        return (
            "This is a draft. It is not legal advice. Each box says what the school must still "
            f"decide. {self.made_from}"
        )

    @property
    def oldest_guidance(self) -> date:
        """When the guidance card that was checked longest ago was checked."""
        return min(card.checked_on for card in self.policy.cards.values())

    @property
    def reached_at(self) -> str:
        """How the school is reached, as far as its settings say; empty if they say nothing."""
        found = (self.letterhead.telephone, self.letterhead.email, self.letterhead.website)
        return ", ".join(each for each in found if each)

    def endings(self) -> Iterator[tuple[str, int]]:
        """How a case can end, and for how many months it is then kept."""
        for each in self.policy.resolutions:
            yield each.label, self.policy.retention.months_for(each.id)


def day_words(day: date) -> str:
    """A day in words, such as "22 November 2026"."""
    return f"{day.day} {day:%B %Y}"


def months_words(months: int) -> str:
    """A number of months as people say it: "6 months", "6 years", "1 year and 6 months"."""
    years, left = divmod(months, 12)
    if months < 12:
        return _counted(months, "month")
    return _counted(years, "year") + (f" and {_counted(left, 'month')}" if left else "")


def _counted(number: int, one: str) -> str:
    return f"{number} {one}{'' if number == 1 else 's'}"
