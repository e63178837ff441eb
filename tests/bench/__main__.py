"""``make bench``: measures every figure, and prints each as a line ``name: value``.

Each module runs in a process of its own, so that none finds the memory of another. Both sides of a
ratio are measured in one run. What is to be reached goes to standard error.
"""

import argparse
import subprocess
import sys
from importlib import import_module

from tests.bench.figures import MODULES


def main() -> int:
    """Prints the figures; 1 if one falls short."""
    asked = argparse.ArgumentParser(prog="make bench", description=__doc__)
    asked.add_argument("modules", nargs="*", metavar="MODULE", help=f"some of {', '.join(MODULES)}")
    given = asked.parse_args()
    unknown = set(given.modules) - set(MODULES)
    if unknown:
        asked.error(f"there is no {', '.join(sorted(unknown))}; choose from {', '.join(MODULES)}")
    if len(given.modules) == 1:
        return _measure(given.modules[0])
    codes = [
        subprocess.run([sys.executable, "-m", "tests.bench", module], check=False).returncode
        for module in given.modules or MODULES
    ]
    return max(codes)


def _measure(module: str) -> int:
    found: dict[str, float] = dict(import_module(f"tests.bench.{module}").measure())
    short = False
    for name, reach in MODULES[module].items():
        value = found.pop(name)
        print(f"{name}: {value:.3f}", flush=True)  # noqa: T201 - this is what it is for
        if reach is not None and not reach.holds(value):
            short = True
            print(f"{name} is {value:.3f} and is to be {reach}", file=sys.stderr)  # noqa: T201
    for name, value in found.items():  # what else it tells, such as both sides of a ratio
        print(f"{name}: {value:.3f}", flush=True)  # noqa: T201
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
