"""What the process says of itself to machines: alive, ready, and in numbers."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from psycopg.errors import DiskFull
from sqlalchemy.exc import OperationalError

from adapters import diary
from adapters.connection import AWAY, Connection
from adapters.counted import CountedMessenger
from adapters.http import health_routes
from adapters.metrics import STALE, Entrance, Metrics, Waiting
from adapters.readiness import Check, Readiness, WritableStore
from adapters.slack.refusals import SlackRefused
from adapters.teams.refusals import TeamsRefused
from adapters.turned_away import TELL_SECONDS, TurnedAway
from adapters.watched import WatchedDeliveries
from bot.app.intents import Claimed, Intent, LeaseToken, RowId, ToPerson
from bot.app.messenger import DeliveryError, NoAddress, OurFault
from bot.domain.ids import Cause, MessageKind, PersonId
from bot.screens.nodes import Message
from bot.screens.wording import Words
from tests.adapters.desk.samples import RECEIPT, WORDS

HEAD = PersonId("head")


@dataclass
class Seconds:
    """A clock that is set by hand."""

    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Platform:
    """A platform that takes messages, or fails in this way."""

    fails: Exception | None = None

    async def send(self, to: PersonId | None, message: Message, words: Words) -> str:
        del to, message, words
        if self.fails:
            raise self.fails
        return "ref"

    async def update(self, message_ref: str, message: Message, words: Words) -> None:
        del message_ref, message, words
        if self.fails:
            raise self.fails


SOON = Waiting(
    timedelta(seconds=2),
    timedelta(minutes=3),
    {MessageKind.URGENT_CASE: 2, MessageKind.ROUND_UP: 7, MessageKind.RECEIPT: 1},
    timedelta(hours=9),
)
Page = Callable[[str], Awaitable[tuple[int, str]]]


@asynccontextmanager
async def pages(
    metrics: Metrics,
    checks: Sequence[Check] = (),
    waiting: Callable[[], Awaitable[Waiting]] | None = None,
) -> AsyncIterator[Page]:
    async def soon() -> Waiting:
        return SOON

    app = web.Application()
    app.add_routes(health_routes(metrics, waiting or soon, checks, patience=0.05))
    async with TestClient(TestServer(app)) as client:

        async def page(path: str) -> tuple[int, str]:
            async with client.get(path) as answer:
                return answer.status, await answer.text()

        yield page


async def answers(metrics: Metrics, path: str, *checks: Check) -> tuple[int, str]:
    async with pages(metrics, checks) as page:
        return await page(path)


def ticked(seconds: Seconds | None = None) -> Metrics:
    metrics = Metrics(seconds or Seconds())
    metrics.ticked()
    return metrics


async def test_a_process_is_alive_as_long_as_it_answers() -> None:
    assert await answers(Metrics(), "/healthz") == (200, "alive\n")


async def test_a_process_is_ready_once_it_has_ticked_and_until_its_tick_is_stale() -> None:
    seconds = Seconds()
    metrics = Metrics(seconds)
    assert await answers(metrics, "/readyz") == (503, "not ready: it has only just started\n")
    metrics.ticked()
    seconds.at += STALE.total_seconds()
    assert await answers(metrics, "/readyz") == (200, "ready\n")
    seconds.at += 1
    assert await answers(metrics, "/readyz") == (
        503,
        "not ready: its last tick was 91 seconds ago\n",
    )


async def test_a_process_that_is_being_stopped_is_not_ready() -> None:
    metrics = Metrics()
    metrics.ticked()
    metrics.stopping = True
    assert await answers(metrics, "/readyz") == (503, "not ready: it is being stopped\n")


async def test_the_numbers_tell_how_far_it_is_behind() -> None:
    metrics = Metrics()
    metrics.ticked()
    metrics.failed("tick")
    metrics.failed("drawing a chart of Pat Example")
    status, text = await answers(metrics, "/metrics")
    assert status == 200
    for line in (
        "report_post_ticks_total 1.0",
        'report_post_failures_total{job="tick"} 1.0',
        'report_post_failures_total{job="other"} 1.0',
        'report_post_failures_total{job="nightly"} 0.0',
        "report_post_deliveries_total 0.0",
        "report_post_hint_late_seconds 2.0",
        "report_post_queue_age_seconds 180.0",
        'report_post_queue_length{urgency="now"} 2.0',
        'report_post_queue_length{urgency="soon"} 1.0',
        'report_post_queue_length{urgency="daily"} 7.0',
        "report_post_backup_age_seconds 32400.0",
        "report_post_arriving_seconds 0.0",
        "report_post_schools 1.0",
        "report_post_store_answers 1.0",
    ):
        assert f"\n{line}\n" in text
    assert "Pat" not in text


async def test_deliveries_and_failures_are_counted() -> None:
    metrics, platform, told = Metrics(), Platform(), list[str]()
    counted = CountedMessenger(platform, metrics, lambda what, _: told.append(what))
    assert await counted.send(HEAD, RECEIPT, WORDS) == "ref"
    await counted.update("ref", RECEIPT, WORDS)
    for error in (
        DeliveryError(permanent=True),
        DeliveryError(permanent=False),
        DeliveryError(permanent=False, wait_seconds=30),
    ):
        platform.fails = error
        for attempt in (counted.send(HEAD, RECEIPT, WORDS), counted.update("ref", RECEIPT, WORDS)):
            with pytest.raises(DeliveryError) as refused:
                await attempt
            assert refused.value.permanent is error.permanent
            assert not isinstance(refused.value, OurFault)
            assert refused.value.wait_seconds == error.wait_seconds
    text = metrics.text(SOON).decode()
    assert "report_post_deliveries_total 1.0" in text
    for why in ("refused", "unreachable", "asked-to-wait"):
        assert f'report_post_delivery_failures_total{{why="{why}"}} 2.0' in text
    assert told == []


async def test_a_pause_that_a_platform_asks_for_is_told_once_and_names_nobody() -> None:
    asking = Platform(DeliveryError(permanent=False, wait_seconds=30))
    counted = CountedMessenger(asking, Metrics(), lambda *_: None)
    with structlog.testing.capture_logs() as logs:
        for to in ("slack|U0HEAD", "slack|U0DSL", "teams|29:chair", "U0PAT"):
            with pytest.raises(DeliveryError):
                await counted.send(PersonId(to), RECEIPT, WORDS)
    told = [(each["event"], each["platform"], each["seconds"]) for each in logs]
    says = "platform asks to wait"
    assert told == [(says, "slack", 30), (says, "teams", 30), (says, "channel", 30)]


async def test_an_unforeseen_error_is_reported_and_the_message_tried_again() -> None:
    told: list[tuple[str, Exception]] = []
    wrong, metrics = KeyError("Pat Example"), Metrics()
    counted = CountedMessenger(Platform(wrong), metrics, lambda *each: told.append(each))
    for attempt in (counted.send(HEAD, RECEIPT, WORDS), counted.update("ref", RECEIPT, WORDS)):
        with pytest.raises(DeliveryError) as refused:
            await attempt
        assert not refused.value.permanent
        assert why_it_is_told(refused.value) == ["our-fault", "our-fault"]
    assert told == [("delivery", wrong), ("delivery", wrong)]
    assert 'delivery_failures_total{why="our-fault"} 2.0' in metrics.text(SOON).decode()


def why_it_is_told(error: DeliveryError) -> list[str]:
    """What the log says of a message that keeps failing so, and of one that is given up."""
    intent = Intent("k:pat", MessageKind.ROUND_UP, ToPerson(HEAD), datetime.now(UTC))
    claimed = Claimed(RowId(7), LeaseToken("t"), intent, 4, None, None)
    with structlog.testing.capture_logs() as logs:
        WatchedDeliveries(Metrics()).keeps_failing(claimed, error)
        WatchedDeliveries(Metrics()).gave_up(claimed, error)
    return [str(each["why"]) for each in logs]


async def test_a_check_that_fails_itself_counts_as_not_ready_and_takes_no_numbers() -> None:
    async def broken() -> str:
        raise OSError("the disk of Pat Example")

    readiness = Readiness(ticked := Metrics(), [broken])
    ticked.ticked()
    assert await readiness.why_not() == "a check of it failed (OSError)"
    assert "report_post_ready 0.0" in ticked.text(None).decode()


async def test_numbers_are_given_though_the_store_fails_or_is_silent() -> None:
    async def broken() -> Waiting:
        raise OSError("the disk of Pat Example")

    async def silent() -> Waiting:
        await asyncio.Event().wait()
        return SOON

    for waiting in (broken, silent):
        async with pages(ticked(), (), waiting) as page:
            for _ in range(2):
                status, text = await page("/metrics")
                assert status == 200
                assert "\nreport_post_queue_age_seconds NaN\n" in text
                assert "\nreport_post_store_answers 0.0\n" in text
                assert "\nreport_post_ticks_total 1.0\n" in text
                assert "Pat" not in text


async def test_the_numbers_come_back_with_the_store() -> None:
    failing = [OSError(), None]

    async def once_broken() -> Waiting:
        wrong = failing.pop(0)
        if wrong:
            raise wrong
        return SOON

    async with pages(ticked(), (), once_broken) as page:
        assert "store_answers 0.0" in (await page("/metrics"))[1]
        assert "store_answers 1.0" in (await page("/metrics"))[1]


async def test_a_process_whose_store_is_full_is_not_ready_until_it_can_write_again() -> None:
    wrong: list[Exception] = [OSError(28, "No space left for Pat Example")]
    seconds = Seconds()

    def write() -> bool:
        if wrong:
            raise wrong[0]
        return True

    store = WritableStore(write, seconds)
    async with pages(ticked(seconds), [store]) as page:
        not_ready = (503, "not ready: the database cannot be written to (OSError)\n")
        assert await page("/readyz") == not_ready
        wrong.clear()
        assert await page("/readyz") == not_ready  # the answer is good for some seconds
        seconds.at += 5
        assert await page("/readyz") == (200, "ready\n")
    store.close()


async def test_the_numbers_say_what_readyz_says_whoever_asked_before() -> None:
    wrong: list[Exception] = []
    seconds = Seconds()

    def write() -> bool:
        if wrong:
            raise wrong[0]
        return True

    store = WritableStore(write, seconds)
    metrics = Metrics(seconds)
    async with pages(metrics, [store]) as page:
        assert "\nreport_post_ready 0.0\n" in (await page("/metrics"))[1]
        metrics.ticked()
        assert "\nreport_post_ready 1.0\n" in (await page("/metrics"))[1]
        wrong.append(OSError(28, "No space left for Pat Example"))
        seconds.at += 5
        told = (await page("/metrics"))[1]
        assert "\nreport_post_ready 0.0\n" in told
        assert "\nreport_post_store_answers 1.0\n" in told
    store.close()


def test_a_database_that_is_full_and_one_that_is_locked_are_told_apart_by_its_own_word(
    tmp_path: Path,
) -> None:
    path = tmp_path / "data.db"
    with closing(sqlite3.connect(path)) as full, closing(sqlite3.connect(path)) as locked:
        full.execute("CREATE TABLE one (text)")
        full.execute("PRAGMA max_page_count = 2")
        with pytest.raises(sqlite3.OperationalError) as no_room:
            full.execute("INSERT INTO one VALUES (zeroblob(100000))")
        full.rollback()
        full.execute("BEGIN EXCLUSIVE")
        locked.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(sqlite3.OperationalError) as held:
            locked.execute("BEGIN IMMEDIATE")
    assert diary.code_of(no_room.value) == "SQLITE_FULL"
    # As SQLAlchemy raises it.
    assert diary.code_of(OperationalError("INSERT", {}, held.value)) == "SQLITE_BUSY"
    assert diary.code_of(OperationalError("INSERT", {}, DiskFull("Pat Example"))) == "DiskFull"
    assert diary.code_of(KeyError("Pat Example")) == ""


async def test_the_store_is_asked_once_for_many_who_ask_whether_it_is_ready() -> None:
    asked = list[None]()

    def write() -> bool:
        asked.append(None)
        return True

    store = WritableStore(write, Seconds())
    async with pages(ticked(), [store]) as page:
        for _ in range(20):
            assert await page("/readyz") == (200, "ready\n")
    assert len(asked) == 1
    store.close()


async def test_a_busy_writer_is_borne_for_a_while_and_then_told_of() -> None:
    seconds = Seconds()
    busy = False
    store = WritableStore(lambda: not busy, seconds)
    async with pages(ticked(seconds), [store]) as page:
        assert (await page("/readyz"))[0] == 200
        seconds.at += 30  # so seldom it may be asked
        busy = True
        assert (await page("/readyz"))[0] == 200
        seconds.at += 21
        says = "not ready: nothing could be written to the database for 21 seconds\n"
        assert await page("/readyz") == (503, says)
    store.close()


async def test_checks_are_made_together_and_the_first_that_complains_is_told() -> None:
    both = asyncio.Barrier(2)

    async def slow(why: str) -> str:
        async with asyncio.timeout(10):
            await both.wait()
        return why

    async with pages(ticked(), [partial(slow, "one"), partial(slow, "two")]) as page:
        assert await page("/readyz") == (503, "not ready: one\n")


async def test_a_store_that_never_answers_holds_nobody_up() -> None:
    seconds, answering = Seconds(), threading.Event()
    store = WritableStore(lambda: answering.wait(30), seconds, patience=0.01)
    async with pages(ticked(seconds), [store]) as page:
        for _ in range(3):
            assert (await page("/readyz"))[0] == 200
            seconds.at += 10
        assert (await page("/readyz"))[0] == 503
        answering.set()
        async with asyncio.timeout(10):
            while (await page("/readyz"))[0] != 200:
                seconds.at += 5
    store.close()


@dataclass
class Socket:
    """A line that is up or down."""

    up: bool = False

    async def __call__(self) -> bool:
        return self.up


async def test_a_process_is_not_ready_without_its_line_to_slack() -> None:
    seconds, line = Seconds(), Socket()
    slack = Connection(Entrance.SLACK, line, seconds)
    metrics = ticked(seconds)
    metrics.connections[Entrance.SLACK] = lambda: slack.is_up
    async with pages(metrics, [slack]) as page:
        assert await page("/readyz") == (503, "not ready: it has not connected to Slack yet\n")
        line.up = True
        assert (await page("/readyz"))[0] == 200
        assert 'report_post_connected{platform="slack"} 1.0' in (await page("/metrics"))[1]
        line.up = False
        assert (await page("/readyz"))[0] == 200  # Slack ends a line now and then
        assert 'report_post_connected{platform="slack"} 0.0' in (await page("/metrics"))[1]
        seconds.at += AWAY + 1
        says = "not ready: it has had no connection to Slack for 61 seconds\n"
        assert await page("/readyz") == (503, says)
        line.up = True
        assert (await page("/readyz"))[0] == 200


async def test_the_log_tells_when_readiness_and_the_line_change_and_only_then() -> None:
    seconds, line = Seconds(), Socket()
    slack = Connection(Entrance.SLACK, line, seconds)
    with structlog.testing.capture_logs() as logs:
        async with pages(ticked(seconds), [slack]) as page:
            for up in (False, False, True, True, False, False):
                line.up = up
                await page("/readyz")
                seconds.at += 7
            seconds.at += AWAY
            metrics_age = STALE.total_seconds()
            assert seconds.at < 1000 + metrics_age + 60
            await page("/readyz")
    told = [each["event"] for each in logs]
    assert told == ["not ready", "connected", "ready", "connection lost", "not ready"]
    assert logs[1]["away_seconds"] == 14.0


async def test_an_act_is_timed_and_told_by_a_name_that_says_nothing_of_it() -> None:
    metrics, cause = Metrics(), Cause("slack:press:U0PAT")
    with structlog.testing.capture_logs() as logs:
        with diary.act(metrics, Entrance.SLACK, cause):
            pass
        with pytest.raises(KeyError), diary.act(metrics, Entrance.TEAMS, cause):
            raise KeyError("Pat Example")
    assert [each["event"] for each in logs] == ["act answered", "act failed"]
    assert logs[1]["error"] == "KeyError"
    assert "PAT" not in str(logs).upper().replace("PATH", "")
    text = metrics.text(SOON).decode()
    assert 'report_post_act_seconds_count{entrance="slack"} 1.0' in text
    assert 'report_post_act_seconds_count{entrance="teams"}' not in text
    assert 'report_post_failures_total{job="answering"} 1.0' in text


def test_deliveries_are_told_by_their_row_and_how_late_they_are() -> None:
    metrics = Metrics()
    due = datetime(2026, 11, 23, 8, 15, tzinfo=UTC)
    intent = Intent("k:pat", MessageKind.ROUND_UP, ToPerson(HEAD), due)
    claimed = Claimed(RowId(7), LeaseToken("t"), intent, 4, None, None)
    watched = WatchedDeliveries(metrics)
    with structlog.testing.capture_logs() as logs:
        watched.sent(intent, due + timedelta(minutes=2))
        watched.keeps_failing(claimed, NoAddress())
        watched.gave_up(claimed, DeliveryError(permanent=True))
    assert logs == [
        {"event": event, "row": 7, "kind": "round-up", "attempts": 5, "log_level": level, **why}
        for event, level, why in (
            ("delivery keeps failing", "warning", {"why": "no-address"}),
            ("delivery given up", "error", {"why": "refused"}),
        )
    ]
    text = metrics.text(SOON).decode()
    assert 'report_post_delivery_late_seconds_bucket{le="60.0"} 0.0' in text
    assert 'report_post_delivery_late_seconds_bucket{le="300.0"} 1.0' in text
    assert "report_post_deliveries_given_up_total 1.0" in text


async def test_the_platforms_word_for_why_comes_with_a_message_that_keeps_failing() -> None:
    intent = Intent("k:pat", MessageKind.ROUND_UP, ToPerson(HEAD), datetime.now(UTC))
    claimed = Claimed(RowId(7), LeaseToken("t"), intent, 4, None, None)
    refused = SlackRefused("chat.postMessage", "token_revoked")
    error = refused.as_delivery_error()
    error.__cause__ = refused
    counted = CountedMessenger(Platform(error), Metrics(), lambda *_: None)
    with pytest.raises(DeliveryError) as failed:
        await counted.send(HEAD, RECEIPT, WORDS)
    with structlog.testing.capture_logs() as logs:
        WatchedDeliveries(Metrics()).keeps_failing(claimed, failed.value)
        WatchedDeliveries(Metrics()).gave_up(claimed, failed.value)
    assert [each["code"] for each in logs] == ["token_revoked"] * 2
    assert logs[0]["why"] == "unreachable"


def test_a_try_without_any_address_is_counted_as_such() -> None:
    metrics = Metrics()
    WatchedDeliveries(metrics).no_address()
    told = metrics.text(SOON).decode()
    assert 'report_post_delivery_failures_total{why="no-address"} 1.0' in told
    assert 'report_post_delivery_failures_total{why="unreachable"} 0.0' in told


def test_who_tries_the_door_is_counted_each_time_and_cannot_fill_the_log() -> None:
    metrics, seconds = Metrics(), Seconds()
    turned_away = TurnedAway(Entrance.SLACK, metrics, seconds)
    with structlog.testing.capture_logs() as logs:
        for _ in range(50):
            turned_away()
        seconds.at += TELL_SECONDS - 1
        turned_away()
        seconds.at += 1
        turned_away()
    told = [(each["event"], each["entrance"], each["requests"]) for each in logs]
    assert told == [
        ("requests turned away", "slack", 1),
        ("requests turned away", "slack", 51),
    ]
    text = metrics.text(SOON).decode()
    assert 'report_post_turned_away_total{entrance="slack"} 52.0' in text
    assert 'report_post_turned_away_total{entrance="teams"} 0.0' in text


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SlackRefused("auth.test", "token_revoked"), "token_revoked"),
        (SlackRefused("chat.postMessage", "unreachable"), "unreachable"),
        (SlackRefused("chat.postMessage", "wrong: Pat Example"), "unknown"),
        (TeamsRefused("token", 401, "invalid_client"), "invalid_client"),
        (TeamsRefused("send", 500, ""), "http-500"),
    ],
    ids=str,
)
def test_why_a_platform_refused_is_told_by_its_own_word(error: Exception, code: str) -> None:
    with structlog.testing.capture_logs() as logs:
        diary.job_failed("looking up who holds a role", error)
        diary.job_failed("tick", ExceptionGroup("Some of it failed.", [error]))
    assert logs[0]["code"] == code
    assert [each["code"] for each in logs[1]["causes"]] == [code]
    assert "Pat" not in str(logs)


def test_a_file_on_its_way_is_counted_until_it_is_here() -> None:
    seconds = Seconds()
    metrics = Metrics(seconds)
    with metrics.arriving():
        seconds.at += 40
        with metrics.arriving():
            assert "report_post_arriving_seconds 40.0" in metrics.text(SOON).decode()
    assert "report_post_arriving_seconds 0.0" in metrics.text(SOON).decode()


def test_what_the_writer_and_a_tick_took_is_counted() -> None:
    metrics = Metrics()
    metrics.wrote(0.2, 0.02)
    metrics.tick_took(0.3)
    text = metrics.text(None).decode()
    assert 'report_post_writer_wait_seconds_bucket{le="0.1"} 0.0' in text
    assert 'report_post_transaction_seconds_bucket{le="0.025"} 1.0' in text
    assert 'report_post_tick_seconds_bucket{le="0.5"} 1.0' in text
