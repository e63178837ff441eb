"""What every reader of a part of a pack needs: the top table, the ids that may be mentioned."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.ids import OptionId, QuestionId
from bot.policies.known import UNREADABLE, Mentions
from bot.policies.problems import Problems
from bot.policies.read_conditions import Conditions
from bot.policies.tables import Table


@dataclass(frozen=True)
class Reader:
    """A pack that is being read."""

    top: Table
    mentions: Mentions
    conditions: Conditions

    @property
    def problems(self) -> Problems:
        """Where problems are noted."""
        return self.mentions.problems

    def sources(self, table: Table, *, needed: bool = True) -> tuple[str, ...]:
        """The clauses and laws on which a rule rests; a rule without any is a problem."""
        words = table.texts("source")
        if needed and not words:
            self.problems.add(
                table.place,
                "names no clause and no source.",
                'Add source = ["P26"], or a law or guidance in words.',
            )
        return self.mentions.sources(words, table.at("source"))

    def a_question(self, table: Table, key: str) -> QuestionId:
        """The question of the guided pages that a key names."""
        word = table.text(key)
        among = self.mentions.known.on_pages
        if self.mentions.is_known(word, among, table.at(key), "question on a page"):
            return self.mentions.new(QuestionId, word, table.at(key))
        return QuestionId(UNREADABLE)

    def some_options(self, question: QuestionId, table: Table, key: str) -> tuple[OptionId, ...]:
        """The options of a question that a key names."""
        words = table.texts(key, needed=True)
        if question.value not in self.mentions.known.questions:
            return ()
        return self.mentions.options(question.value, words, table.at(key))


def reader_of(pack: Mapping[str, object], mentions: Mentions) -> Reader:
    """A reader of the whole pack."""
    top = Table(pack, "", mentions.problems)
    named = top.raw("named")
    conditions = Conditions(mentions, named if isinstance(named, dict) else {})
    conditions.all_named()
    return Reader(top, mentions, conditions)
