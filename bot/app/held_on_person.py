"""What is held on a person: every case and entry that holds the name, as one text can be searched.

A name is compared without case and spaces. The keyed hashes find whom a case is about; after that
every entry is gone through, because a name may stand in any text.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from bot.app.case_file import CaseFile
from bot.app.case_keys import name_key
from bot.domain.events import Entry
from bot.domain.personal import Personal
from bot.domain.policy import Policy
from bot.domain.questions import AnswerKind


@dataclass(frozen=True)
class HeldText:
    """A text of an entry. ``ours``: it holds the name that is looked for."""

    text: Personal
    ours: bool
    is_name: bool
    """It is somebody's name and nothing else."""


@dataclass(frozen=True)
class HeldEntry:
    """An entry that holds the name, with all of its texts."""

    entry: Entry
    texts: tuple[HeldText, ...]


@dataclass(frozen=True)
class HeldCase:
    """A case that holds the name, and where. Nothing else of the case is in it."""

    file: CaseFile
    entries: tuple[HeldEntry, ...]
    others: tuple[Personal, ...]
    """The names of other people in the case, to be blacked out."""


def held_in(file: CaseFile, name: Personal) -> HeldCase | None:
    """What a case holds on a person; ``None`` if the name is nowhere in it."""
    wanted = name_key(name)
    if not wanted:
        return None
    names = _names_in(file)
    every = [HeldEntry(entry, tuple(_held(entry, wanted, names))) for entry in file.entries]
    found = tuple(each for each in every if any(text.ours for text in each.texts))
    if not found:
        return None
    others = {key: text for key, text in names.items() if wanted not in key}
    return HeldCase(file, found, tuple(others.values()))


def _held(entry: Entry, wanted: str, names: Mapping[str, Personal]) -> Iterator[HeldText]:
    for text in texts_in(entry):
        key = name_key(text)
        yield HeldText(text, wanted in key, key in names)


def texts_in(value: object) -> Iterator[Personal]:
    """Every text that stands anywhere in a value, such as an entry."""
    match value:
        case Personal():
            yield value
        case Mapping():
            for each in value.values():
                yield from texts_in(each)
        case tuple() | frozenset():
            for each in value:
                yield from texts_in(each)
        case _ if is_dataclass(value):
            for each in fields(value):
                yield from texts_in(getattr(value, each.name))


def _names_in(file: CaseFile) -> dict[str, Personal]:
    """The names in a case by their keys: of those who acted, and of those who were named."""
    found: dict[str, Personal] = {}
    for name in (*_of_actors(file.entries), *_of_answers(file)):
        found.setdefault(name_key(name), name)
    return found


def _of_actors(entries: Iterable[Entry]) -> Iterator[Personal]:
    for entry in entries:
        if entry.by.name:
            yield entry.by.name


def _of_answers(file: CaseFile) -> Iterator[Personal]:
    named = _questions_of_names(file.policy)
    for entry in file.entries:
        for answers in _answers_in(entry.event):
            for question, value in answers.items():
                if question in named and isinstance(value, tuple):
                    yield from value
    yield from file.state.governors_told


def _questions_of_names(policy: Policy) -> frozenset[object]:
    both = (*policy.questions.values(), *policy.asked_by_steps.values())
    kinds = {each.id for each in both if each.kind is AnswerKind.NAMES}
    rule = policy.same_person
    return frozenset(kinds | ({rule.name, rule.concerned} if rule else set()))


def _answers_in(event: object) -> Iterator[Mapping[object, object]]:
    for holder in (event, getattr(event, "report", None)):
        answers = getattr(holder, "answers", None)
        if isinstance(answers, Mapping):
            yield answers
