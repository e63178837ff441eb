"""What is logged and how: one JSON object a line, and never what somebody typed."""

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor

from bot.domain.personal import Personal

REDACTED = "[personal]"


def set_up_logs(*, quiet: bool) -> None:
    """Sends every log, libraries' too, to standard error. ``quiet``: warnings and errors alone.

    To be called once, before anything is logged.
    """
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = _Lines(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(default=_type_of),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING if quiet else logging.INFO)
    logging.captureWarnings(capture=True)
    # At "info" it tells of every tick, and of the next one.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)


class _Lines(logging.StreamHandler[TextIO]):
    """Writes a line for each record; of one that cannot be told, only where it came from."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Logging itself would print the record and its arguments."""
        told = {"event": "a log line was refused", "level": "error", "logger": record.name}
        told["where"] = f"{record.pathname}:{record.lineno}"
        with suppress(OSError, ValueError):  # standard error is gone; there is nowhere to say so
            self.stream.write(json.dumps(told) + self.terminator)


def without_personal(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Replaces whatever somebody typed, however deep it lies."""
    return {key: _redacted(value) for key, value in event.items()}


def without_error_texts(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Of an error its type and its place: the text may hold what somebody typed."""
    given = event.pop("exc_info", None)
    event.pop("stack_info", None)
    error = given[1] if isinstance(given, tuple) else given
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        event["error"] = type(error).__name__
        event["where"] = [f"{frame.filename}:{frame.lineno}" for frame in frames[-3:]]
    return event


def without_quotes(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Of a warning its place and its kind, of asyncio's lines the first: the rest quotes values."""
    text = str(event.get("event", ""))
    if event.get("logger") == "py.warnings":
        event["event"] = ":".join(text.split(":", 3)[:3])
    elif event.get("logger") == "asyncio":
        event["event"] = text.partition("\n")[0]
    return event


def _redacted(value: object) -> object:
    match value:
        case Personal():
            return REDACTED
        case Mapping():
            return {_redacted(key): _redacted(each) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_redacted(each) for each in value]
        case _:
            return value


def _type_of(value: object) -> str:
    """What JSON has no form for is told by its type: its repr could quote somebody."""
    return f"[{type(value).__name__}]"


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    without_quotes,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    without_error_texts,
    without_personal,
]
