"""``report-post serve`` against a Slack at another address, as a process of its own."""

import os
import sys
from pathlib import Path

from adapters.slack.hosts import Hosts
from bot.compose.school_at_work import Address, Where, serve_school

if __name__ == "__main__":
    config, api = sys.argv[1:]
    here = frozenset({"127.0.0.1"})
    serve_school(
        Path(config),
        os.environ,
        Address("127.0.0.1", 0),
        lambda address: print(address, flush=True),  # noqa: T201 - what the test waits for
        Where(slack=Hosts(api, here, here)),
    )
