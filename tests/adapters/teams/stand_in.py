"""Stands in for Microsoft: its login, its keys, the Bot Connector of one tenant, and OneDrive.

It looks at tokens, knows in which conversations the bot is, refuses what the connector refuses,
keeps everything that was ever posted, and fails as it is told to.
"""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.teams.endpoints import Endpoints
from adapters.teams.limits import problems_in as problems_of_card

from .onedrive import OneDrive, is_about_a_file, problems_of_file
from .signing import APP, ISSUER, jwk

TENANT = "b28fdbfd-2b78-4f93-b0f8-8881793f0f8f"
SECRET = "a-client-secret"
BOT = f"28:{APP}"
MOST_BYTES = 28 * 1024
"""Of a message (learn.microsoft.com/microsoftteams/limits-specifications-teams)."""

Json = dict[str, Any]


@dataclass
class Failure:
    """How a call fails: with a status and a code, or (``nothing``, ``slow``) by no answer."""

    status: int = 500
    code: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    nothing: bool = False
    slow: bool = False
    body: str | None = None


def too_many(seconds: int = 30) -> Failure:
    """429, as the connector says it."""
    return Failure(429, "Throttled", {"Retry-After": str(seconds)})


@dataclass
class Posted:
    """A message of the bot's in a conversation, as it is now."""

    id: str
    conversation: str
    activity: Json
    seen_by: dict[str, Json] = field(default_factory=dict)
    """The card that somebody's press was answered with, until the message is updated."""

    @property
    def card(self) -> Json:
        """The card that everybody sees."""
        (attachment,) = self.activity["attachments"]
        found: Json = attachment["content"]
        return found

    def card_for(self, user: str) -> Json:
        """The card that somebody sees."""
        return self.seen_by.get(user, self.card)


@dataclass
class StandIn:
    """The tenant. ``origin`` is where it is, ``onedrive`` where its people's files are."""

    origin: str = ""
    onedrive: str = ""
    members: dict[str, Json] = field(default_factory=dict)
    """By their id for the bot, as the connector shows them."""
    chats: dict[str, str] = field(default_factory=dict)
    """The bot's chats with those who have the app, by member."""
    channels: set[str] = field(default_factory=set)
    """Channels and group chats that the bot is in."""
    messages: list[Posted] = field(default_factory=list)
    said: list[Json] = field(default_factory=list)
    """Every activity that was ever posted, and every one that it was updated to."""
    files: dict[str, bytes] = field(default_factory=dict)
    drive: OneDrive = field(default_factory=OneDrive)
    """Where the bot puts files for which consent was given."""
    calls: list[tuple[str, str, Json]] = field(default_factory=list)
    """Which call, about what, and with what (of files: the headers)."""
    failing: dict[str, list[Failure | None]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    """What the bot should not have asked."""
    keys: list[Json] = field(default_factory=lambda: [jwk()])
    tokens: list[str] = field(default_factory=list)
    """Those that were given, the last of which is taken."""
    token_lives: int = 3600
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    slowed: asyncio.Event = field(default_factory=asyncio.Event)
    """A call that is slow has come in; it is answered once all are ``released``."""
    released: asyncio.Event = field(default_factory=asyncio.Event)

    # The world's side

    @property
    def service_url(self) -> str:
        """The service URL of its activities."""
        return f"{self.origin}/uk/"

    @property
    def endpoints(self) -> Endpoints:
        """Where the adapter finds it."""
        return Endpoints(
            login=self.origin, metadata=f"{self.origin}/openid", issuer=ISSUER, loopback=True
        )

    def add_member(self, user: str, email: str, **more: Any) -> str:  # noqa: ANN401 - JSON
        """Somebody of the tenant who has the app; their chat with the bot."""
        self.members[user] = {
            "id": user,
            "name": f"Name of {user}",
            "aadObjectId": f"aad-{user}",
            "givenName": "Name",
            "surname": f"of {user}",
            "email": email,
            "userPrincipalName": email,
            "tenantId": TENANT,
            "userRole": "user",
            **more,
        }
        self.chats[user] = f"a:chat-of-{user.rpartition(':')[2]}"
        return self.chats[user]

    def add_file(self, content: bytes, *, pasted: bool) -> str:
        """A picture that was pasted into a chat, or a file in somebody's OneDrive; its address."""
        name = f"f{next(self.numbers)}"
        self.files[name] = content
        if pasted:
            return f"{self.service_url}v3/attachments/{name}/views/original"
        return f"{self.onedrive}/personal/{name}"

    def fails(self, call: str, *failures: Failure | None) -> None:
        """The next calls fail so, or (``None``) do not.

        They are token, openid, keys, send, update, delete, member, chat and file.
        """
        self.failing.setdefault(call, []).extend(failures)

    def called(self, call: str) -> list[Json]:
        """What it was called with."""
        return [given for name, _, given in self.calls if name == call]

    def in_conversation(self, conversation: str) -> list[Posted]:
        """The bot's messages there."""
        return [each for each in self.messages if each.conversation == conversation]

    def forgets_tokens(self) -> None:
        """No token that was given is taken any more."""
        self.tokens.append("none")

    @asynccontextmanager
    async def open(self) -> AsyncIterator["StandIn"]:
        """Is there for a while."""
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(TestServer(self._app()))
            files = await stack.enter_async_context(TestServer(self._files_app()))
            self.origin = f"http://127.0.0.1:{server.port}"
            self.onedrive = f"http://127.0.0.1:{files.port}"
            stack.callback(self.released.set)
            yield self

    # The servers

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        activities = "/uk/v3/conversations/{conversation}/activities"
        app.add_routes(
            [
                web.get("/openid", self._openid),
                web.get("/keys", self._keys),
                web.post("/{tenant}/oauth2/v2.0/token", self._token),
                web.post("/uk/v3/conversations", self._chat),
                web.post(activities, self._send),
                web.put(f"{activities}/{{activity}}", self._update),
                web.delete(f"{activities}/{{activity}}", self._delete),
                web.get("/uk/v3/conversations/{conversation}/members/{user}", self._member),
                web.get("/uk/v3/attachments/{file}/views/original", self._pasted),
            ]
        )
        return app

    def _files_app(self) -> web.Application:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/personal/{file}", self._in_onedrive)
        app.add_routes(self.drive.routes())
        return app

    async def _openid(self, request: web.Request) -> web.StreamResponse:
        document = {"issuer": ISSUER, "jwks_uri": f"{self.origin}/keys"}
        return await self._answered("openid", request, document)

    async def _keys(self, request: web.Request) -> web.StreamResponse:
        return await self._answered("keys", request, {"keys": self.keys})

    async def _token(self, request: web.Request) -> web.StreamResponse:
        given = {name: str(value) for name, value in (await request.post()).items()}
        wanted = {"client_id": APP, "client_secret": SECRET, "grant_type": "client_credentials"}
        wanted |= {"scope": "https://api.botframework.com/.default"}
        if request.match_info["tenant"] != TENANT or given != wanted:
            self.calls.append(("token", "", given))
            return web.json_response({"error": "invalid_client"}, status=401)
        self.tokens.append(f"token-{next(self.numbers)}")
        made = {"token_type": "Bearer", "expires_in": self.token_lives}
        made |= {"access_token": self.tokens[-1]}
        return await self._answered("token", request, made, given)

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        given = await request.json()
        (member,) = given["members"]
        if member["id"] not in self.chats:
            return await self._answered("chat", request, _no("BotNotInConversationRoster"), given)
        if given["tenantId"] != TENANT or given["bot"] != {"id": BOT} or given["isGroup"]:
            self.problems.append("a chat of another tenant, bot or kind")
        return await self._answered("chat", request, {"id": self.chats[member["id"]]}, given)

    async def _send(self, request: web.Request) -> web.StreamResponse:
        where, activity = request.match_info["conversation"], await request.json()
        no = self._look_at(where, activity)
        posted = Posted(f"{1790000000000 + next(self.numbers)}", _bare(where), activity)
        answer = await self._answered("send", request, no or {"id": posted.id}, activity)
        if answer.status == 201:
            self.messages.append(posted)
            self.said.append(activity)
        return answer

    async def _update(self, request: web.Request) -> web.StreamResponse:
        activity = await request.json()
        posted = self._posted(request)
        no = self._look_at(request.match_info["conversation"], activity)
        if posted is None:
            no = no or _no("ActivityNotFoundInConversation", 404)
        answer = await self._answered("update", request, no or {"id": activity["id"]}, activity)
        if answer.status == 201 and posted is not None:
            posted.activity = activity
            posted.seen_by.clear()
            self.said.append(activity)
        return answer

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        posted = self._posted(request)
        no = None if posted else _no("ActivityNotFoundInConversation", 404)
        answer = await self._answered("delete", request, no or {})
        if answer.status == 201 and posted is not None:
            self.messages.remove(posted)
        return answer

    async def _member(self, request: web.Request) -> web.StreamResponse:
        where, user = _bare(request.match_info["conversation"]), request.match_info["user"]
        found = self._refused(where) or self.members.get(user)
        return await self._answered("member", request, found or _no("MemberNotFound", 404))

    async def _pasted(self, request: web.Request) -> web.StreamResponse:
        self.calls.append(("file", request.path, dict(request.headers)))
        failed = await self._failed("file", request)
        if failed is not None:
            return failed
        if not self._is_ours(request):
            return web.Response(status=401)
        return web.Response(body=self.files[request.match_info["file"]])

    async def _in_onedrive(self, request: web.Request) -> web.StreamResponse:
        self.calls.append(("file", request.path, dict(request.headers)))
        failed = await self._failed("file", request)
        if failed is not None:
            return failed
        return web.Response(body=self.files[request.match_info["file"]])

    # What it looks at

    async def _answered(
        self, call: str, request: web.Request, found: Json, given: Json | None = None
    ) -> web.StreamResponse:
        """The answer, if the call is not to fail and has the bot's token."""
        self.calls.append((call, request.path, given or {}))
        failed = await self._failed(call, request)
        if failed is not None:
            return failed
        if request.path.startswith("/uk/") and not self._is_ours(request):
            return web.json_response({"error": {"code": "BotNotRegistered"}}, status=401)
        status = found.pop("status", 201 if request.path.startswith("/uk/") else 200)
        return web.json_response(found, status=status)

    async def _failed(self, call: str, request: web.Request) -> web.StreamResponse | None:
        waiting = self.failing.get(call)
        if not waiting:
            return None
        failure = waiting.pop(0)
        if failure is None:
            return None
        if failure.slow:
            self.slowed.set()
            await self.released.wait()
        if failure.nothing:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        body = json.dumps({"error": {"code": failure.code, "message": "What was wrong."}})
        text = body if failure.body is None else failure.body
        return web.Response(status=failure.status, text=text, headers=failure.headers)

    def _is_ours(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {(self.tokens or [''])[-1]}"

    def _look_at(self, where: str, activity: Json) -> Json | None:
        """Why the connector does not take an activity; what it should not be is a problem."""
        self.problems += problems_in(activity)
        if len(json.dumps(activity, ensure_ascii=False).encode()) > MOST_BYTES:
            return _no("MessageSizeTooBig", 413)
        return self._refused(_bare(where))

    def _refused(self, where: str) -> Json | None:
        if where in self.channels or where in self.chats.values():
            return None
        return _no("BotNotInConversationRoster")

    def _posted(self, request: web.Request) -> Posted | None:
        where, named = request.match_info["conversation"], request.match_info["activity"]
        for each in self.in_conversation(_bare(where)):
            if each.id == named:
                return each
        return None


def problems_in(activity: Json) -> Iterator[str]:
    """What no activity of ours should be."""
    if activity.get("type") != "message":
        yield f"a {activity.get('type')} is posted"
    if activity.get("from") != {"id": BOT}:
        yield "somebody else is said to have written it"
    if activity.get("text") and activity.get("attachments"):
        yield "text beside a card: Teams makes two messages of it"
    for each in activity.get("attachments", []):
        if is_about_a_file(each):
            yield from problems_of_file(each)
        elif set(each) != {"contentType", "content"}:
            yield f"an attachment with {sorted(each)}"
        else:
            yield from problems_of_card(each["content"])


def _no(code: str, status: int = 403) -> Json:
    return {"status": status, "error": {"code": code, "message": "What was wrong."}}


def _bare(conversation: str) -> str:
    return conversation.partition(";")[0]
