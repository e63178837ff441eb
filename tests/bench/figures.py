"""The figures of ``make bench``: which there are, where each is measured, what is to be reached."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Reach:
    """What a figure is to be; one of the two."""

    at_most: float | None = None
    at_least: float | None = None

    def holds(self, value: float) -> bool:
        """Whether the value reaches it."""
        if self.at_most is not None:
            return value <= self.at_most
        return self.at_least is None or value >= self.at_least

    def __str__(self) -> str:
        return f"≤ {self.at_most:g}" if self.at_most is not None else f"≥ {self.at_least:g}"


MODULES: Mapping[str, Mapping[str, Reach | None]] = {
    "slack": {
        "slack_ack_vs_bolt_default": Reach(at_most=0.35),
        "slack_ack_vs_bolt_fast_p50": Reach(at_most=1.5),
        "slack_ack_vs_bolt_fast_p99_at_16": Reach(at_most=2),
    },
    "teams": {"teams_ack_vs_bare": Reach(at_most=2.5)},
    "start": {"ready_vs_bolt": Reach(at_most=3), "memory_vs_bolt": Reach(at_most=2.5)},
    "filing": {"report_vs_commit": Reach(at_most=10)},
    "growth": {
        "tick_1m_vs_1k": Reach(at_most=1.3),
        "digest_1m_vs_1k": Reach(at_most=1.3),
        "home_1m_vs_1k": Reach(at_most=1.3),
        "same_post_1m_vs_1k": Reach(at_most=1.3),
    },
    "writers": {"writers_16": Reach(at_least=0.1), "writers_16_errors": Reach(at_most=0)},
    "jobs": {
        "jobs_vs_apscheduler_time": Reach(at_most=0.2),
        "jobs_vs_apscheduler_memory": Reach(at_most=0.5),
    },
    "delivering": {"deliver_vs_sdk": Reach(at_least=0.7)},
    "replicas": {
        "replicas_2_vs_1": Reach(at_least=1.6),
        "replicas_repeats": Reach(at_most=0),
        "replicas_losses": Reach(at_most=0),
    },
    "monday": {
        "monday_0815_minutes_for_10000_schools": None,
        "monday_longest_wait_of_an_urgent_alert_seconds": Reach(at_most=10),
    },
}
"""By module of this folder, in the order they are printed; of ``None`` nothing is asked."""
