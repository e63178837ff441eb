"""The commented ``school.toml`` of a school's answers: the sample's remarks with its own values.

A part of the sample that nobody asked about, such as where data is kept, stands there as it is.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from bot.app.school import Holder
from bot.compose.setup.answers import Answers
from bot.config.read import sample_text
from bot.config.staff import domain_of_most
from bot.domain.ids import Role
from bot.domain.terms import Term

_RULE: Final = f"# {'-' * 93}\n"
_TABLE: Final = re.compile(r"^\[(?P<name>[a-z]+)\]\n", re.MULTILINE)
GUESS: Final = "# A guess of report-post init: please check it against the school's calendar."


def school_toml(answers: Answers) -> str:
    """The whole file."""
    first, *others = sample_text().split(_RULE)
    _, school = _parts(first)
    parts = [_head(answers) + school + _OWN["school"](answers)]
    parts += [_part(each, answers) for each in others]
    return _RULE.join(parts)


def _part(sample: str, answers: Answers) -> str:
    """A part of the sample, with its own remarks and the school's own values."""
    remarks, table = _parts(sample)
    name = _TABLE.match(table)
    write = _OWN.get(name["name"]) if name else None
    return f"{remarks}{table}{write(answers)}\n" if write else sample


def _parts(sample: str) -> tuple[str, str]:
    """What stands before the table of a part, and the line that begins it."""
    found = _TABLE.search(sample)
    return (sample[: found.start()], found[0]) if found else (sample, "")


def _head(answers: Answers) -> str:
    return (
        f"# Report Post: the settings of {answers.school.name}, written by report-post init.\n"
        "#\n"
        '# Every line that begins with "#" is a remark. Change what you like, and start the bot '
        "again. A\n"
        "# mistake does no harm: the bot names all of them, with the place of each, and does not "
        "start.\n"
        "# To see whether everything is ready: report-post doctor\n"
        "#\n"
        f"{_platforms(answers.platforms)}"
        "# Then the head or the administrator types digest-here in the governors' channel.\n\n"
    )


def _platforms(chosen: str) -> str:
    lines = "".join(f"#   {line}\n" for line in secrets_of(chosen))
    return f"# Secrets stand in the environment, never in this file:\n{lines}"


def secrets_of(platforms: str) -> tuple[str, ...]:
    """Which secrets are to be set, and where the README says how."""
    slack = "Slack: SLACK_BOT_TOKEN and SLACK_APP_TOKEN (README, Slack in ten minutes)"
    teams = "Teams: TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID (README, Microsoft Teams)"
    return {"Slack": (slack,), "Teams": (teams,)}.get(platforms, (slack, teams))


def _school(answers: Answers) -> str:
    school = answers.school
    lines = {
        f"id = {_text(school.id)}": "never change it later",
        f"name = {_text(school.name)}": "",
        f"country = {_text(school.country)}": "whose bank holidays count",
        f"pupils_under_13 = {_flag(school.under_13)}": "true: most of their accounts are under age",
        'policy = "derwent-vale"': 'or the file of a pack of your own, such as "our-policy.toml"',
    }
    number = school.governors
    lines[f"governors = {number}" if number else "# governors = 9"] = (
        "three who know nothing of a case must be left for a complaints panel"
    )
    return _aligned(lines) + "\n"


def _letterhead(answers: Answers) -> str:
    found = answers.letterhead
    lines = {
        "address": f"[{', '.join(map(_text, found.address))}]" if found.address else "",
        "telephone": _text(found.telephone) if found.telephone else "",
        "email": _text(found.email) if found.email else "",
        "website": _text(found.website) if found.website else "",
        "complaints": _text(found.complaints) if found.complaints else "",
    }
    remark = "the folder of letters that you changed: report-post letters --out letters"
    return f'{_keys(lines)}# templates = "letters"  # {remark}\n'


def _calendar(answers: Answers) -> str:
    calendar = answers.calendar
    days = ", ".join(map(date.isoformat, calendar.inset))
    terms = (_term(each, guessed=each in calendar.guessed) for each in calendar.terms)
    inset = f"# INSET days: staff are in, pupils are not.\ninset = [{days}]\n"
    return "\n".join([inset, *terms])


def _term(term: Term, *, guessed: bool) -> str:
    lines = [GUESS] if guessed else []
    lines += [
        "[[calendar.terms]]",
        f"name = {_text(term.name)}",
        f"first = {term.first_on}",
        f"last = {term.last_on}",
    ]
    if half := term.half_term:
        lines.append(f"half_term = {{ first = {half.first_on}, last = {half.last_on} }}")
    return "\n".join(lines) + "\n"


_REMARKS: Final[Mapping[Role, str]] = {
    Role.DSL: "designated safeguarding lead",
    Role.CHAIR: "chair of governors",
    Role.ADMIN: "runs the bot; sees no case",
}


def _roles(answers: Answers) -> str:
    held = answers.holders
    return "\n".join(_role(role, held[role]) for role in _in_order(held)) + "\n"


def _in_order(held: Iterable[Role]) -> Iterable[Role]:
    there = set(held)
    return (
        role for role in (Role.HEAD, Role.DEPUTY, Role.DSL, Role.CHAIR, Role.ADMIN) if role in there
    )


def _role(role: Role, holders: Sequence[Holder]) -> str:
    remark = f"  # {_REMARKS[role]}" if role in _REMARKS else ""
    named = [_text(_holder(each)) for each in holders]
    if len(named) == 1:
        return f"{role.value} = [{named[0]}]{remark}"
    return "\n".join([f"{role.value} = [{remark}", *(f"    {each}," for each in named), "]"])


def _holder(holder: Holder) -> str:
    return f"{holder.name.reveal()} <{holder.email}>" if holder.name else holder.email


def _staff(answers: Answers) -> str:
    """Left as a remark: alone in its workspace, a school needs none."""
    people = (each for held in answers.holders.values() for each in held)
    domain = domain_of_most(each.email for each in people)
    return f"# addresses = [{_text(domain) if domain else '…'}]\n"


def _contacts(answers: Answers) -> str:
    """In the sample's order; one that was not given stands there to be filled in."""
    names = ("head", "deputy", "dsl", "chair", "lado", "social-care-day", "social-care-night")
    given = {str(name): each for name, each in answers.contacts.items()}
    lines = []
    for name in names:
        if name in given:
            label, number = _text(given[name].label), _text(given[name].number)
            lines.append(f"{name} = {{ label = {label}, number = {number} }}")
        else:
            lines.append(f'# {name} = "01632 960100"')
    return "\n".join(lines) + "\n"


def _digest(answers: Answers) -> str:
    return f"detail = {_text(answers.digest_detail)}\n"


def _backup(answers: Answers) -> str:
    folder = answers.backup_folder
    return f"folder = {_text(folder)}\n" if folder else '# folder = "/mnt/backup/report-post"\n'


_OWN: Final[Mapping[str, Callable[[Answers], str]]] = {
    "school": _school,
    "letterhead": _letterhead,
    "calendar": _calendar,
    "roles": _roles,
    "staff": _staff,
    "contacts": _contacts,
    "digest": _digest,
    "backup": _backup,
}


def _keys(lines: Mapping[str, str]) -> str:
    """One line a key; a key without a value is a remark."""
    return "".join(
        f"{key} = {value}\n" if value else f"# {key} = …\n" for key, value in lines.items()
    )


def _aligned(lines: Mapping[str, str]) -> str:
    width = max(len(line) for line, remark in lines.items() if remark)
    return "".join(
        f"{line.ljust(width)}  # {remark}\n" if remark else f"{line}\n"
        for line, remark in lines.items()
    )


def _flag(value: bool) -> str:  # noqa: FBT001 - what is written of it
    return "true" if value else "false"


def _text(value: str) -> str:
    # JSON writes a text as TOML reads it, as long as it has no character that cannot be seen.
    return json.dumps(value, ensure_ascii=False)
