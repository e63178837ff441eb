"""Where people are reached: the account of each person, learnt when they act or are looked up.

A holder of a role whose address has no account any more (renamed, removed) is told to the admin, in
one alert for each change.
"""

import hashlib
import json
from collections.abc import Mapping

from bot.app.ports import Intent, Reading, ToRole, Writing
from bot.app.school import School
from bot.domain.ids import MessageKind, PersonId, Role

CHANNEL = "governors-channel"
"""The value that holds where the digest goes: the platform's own name for the channel."""

_UNREACHED = "unreached-holders"


def address_of(reading: Reading, person: PersonId, platform: str) -> PersonId | None:
    """The account that a person has on a platform, if it is known."""
    stored = reading.value(_name(person, platform))
    return PersonId(stored.decode()) if stored else None


def learn_address(school: School, email: str, account: PersonId, platform: str) -> None:
    """Keeps the account of an e-mail address; writes only what is new."""
    with school.store.reading() as reading:
        person = school.person_of(email, reading)
        if address_of(reading, person, platform) == account:
            return
    with school.store.writing() as writing:
        writing.put_value(_name(person, platform), account.encode())


def governors_channel(reading: Reading) -> str | None:
    """Where the digest goes, if somebody has said so."""
    stored = reading.value(CHANNEL)
    return stored.decode() if stored else None


def put_governors_channel(writing: Writing, channel: str) -> None:
    """The digest goes there from now on."""
    writing.put_value(CHANNEL, channel.encode())


def holders_looked_up(school: School, found: Mapping[str, PersonId | None], platform: str) -> None:
    """Keeps the accounts of those who hold a role, by e-mail address; tells of who has none now."""
    for email, account in found.items():
        if account is not None:
            learn_address(school, email, account, platform)
    with school.store.writing() as writing:
        missing = sorted(
            school.person_of(email, writing) for email, account in found.items() if account is None
        )
        name = f"{_UNREACHED}:{platform}"
        before: list[str] = json.loads(writing.value(name) or b"[]")
        if missing != before:
            writing.put_value(name, json.dumps(missing).encode())
        if set(missing) - set(before):
            writing.enqueue([_alert(school, missing)])


def _alert(school: School, missing: list[PersonId]) -> Intent:
    now = school.now()
    who = hashlib.sha256(json.dumps(missing).encode()).hexdigest()[:16]
    key = f"holders:{who}:{now.isoformat()}"
    return Intent(
        key, MessageKind.ADMIN_ALERT, ToRole(Role.ADMIN), now, (), {"why": "holder-without-account"}
    )


def _name(person: PersonId, platform: str) -> str:
    return f"address:{platform}:{person}"
