"""Whether the process may be relied on now: its tick, its store, its line to a platform."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Generic, TypeVar

from adapters import diary
from adapters.metrics import Metrics

Result = TypeVar("Result")

Check = Callable[[], Awaitable[str]]
"""Why nobody should rely on the process; empty if all is well."""

_EVERY: Final = 5.0
"""Seconds for which an answer of the store is good."""
_PATIENCE: Final = 1.5
"""Seconds that whoever asks waits for the store."""
_GRACE: Final = 20.0
"""Seconds of failing to write after which the store counts as closed, if it does not say so."""


class Readiness:
    """All checks together; tells the numbers, and the log when the answer changes."""

    def __init__(self, metrics: Metrics, checks: Sequence[Check] = ()) -> None:
        self._metrics = metrics
        self._checks = checks
        self._said: bool | None = None

    async def why_not(self) -> str:
        """Why nobody should rely on this process now; empty if it is ready."""
        why = self._metrics.why_not_ready() or await self._first()
        self._metrics.is_ready = not why
        if self._said is not (not why):
            self._said = not why
            diary.not_ready(why) if why else diary.ready()
        return why

    async def _first(self) -> str:
        # Together: each may take as long as whoever asks waits.
        found = await asyncio.gather(*(_answer(check) for check in self._checks))
        return next((why for why in found if why), "")


async def _answer(check: Check) -> str:
    """What the check says. Of what one cannot tell, nobody may rely on."""
    try:
        return await check()
    except Exception as error:  # noqa: BLE001 - told as the reason for not being ready
        return f"a check of it failed ({diary.code_of(error) or type(error).__name__})"


class OneAtATime(Generic[Result]):
    """Asks in the background, once at a time, and waits for the answer only so long."""

    def __init__(self, ask: Callable[[], Awaitable[Result]], patience: float) -> None:
        self._ask = ask
        self._patience = patience
        self._asking: asyncio.Future[Result] | None = None

    async def answer(self) -> Result:
        """The answer. Raises ``TimeoutError`` while there is none, and what asking raises."""
        if self._asking is None:
            self._asking = asyncio.ensure_future(self._ask())
        asking = self._asking
        await asyncio.wait({asking}, timeout=self._patience)
        if not asking.done():
            raise TimeoutError
        if self._asking is asking:
            self._asking = None
        return asking.result()


class WritableStore:
    """Whether the store can be written to (``Check``): a small write, now and then.

    In a thread of its own: it stands in no queue, and whoever asks never waits for long.
    """

    def __init__(
        self,
        write: Callable[[], bool],
        seconds: Callable[[], float] = time.monotonic,
        *,
        patience: float = _PATIENCE,
    ) -> None:
        """``write`` says whether it could; ``False``: somebody else was writing all the time."""
        self._write = write
        self._seconds = seconds
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="probe")
        self._one = OneAtATime(self._try, patience)
        self._failing_since: float | None = None
        self._tried: float | None = None
        self._wrong = ""

    async def __call__(self) -> str:
        """Why it cannot be written to; empty if it can."""
        now = self._seconds()
        if self._tried is None or now - self._tried >= _EVERY:
            try:
                await self._one.answer()
                self._tried = now
            except TimeoutError:  # it is asked again with the next look
                self._fails(now)
        if self._wrong:
            return f"the database cannot be written to ({self._wrong})"
        if self._failing_since is None:
            return ""
        since = self._seconds() - self._failing_since
        if since > _GRACE:
            return f"nothing could be written to the database for {since:.0f} seconds"
        return ""

    def close(self) -> None:
        """Asks no more."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _try(self) -> None:
        try:
            wrote = await asyncio.get_running_loop().run_in_executor(self._thread, self._write)
        except Exception as error:  # noqa: BLE001 - told as the reason for not being ready
            self._wrong = diary.code_of(error) or type(error).__name__
            return
        self._wrong = ""
        if wrote:
            self._failing_since = None
        else:
            self._fails(self._seconds())

    def _fails(self, now: float) -> None:
        """From the first failure on, not from the last success: perhaps nobody asked meanwhile."""
        if self._failing_since is None:
            self._failing_since = now
