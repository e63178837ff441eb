"""Where the commands look for a trial's data if they are not told."""

import os
from pathlib import Path

from bot.compose.schools import data_folder_of
from bot.compose.trial_folder import FolderNotUsable


def trial_folder(given: Path | None) -> Path:
    """The folder that was given, or the usual one. Raises ``FolderNotUsable``."""
    try:
        return (given.expanduser() if given else data_folder_of(os.environ)).absolute()
    except RuntimeError as error:  # this account has no home
        message = "There is no home folder to keep the data in. Name one: --data FOLDER"
        raise FolderNotUsable(message) from error
