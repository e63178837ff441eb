"""Decides which requests the desk answers at all, and what a browser may do with its answers.

The page has no sign-in, so it must be out of reach for everybody but the person at this computer:
another host name for 127.0.0.1 (DNS rebinding) and forms posted by other pages are refused.
"""

import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import hdrs, web

from adapters.desk.page import draw_problem

_log = logging.getLogger("report_post.desk")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # "no-referrer" would make browsers post forms with "Origin: null" (Fetch, 3.2).
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_TITLES: Final = {
    400: ("That did not work", "This page is out of date or was changed. Please open it anew."),
    403: (
        "Not from here",
        "This came from another page. Please open Report Post at its own address and try again.",
    ),
    404: ("Nothing here", "There is no such page, or it is not for you."),
    405: ("Nothing here", "This address takes no such request. Please open the page anew."),
    413: (
        "That is too much at once",
        "A report can have 10 files of up to 10 MB each. Please go back and add fewer or smaller.",
    ),
    421: (
        "Another address",
        "Report Post answers at 127.0.0.1 and localhost only, on this computer.",
    ),
    500: (
        "Something went wrong here",
        "It is not your fault. What you sent before is kept. Please go back and try once more.",
    ),
}


class NotAnswered(Exception):
    """The request is refused with that status; the words for it are fixed."""

    def __init__(self, status: int, sentence: str = "") -> None:
        self.status = status
        self.sentence = sentence
        super().__init__(str(status))


FOR_PROGRAMS: Final = web.AppKey("for_programs", frozenset)
"""Paths that programs of this computer post to, not pages; each looks at who comes by itself."""


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answers, or says plainly why not; never a traceback."""
    try:
        check_host(request)
        if request.path not in request.app[FOR_PROGRAMS]:
            check_origin(request)
        return await handler(request)
    except NotAnswered as refused:
        return problem(refused.status, refused.sentence)
    except web.HTTPRedirection:
        raise
    except web.HTTPException as refused:
        return problem(refused.status)
    except ConnectionResetError:
        raise  # the browser went away; there is nobody to tell
    except Exception as wrong:  # noqa: BLE001 - reported here, without what a person may have typed
        where = traceback.extract_tb(wrong.__traceback__)[-1]
        _log.error(
            "%s in %s, line %s", type(wrong).__name__, where.filename, where.lineno
        )  # its message could hold personal text
        return problem(500)


def check_host(request: web.Request) -> None:
    """Raises ``NotAnswered`` unless the page was asked for by one of its own two names."""
    name = request.transport.get_extra_info("sockname") if request.transport else None
    port = name[1] if name else 0
    if request.headers.get(hdrs.HOST, "") not in {f"127.0.0.1:{port}", f"localhost:{port}"}:
        raise NotAnswered(421)


def check_origin(request: web.Request) -> None:
    """Raises ``NotAnswered`` for what another page sent, in every way that browsers tell."""
    ours = request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}
    # A link from elsewhere may open the page; it may not post to it or read from it.
    opens = request.method == hdrs.METH_GET and request.headers.get("Sec-Fetch-Mode") == "navigate"
    if not (ours or opens):
        raise NotAnswered(403)
    if request.method in {hdrs.METH_GET, hdrs.METH_HEAD}:
        return
    if request.headers.get(hdrs.ORIGIN) != f"http://{request.headers[hdrs.HOST]}":
        raise NotAnswered(403)


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Every answer says what a browser may do with it; a handler's own word comes first."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def problem(status: int, sentence: str = "", home: str = "/") -> web.Response:
    """The page that says in plain English why something was not done."""
    title, usual = _TITLES.get(status, _TITLES[400])
    return web.Response(
        text=draw_problem(title, sentence or usual, home), content_type="text/html", status=status
    )
