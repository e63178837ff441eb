"""What Slack's libraries may log: nothing of what came in.

Bolt would write the whole request of a forged or unknown one into its log; what goes wrong is
reported by ourselves, by type and place.
"""

import logging
from typing import Final

_SILENT: Final = logging.CRITICAL + 1


def bolts_log() -> logging.Logger:
    """Bolt's own log, which quotes requests and errors: silent."""
    return _log("report_post.slack.bolt", _SILENT)


def sockets_log() -> logging.Logger:
    """Socket Mode's own log: silent too, since it quotes the address with a ticket to connect."""
    return _log("report_post.slack.socket", _SILENT)


def _log(name: str, level: int) -> logging.Logger:
    log = logging.getLogger(name)
    log.setLevel(level)
    return log
