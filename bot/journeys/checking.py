"""Whether a journey's file is one: every mistake at once, each with its step and how to mend it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.journeys import keys
from bot.journeys.keys import Kind
from bot.journeys.naming import Names, check_names
from bot.journeys.story import OPENING, Verb
from bot.policies.problems import did_you_mean
from bot.policies.tables import kind_of

Raw = Mapping[str, Any]
Tell = Callable[[str], None]


def problems_of(raw: Raw, place: str) -> tuple[str, ...]:
    """Everything that is wrong with a file that was read as TOML, in its order."""
    found: list[str] = []
    _check_keys(raw, keys.TOP, found.append)
    for key, kind in keys.TOP.items():
        if key not in raw or raw[key] == []:
            found.append(f'There is no "{key}". Add {kind.says}.')
    steps = raw.get("step", [])
    if keys.TABLES.fits(steps):
        found.extend(_problems_of_steps(steps, raw.get("starts")))
    return tuple(f"{place}{'' if each.startswith(', ') else ': '}{each}" for each in found)


def _problems_of_steps(steps: list[Raw], last: object) -> Iterator[str]:
    names = Names()
    for number, step in enumerate(steps, start=1):
        found: list[str] = []
        _check_step(step, found.append)
        _check_clock(step.get("at"), last, found.append)
        check_names(step, number, names, found.append)
        last = step.get("at", last)
        yield from (f", step {number}: {problem}" for problem in found)


def _check_step(step: Raw, tell: Tell) -> None:
    _check_keys(step, keys.STEP, tell)
    if not step.keys() & {"at", "does", "expect"}:
        tell('Nothing happens and nothing is expected. Add "does", "at" or "expect".')
    does = step.get("does")
    if does is None or does in tuple(Verb):
        _check_verb(step, Verb(does) if does else None, tell)
    answers = step.get("answers")
    if keys.TABLE.fits(answers):
        _check_entries(step["answers"], "answers", keys.RAW_ANSWER, tell)
    expect = step.get("expect")
    if keys.TABLE.fits(expect):
        _check_expect(step["expect"], tell)
        _check_expect_here(step, step["expect"], tell)


def _check_verb(step: Raw, does: Verb | None, tell: Tell) -> None:
    needed, optional = keys.NEEDED[does], keys.OPTIONAL.get(does, ())
    doing = f'does = "{does}"' if does else 'a step without "does"'
    for key in needed:
        if key not in step:
            tell(f'{doing} needs "{key}". Add {keys.STEP[key].says}.')
    for key in step:
        if key in keys.STEP and key not in (*keys.ANYWHERE, *needed, *optional):
            taken = ", ".join((*needed, *optional)) or "no further key"
            tell(f'"{key}" has no meaning for {doing}. It takes {taken}.')
    if does and "who" not in step:
        tell(f'{doing} needs "who". Add {keys.PERSON.says}.')
    if does is Verb.PASS_ON and "to" in step:
        _check_value("to", step["to"], keys.PASSED_TO, tell)


def _check_expect(expect: Raw, tell: Tell) -> None:
    _check_keys(expect, keys.EXPECT, tell, "expect.")
    if keys.TABLE.fits(expect.get("due")):
        _check_entries(expect["due"], "expect.due", keys.MOMENT, tell)
        if not expect["due"]:
            tell("expect.due names no step. Name those that are to be checked.")
    digest = expect.get("digest")
    if keys.TABLE.fits(digest):
        _check_keys(expect["digest"], keys.DIGEST, tell, "expect.digest.")
        shown = expect["digest"].get("by_category")
        if keys.TABLE.fits(shown):
            _check_entries(shown, "expect.digest.by_category", keys.TEXT, tell)
    if keys.TABLES.fits(expect.get("sent")):
        for number, message in enumerate(expect["sent"], start=1):
            _check_keys(message, keys.SENT, tell, f"expect.sent[{number}].")
            if not message:
                tell(f'expect.sent[{number}] says nothing. Give it "to" and "kind".')


def _check_expect_here(step: Raw, expect: Raw, tell: Tell) -> None:
    """What can be expected depends on what is done."""
    failing = [key for key in ("refused", "invalid") if expect.get(key) is True]
    if len(failing) > 1:
        tell("A deed cannot be refused and invalid at once. Keep the one that is meant.")
    if expect.keys() & {"refused", "invalid"} and "does" not in step:
        tell('Nothing is done that could be refused or invalid. Add "does".')
    if "joined" in expect and step.get("does") not in OPENING:
        tell("expect.joined has a meaning for a report and for alert-now only. Take it out.")
    if "lists" in expect and "who" not in step:
        tell('expect.lists needs somebody who looks. Add "who".')
    of_case = [key for key in expect if key in keys.FACTS or key == "joined"]
    if not of_case:
        return
    if step.get("does") in OPENING and failing:
        tell(f"No case comes from what is {failing[0]}. Take out {', '.join(of_case)}.")
    elif step.get("does") not in OPENING and "case" not in step:
        tell(f'{", ".join(of_case)}: of which case? Add "case".')


def _check_clock(at: object, last: object, tell: Tell) -> None:
    if keys.MOMENT.fits(at) and keys.MOMENT.fits(last) and str(at) < str(last):
        tell(f"The clock cannot go back, and {at} is before {last}. Put the steps in order.")


def _check_keys(table: Raw, kinds: Mapping[str, Kind], tell: Tell, place: str = "") -> None:
    for key, value in table.items():
        if key in kinds:
            _check_value(f"{place}{key}", value, kinds[key], tell)
        else:
            tell(f'"{place}{key}" is not known here. {did_you_mean(key, kinds)}')


def _check_entries(table: Raw, place: str, kind: Kind, tell: Tell) -> None:
    """A table whose keys are ids: of questions, steps or categories."""
    for key, value in table.items():
        if not keys.ID.fits(key):
            tell(f'{place}: "{key}" is no id. Use small letters, digits, "-" and "_".')
        _check_value(f"{place}.{key}", value, kind, tell)


def _check_value(key: str, value: object, kind: Kind, tell: Tell) -> None:
    if kind.fits(value):
        return
    if kind.choices and isinstance(value, str):
        tell(f'{key} = "{value}" is not known. {did_you_mean(value, kind.choices)}')
    else:
        tell(f"{key} is {_shown(value)}. It must be {kind.says}.")


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if keys.NAMES.fits(value) and isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    return kind_of(value)
