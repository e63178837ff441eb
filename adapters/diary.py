"""What the running process says of itself, for the person who is called at night.

Every event is a line of its own with a name that never changes (docs/at-night.md lists them), and
no line holds anything of a person or of a case.
"""

import hashlib
import re
import time
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

import structlog

from adapters.metrics import Entrance, Metrics, Unsent
from adapters.refused import PlatformRefused
from bot.app.messenger import DeliveryError
from bot.domain.ids import Cause, MessageKind, SchoolId

_log = structlog.get_logger("report_post")

_SHORT: Final = 12
_SOME: Final = 20
"""Schools that are named in one line."""
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


class Line(StrEnum):
    """The names of the events."""

    STARTED = "started"
    NOT_SERVED = "schools not served"
    BEGUN = "a new, empty record was begun"
    READY = "ready"
    NOT_READY = "not ready"
    STOPPING = "stopping"
    STOPPED = "stopped"
    ACT_ANSWERED = "act answered"
    ACT_FAILED = "act failed"
    JOB_FAILED = "job failed"
    ASKED_TO_WAIT = "platform asks to wait"
    DELIVERY_FAILS = "delivery keeps failing"
    GAVE_UP = "delivery given up"
    NOT_READ = "payload not read"
    LOST = "connection lost"
    CONNECTED = "connected"
    NOT_CONNECTED = "platform does not let us connect"
    NOT_REACHED = "platform not reached"
    TURNED_AWAY = "requests turned away"


def started(*, version: str, schools: int, platforms: Iterable[str], database: str) -> None:
    """The process begins. ``database`` is its kind alone."""
    names = sorted(platforms)
    _log.info(Line.STARTED, version=version, schools=schools, platforms=names, database=database)


def not_served(schools: Collection[SchoolId], open_cases: int) -> None:
    """Schools that have a record in the database, and of which no file was read."""
    why = "Nobody is reminded in them, nothing is erased or copied. Put their files back."
    names = sorted(schools)
    _log.warning(
        Line.NOT_SERVED, schools=names[:_SOME], number=len(names), open_cases=open_cases, why=why
    )


def begun(school: SchoolId, where: str, *, new_key: bool) -> None:
    """A school had no record: one was begun there, and with a new master key or not."""
    _log.warning(Line.BEGUN, school=school, where=where, new_key=new_key)


def ready() -> None:
    """It may be relied on, for the first time or again."""
    _log.info(Line.READY)


def not_ready(why: str) -> None:
    """It may not be relied on; ``why`` is the sentence of ``/readyz``."""
    _log.warning(Line.NOT_READY, why=why)


def stopping() -> None:
    """It was told to stop."""
    _log.info(Line.STOPPING)


def stopped() -> None:
    """All that came in is answered; what is due is sent, or kept."""
    _log.info(Line.STOPPED)


def job_failed(job: str, error: BaseException) -> None:
    """Says what failed and where; an error's own text could hold somebody's name."""
    told: dict[str, object] = {**_told(error)}
    if isinstance(error, BaseExceptionGroup):
        told["causes"] = [_told(each) for each in _leaves(error)]
    _log.error(Line.JOB_FAILED, job=job, **told)


def delivery_fails(row: int, kind: MessageKind, attempts: int, why: Unsent, code: str = "") -> None:
    """The admin is alerted: it was tried so often. ``code`` is the platform's word for why."""
    told = {"row": row, "kind": kind.value, "attempts": attempts, "why": why.value}
    _log.warning(Line.DELIVERY_FAILS, **told, **_with(code))


def gave_up(row: int, kind: MessageKind, attempts: int, why: Unsent, code: str = "") -> None:
    """The platform refused it for good; nobody gets it."""
    told = {"row": row, "kind": kind.value, "attempts": attempts, "why": why.value}
    _log.error(Line.GAVE_UP, **told, **_with(code))


def not_read(platform: Entrance, kind: str) -> None:
    """What a platform itself sent had not the shape that it gives it; ``kind`` is its own word."""
    _log.error(Line.NOT_READ, platform=platform.value, kind=_code(kind))


def connected(platform: Entrance, away_seconds: float) -> None:
    """The line to a platform is up, after so long without."""
    _log.info(Line.CONNECTED, platform=platform.value, away_seconds=round(away_seconds, 1))


def connection_lost(platform: Entrance) -> None:
    """The line to a platform is down; it is made anew by itself."""
    _log.warning(Line.LOST, platform=platform.value)


def not_connected(platform: Entrance, code: object) -> None:
    """The platform refuses the line; ``code`` is its own word for why."""
    _log.error(Line.NOT_CONNECTED, platform=platform.value, code=_code(code))


def not_reached(platform: Entrance, code: object, again_seconds: float) -> None:
    """The platform is asked once more who we are, in so long; ``code`` says why not now."""
    seconds = round(again_seconds, 1)
    _log.warning(Line.NOT_REACHED, platform=platform.value, code=_code(code), seconds=seconds)


def turned_away(entrance: Entrance, requests: int) -> None:
    """So many since the line before, and nothing of what they were."""
    _log.warning(Line.TURNED_AWAY, entrance=entrance.value, requests=requests)


@contextmanager
def act(metrics: Metrics, entrance: Entrance, cause: Cause) -> Iterator[None]:
    """An act is answered meanwhile: it is counted and told, and so is every line within it.

    ``act`` in these lines is the same for every try of the platform's to bring the same act.
    """
    named = hashlib.sha256(cause.encode()).hexdigest()[:_SHORT]
    began = time.perf_counter()
    with structlog.contextvars.bound_contextvars(act=named, entrance=entrance.value):
        try:
            yield
        except Exception as error:
            metrics.failed("answering")
            _log.error(Line.ACT_FAILED, seconds=_since(began), **_told(error))
            raise
        _log.info(Line.ACT_ANSWERED, seconds=_since(began))
    metrics.answered(entrance, time.perf_counter() - began)


class Pauses:
    """Tells of a pause that a platform asks for once, until it is over."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._until: dict[str, float] = {}

    def asked(self, platform: str, wait_seconds: float) -> None:
        """A platform asks for so long."""
        now = self._seconds()
        if now < self._until.get(platform, 0.0):
            return
        self._until[platform] = now + wait_seconds
        _log.warning(Line.ASKED_TO_WAIT, platform=platform, seconds=round(wait_seconds, 1))


def code_of(error: BaseException) -> str:
    """The short word for why that a platform's or a database's error carries; empty if none.

    SQLite's is such as SQLITE_FULL; psycopg's errors are named after PostgreSQL's, as DiskFull is.
    """
    if isinstance(error, DeliveryError) and error.__cause__ is not None:
        return code_of(error.__cause__)
    if isinstance(error, PlatformRefused):
        return _code(error.told_as)
    databases = getattr(error, "orig", None)  # SQLAlchemy keeps it
    said = getattr(databases or error, "sqlite_errorname", "")
    said = said or (type(databases).__name__ if databases is not None else "")
    return _code(said) if said else ""


def _code(said: object) -> str:
    return said if isinstance(said, str) and _CODE.fullmatch(said) else "unknown"


def _with(code: str) -> dict[str, str]:
    return {"code": code} if code else {}


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 4)


def _leaves(error: BaseException) -> Iterator[BaseException]:
    """What went wrong in the end: groups are of schools, and of their jobs."""
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _leaves(each)
    else:
        yield error


def _told(error: BaseException) -> dict[str, str]:
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"
    return {"error": type(error).__name__, "where": where, **_with(code_of(error))}
