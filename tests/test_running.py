"""The process of ``report-post try``: it starts, answers, survives a kill, and ends when told."""

import signal
import socket
from pathlib import Path

import pytest

from tests.running_trial import COMMONEST, a_trial, a_visitor, done

SOON = 10
"""Seconds in which it must end when nothing is under way."""


async def test_it_is_ready_once_it_has_said_its_address(tmp_path: Path) -> None:
    with a_trial(tmp_path) as trial:
        assert trial.said == f"Report Post is running: http://127.0.0.1:{trial.port}"
        async with a_visitor(trial) as visitor:
            assert await visitor.get("/readyz") == (200, "ready\n")
            assert await visitor.get("/healthz") == (200, "alive\n")
            status, numbers = await visitor.get("/metrics")
            assert status == 200
            assert "report_post_store_answers 1.0" in numbers
            assert 'report_post_failures_total{job="tick"} 0.0' in numbers


async def test_a_stranger_who_found_the_port_is_refused(tmp_path: Path) -> None:
    with a_trial(tmp_path) as trial:
        async with a_visitor(trial) as visitor:
            for path in ("/staff", "/readyz", "/metrics"):
                status, _ = await visitor.get(path, Host="rebound.example")
                assert status == 421


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_within_seconds_when_told_to(tmp_path: Path, told: signal.Signals) -> None:
    with a_trial(tmp_path) as trial:
        # Somebody looks at the page: a stream that only the server can end.
        async with (
            a_visitor(trial) as visitor,
            visitor.session.get(f"{trial.address}/staff/news") as news,
        ):
            await news.content.readline()
            trial.process.send_signal(told)
            assert trial.process.wait(SOON) == 0
        assert trial.process.stdout is not None
        assert "has stopped" in trial.process.stdout.read()


async def test_a_report_that_was_received_survives_a_kill(tmp_path: Path) -> None:
    with a_trial(tmp_path) as trial:
        async with a_visitor(trial) as visitor:
            assert "2026-001" in await visitor.report("staff", *COMMONEST)
        trial.process.kill()
        trial.ends()
    checked = done("verify", "--data", str(tmp_path))
    assert (checked.returncode, checked.stderr) == (0, "")
    with a_trial(tmp_path) as trial:
        async with a_visitor(trial) as visitor:
            assert "2026-001" in await visitor.say("head", "case 2026-001")


async def test_moving_the_clock_sends_what_falls_due_and_is_kept(tmp_path: Path) -> None:
    with a_trial(tmp_path) as trial:
        async with a_visitor(trial) as visitor:
            await visitor.report("staff", *COMMONEST)
            await visitor.post("/head/clock", (("do", "next-friday-afternoon"),))
            page = await visitor.post("/head/clock", (("do", "next-school-morning"),))
            assert "08:15" in page
            _, governors = await visitor.get("/governors")
            assert "15:30" in governors
        trial.process.terminate()
        assert trial.ends() == 0
    with a_trial(tmp_path) as trial:
        async with a_visitor(trial) as visitor:
            _, page = await visitor.get("/head")
            assert "08:15" in page


@pytest.mark.parametrize("moment", ["2026-09-02T08:00", "2031-01-01T08:00"])
async def test_the_clock_is_not_moved_back_nor_past_the_calendar(
    tmp_path: Path, moment: str
) -> None:
    with a_trial(tmp_path) as trial:
        async with a_visitor(trial) as visitor:
            page = await visitor.post("/head/clock", (("do", "move"), ("moment", moment)))
            assert "only moves forward" in page or "calendar ends on" in page


def test_a_port_that_is_taken_is_passed_over(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with a_trial(tmp_path, "--port", str(port)) as trial:
            assert port < trial.port <= port + 50


def test_a_trial_that_finds_no_port_says_so(tmp_path: Path) -> None:
    last = 65535
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", last))
        taken.listen()
        refused = done("try", "--data", str(tmp_path), "--port", str(last))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert f"No port from {last} to {last}" in refused.stderr


def test_a_second_trial_on_the_same_data_is_told_where_the_first_is(tmp_path: Path) -> None:
    with a_trial(tmp_path) as trial:
        second = done("try", "--data", str(tmp_path))
        assert second.returncode == 2
        assert second.stdout == ""
        assert trial.address in second.stderr
