"""How a ``Plain`` becomes words: the sentence of its key, filled with worded facts.

Dates are worded in the school's local time. Labels come from the policy packs given, the first that
knows an id wins (a case's own pack before the school's present one).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, assert_never
from zoneinfo import ZoneInfo

from bot.domain.ids import (
    CardId,
    CategoryId,
    ContactId,
    PageId,
    QuestionId,
    Reference,
    ResolutionId,
    Role,
    SchoolId,
    StepId,
)
from bot.domain.questions import Card
from bot.screens.facts import (
    Fact,
    NamedSchool,
    OptionOf,
    OutcomeOf,
    PackText,
    Plain,
    Sentence,
    SeverityOf,
)
from bot.screens.say import Say


@dataclass(frozen=True)
class Contact:
    """Somebody to ring: how they are called and their number, as ``school.toml`` gives it."""

    label: str
    number: str


class Labels(Protocol):
    """The words of a policy pack, by id."""

    def category(self, category: CategoryId) -> str | None: ...
    def question(self, question: QuestionId) -> str | None: ...
    def option(self, option: OptionOf) -> str | None: ...
    def step(self, step: StepId) -> str | None: ...
    def outcome(self, outcome: OutcomeOf) -> str | None: ...
    def severity(self, severity: SeverityOf) -> str | None: ...
    def resolution(self, resolution: ResolutionId) -> str | None: ...
    def page(self, page: PageId) -> str | None: ...
    def card(self, card: CardId) -> Card | None: ...
    def text(self, place: tuple[str, ...]) -> str | None: ...


ROLE_WORDS: Mapping[Role, str] = {
    Role.STAFF: "a member of staff",
    Role.HEAD: "the headteacher",
    Role.DEPUTY: "the deputy",
    Role.DSL: "the safeguarding lead",
    Role.CHAIR: "the chair of governors",
    Role.ADMIN: "the administrator of Report Post",
}


@dataclass(frozen=True)
class Words:
    """Words for one reader's screen."""

    packs: tuple[Labels, ...]
    contacts: Mapping[ContactId, Contact]
    zone: ZoneInfo
    schools: Mapping[SchoolId, str] = field(default_factory=dict)
    """The names of the schools that a text may name."""

    def text(self, plain: Plain) -> str:
        """The whole sentence, as literal text; renderers escape it."""
        filled = {name: self._fact(fact) for name, fact in plain.facts.items()}
        said = plain.key.value.format_map(filled)
        return f"{self._fact(plain.of)}: {said}" if plain.of else said

    def card(self, card: CardId) -> Card:
        """The stop card or guidance card of that id."""
        for pack in self.packs:
            found = pack.card(card)
            if found is not None:
                return found
        raise KeyError(card)

    def contact(self, contact: ContactId) -> Contact | None:
        """Whom to ring; ``None`` if ``school.toml`` gives no number."""
        return self.contacts.get(contact)

    def _fact(self, fact: Fact | tuple[Fact, ...]) -> str:
        if isinstance(fact, tuple):
            return ", ".join(self._fact(each) for each in fact)
        match fact:
            case PackText() | OptionOf() | QuestionId():  # nearly all that a form is worded with
                return self._label(fact)
            case Say():
                return fact.value
            case Reference() | int():
                return str(fact)
            case Role():
                return ROLE_WORDS[fact]
            case datetime():
                return self._moment(fact)
            case date():
                return f"{fact:%A} {fact.day} {fact:%B %Y}"
            case ContactId():
                contact = self.contacts.get(fact)
                return f"{contact.label}: {contact.number}" if contact else ""
            case CardId():
                return self.card(fact).title
            case Sentence(wrong):
                return str(wrong)
            case NamedSchool(school):
                return self.schools[school]
            case _:
                return self._label(fact)

    def _moment(self, moment: datetime) -> str:
        local = moment.astimezone(self.zone)
        return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M}"

    def _label(
        self,
        fact: CategoryId
        | QuestionId
        | OptionOf
        | StepId
        | OutcomeOf
        | SeverityOf
        | ResolutionId
        | PageId
        | PackText,
    ) -> str:
        for pack in self.packs:
            found = self._in(pack, fact)
            if found is not None:
                return found
        raise KeyError(fact)

    @staticmethod
    def _in(
        pack: Labels,
        fact: CategoryId
        | QuestionId
        | OptionOf
        | StepId
        | OutcomeOf
        | SeverityOf
        | ResolutionId
        | PageId
        | PackText,
    ) -> str | None:
        match fact:
            case PackText(place):
                return pack.text(place)
            case OptionOf():
                return pack.option(fact)
            case QuestionId():
                return pack.question(fact)
            case CategoryId():
                return pack.category(fact)
            case StepId():
                return pack.step(fact)
            case OutcomeOf():
                return pack.outcome(fact)
            case SeverityOf():
                return pack.severity(fact)
            case ResolutionId():
                return pack.resolution(fact)
            case PageId():
                return pack.page(fact)
            case _:
                assert_never(fact)
