"""How a process hears that it is to end, and what it says if it cannot listen."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from bot.domain.errors import ReportPostError


class NoPort(ReportPostError):
    """Nobody can be answered at this port; the message says why and what to do."""


@contextmanager
def told_by_signals(told: asyncio.Event) -> Iterator[None]:
    """Handlers of our own for SIGTERM and Ctrl-C; those from before come back at the end."""
    loop = asyncio.get_running_loop()

    def stop(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(told.set)

    # Not loop.add_signal_handler, which Windows does not have.
    before = {each: signal.signal(each, stop) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
