"""The npm packages that tests run, fetched once: Microsoft's card renderer, schemas and playground.

Where node or the packages are missing, a test that needs them is skipped and says so; with
REPORT_POST_REQUIRE_BROWSER=1, as in CI, it fails.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

PACKAGES = Path(__file__).parent / "npm"


def node_modules() -> Path:
    """The folder of the packages; fetched by ``npm ci`` if they are not there as locked."""
    try:
        return fetched()
    except LookupError as missing:
        missing_is(str(missing))


def fetched() -> Path:
    """The same outside tests. Raises ``LookupError`` with what is missing."""
    missing = _missing()
    if missing:
        raise LookupError(missing)
    return PACKAGES / "node_modules"


@cache
def _missing() -> str:
    """What keeps the packages away, after one try to fetch them; nothing if they are there."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return "node and npm are missing (apt-get install nodejs npm)"
    locked = hashlib.sha256((PACKAGES / "package-lock.json").read_bytes()).hexdigest()
    stamp = PACKAGES / "node_modules" / ".fetched-as-locked"
    # Several test runners may come here at the same time.
    with (Path(tempfile.gettempdir()) / f"report-post-npm-{locked[:16]}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == locked:
            return ""
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=PACKAGES, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"npm ci in tests/npm failed: {done.stderr.strip()[-500:]}"
        stamp.write_text(locked)
    return ""


def missing_is(what: str) -> NoReturn:
    """Skips the test, or fails it where everything is required."""
    if os.environ.get("REPORT_POST_REQUIRE_BROWSER") == "1":
        pytest.fail(what)
    pytest.skip(f"{what}: this was not tried with Microsoft's own packages")
