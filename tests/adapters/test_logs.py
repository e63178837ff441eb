"""What somebody typed reaches no log, however it is passed to one."""

import inspect
import json
import logging
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import diary
from adapters.diary import Line, Pauses
from adapters.logs import REDACTED, without_error_texts, without_personal
from adapters.metrics import Entrance, Metrics, Unsent, Waiting
from adapters.scheduler import report_failure
from adapters.slack.logs import sockets_log
from bot.domain.ids import Cause, MessageKind, SchoolId
from bot.domain.personal import Personal
from tests.markers import Markers, everything_logged, found

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


NASTY = st.text(st.sampled_from("<b>&\"'{0}%s*_`@#|~\n\u202e\u05d0\U0001f600 "), max_size=8)


def everything_told(marks: Markers, metrics: Metrics) -> None:
    """Every line of the diary, with a marker in everything that comes from outside."""

    def wrong() -> ExceptionGroup[Exception]:
        new = [marks.new().reveal() for _ in range(3)]
        return ExceptionGroup(new[0], [ValueError(new[1]), KeyError(new[2])])

    diary.started(version="1", schools=2, platforms=("teams", "slack"), database="sqlite")
    diary.not_served([SchoolId("hill-top")], 3)
    diary.begun(SchoolId("hill-top"), "/srv/report-post/report-post.sqlite3", new_key=True)
    diary.not_ready("it has only just started")
    diary.ready()
    report_failure("tick", wrong())
    diary.delivery_fails(7, MessageKind.ROUND_UP, 5, Unsent.UNREACHABLE)
    diary.not_reached(Entrance.SLACK, f"{marks.new().reveal()} {marks.new().reveal()}", 5.0)
    diary.turned_away(Entrance.SLACK, 3)
    diary.gave_up(7, MessageKind.ROUND_UP, 6, Unsent.REFUSED)
    diary.connection_lost(Entrance.SLACK)
    diary.connected(Entrance.SLACK, 3.0)
    diary.not_connected(Entrance.SLACK, f"{marks.new().reveal()} {marks.new().reveal()}")
    diary.not_connected(Entrance.SLACK, {marks.new().reveal(): marks.new().reveal()})
    diary.not_read(Entrance.SLACK, "view_submission")
    diary.not_read(Entrance.SLACK, f"{marks.new().reveal()} {marks.new().reveal()}")
    Pauses().asked("slack", 30.0)
    with diary.act(metrics, Entrance.PAGE, Cause(marks.new().reveal())):
        logging.getLogger("library").info("within an act, %s", marks.new())
    with (
        pytest.raises(ExceptionGroup),
        diary.act(metrics, Entrance.PAGE, Cause(marks.new().reveal())),
    ):
        raise wrong()
    diary.stopping()
    diary.stopped()


@given(around=st.lists(st.tuples(NASTY, NASTY), min_size=5, max_size=5))
def test_no_line_of_the_diary_holds_what_came_from_outside(around: list[tuple[str, str]]) -> None:
    marks, metrics = Markers(around), Metrics()
    with everything_logged() as logged:
        everything_told(marks, metrics)
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert {each["event"] for each in lines} >= {each.value for each in Line}
    waiting = Waiting(timedelta(0), timedelta(0))
    assert not found(marks.made, [logged.getvalue(), metrics.text(waiting).decode()])


def test_all_lines_about_one_act_have_its_name() -> None:
    with everything_logged() as logged:
        for cause in ("one", "one", "another"):
            with diary.act(Metrics(), Entrance.SLACK, Cause(cause)):
                logging.getLogger("library").warning("within")
        diary.ready()
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    names = [each.get("act") for each in lines]
    assert names[:4] == [names[0]] * 4
    assert len({*names}) == 3
    assert names[-1] is None


def test_every_event_has_a_function_that_writes_it() -> None:
    source = inspect.getsource(diary)
    assert [each.name for each in Line if f"Line.{each.name}" not in source] == []


def test_what_the_library_says_of_the_line_to_slack_is_not_logged() -> None:
    with everything_logged() as logged:
        sockets_log().error("Failed to connect (error: url=wss://…/?ticket=secret)")
    assert logged.getvalue() == ""
