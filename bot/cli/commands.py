"""Which commands there are. Each is loaded when it is asked for: the others take longer than it."""

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import typer
from typer.core import TyperGroup
from typer.main import get_command

if TYPE_CHECKING:
    from typer._click import Command


class _Where(NamedTuple):
    """The module of a command, what it is called there, and the line that a list says of it."""

    module: str
    name: str
    says: str


_COMMANDS: Final = {
    "try": _Where("trial", "try_", "Try it with a sample school."),
    "init": _Where("init", "init", "Write a school's settings, by asking."),
    "doctor": _Where("doctor", "doctor", "Look whether everything is ready."),
    "serve": _Where("serving", "serve", "Run it for a school."),
    "teams-package": _Where("teams", "teams_package", "Make the app for Microsoft Teams."),
    "policy": _Where("packs", "commands", "Check, print or make a policy pack."),
    "letters": _Where("letters", "letters", "Copy the letters, to change them."),
    "journey": _Where("stories", "journey", "Play stories through a policy."),
    "digest": _Where("digest", "digest", "Write the termly report for governors."),
    "privacy-pack": _Where("privacy", "privacy_pack", "Write drafts for data protection."),
    "verify": _Where("record", "verify", "Check that the record was not altered."),
    "retention": _Where("retention", "retention", "Show or do what the rules say of old cases."),
    "subject-access": _Where(
        "subject_access", "subject_access", "Collect what is held on a person."
    ),
    "backup": _Where("backup", "backup", "Take a sealed copy of the record."),
    "restore": _Where("backup", "restore", "Make a record of a backup again."),
    "rotate-key": _Where("keys", "rotate_key", "Change the master key."),
}
"""In the order in which they are listed."""


class _LoadedWhenAsked(MutableMapping[str, "Command"]):
    """The commands by name."""

    def __init__(self) -> None:
        self._made: dict[str, Command] = {}

    def __getitem__(self, name: str) -> "Command":
        if name not in self._made:
            self._made[name] = _made(name, _COMMANDS[name])
        return self._made[name]

    def __setitem__(self, name: str, command: "Command") -> None:
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        del self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_COMMANDS)

    def __len__(self) -> int:
        return len(_COMMANDS)


class Commands(TyperGroup):
    """The group of all commands."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - Typer's
        super().__init__(**given)
        self.commands = _LoadedWhenAsked()


def _made(name: str, where: _Where) -> "Command":
    found = getattr(import_module(f"bot.cli.{where.module}"), where.name)
    if isinstance(found, typer.Typer):
        found.info.name, found.info.short_help = name, where.says
        return get_command(found)
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    alone.command(name, short_help=where.says)(found)
    return get_command(alone)
