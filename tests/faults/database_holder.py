"""Another process that has the writer's lock of a SQLite database whenever it is told to."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path

from tests.faults.processes import children


class Holder:
    """How the process is told."""

    def __init__(self, line: Connection) -> None:
        self._line = line
        self._holds = False
        self._one_at_a_time = threading.Lock()

    @contextmanager
    def holding(self) -> Iterator[None]:
        """It has the lock until the block ends, or somebody calls ``let_go``."""
        with self._one_at_a_time:
            self._turn()
            self._holds = True
        try:
            yield
        finally:
            self.let_go()

    def let_go(self) -> None:
        """Frees the lock; nothing, if it is free."""
        with self._one_at_a_time:
            if self._holds:
                self._turn()
                self._holds = False

    def _turn(self) -> None:
        self._line.send("go on")
        self._line.recv()


@contextmanager
def a_holder(database: Path) -> Iterator[Holder]:
    """The process, until the block ends."""
    ours, theirs = children().Pipe()
    process = children().Process(target=hold, args=(database, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Holder(ours)
    finally:
        ours.close()
        process.join()


def hold(database: Path, told: Connection) -> None:
    """Takes the lock at one word and frees it at the next, until there is nobody to hear."""
    connection = sqlite3.connect(database, isolation_level=None, timeout=60)
    with suppress(EOFError):
        while True:
            for statement in ("BEGIN IMMEDIATE", "ROLLBACK"):
                told.recv()
                connection.execute(statement)
                told.send("done")
    connection.close()
