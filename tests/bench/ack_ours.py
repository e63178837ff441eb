"""``report-post serve`` as a process of its own, with the platforms at other addresses."""

import sys

import adapters.slack.hosts
import adapters.teams.endpoints
from tests.bench.ack_apart import Places


def main() -> None:
    """Runs the command line as it is; only where Slack and Microsoft are is another place."""
    places, *command = sys.argv[1:]
    found = Places.read(places)
    here = frozenset({"127.0.0.1"})
    adapters.slack.hosts.SLACK = adapters.slack.hosts.Hosts(found.slack, here, here)  # type: ignore[misc]
    adapters.teams.endpoints.MICROSOFT = adapters.teams.endpoints.Endpoints(  # type: ignore[misc]
        login=found.microsoft, metadata=f"{found.microsoft}/openid", loopback=True
    )
    # Only now: whoever asks for these places takes the ones above.
    from bot.__main__ import main as report_post  # noqa: PLC0415

    report_post(command)


if __name__ == "__main__":
    main()
