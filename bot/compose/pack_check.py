"""Checks a policy pack in full: its rules, the cases it makes possible, screens and letters."""

from pathlib import Path

from adapters.documents.letters import Letters
from bot.compose.pack_fits import problems_of_screens
from bot.domain.errors import PolicyNotAccepted
from bot.policies.check_pack import check_pack
from bot.policies.parse import Pack


def check_in_full(name_or_path: str, letters: Path | None = None) -> Pack:
    """The pack, if nothing is wrong with it; takes some seconds.

    ``letters`` is the folder of the templates that a school changed, if it did. Raises
    ``PolicyNotAccepted`` with every problem.
    """
    pack = check_pack(name_or_path)
    steps = pack.policy.steps
    wanted = [rule.letter.id.value for rule in steps if rule.letter]
    problems = (
        *problems_of_screens(pack, name_or_path),
        *map(str, Letters(letters, wanted).problems()),
    )
    if problems:
        raise PolicyNotAccepted(problems)
    return pack
