"""Walks through the cases that a pack makes possible, looking for one that nothing can close.

The walk is bounded and always the same. Cases that no condition of the pack can tell apart are
walked once.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from typing import Final

from bot.domain.case import CaseState
from bot.domain.conditions import NothingElsePending
from bot.domain.decide import closing_of
from bot.domain.evaluate import holds
from bot.domain.events import BOT, CaseOpened, Entry, Event, Report, SamePersonNoted
from bot.domain.fold import apply
from bot.domain.ids import Cause, PersonId, Reference
from bot.domain.policy import Policy
from bot.domain.step_rules import StepRule
from bot.policies.atoms import steering_atoms
from bot.policies.moves import EARLIER, NOON, Move, moves_of, reports_of

MOST_MOVES: Final = 3_000
"""Moves that are made: a few seconds on one core."""

_MOST_TOLD: Final = 3
"""Ways into a dead end that are named; the first is usually enough to find the mistake."""


@dataclass(frozen=True)
class Explored:
    """What the walk found. ``complete``: there was no state left to look at."""

    states: int
    complete: bool
    problems: tuple[str, ...]


@dataclass(frozen=True)
class _Visit:
    """A state with the way to it."""

    state: CaseState
    way: tuple[str, ...]


def explore(policy: Policy, place: str = "policy", most: int = MOST_MOVES) -> Explored:
    """Every state from which no way leads to a closed case, as far as the walk goes."""
    walk = _Walk(policy)
    walk.go(most)
    stuck = sorted(walk.stuck(), key=lambda visit: (bool(visit.state.pending()), len(visit.way)))
    if stuck and not stuck[0].state.pending():
        # What leads to a dead end and nowhere else says nothing more than the dead end itself.
        stuck = [visit for visit in stuck if not visit.state.pending()]
    problems = tuple(f"{place}, {_told(visit, policy)}" for visit in stuck[:_MOST_TOLD])
    return Explored(walk.states, walk.complete, problems)


@dataclass(frozen=True, order=True)
class _Try:
    """A move that nobody has made yet: the least tried first, then the longest way."""

    tried: int
    shortness: int
    order: int
    number: int = field(compare=False)
    move: Move = field(compare=False)


class _Walk:
    """A walk that follows each way to its end and then goes back to what it has tried least."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._atoms = tuple(
            atom for atom in steering_atoms(policy) if not isinstance(atom, NothingElsePending)
        )
        self._visits: list[_Visit] = []
        self._numbers: dict[object, int] = {}
        self._leads_to: dict[int, set[int]] = {}
        self._made: Counter[str] = Counter()
        self._tries: list[_Try] = []
        self._opened: set[int] = set()
        self._seen = 0

    @property
    def states(self) -> int:
        return len(self._visits)

    @property
    def complete(self) -> bool:
        return not self._tries and not self._unopened()

    def go(self, most: int) -> None:
        for visit in _starts(self._policy):
            self._follow(self._arrive(visit), most)
        while self._tries and self._seen < most:
            least = heappop(self._tries)
            if self._made[least.move.told] > least.tried:
                heappush(self._tries, replace(least, tried=self._made[least.move.told]))
            else:
                self._follow(self._make(least), most)

    def stuck(self) -> list[_Visit]:
        """The states that were walked to their end without coming to a closed case."""
        free = {number for number, visit in enumerate(self._visits) if visit.state.closed}
        # Where a way was not followed to its end, nothing is known.
        free |= {each.number for each in self._tries} | self._unopened()
        growing = True
        while growing:
            more = {number for number, leads_to in self._leads_to.items() if leads_to & free}
            growing = not more <= free
            free |= more
        return [visit for number, visit in enumerate(self._visits) if number not in free]

    def _unopened(self) -> set[int]:
        """The states whose moves nobody has looked at."""
        return {
            number
            for number, visit in enumerate(self._visits)
            if number not in self._opened and not visit.state.closed
        }

    def _follow(self, number: int | None, most: int) -> None:
        """Goes on from a new state, always by what was made least, to an end or a known state."""
        while number is not None and self._seen < most:
            visit = self._visits[number]
            self._opened.add(number)
            tries = [
                _Try(self._made[move.told], -len(visit.way), self._seen + nth, number, move)
                for nth, move in enumerate(moves_of(visit.state, self._policy))
            ]
            if not tries:
                return
            first = min(tries)
            for each in tries:
                if each is not first:
                    heappush(self._tries, each)
            number = self._make(first)

    def _make(self, chosen: _Try) -> int | None:
        """Makes a move; the number of the state it leads to, if that is new."""
        self._made[chosen.move.told] += 1
        before = self._visits[chosen.number]
        after = _after(before.state, chosen.move, self._policy)
        known = self.states
        number = self._arrive(_Visit(after, (*before.way, chosen.move.told)))
        self._leads_to.setdefault(chosen.number, set()).add(number)
        return number if number == known else None

    def _arrive(self, visit: _Visit) -> int:
        self._seen += 1
        number = self._numbers.setdefault(self._known_by(visit.state), self.states)
        if number == self.states:
            self._visits.append(visit)
        return number

    def _known_by(self, state: CaseState) -> object:
        """All that the pack's conditions can tell of a state, and where each step stands."""
        if state.closed:
            return "closed"
        steps = tuple(
            (
                tuple(each.is_pending for each in state.rounds.get(rule.id, ()) if each.is_open),
                _times_in_a_row(state, rule),
            )
            for rule in self._policy.steps
        )
        return tuple(holds(atom, state) for atom in self._atoms), steps


def _starts(policy: Policy) -> Iterator[_Visit]:
    for answers, told in reports_of(policy):
        report = Report(PersonId("reporter"), answers)
        opened = CaseOpened(Reference("2026-001"), report, "", frozenset())
        state = apply(None, _entry(0, opened), policy)
        yield _Visit(state, (told,))
        if policy.same_person:
            noted = apply(state, _entry(1, SamePersonNoted((EARLIER,))), policy)
            yield _Visit(noted, (f"{told}, with an earlier case of the same name",))


def _after(state: CaseState, move: Move, policy: Policy) -> CaseState:
    for event in move.events:
        state = apply(state, _entry(state.entries + 1, event), policy)
    closed = closing_of(state, policy)
    return apply(state, _entry(state.entries + 1, closed), policy) if closed else state


def _entry(number: int, event: Event) -> Entry:
    return Entry(number, NOON, BOT, Cause(f"explore-{number}"), event)


def _times_in_a_row(state: CaseState, rule: StepRule) -> int:
    """How often an answer that starts the step again was given; counted while it matters."""
    most = max((again.at_most or 0 for again in rule.again), default=0)
    on = frozenset().union(*(again.on for again in rule.again))
    spell = state.spells.get(rule.id, 0)
    given = (each.given for each in state.rounds.get(rule.id, ()) if each.spell == spell)
    return min(most + 1, sum(each is not None and each.counts_as in on for each in given))


def _told(visit: _Visit, policy: Policy) -> str:
    last = visit.way[-1].split(" ")[0]
    place = f"step.{last}" if last in {rule.id.value for rule in policy.steps} else "step"
    pending = ", ".join(sorted(step.value for step in visit.state.pending_steps()))
    left = f"only {pending} can go on, for ever" if pending else "nothing is left to do"
    return (
        f"{place}: there is no way out. After {'; '.join(visit.way)}: {left}, and the case stays "
        'open. Let a step begin then, or give an outcome closes = true or a "closing".'
    )
