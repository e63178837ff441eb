"""Which expected message is which sent one: an assignment of as many as there can be."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from bot.domain.ids import CaseId
from bot.journeys.comparing import Difference, Names, name_of
from bot.journeys.story import ExpectedMessage
from bot.journeys.world import SentMessage

_Expected = TypeVar("_Expected")
_Came = TypeVar("_Came")


def of_the_messages(
    expected: Sequence[ExpectedMessage], came: Sequence[SentMessage], names: Names
) -> Iterator[Difference]:
    """Whether exactly these messages were sent, in any order, each as often as expected."""

    def fits(entry: ExpectedMessage, message: SentMessage) -> bool:
        return _fits(entry, message, names.get(entry.case) if entry.case else None)

    missing, surplus = unmatched(expected, came, fits)
    if missing or surplus:
        more = "; ".join(_of_message(message, names) for message in surplus)
        yield Difference(
            "sent",
            "; ".join(map(_of_entry, missing)) or "nothing more",
            f"{more or 'nothing else'}{_others(len(expected) - len(missing))}",
        )


def _others(matched: int) -> str:
    return f" (beside {matched} as expected)" if matched else ""


def unmatched(
    expected: Sequence[_Expected],
    came: Sequence[_Came],
    fits: Callable[[_Expected, _Came], bool],
) -> tuple[tuple[_Expected, ...], tuple[_Came, ...]]:
    """What is left of both when as many as possible are paired, each once.

    An entry that fits several may hold the only one that another fits: a pair is given up where
    that makes room for one more (augmenting paths of a bipartite matching).
    """
    taken_by: dict[int, int] = {}

    def place(entry: int, looked_at: set[int]) -> bool:
        for number, one in enumerate(came):
            if number in looked_at or not fits(expected[entry], one):
                continue
            looked_at.add(number)
            if number not in taken_by or place(taken_by[number], looked_at):
                taken_by[number] = entry
                return True
        return False

    missing = tuple(each for entry, each in enumerate(expected) if not place(entry, set()))
    return missing, tuple(one for number, one in enumerate(came) if number not in taken_by)


def _fits(entry: ExpectedMessage, message: SentMessage, case: CaseId | None) -> bool:
    return (
        entry.to in (None, message.to)
        and entry.kind in (None, message.kind)
        and (entry.case is None or case in message.cases)
        and entry.steps in (None, frozenset(message.steps))
    )


def _of_entry(entry: ExpectedMessage) -> str:
    cases = (entry.case,) if entry.case else ()
    return _words(entry.kind or "any message", entry.to or "anybody", cases, entry.steps or ())


def _of_message(message: SentMessage, names: Names) -> str:
    cases = tuple(name_of(case, names) for case in message.cases)
    return _words(message.kind, message.to, cases, message.steps)


def _words(kind: str, to: str, cases: tuple[str, ...], steps: Iterable[str]) -> str:
    about = f" about {', '.join(cases)}" if cases else ""
    listing = ", ".join(sorted(steps))
    return f"{kind} to {to}{about}" + (f" with {listing}" if listing else "")
