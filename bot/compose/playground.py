"""The sample school in Microsoft’s Agents Playground, which stands for Teams on this computer."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from adapters.desk.host import DeskPerson
from bot.app.inbound import Person

FOLDER: Final = "playground"
"""Within a trial’s folder: a folder for each person, with the settings of their Playground."""
SETTINGS: Final = ".m365agentsplayground.yml"
TENANT: Final = "6f1d2a44-7c1e-4f0b-9d53-0d2f7a6b9c10"
"""The made-up tenant of the sample school."""

_VERSION: Final = "0.1.1"
_OTHERS: Final = 5
"""The Playground wants exactly so many besides the one who sits there."""
_BOT: Final = "28:report-post"


def write_playgrounds(folder: Path, people: Sequence[DeskPerson]) -> Path:
    """A folder for each person, in which a Playground can be started; where these folders are.

    The settings are written as JSON, which is YAML too.
    """
    sitting = [(each.slug, each.person) for each in people if each.person and each.person.member]
    place = folder / FOLDER
    for slug, person in sitting:
        others = [other for _, other in sitting if other is not person][:_OTHERS]
        seat = place / slug
        seat.mkdir(parents=True, exist_ok=True)
        told = json.dumps(_settings(slug, person, others), indent=2, ensure_ascii=False)
        (seat / SETTINGS).write_text(told, encoding="utf-8")
    return place


def _settings(slug: str, person: Person, others: Sequence[Person]) -> dict[str, object]:
    return {
        "version": _VERSION,
        "tenantId": TENANT,
        "bot": {"id": _BOT, "name": "Report Post"},
        "currentUser": _account(person),
        "users": [_account(each) for each in others],
        "personalChat": {"id": f"a:{slug}"},
        "groupChat": {"id": "19:staff-room@thread.v2", "name": "Staff room"},
        "team": {
            "id": "19:governors-team@thread.tacv2",
            "name": "Governors",
            "aadGroupId": _guid("governors-team"),
            "channels": [{"id": "19:governors@thread.tacv2", "name": "Governors"}],
        },
    }


def _account(person: Person) -> dict[str, str]:
    name = person.name.reveal() if person.name else person.id
    given, _, surname = name.partition(" ")
    return {
        "id": f"29:{person.id}",
        "name": name,
        "givenName": given,
        "surname": surname or given,
        "email": person.email,
        "userPrincipleName": person.email,  # as the Playground spells it
        "aadObjectId": _guid(person.id),
    }


def _guid(name: str) -> str:
    digits = "".join(_hex(name))[:32].ljust(32, "0")
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"


def _hex(name: str) -> Iterator[str]:
    for letter in name.encode():
        yield f"{letter:02x}"
