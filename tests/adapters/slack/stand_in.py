"""Stands in for Slack's Web API: a server that holds a workspace and refuses what Slack refuses.

It looks at tokens, at the age and use of triggers, at a view's hash, at the stack of three and at
every limit, and fails as it is told to.
"""

import asyncio
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.slack.limits import problems_in

TOKEN = "xoxb-the-bots-own"
APP_TOKEN = "xapp-1-for-the-socket"
TEAM = "T0SCHOOL"
BOT_USER = "U0BOT"
TRIGGER_LIVES = 3.0

View = dict[str, Any]
Answer = dict[str, Any]


@dataclass
class OpenModal:
    """A modal on somebody's screen."""

    id: str
    user: str
    view: View
    hash: str
    below: str | None
    root: str
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What was typed and ticked, by block."""
    smuggled: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What somebody with a program of their own sends besides, by block."""

    def payload(self) -> View:
        """As Slack sends it."""
        shown = {
            **self.view,
            "id": self.id,
            "team_id": TEAM,
            "hash": self.hash,
            "root_view_id": self.root,
            "previous_view_id": self.below,
            "state": {"values": {**state_of(self), **self.smuggled}},
        }
        return json.loads(json.dumps(shown))  # type: ignore[no-any-return]


@dataclass
class Posted:
    """A message in a channel."""

    channel: str
    ts: str
    blocks: list[dict[str, Any]]
    text: str
    given: dict[str, Any]


@dataclass
class Failure:
    """How a call fails: with an error, a status, or (``nothing``) by no answer at all."""

    error: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    nothing: bool = False


def too_many(seconds: int = 30) -> Failure:
    """429, as Slack says it."""
    return Failure("ratelimited", 429, {"Retry-After": str(seconds)})


@dataclass
class StandIn:
    """The workspace. ``seconds`` is its clock."""

    seconds: Callable[[], float]
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    modals: dict[str, OpenModal] = field(default_factory=dict)
    stacks: dict[str, list[str]] = field(default_factory=dict)
    messages: list[Posted] = field(default_factory=list)
    ephemerals: list[tuple[str, Answer]] = field(default_factory=list)
    """Said to one person alone: the response_url, and the body."""
    whispered: asyncio.Condition = field(default_factory=asyncio.Condition)
    """Told of each of them, and of every call that was answered."""
    homes: dict[str, View] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    triggers: dict[str, tuple[str, float]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    failing: dict[str, list[Failure]] = field(default_factory=dict)
    calls: list[tuple[str, Answer]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """What broke a limit of Slack's."""
    closed_to: set[str] = field(default_factory=set)
    """Channels that the bot is not in."""
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    origin: str = ""
    envelopes: "asyncio.Queue[Answer | None]" = field(default_factory=asyncio.Queue)
    acks: "asyncio.Queue[Answer]" = field(default_factory=asyncio.Queue)
    """What is to be sent over Socket Mode, and what was answered."""

    # The world's side

    def add_user(self, user: str, email: str, **flags: Any) -> str:  # noqa: ANN401
        """An account of the workspace."""
        self.users[user] = {
            "id": user,
            "team_id": TEAM,
            "name": user.lower(),
            "deleted": False,
            "is_bot": False,
            "is_app_user": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "profile": {"real_name": f"Name of {user}", "email": email},
            **flags,
        }
        return user

    def add_file(self, content: bytes, url: str | None = None) -> str:
        """A file that a person puts into a form."""
        file = f"F{next(self.numbers):07}"
        address = url if url is not None else f"{self.origin}/files/{file}"
        self.files[file] = {"id": file, "size": len(content), "url_private_download": address}
        self.contents[file] = content
        return file

    def new_trigger(self, user: str, born: float | None = None) -> str:
        """What Slack sends along with a click."""
        trigger = f"{next(self.numbers)}.{TEAM}.trigger"
        self.triggers[trigger] = (user, self.seconds() if born is None else born)
        return trigger

    def fails(self, method: str, *failures: Failure) -> None:
        """The next calls of the method fail so."""
        self.failing.setdefault(method, []).extend(failures)

    def top(self, user: str) -> OpenModal | None:
        """The modal that somebody sees."""
        stack = self.stacks.get(user)
        return self.modals[stack[-1]] if stack else None

    def chat_of(self, user: str) -> str:
        """The channel of somebody's chat with the bot."""
        return f"D{user[1:]}"

    def called(self, method: str) -> list[Answer]:
        """What the method was called with."""
        return [given for name, given in self.calls if name == method]

    # Views

    def show(self, user: str, view: View, below: OpenModal | None) -> OpenModal:
        """Puts a modal on somebody's screen."""
        made = f"V{next(self.numbers):07}"
        modal = OpenModal(
            made,
            user,
            view,
            self._hash(),
            below.id if below else None,
            below.root if below else made,
        )
        self.modals[made] = modal
        self.stacks.setdefault(user, []).append(made)
        return modal

    def change(self, modal: OpenModal, view: View) -> None:
        """Shows a modal anew; what was typed in an input that is still there stays."""
        kept = {each["block_id"]: each for each in inputs_of(modal.view)}
        modal.view, modal.hash = view, self._hash()
        here = {each["block_id"]: each for each in inputs_of(view)}
        modal.values = {
            name: value
            for name, value in modal.values.items()
            if name in here
            and here[name]["element"].get("type") == kept[name]["element"]["type"]
            and _still_offered(here[name]["element"], value)
        }

    def close(self, modal: OpenModal) -> None:
        """Takes it from the screen."""
        self.stacks[modal.user].remove(modal.id)
        del self.modals[modal.id]

    def _hash(self) -> str:
        return f"{next(self.numbers)}.hash"

    def check(self, payload: View) -> bool:
        """Whether Slack would take it."""
        found = problems_in(payload)
        self.problems += found
        return not found

    # The server

    def server(self) -> TestServer:
        """A server on this computer."""
        app = web.Application(client_max_size=20 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/files/{file}", self._download)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_post("/response/{name}", self._response)
        app.router.add_get("/socket", self._socket)
        return TestServer(app)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given: Answer = dict(request.query)
        if request.content_type == "application/json":
            given |= await request.json()
        else:
            given |= dict((await request.post()).items())
        self.calls.append((method, given))
        failures = self.failing.get(method)
        if failures:
            return await self._failed(failures.pop(0), request)
        if method == "apps.connections.open":
            return self._connection(request)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _no("invalid_auth")
        handler = getattr(self, "_" + method.replace(".", "_"), None)
        if handler is None:
            return _no("unknown_method")
        try:
            answer = handler(given)
        except No as no:
            return _no(no.code)
        async with self.whispered:
            self.whispered.notify_all()
        return web.json_response({"ok": True, **answer})

    async def _failed(self, failure: Failure, request: web.Request) -> web.StreamResponse:
        if failure.nothing:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if failure.error:
            body = {"ok": False, "error": failure.error}
            return web.json_response(body, status=failure.status, headers=failure.headers)
        return web.Response(status=failure.status, text="<html>", content_type="text/html")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        file = request.match_info["file"]
        self.calls.append(("GET file", dict(request.headers)))
        failures = self.failing.get("GET file")
        if failures:
            failure = failures.pop(0)
            if failure.status == 302:
                return web.Response(status=302, headers={"Location": failure.headers["Location"]})
            return await self._failed(failure, request)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(text="<html>sign in", content_type="text/html")
        return web.Response(body=self.contents[file], content_type="application/octet-stream")

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        failures = self.failing.get("upload")
        if failures:
            return await self._failed(failures.pop(0), request)
        self.contents[request.match_info["file"]] = await request.read()
        return web.Response(text="OK")

    async def _response(self, request: web.Request) -> web.StreamResponse:
        failures = self.failing.get("response_url")
        if failures:
            return await self._failed(failures.pop(0), request)
        body = await request.json()
        self.check({"blocks": body["blocks"], "text": body["text"]})
        async with self.whispered:
            self.ephemerals.append((request.match_info["name"], body))
            self.whispered.notify_all()
        return web.Response(text="ok")

    # Socket Mode

    def _connection(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {APP_TOKEN}":
            return _no("invalid_auth")
        url = f"{self.origin.replace('http', 'ws')}/socket"
        return web.json_response({"ok": True, "url": url})

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        """Sends what waits in ``envelopes``, and keeps the answers."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        while (envelope := await self.envelopes.get()) is not None:
            await socket.send_json(envelope)
            self.acks.put_nowait(await socket.receive_json(timeout=5))
        await socket.close()
        return socket

    # Methods of the Web API

    def _auth_test(self, _given: Answer) -> Answer:
        return {"team_id": TEAM, "user_id": BOT_USER, "bot_id": "B0BOT", "team": "S", "user": "b"}

    def _users_info(self, given: Answer) -> Answer:
        if given["user"] not in self.users:
            raise No("user_not_found")
        return {"user": self.users[given["user"]]}

    def _users_lookupByEmail(self, given: Answer) -> Answer:  # noqa: N802
        for user in self.users.values():
            if user["profile"].get("email") == given["email"] and not user["deleted"]:
                return {"user": user}
        raise No("users_not_found")

    def _conversations_open(self, given: Answer) -> Answer:
        user = given["users"]
        if user not in self.users:
            raise No("user_not_found")
        if self.users[user]["deleted"]:
            raise No("user_disabled")
        return {"channel": {"id": self.chat_of(user)}}

    def _chat_postMessage(self, given: Answer) -> Answer:  # noqa: N802
        if given["channel"] in self.closed_to:
            raise No("not_in_channel")
        blocks = _parsed(given["blocks"])
        if not self.check({"blocks": blocks, "text": given["text"]}):
            raise No("invalid_blocks")
        if not self._pictures_are_there(blocks):
            raise No("invalid_blocks")
        ts = f"1790000000.{next(self.numbers):06}"
        channel = self._channel_of(given["channel"])
        self.messages.append(Posted(channel, ts, blocks, given["text"], given))
        return {"ts": ts, "channel": channel}

    def _channel_of(self, place: str) -> str:
        """A message to a person's id goes to their chat with the bot, if there may be one."""
        if not place.startswith("U"):
            return place
        if place not in self.users or self.users[place]["deleted"]:
            raise No("channel_not_found")
        return self.chat_of(place)

    def _chat_update(self, given: Answer) -> Answer:
        blocks = _parsed(given["blocks"])
        if not self.check({"blocks": blocks, "text": given["text"]}):
            raise No("invalid_blocks")
        message = self._message(given)
        message.blocks, message.text = blocks, given["text"]
        return {"ts": message.ts}

    def _chat_delete(self, given: Answer) -> Answer:
        self.messages.remove(self._message(given))
        return {}

    def _message(self, given: Answer) -> Posted:
        for each in self.messages:
            if (each.channel, each.ts) == (given["channel"], given["ts"]):
                return each
        raise No("message_not_found")

    def _views_open(self, given: Answer) -> Answer:
        user = self._take(given["trigger_id"])
        view = self._accepted(given)
        self.stacks[user] = []
        return {"view": self.show(user, view, None).payload()}

    def _views_push(self, given: Answer) -> Answer:
        user = self._take(given["trigger_id"])
        view = self._accepted(given)
        stack = self.stacks.get(user, [])
        if not stack:
            raise No("not_found")
        if len(stack) >= 3:
            raise No("push_limit_reached")
        return {"view": self.show(user, view, self.modals[stack[-1]]).payload()}

    def _views_update(self, given: Answer) -> Answer:
        modal = self.modals.get(given["view_id"])
        if modal is None:
            raise No("not_found")
        if given.get("hash") and given["hash"] != modal.hash:
            raise No("hash_conflict")
        self.change(modal, self._accepted(given))
        return {"view": modal.payload()}

    def _views_publish(self, given: Answer) -> Answer:
        view = self._accepted(given)
        self.homes[given["user_id"]] = {**view, "id": f"H{given['user_id']}", "hash": self._hash()}
        return {}

    def _files_info(self, given: Answer) -> Answer:
        if given["file"] not in self.files:
            raise No("file_not_found")
        return {"file": self.files[given["file"]]}

    def _files_getUploadURLExternal(self, given: Answer) -> Answer:  # noqa: N802
        file = f"F{next(self.numbers):07}"
        self.files[file] = {
            "id": file,
            "name": given["filename"],
            "alt_txt": given.get("alt_txt"),
            "shown": False,
        }
        return {"upload_url": f"{self.origin}/upload/{file}", "file_id": file}

    def _files_completeUploadExternal(self, given: Answer) -> Answer:  # noqa: N802
        blocks = _parsed(given.get("blocks") or "[]")
        if blocks and not self.check({"blocks": blocks, "text": "a file"}):
            raise No("invalid_blocks")
        for each in _parsed(given["files"]):
            if each["id"] not in self.contents:
                raise No("file_not_found")
            self.files[each["id"]] |= {
                "shown": True,
                "channel": given.get("channel_id"),
                "title": each["title"],
                "blocks": blocks,
            }
        return {"files": _parsed(given["files"])}

    def _files_delete(self, given: Answer) -> Answer:
        if given["file"] not in self.files:
            raise No("file_not_found")
        del self.files[given["file"]]
        return {}

    def _take(self, trigger: str) -> str:
        if trigger not in self.triggers:
            raise No("invalid_trigger_id")
        user, born = self.triggers[trigger]
        if trigger in self.used:
            raise No("exchanged_trigger_id")
        if self.seconds() - born > TRIGGER_LIVES:
            raise No("expired_trigger_id")
        self.used.add(trigger)
        return user

    def _accepted(self, given: Answer) -> View:
        view = _parsed(given["view"])
        if not self.check(view) or not self._pictures_are_there(view["blocks"]):
            raise No("invalid_arguments")
        return view  # type: ignore[no-any-return]

    def _pictures_are_there(self, blocks: list[dict[str, Any]]) -> bool:
        named = [each["slack_file"]["id"] for each in blocks if "slack_file" in each]
        return all(self.files.get(each, {}).get("shown") for each in named)


class No(Exception):
    """Slack does not do it."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def _no(code: str) -> web.Response:
    return web.json_response({"ok": False, "error": code})


def _parsed(value: Any) -> Any:  # noqa: ANN401 - JSON
    return json.loads(value) if isinstance(value, str) else value


def inputs_of(view: View) -> list[dict[str, Any]]:
    """The input blocks of a view."""
    return [each for each in view["blocks"] if each["type"] == "input"]


def options_of(element: dict[str, Any]) -> list[dict[str, Any]]:
    """The options that an element offers."""
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(each for group in groups for each in group["options"])]


def _still_offered(element: dict[str, Any], value: dict[str, Any]) -> bool:
    offered = [each["value"] for each in options_of(element)]
    chosen = [value["selected_option"]] if value.get("selected_option") else []
    chosen += value.get("selected_options") or []
    return all(each["value"] in offered for each in chosen)


def state_of(modal: OpenModal) -> dict[str, Any]:
    """What Slack says that the inputs hold: what was typed, else what they began with."""
    found = {}
    for block in inputs_of(modal.view):
        name, element = block["block_id"], block["element"]
        found[name] = {element["action_id"]: modal.values.get(name) or _began_with(element)}
    return found


def _began_with(element: dict[str, Any]) -> dict[str, Any]:
    kind = element["type"]
    match kind:
        case "plain_text_input":
            return {"type": kind, "value": element.get("initial_value")}
        case "radio_buttons" | "static_select":
            return {"type": kind, "selected_option": element.get("initial_option")}
        case "checkboxes" | "multi_static_select":
            return {"type": kind, "selected_options": element.get("initial_options", [])}
        case "datepicker":
            return {"type": kind, "selected_date": element.get("initial_date")}
        case "datetimepicker":
            return {"type": kind, "selected_date_time": element.get("initial_date_time")}
        case "file_input":
            return {"type": kind, "files": []}
        case _:
            raise ValueError(kind)


def host_of(url: str) -> str:
    """The host's name of an address."""
    return urlsplit(url).hostname or ""
