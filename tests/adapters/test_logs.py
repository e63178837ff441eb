"""What somebody typed reaches no log, however it is passed to one."""

import json
import logging
import subprocess
import sys
from pathlib import Path

from adapters.logs import REDACTED, without_error_texts, without_personal
from bot.domain.personal import Personal

ROOT = Path(__file__).parents[2]
TYPED = Personal("Pat Example")

LOGGING = """
import logging, structlog, sys
from adapters.logs import set_up_logs
from bot.domain.personal import Personal
set_up_logs(quiet={quiet})
typed, log = Personal("Pat Example"), structlog.get_logger("ours")
log.info("an act", by=typed, answers={{"words": [typed]}}, other=object())
log.warning("a warning", by=typed)
logging.getLogger("library").info("quoting %s", typed)
logging.getLogger("library").warning("quoting %s", typed)
try:
    raise ValueError(typed.reveal())
except ValueError:
    logging.getLogger("library").exception("it broke")
"""


def logged(*, quiet: bool) -> list[dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-c", LOGGING.format(quiet=quiet)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
    assert "Pat" not in done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_every_line_is_json_on_standard_error_without_what_was_typed() -> None:
    lines = logged(quiet=False)
    events = [line["event"] for line in lines]
    refused = "a log line was refused"
    assert events == ["an act", "a warning", refused, refused, "it broke"]
    assert lines[0]["by"] == REDACTED
    assert lines[0]["answers"] == {"words": [REDACTED]}
    assert lines[-1]["error"] == "ValueError"


def test_a_quiet_process_tells_of_warnings_only() -> None:
    events = [line["event"] for line in logged(quiet=True)]
    assert events == ["a warning", "a log line was refused", "it broke"]


def test_what_was_typed_is_found_however_deep_it_lies() -> None:
    event = {"event": "x", "a": (TYPED, {"b": {TYPED}}), "n": 3}
    assert without_personal(logging.getLogger(), "info", event) == {
        "event": "x",
        "a": [REDACTED, {"b": [REDACTED]}],
        "n": 3,
    }


def test_an_error_is_told_by_its_type_and_place() -> None:
    error = ValueError(TYPED.reveal())
    told = without_error_texts(None, "error", {"event": "x", "exc_info": error})
    assert told["error"] == "ValueError"
    assert "Pat" not in str(told)
