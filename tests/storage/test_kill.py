"""What was answered "received" survives kill -9, whole and verified."""

import random
import subprocess
import sys
from itertools import islice
from pathlib import Path

from bot.app.ports import SCHOOL_STREAM
from bot.domain.ids import EvidenceId
from tests.storage.places import Place, findings

ROOT = Path(__file__).parents[2]
KILLS = 4


def file_until_killed(place: Place, after: int) -> int:
    """Kills the process some time after its n-th "received"; returns how many it said in all."""
    command = [sys.executable, "-m", "tests.storage.filing", place.url, str(place.folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = list(islice(process.stdout, after))
        process.kill()
        said += process.stdout
    assert len(said) >= after
    assert process.returncode != 0
    return sum(line.endswith("\n") for line in said)


def test_what_was_received_survives_a_kill(place: Place) -> None:
    chance = random.Random(20261123)  # noqa: S311 - only when to kill
    received = 0
    for _ in range(KILLS):
        received += file_until_killed(place, chance.randint(1, 12))
        store = place.store()
        with store.reading() as reading:
            rows = reading.case_rows()
            assert len(rows) >= received
            assert len(reading.entries(SCHOOL_STREAM)) == len(rows)
            for row in rows:
                assert len(reading.entries(row.case)) == 2
                assert reading.file_content(EvidenceId(f"of {row.case}")) == b"picture " * 50
        assert findings(store) == []
        received = len(rows)
        place.close()
