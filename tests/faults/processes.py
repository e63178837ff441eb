"""Processes of a fault, which begin at once: they are forked from one that has read it all."""

import multiprocessing
from functools import cache
from multiprocessing.context import ForkServerContext

_READ = [
    "tests.faults.kill_life",
    "tests.faults.database_holder",
    "tests.faults.database_migrating",
]
"""What such processes do."""


@cache
def children() -> ForkServerContext:
    """Makes processes, and pipes to them."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_READ)
    return context
