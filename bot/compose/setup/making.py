"""Makes ``school.toml`` of a school's answers, and says what is to be done next."""

from pathlib import Path

from bot.compose.setup.answers import Answers
from bot.compose.setup.kept import write_new
from bot.compose.setup.written import school_toml, secrets_of
from bot.config import settings_from


def make_settings(answers: Answers, path: Path, *, replace: bool) -> None:
    """Writes the file, which the bot has read and accepted before.

    Raises ``NotWritten`` or ``SettingsNotAccepted``; nothing is changed then.
    """
    text = school_toml(answers)
    settings_from(text, path, {})
    write_new(path, text, replace=replace)


def what_next(answers: Answers, path: Path) -> str:
    """What a school does after ``init``, in order."""
    steps = []
    if answers.calendar.guessed:
        steps.append(f"Check the dates in {path} that are marked as a guess.")
    missing = 7 - len(answers.contacts) - ("deputy" not in map(str, answers.holders))
    if missing:
        steps.append(f"Fill in whom to ring, in [contacts]: {missing} missing.")
    steps.append(
        "Set the secrets in the environment:\n   " + "\n   ".join(secrets_of(answers.platforms))
    )
    if not answers.backup_folder:
        steps.append("Name a folder for nightly backups, on another disk or computer, in [backup].")
    steps.append(f"See whether everything is ready: report-post doctor --config {path}")
    steps.append(f"Start it: report-post serve --config {path}")
    steps.append("In the governors' channel the head or the administrator types digest-here.")
    told = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))
    return f"{path} is written. Next:\n{told}"
