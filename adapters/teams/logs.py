"""What Microsoft's libraries may log: nothing of what came in.

What goes wrong is reported by ourselves, by type and place.
"""

import logging
from typing import Final

_LIBRARIES: Final = ("botbuilder", "botframework", "msrest", "msal", "urllib3", "requests")


def quiet_libraries() -> None:
    """Silences them: the SDK's serialiser quotes what it cannot read."""
    for name in _LIBRARIES:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
