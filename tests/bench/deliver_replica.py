"""One of the processes that empty an outbox on PostgreSQL together: it waits to be told to begin.

Arguments: the database's address, the folder of its key, Slack's address, how many at once.
"""

import asyncio
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from bot.app.deliveries import Deliveries
from bot.app.leaving import Leaving
from bot.compose.core_world import MovableClock
from bot.compose.running import THREADS
from bot.compose.schools import open_the_store, school_of
from bot.config import sample_settings
from tests.bench.deliver_school import in_threads, slack_messenger
from tests.builders import STARTS, school_time


async def _run(database: str, folder: Path, origin: str, at_once: int) -> None:
    settings = replace(sample_settings(folder), database=database)
    store = open_the_store(settings, {})
    school = school_of(settings, store, MovableClock(school_time(STARTS)))
    begin = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, begin.set)
    with ThreadPoolExecutor(THREADS) as executor:
        async with slack_messenger(origin) as messenger:
            leaving = {school.id: Leaving(school, messenger, lambda person: person)}
            together = store.together([store])
            deliveries = Deliveries(together, leaving, in_threads(executor), at_once=at_once)
            print("ready", flush=True)  # noqa: T201 - whoever started it reads it
            await begin.wait()
            print(await deliveries.deliver_due(), flush=True)  # noqa: T201
    store.close()


if __name__ == "__main__":
    database, folder, origin, at_once = sys.argv[1:]
    asyncio.run(_run(database, Path(folder), origin, int(at_once)))
