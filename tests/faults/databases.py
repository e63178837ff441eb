"""The database fails in every way that databases fail: nothing accepted is lost, all are told."""

from functools import partial

from tests.faults.database_full import full
from tests.faults.database_locked import locked
from tests.faults.database_lost import cut, restarted
from tests.faults.database_migrations import beside, interrupted
from tests.faults.fault import Fault
from tests.faults.places import Kind

FAULTS = (
    Fault("SQLite locked by another process", locked),
    Fault("the disk is full", full),
    Fault("PostgreSQL's connections cut", cut),
    Fault("PostgreSQL restarted", restarted),
    *(Fault(f"a migration killed on {each.value}", partial(interrupted, each)) for each in Kind),
    *(Fault(f"migrations beside replicas on {each.value}", partial(beside, each)) for each in Kind),
)
