"""Walks through the cases that a pack makes possible, looking for one that nothing can close.

The walk is bounded and always the same. Cases that no condition of the pack can tell apart are
walked once.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.domain.case import CaseState
from bot.domain.conditions import NothingElsePending
from bot.domain.decide import closing_of
from bot.domain.evaluate import holds
from bot.domain.events import BOT, CaseOpened, Entry, Event, Report, SamePersonNoted
from bot.domain.fold import apply
from bot.domain.ids import Cause, PersonId, Reference
from bot.domain.policy import Policy, StepRule
from bot.policies.atoms import atoms_of
from bot.policies.moves import EARLIER, NOON, Move, moves_of, reports_of

MOST_STATES: Final = 4_000
"""Different states that are walked: about three seconds on one core."""

_MOST_TOLD: Final = 5
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


def explore(policy: Policy, place: str = "policy", most: int = MOST_STATES) -> Explored:
    """Every state from which no way leads to a closed case, as far as the walk goes."""
    walk = _Walk(policy)
    walk.go(most)
    stuck = walk.stuck()
    problems = tuple(f"{place}, {_told(visit, policy)}" for visit in stuck[:_MOST_TOLD])
    return Explored(walk.states, walk.complete, problems)


class _Walk:
    """A breadth-first walk. Each visit is known by its number."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._atoms = tuple(
            atom for atom in atoms_of(policy) if not isinstance(atom, NothingElsePending)
        )
        self._visits: list[_Visit] = []
        self._numbers: dict[object, int] = {}
        self._leads_to: dict[int, set[int]] = {}
        self._waiting: deque[int] = deque()

    @property
    def states(self) -> int:
        return len(self._visits)

    @property
    def complete(self) -> bool:
        return not self._waiting

    def go(self, most: int) -> None:
        for visit in _starts(self._policy):
            self._arrive(visit)
        while self._waiting and self.states < most:
            number = self._waiting.popleft()
            visit = self._visits[number]
            self._leads_to[number] = {
                self._arrive(
                    _Visit(_after(visit.state, move, self._policy), (*visit.way, move.told))
                )
                for move in moves_of(visit.state, self._policy)
            }

    def stuck(self) -> list[_Visit]:
        """The states that were walked to their end without coming to a closed case."""
        free = {number for number, visit in enumerate(self._visits) if visit.state.closed}
        free |= set(self._waiting)
        growing = True
        while growing:
            more = {number for number, leads_to in self._leads_to.items() if leads_to & free} - free
            free |= more
            growing = bool(more)
        return [visit for number, visit in enumerate(self._visits) if number not in free]

    def _arrive(self, visit: _Visit) -> int:
        known_by = self._known_by(visit.state)
        if known_by in self._numbers:
            return self._numbers[known_by]
        number = self._numbers[known_by] = len(self._visits)
        self._visits.append(visit)
        if not visit.state.closed:
            self._waiting.append(number)
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
        f"{place}: there is no way out. After {'; '.join(visit.way)}: {left}, and the case is open. "
        'Let a step begin then, or give an outcome closes = true or a "closing".'
    )
