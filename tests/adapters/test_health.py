"""What the process says of itself to machines: alive, ready, and in numbers."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.http import health_routes
from adapters.metrics import STALE, CountedMessenger, Metrics, Waiting
from bot.app.messenger import DeliveryError
from bot.domain.ids import PersonId
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


async def answers(metrics: Metrics, path: str) -> tuple[int, str]:
    async def waiting() -> Waiting:
        return Waiting(timedelta(seconds=2), timedelta(minutes=3))

    app = web.Application()
    app.add_routes(health_routes(metrics, waiting))
    async with TestClient(TestServer(app)) as client, client.get(path) as answer:
        return answer.status, await answer.text()


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
    metrics.failed()
    status, text = await answers(metrics, "/metrics")
    assert status == 200
    for line in (
        "report_post_ticks_total 1.0",
        "report_post_failures_total 1.0",
        "report_post_deliveries_total 0.0",
        "report_post_hint_late_seconds 2.0",
        "report_post_queue_age_seconds 180.0",
    ):
        assert f"\n{line}\n" in text


async def test_deliveries_and_failures_are_counted() -> None:
    metrics, platform, told = Metrics(), Platform(), list[str]()
    counted = CountedMessenger(platform, metrics, lambda what, _: told.append(what))
    assert await counted.send(HEAD, RECEIPT, WORDS) == "ref"
    await counted.update("ref", RECEIPT, WORDS)
    platform.fails = DeliveryError(permanent=True)
    for attempt in (counted.send(HEAD, RECEIPT, WORDS), counted.update("ref", RECEIPT, WORDS)):
        with pytest.raises(DeliveryError) as refused:
            await attempt
        assert refused.value.permanent
    text = metrics.text(Waiting(timedelta(0), timedelta(0))).decode()
    assert "report_post_deliveries_total 1.0" in text
    assert "report_post_delivery_failures_total 2.0" in text
    assert told == []


async def test_an_unforeseen_error_is_reported_and_the_message_tried_again() -> None:
    told: list[tuple[str, Exception]] = []
    wrong = KeyError("Pat Example")
    counted = CountedMessenger(Platform(wrong), Metrics(), lambda *each: told.append(each))
    for attempt in (counted.send(HEAD, RECEIPT, WORDS), counted.update("ref", RECEIPT, WORDS)):
        with pytest.raises(DeliveryError) as refused:
            await attempt
        assert not refused.value.permanent
    assert told == [("delivery", wrong), ("delivery", wrong)]
