"""Where people are reached: the account of each person, learnt when they act or are looked up.

Who has accounts on several platforms is reached where they acted last.

A holder of a role whose address has no account any more (renamed, removed) is told to the admin, in
one alert for each change.
"""

import hashlib
import json
from collections.abc import Collection

from bot.app.intents import Intent, ToRole
from bot.app.ports import Reading, Writing
from bot.app.school import School
from bot.domain.ids import MessageKind, PersonId, Role

CHANNEL = "governors-channel"
"""The value that holds where the digest goes: the platform's own name for the channel."""

_UNREACHED = "unreached-holders"


def address_of(reading: Reading, person: PersonId, platform: str) -> PersonId | None:
    """The account that a person has on a platform, if it is known."""
    stored = reading.value(_name(person, platform))
    return PersonId(stored.decode()) if stored else None


def reached_at(
    reading: Reading, person: PersonId, platforms: Collection[str]
) -> tuple[str, PersonId] | None:
    """The platform and the account by which a person is reached: the one where they acted last."""
    stored = reading.value(_last(person))
    last = stored.decode() if stored else ""
    for platform in sorted(platforms, key=lambda each: each != last):
        account = address_of(reading, person, platform)
        if account is not None:
            return platform, account
    return None


def learn_address(
    school: School, email: str, account: PersonId, platform: str, *, acted: bool = False
) -> None:
    """Keeps the account of an e-mail address; writes only what is new.

    ``acted``: the person is there, so that they are reached there from now on.
    """
    with school.store.reading() as reading:
        person = school.person_of(email, reading)
        known = address_of(reading, person, platform) == account
        if known and (not acted or reading.value(_last(person)) == platform.encode()):
            return
    with school.store.writing() as writing:
        writing.put_value(_name(person, platform), account.encode())
        if acted:
            writing.put_value(_last(person), platform.encode())


def governors_channel(reading: Reading) -> str | None:
    """Where the digest goes, if somebody has said so."""
    stored = reading.value(CHANNEL)
    return stored.decode() if stored else None


def digest_comes_to(school: School) -> str | None:
    """As ``governors_channel``, of that school."""
    with school.store.reading() as reading:
        return governors_channel(reading)


def put_governors_channel(writing: Writing, channel: str) -> None:
    """The digest goes there from now on."""
    writing.put_value(CHANNEL, channel.encode())


def tell_of_unreached(school: School, emails: Collection[str]) -> None:
    """Tells the admin of those who hold a role and can be reached nowhere, once for each change."""
    with school.store.writing() as writing:
        missing = sorted(school.person_of(email, writing) for email in emails)
        before = _told_of(writing)
        if missing != before:
            writing.put_value(_UNREACHED, json.dumps(missing).encode())
        if set(missing) - set(before):
            writing.enqueue([_alert(school, missing)])


def is_told_of(reading: Reading, person: PersonId) -> bool:
    """Whether the admin was told that this person can be reached nowhere."""
    return person in _told_of(reading)


def _told_of(reading: Reading) -> list[str]:
    found: list[str] = json.loads(reading.value(_UNREACHED) or b"[]")
    return found


def _alert(school: School, missing: list[PersonId]) -> Intent:
    now = school.now()
    who = hashlib.sha256(json.dumps(missing).encode()).hexdigest()[:16]
    key = f"holders:{who}:{now.isoformat()}"
    return Intent(
        key, MessageKind.ADMIN_ALERT, ToRole(Role.ADMIN), now, (), {"why": "holder-without-account"}
    )


def _name(person: PersonId, platform: str) -> str:
    return f"address:{platform}:{person}"


def _last(person: PersonId) -> str:
    return f"last-platform:{person}"
