"""How long Slack waits for the ack of ``/report-post``, beside bare Bolt apps.

All three look at the signature, acknowledge, and open a modal after. They run at the same time,
each in a process of its own, and are asked in turns. ``fast`` is Bolt without its wait of ten
milliseconds (``process_before_response``, and a lazy listener that opens the modal).

One at a time: the next one types when the modal of the one before is open. At once after the ack,
before the modal is open, is printed beside it, for one and for sixteen at a time.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench.ack_apart import Places
from tests.bench.ack_asking import acks, at, command
from tests.bench.ack_processes import a_bolt, all_opened, ours, stand_ins

ROUNDS = 12
ONE_AT_A_TIME = 20
AT_ONCE, EACH = 16, 10


def measure() -> Iterator[tuple[str, float]]:
    """The ratios, and both sides of each in milliseconds."""
    with ExitStack() as stack:
        places = stack.enter_context(stand_ins())
        folder = stack.enter_context(TemporaryDirectory(prefix="report-post-bench-"))
        ports = {
            "ours": stack.enter_context(ours(places, folder)).port,
            "bolt_default": stack.enter_context(a_bolt("default", places)).port,
            "bolt_fast": stack.enter_context(a_bolt("fast", places)).port,
        }
        singly, at_once, together = asyncio.run(_asked(ports, places))
    one = {name: median(each) * 1000 for name, each in singly.items()}
    slowest = {name: at(0.99, each) * 1000 for name, each in together.items()}
    yield "slack_ack_vs_bolt_default", one["ours"] / one["bolt_default"]
    yield "slack_ack_vs_bolt_fast_p50", one["ours"] / one["bolt_fast"]
    yield "slack_ack_vs_bolt_fast_p99_at_16", slowest["ours"] / slowest["bolt_fast"]
    for name, value in one.items():
        yield f"slack_ack_{name}_p50_ms", value
    for name, each in at_once.items():
        yield f"slack_ack_{name}_before_the_modal_p50_ms", median(each) * 1000
    for name, value in slowest.items():
        yield f"slack_ack_{name}_p99_at_16_ms", value


async def _asked(ports: Mapping[str, int], places: Places) -> tuple[Mapping[str, list[float]], ...]:
    """The acks of each: one at a time, one after the other, and sixteen at a time."""
    singly: dict[str, list[float]] = {name: [] for name in ports}
    at_once: dict[str, list[float]] = {name: [] for name in ports}
    together: dict[str, list[float]] = {name: [] for name in ports}
    for turn in range(ROUNDS + 1):
        for name, port in ports.items():
            one: list[float] = []
            for _ in range(ONE_AT_A_TIME):
                async with all_opened(places, 1):
                    one += await acks(port, command, at_once=1, each=1)
            async with all_opened(places, ONE_AT_A_TIME):
                next_ = await acks(port, command, at_once=1, each=ONE_AT_A_TIME)
            async with all_opened(places, AT_ONCE * EACH):
                many = await acks(port, command, at_once=AT_ONCE, each=EACH)
            if turn:  # the first round warms up
                singly[name] += one
                at_once[name] += next_
                together[name] += many
    return singly, at_once, together
