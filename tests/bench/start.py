"""How soon it is ready and how much memory it takes, beside a bare Bolt app.

Ours is ``report-post serve`` for the sample school, Slack and Teams on, its record on SQLite and
opened before, as at any restart; ready when ``/readyz`` says so. The bare app is ready when it has
answered its first command. Both are then given twenty commands, each of which opens a modal.

What answers Slack is loaded as soon as ours is ready: how long the first command waits for its ack
and for its modal, asked in that very moment, is told beside (Slack waits for three seconds). The
Bot Framework's SDK is loaded when Teams first comes; what it adds is told beside, too.
"""

import asyncio
import compileall
import time
from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median
from tempfile import TemporaryDirectory

from tests.adapters.teams.activities import a_message
from tests.bench.ack_apart import ROOT, Places
from tests.bench.ack_asking import Line, acks, activity_request, command
from tests.bench.ack_processes import a_bolt, all_opened, ours, staff_in_teams, stand_ins

STARTS = 9
COMMANDS = 20


def measure() -> Iterator[tuple[str, float]]:
    """The ratios of the medians, and both sides: in milliseconds, and in megabytes."""
    # As pip does with whatever it installs; and what begins ours, since Bolt's is but one file.
    for package in ("bot", "adapters", "storage", "tests/bench"):
        compileall.compile_dir(ROOT / package, quiet=2)
    ready: dict[str, list[float]] = {"ours": [], "bolt": []}
    first_act: list[tuple[float, float]] = []
    memory: dict[str, list[float]] = {"ours": [], "bolt": [], "ours_after_teams": []}
    with ExitStack() as stack:
        places = stack.enter_context(stand_ins())
        folder = stack.enter_context(TemporaryDirectory(prefix="report-post-bench-"))
        with ours(places, folder) as us:
            first = us.began_after
        for _ in range(STARTS):
            with ours(places, folder) as us:
                ready["ours"].append(us.began_after)
                first_act.append(asyncio.run(_first(us.port, places)))
                asyncio.run(_commands(us.port, places))
                memory["ours"].append(us.apart.resident_mb())
                asyncio.run(_forwarded(us.port, places))
                memory["ours_after_teams"].append(us.apart.resident_mb())
            with a_bolt("default", places) as bare:
                ready["bolt"].append(bare.began_after)
                asyncio.run(_commands(bare.port, places))
                memory["bolt"].append(bare.apart.resident_mb())
    yield "ready_vs_bolt", median(ready["ours"]) / median(ready["bolt"])
    yield "memory_vs_bolt", median(memory["ours"]) / median(memory["bolt"])
    yield "ready_ours_in_an_empty_folder_ms", first * 1000
    for number, name in enumerate(("ack", "modal")):
        yield f"first_{name}_ours_ms", median(each[number] for each in first_act) * 1000
    for name, took in ready.items():
        yield f"ready_{name}_ms", median(took) * 1000
    for name, megabytes in memory.items():
        yield f"memory_{name}_mb", median(megabytes)


async def _first(port: int, places: Places) -> tuple[float, float]:
    """Seconds until the first command is acknowledged, and until its modal is open."""
    began = time.perf_counter()
    async with all_opened(places, 1):
        (ack,) = await acks(port, command, at_once=1, each=1)
    return ack, time.perf_counter() - began


async def _commands(port: int, places: Places) -> None:
    async with all_opened(places, COMMANDS):
        await acks(port, command, at_once=1, each=COMMANDS)


async def _forwarded(port: int, places: Places) -> None:
    """*Report this post* in Teams: a dialog comes back."""
    link = '<a href="https://www.facebook.com/groups/1/posts/2">a post</a>'
    line = await Line.to(port)
    _, status, body = await line.ask(
        activity_request(staff_in_teams(places).forwarded(a_message(link)))
    )
    await line.close()
    if status != 200 or not body:
        raise RuntimeError(status)
