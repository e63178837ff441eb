"""What is said of a file or folder that this account may not use: whose it is, and what to do."""

import os
from pathlib import Path


def why_not_permitted(path: Path) -> str:
    """The sentence for it; of what lies in a closed folder, the folder is named too."""
    closed, owner = _seen(path)
    whose = f"{closed} belongs to {_name(owner)}" if owner is not None else "It is another's"
    return (
        f"{path} may not be used by the account that this was started with, {_name(_ours())}: "
        f"{whose}. Start it as the account that runs the bot, or give that account the whole "
        "folder, as in: chown -R report-post: /srv/report-post (docs/at-night.md, Restore)."
    )


def _seen(path: Path) -> tuple[Path, int | None]:
    """The file, or else the innermost folder around it that can be looked at; and its owner."""
    for each in (path, *path.parents):
        try:
            return each, each.stat().st_uid if os.name == "posix" else None
        except OSError:
            continue
    return path, None


def _ours() -> int | None:
    return os.geteuid() if os.name == "posix" else None


def _name(account: int | None) -> str:
    if account is None:
        return "this one"
    import pwd  # noqa: PLC0415 - only where there are such accounts

    try:
        return pwd.getpwuid(account).pw_name
    except KeyError:  # of another computer, as on a disk that was moved
        return f"number {account}"
