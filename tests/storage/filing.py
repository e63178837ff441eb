"""A process that files reports until it is killed, and says "received" only after each commit."""

import itertools
import sys
from pathlib import Path

from bot.app.ports import SCHOOL_STREAM
from bot.domain.ids import EvidenceId
from tests.storage.places import NOW, Place, a_case


def file_reports(url: str, folder: Path) -> None:
    """Files one report after another, each with its evidence."""
    store = Place(url, folder).store()
    for number in itertools.count():
        with store.writing() as writing:
            writing.lock_school()
            case = a_case(writing, payloads=[f"report {number}".encode(), b"more"]).case
            writing.keep_file(EvidenceId(f"of {case}"), case, b"picture " * 50, "image/png")
            writing.append(SCHOOL_STREAM, NOW, [f"filed {number}".encode()])
        print(f"received {number}", flush=True)  # noqa: T201 - its parent reads this


if __name__ == "__main__":
    file_reports(sys.argv[1], Path(sys.argv[2]))
