"""Makes ``school.toml`` of a school's answers, and says what is to be done next."""

from pathlib import Path

from bot.compose.setup.answers import Answers
from bot.compose.setup.kept import write_new
from bot.compose.setup.written import school_toml, secrets_of
from bot.config import schools_beside, settings_from


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
    steps += _to_start(path)
    steps.append("In the governors' channel the head or the administrator types digest-here.")
    told = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))
    return f"{path} is written. Next:\n{told}"


def _to_start(path: Path) -> list[str]:
    """How it is looked at and started: by its folder, where other schools lie beside it."""
    folder = path.parent
    several = bool(schools_beside(path))
    whole = folder if several else path
    look = f"See whether everything is ready: report-post doctor --config {whole}"
    start = f"Start it: report-post serve --config {whole}"
    if not several:
        more = "Several schools are started together, by their folder: docs/several-schools.md"
        return [look, f"{start}\n   {more}"]
    staff = f"Other schools lie in {folder}: say in [staff] of each file who belongs to which."
    return [staff, look, f"{start}\n   One process serves all schools of the folder."]
