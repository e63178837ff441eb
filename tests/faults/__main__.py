"""``make faults``: does every fault to the product, and prints a table of what came of it."""

import argparse
import logging
import sys
import time
from importlib import import_module

import structlog
from rich.console import Console
from rich.table import Table

from tests.faults.fault import Fault, Outcome, Scale

MODULES = (
    "kills",
    "platforms",
    "databases",
    "clocks",
    "replicas",
    "together",
    "payloads",
    "forgeries",
    "entrances",
    "uploads",
    "fetching",
    "secrets",
)
"""Of this folder, in the order of the table; each has its ``FAULTS``."""


def faults_of(module: str) -> tuple[Fault, ...]:
    """The faults of a module of this folder."""
    found: tuple[Fault, ...] = import_module(f"tests.faults.{module}").FAULTS
    return found


def main() -> int:
    """Prints the table; 1 if anything did not hold."""
    asked = argparse.ArgumentParser(prog="make faults", description=__doc__)
    asked.add_argument("modules", nargs="*", metavar="MODULE", help=f"some of {', '.join(MODULES)}")
    asked.add_argument("--short", action="store_true", help="as often as the tests do it")
    given = asked.parse_args()
    scale = Scale.SHORT if given.short else Scale.FULL
    unknown = set(given.modules) - set(MODULES)
    if unknown:
        asked.error(f"there is no {', '.join(sorted(unknown))}; choose from {', '.join(MODULES)}")
    said = Console(stderr=True)
    # The program's own log is not what is read here; where it matters, a fault looks for itself.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    table = Table("fault", "tried", "counted", "seconds", "holds", title="Faults", show_lines=True)
    wrong = False
    for module in given.modules or MODULES:
        for fault in faults_of(module):
            said.print(f"{module}: {fault.name} …")
            began = time.monotonic()
            outcome = fault.run(scale)
            wrong |= bool(outcome.wrong)
            table.add_row(*_cells(fault, outcome, time.monotonic() - began))
    Console().print(table)
    return 1 if wrong else 0


def _cells(fault: Fault, outcome: Outcome, seconds: float) -> tuple[str, ...]:
    counted = "\n".join(f"{count:,} {what}" for what, count in outcome.counted.items())
    return (
        fault.name,
        outcome.tried,
        counted,
        f"{seconds:.0f}",
        "\n".join(outcome.wrong) if outcome.wrong else "yes",
    )


if __name__ == "__main__":
    sys.exit(main())
