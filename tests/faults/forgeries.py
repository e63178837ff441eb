"""Requests that nobody of the platforms made: none is let in, and nothing is written."""

import hashlib
import itertools
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from adapters.slack.hosts import PATH as SLACK_PATH
from adapters.teams.server import PATH as TEAMS_PATH
from bot.compose.core_world import CoreWorld
from tests.adapters.slack.member import SECRET, signed
from tests.adapters.teams.at_work import ANOTHER_TENANT
from tests.adapters.teams.signing import claims, jwk, sign, token
from tests.adapters.teams.test_authentication import FALSE
from tests.faults.fault import Fault, Outcome, Scale
from tests.faults.hostile_page import PageDoor, multipart, page_door
from tests.faults.hostile_slack import SlackDoor, slack_door
from tests.faults.hostile_teams import TeamsDoor, teams_door
from tests.faults.hostile_values import Json
from tests.faults.recorded import Door, a_journey

_JOURNEY: Final = "alert-now-then-the-report-is-completed"
_REFUSED: Final = frozenset({401, 403, 421})
"""421 is what the page says to another name for this computer (RFC 9110, 15.5.20)."""

_LINK: Final = "https://www.facebook.com/groups/1/posts/2"
"""Typed to the bot, it begins a report."""

Headers = dict[str, str]
Forgery = Callable[[], Coroutine[Any, Any, int]]
"""Brings one forged request; the status of its answer."""


def rows_of(core: CoreWorld) -> str:
    """All that the school's databases hold, as one hash."""
    found = hashlib.sha256()
    for path in sorted(Path(core.folder.name).rglob("*.sqlite*")):
        if path.suffix.startswith(".sqlite") and "-" not in path.suffix:
            with closing(sqlite3.connect(path)) as base:
                found.update("\n".join(base.iterdump()).encode())
    return found.hexdigest()


def _forge(door: Door, kinds: Mapping[str, Forgery], times: int, control: Forgery) -> Outcome:
    """Does every kind that often, and at the end what is no forgery, which must be let in."""
    counted: Counter[str] = Counter()
    wrong: list[str] = []
    loop = door.loop
    before = rows_of(door.core)
    for kind, bring in kinds.items():
        for _ in range(times):
            status = loop.run_until_complete(bring())
            counted["forged"] += 1
            counted["accepted"] += status not in _REFUSED
            if status not in _REFUSED:
                wrong.append(f"{kind}: answered with {status}")
        after = rows_of(door.core)
        counted["written"] += after != before
        if after != before:
            wrong.append(f"{kind}: something was written")
        before = after
    wrong += [f"{what}: {type(error).__name__}" for what, error in door.failures]
    genuine = loop.run_until_complete(control())
    if genuine in _REFUSED or rows_of(door.core) == before:
        wrong.append(f"what was no forgery was answered with {genuine}, or wrote nothing")
    tried = f"{counted['forged']:,} forged requests at {door.name}, {len(kinds)} kinds"
    return Outcome(tried, {each: counted[each] for each in ("accepted", "written")}, tuple(wrong))


# Slack


def _slack(scale: Scale) -> Outcome:
    door = slack_door(a_journey(_JOURNEY))
    try:
        kinds = {name: _of_slack(door, forge) for name, forge in _SLACK.items()}
        control = _of_slack(door, lambda body, now: signed(body, at=now))
        return _forge(door, kinds, 200 if scale is Scale.FULL else 2, control)
    finally:
        door.close()


_SlackForgery = Callable[[bytes, float], Headers]
_STAMP: Final = "X-Slack-Request-Timestamp"
_SIGNATURE: Final = "X-Slack-Signature"


def _without(headers: Headers, name: str) -> Headers:
    return {each: value for each, value in headers.items() if each != name}


_SLACK: Final[Mapping[str, _SlackForgery]] = {
    "no signature at all": lambda _, __: {},
    "no time": lambda body, now: _without(signed(body, at=now), _STAMP),
    "no signature": lambda body, now: _without(signed(body, at=now), _SIGNATURE),
    "an empty signature": lambda body, now: {**signed(body, at=now), _SIGNATURE: ""},
    "another secret": lambda body, now: signed(body, "not the secret", now),
    "an empty secret": lambda body, now: signed(body, "", now),
    "the secret in capitals": lambda body, now: signed(body, SECRET.upper(), now),
    "six minutes old": lambda body, now: signed(body, at=now - 360),
    "six minutes early": lambda body, now: signed(body, at=now + 360),
    "of 1970": lambda body, _: signed(body, at=0),
    "of another body": lambda body, now: signed(body + b" ", at=now),
    "of the body's beginning": lambda body, now: signed(body[:-1], at=now),
    "of another time": lambda body, now: {**signed(body, at=now - 60), _STAMP: str(int(now))},
    "of another version": lambda body, now: {
        **signed(body, at=now),
        _SIGNATURE: "v1=" + signed(body, at=now)[_SIGNATURE][3:],
    },
    "in capitals": lambda body, now: {
        **signed(body, at=now),
        _SIGNATURE: signed(body, at=now)[_SIGNATURE].upper(),
    },
    "cut short": lambda body, now: {
        **signed(body, at=now),
        _SIGNATURE: signed(body, at=now)[_SIGNATURE][:-1],
    },
    "a time that is no number": lambda body, now: {**signed(body, at=now), _STAMP: "nan"},
    "a time without an end": lambda body, now: {**signed(body, at=now), _STAMP: "9" * 5_000},
}


def _of_slack(door: SlackDoor, forge: _SlackForgery) -> Forgery:
    commands = itertools.cycle([each for each in door.valid if "form" in each])

    async def bring() -> int:
        at = door.world.at
        form = door.fresh(next(commands), "staff-2")["form"] | {"text": _LINK}
        body = urlencode(form).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        headers = kind | forge(body, at.clock())
        url = f"{at.line.origin}{SLACK_PATH}"
        async with at.line.session.post(url, data=body, headers=headers) as came:
            status = came.status
        await at.settled()
        return status

    return bring


# Teams


def _teams(scale: Scale) -> Outcome:
    door = teams_door(a_journey(_JOURNEY))
    door.world.at.teams.keys += [jwk("of-another-channel", ("webchat",)), jwk("of-none", None)]
    try:
        kinds = {f"a token {name}": _of_teams(door, _about(make)) for name, make in FALSE.items()}
        kinds |= {name: _of_teams(door, *how) for name, how in _TEAMS.items()}
        return _forge(door, kinds, 60 if scale is Scale.FULL else 1, _of_teams(door, sign))
    finally:
        door.close()


_TeamsForgery = Callable[[Json], str]


def _about(make: Callable[[str], str]) -> _TeamsForgery:
    return lambda sent: make(str(sent["serviceUrl"]))


def _by(key: str, **header: Any) -> _TeamsForgery:  # noqa: ANN401 - JSON
    return lambda sent: token(claims(sent["serviceUrl"]), signed_by=key, **header)


_TEAMS: Final[Mapping[str, tuple[Any, ...]]] = {
    "a key for another channel": (_by("of-another-channel", kid="of-another-channel"),),
    "a key for no channel": (_by("of-none", kid="of-none"),),
    "a key that comes along": (_by("a-key-of-mine", jwk=jwk("a-key-of-mine")),),
    "a key from elsewhere": (_by("a-key-of-mine", jku="http://127.0.0.1:9/keys"),),
    "another's key under a known name": (_by("a-key-of-mine"),),
    "another tenant": (sign, {"channelData": {"tenant": {"id": ANOTHER_TENANT}}}),
    "two tenants": (sign, {"conversation": {"id": "a:chat-of-staff", "tenantId": ANOTHER_TENANT}}),
    "no tenant": (sign, {"channelData": {}, "conversation": {"id": "a:chat-of-staff"}}),
    "another service": (sign, {"serviceUrl": "https://smba.trafficmanager.net.example/uk/"}),
    "another's service": (sign, {"serviceUrl": "https://example.com/uk/"}),
    "a service in clear": (sign, {"serviceUrl": "http://smba.trafficmanager.net/uk/"}),
    "another channel": (sign, {"channelId": "webchat"}),
    "the emulator's channel": (sign, {"channelId": "emulator"}),
}
"""How it is signed, and what is changed in the activity."""


def _of_teams(door: TeamsDoor, forge: _TeamsForgery, change: Json | None = None) -> Forgery:
    typed = itertools.cycle([each for each in door.valid if each.get("text")])

    async def bring() -> int:
        at = door.world.at
        sent = {**door.fresh(next(typed), "staff-2"), "text": _LINK, **(change or {})}
        headers = {"Authorization": _latin(f"Bearer {forge(sent)}")}
        url = f"{at.line.origin}{TEAMS_PATH}"
        async with at.line.session.post(url, json=sent, headers=headers) as came:
            status = came.status
        await at.settled()
        return status

    return bring


def _latin(text: str) -> str:
    return text.encode("latin-1", "replace").decode("latin-1")


# The page


def _page(scale: Scale) -> Outcome:
    door = page_door(a_journey(_JOURNEY))
    port = door.server.port
    try:
        ours = {"Origin": f"http://127.0.0.1:{port}"}
        kinds = {
            name: _of_page(door, {**ours, **headers})
            for name, headers in _page_headers(port or 0).items()
        }
        kinds["no origin"] = _of_page(door, {})
        kinds["read from elsewhere"] = _of_page(door, {"Sec-Fetch-Site": "cross-site"}, get=True)
        kinds["read as another host"] = _of_page(door, {"Host": "rebound.example"}, get=True)
        return _forge(door, kinds, 100 if scale is Scale.FULL else 2, _of_page(door, ours))
    finally:
        door.close()


def _page_headers(port: int) -> Mapping[str, Headers]:
    """What another page, or another name for this computer, would send."""
    origins = (
        *("null", "", "http://evil.example", f"https://127.0.0.1:{port}", "http://127.0.0.1"),
        *(f"http://127.0.0.1:{port}.evil.example", f"http://127.0.0.1:{port + 1}"),
        *(f"http://evil.example:{port}", f"http://[::1]:{port}", f"http://127.0.0.1:{port}/"),
    )
    hosts = (
        *("evil.example", f"evil.example:{port}", f"127.0.0.1.evil.example:{port}", "127.0.0.1"),
        *(f"127.0.0.2:{port}", f"0.0.0.0:{port}", f"[::1]:{port}", f"LOCALHOST.:{port}"),
        f"127.0.0.1:{port + 1}",
    )
    made: dict[str, Headers] = {f"from {each!r}": {"Origin": each} for each in origins}
    for host in hosts:
        made[f"to {host}"] = {"Host": host}
        made[f"to {host} from there"] = {"Host": host, "Origin": f"http://{host}"}
    for site in ("cross-site", "same-site", "other"):
        made[f"a browser says {site}"] = {"Sec-Fetch-Site": site}
    return made


def _of_page(door: PageDoor, headers: Headers, *, get: bool = False) -> Forgery:
    async def bring() -> int:
        mark = hashlib.sha256(str(time.perf_counter_ns()).encode()).hexdigest()[:32]
        typed = [["mark", mark], ["text", "report-post"], ["do", "say"]]
        kind, body = multipart(typed, [])
        url = f"http://127.0.0.1:{door.server.port}/staff"
        if get:
            async with door.session.get(url, headers=headers) as came:
                return came.status
        given = {"Content-Type": kind, **headers}
        async with door.session.post(f"{url}/act", data=body, headers=given) as came:
            return came.status

    return bring


FAULTS: Final = (
    Fault("forged requests: Slack's signature", _slack),
    Fault("forged requests: Teams' token", _teams),
    Fault("forged requests: the page's guard", _page),
)
