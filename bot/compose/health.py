"""What must hold for a running process to be ready, besides a fresh tick."""

from collections.abc import Iterable
from functools import partial

from adapters.metrics import Metrics
from adapters.readiness import WritableStore
from storage import SqlStore
from storage.engine import Engines
from storage.pulse import try_writing


def watched(stores: Iterable[SqlStore], metrics: Metrics) -> list[WritableStore]:
    """Whether each database can be written to; from now on its transactions are timed."""
    databases: dict[int, Engines] = {}
    for store in stores:
        store.wrote = metrics.wrote
        databases[id(store.engines)] = store.engines
    return [WritableStore(partial(try_writing, each)) for each in databases.values()]
