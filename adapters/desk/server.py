"""Decides what each address of the page does: tabs, acts, evidence, the clock, live news."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from aiohttp import web

from adapters.desk.body import read_body
from adapters.desk.guard import FOR_PROGRAMS, NotAnswered, add_headers, guarded
from adapters.desk.host import CannotMoveClock, DeskPerson, Host
from adapters.desk.inbound import Came, Payload, read
from adapters.desk.messenger import CHANNEL, DeskMessenger, Listener
from adapters.desk.page import ClockFace, Page, Tab, draw_page, fresh_mark
from adapters.desk.render import Drawn, Place, draw_handed, draw_show, refilled
from adapters.turns import Turns
from bot.app.inbound import Changed, Inbound, Left, Person, Pressed, Submitted
from bot.domain.errors import CalendarEndsTooSoon, Refused
from bot.domain.ids import EvidenceId
from bot.screens.nodes import FieldErrors, Form, Reply, Show
from bot.screens.press import NotOurs, is_plain

_STATIC: Final = Path(__file__).parent / "static"
_FORMS_KEPT: Final = 200
_BEAT_SECONDS: Final = 20
"""A comment now and then, so that a browser that went away is noticed."""

_PICTURES: Final = {"image/png", "image/jpeg", "image/webp"}


def make_app(
    host: Host, messenger: DeskMessenger, for_programs: Collection[str] = ()
) -> web.Application:
    """The page's server; it is to listen on the loopback address only.

    ``for_programs`` are paths of routes that are added to it and that no page posts to.
    """
    desk = _Desk(host, messenger)
    app = web.Application(middlewares=[guarded], client_max_size=0)
    app[FOR_PROGRAMS] = frozenset(for_programs)
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(desk.hang_up)
    app.add_routes(
        [
            web.get("/", desk.first),
            web.static("/static", _STATIC),
            web.get("/{slug}", desk.page),
            web.get("/{slug}/act", desk.back_to_page),
            web.post("/{slug}/act", desk.act),
            web.get("/{slug}/clock", desk.back_to_page),
            web.post("/{slug}/clock", desk.move_clock),
            web.get("/{slug}/news", desk.news),
            web.get("/{slug}/evidence/{evidence}", desk.evidence),
            web.get("/{slug}/document", desk.document),
        ]
    )
    return app


class _Desk:
    """The handlers, and the forms that are open on the page, as a platform would hold them."""

    def __init__(self, host: Host, messenger: DeskMessenger) -> None:
        self._host = host
        self._messenger = messenger
        self._tabs = {each.slug: each for each in host.people}
        self._forms: OrderedDict[tuple[str, str], Form] = OrderedDict()
        self._turns = Turns()

    async def hang_up(self, _app: web.Application) -> None:
        """Ends the streams of live news, which would hold up the end."""
        self._messenger.hang_up()

    async def first(self, _request: web.Request) -> web.StreamResponse:
        raise web.HTTPSeeOther(f"/{self._host.people[0].slug}")

    async def back_to_page(self, request: web.Request) -> web.StreamResponse:
        """Somebody opened the address of an act by hand."""
        raise web.HTTPSeeOther(f"/{self._tab(request).slug}")

    async def page(self, request: web.Request) -> web.StreamResponse:
        return await self._shown(self._tab(request))

    async def act(self, request: web.Request) -> web.StreamResponse:
        tab, person = self._person(request)
        # In the order they came: what a page kept as it went away is there when it is back.
        async with self._turns.of(tab.slug):
            try:
                came = read(await read_body(request))
            except NotOurs as wrong:
                raise NotAnswered(400) from wrong
            reply = await self._host.respond(Inbound(person, came.cause, came.act))
        if reply.say is not None:
            await self._messenger.say(person.id, came.cause, reply.say, reply.words)
        return await self._shown(tab, reply=reply, came=came)

    async def move_clock(self, request: web.Request) -> web.StreamResponse:
        tab = self._tab(request)
        payload = await read_body(request)
        typed = _one(payload, "moment")
        try:
            await self._move(_one(payload, "do"), typed)
        except (CannotMoveClock, CalendarEndsTooSoon) as wrong:
            return await self._shown(tab, clock_error=str(wrong), typed=typed)
        return await self._shown(tab)

    async def evidence(self, request: web.Request) -> web.StreamResponse:
        _, person = self._person(request)
        if not is_plain(request.match_info["evidence"]):
            raise NotAnswered(404)
        try:
            content, media_type = await self._host.evidence(
                person, EvidenceId(request.match_info["evidence"])
            )
        except Refused as refused:
            raise NotAnswered(404) from refused
        drawn = media_type in _PICTURES
        return web.Response(
            body=content,
            headers={
                "Content-Type": media_type
                if drawn or media_type == "application/pdf"
                else "application/octet-stream",
                "Content-Disposition": "inline" if drawn else 'attachment; filename="evidence.pdf"',
                "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
            },
        )

    async def document(self, request: web.Request) -> web.StreamResponse:
        """A document that was handed to somebody: always a download, never drawn."""
        _, person = self._person(request)
        try:
            found = await self._host.document(person, request.query.get("ref", ""))
        except Refused as refused:
            raise NotAnswered(404) from refused
        return web.Response(
            body=found.content,
            headers={
                "Content-Type": found.media_type,
                "Content-Disposition": f'attachment; filename="{found.name}"',
                "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
            },
        )

    async def news(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: ``news`` with the tab whose log changed."""
        self._tab(request)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        boxes = {_box(each): each.slug for each in self._host.people}
        async with self._messenger.listening() as listener:
            await response.prepare(request)
            try:
                await response.write(b"retry: 1000\n\nevent: here\ndata: now\n\n")
                while (line := await _next_line(listener, boxes)) is not None:
                    await response.write(line.encode())
            except ConnectionResetError:
                pass  # the browser went away; there is nobody to tell
        return response

    async def _move(self, do: str, typed: str) -> None:
        match do:
            case "next-school-morning":
                await self._host.next_school_morning()
            case "next-friday-afternoon":
                await self._host.next_friday_afternoon()
            case "move":
                await self._host.move_to(self._moment(typed))
            case _:
                raise NotAnswered(400)

    def _moment(self, typed: str) -> datetime:
        try:
            local = datetime.fromisoformat(typed).replace(tzinfo=self._host.zone)
            return local.astimezone(UTC)
        except (ValueError, OverflowError) as wrong:
            raise CannotMoveClock(
                "Please give a day and a time, such as 02/11/2026, 08:00."
            ) from wrong

    async def _shown(
        self,
        tab: DeskPerson,
        *,
        reply: Reply | None = None,
        came: Came | None = None,
        clock_error: str = "",
        typed: str = "",
    ) -> web.Response:
        mark = fresh_mark()
        drawn = self._drawn(tab, reply, came, mark) if reply and came else Drawn()
        messages = await self._messenger.log(_box(tab))
        unread = await self._messenger.unread()
        page = Page(
            school_name=self._host.school_name,
            here=tab,
            tabs=tuple(
                Tab(each.slug, each.label, unread.get(_box(each), 0)) for each in self._host.people
            ),
            messages=messages,
            clock=ClockFace(await self._host.now(), self._host.zone, clock_error, typed),
            drawn=drawn,
            mark=mark,
        )
        return web.Response(text=draw_page(page), content_type="text/html")

    def _drawn(self, tab: DeskPerson, reply: Reply, came: Came, mark: str) -> Drawn:
        show: Show | None = reply.show
        if isinstance(show, FieldErrors):
            show = self._with_errors(tab, show, came)
        if isinstance(show, Form):
            self._remember(tab, show)
        place = Place(tab.slug, mark)
        if show is not None:
            return draw_show(show, reply.words, place, reply.hand)
        return Drawn(draw_handed(reply.hand, reply.words, place)) if reply.hand else Drawn()

    def _remember(self, tab: DeskPerson, form: Form) -> None:
        self._forms[tab.slug, form.ref.encode()] = form
        self._forms.move_to_end((tab.slug, form.ref.encode()))
        while len(self._forms) > _FORMS_KEPT:
            self._forms.popitem(last=False)

    def _with_errors(self, tab: DeskPerson, errors: FieldErrors, came: Came) -> Form | FieldErrors:
        """The form as it stood, with what was just answered; the platform would hold it open."""
        form = self._forms.get((tab.slug, errors.ref.encode()))
        answers = (
            came.act.answers if isinstance(came.act, Pressed | Submitted | Changed | Left) else None
        )
        return refilled(form, answers or {}, errors.errors) if form else errors

    def _tab(self, request: web.Request) -> DeskPerson:
        tab = self._tabs.get(request.match_info["slug"])
        if tab is None:
            raise NotAnswered(404)
        return tab

    def _person(self, request: web.Request) -> tuple[DeskPerson, Person]:
        tab = self._tab(request)
        if tab.person is None:
            raise NotAnswered(404)
        return tab, tab.person


async def _next_line(listener: Listener, boxes: Mapping[str, str]) -> str | None:
    """What is written next to the stream; ``None`` when the desk closes."""
    try:
        box = await asyncio.wait_for(listener.get(), _BEAT_SECONDS)
    except TimeoutError:
        return ": still here\n\n"
    return None if box is None else f"event: news\ndata: {boxes.get(box, '')}\n\n"


def _box(tab: DeskPerson) -> str:
    return CHANNEL if tab.person is None else tab.person.id


def _one(payload: Payload, name: str) -> str:
    return next((value for key, value in payload if key == name and isinstance(value, str)), "")
