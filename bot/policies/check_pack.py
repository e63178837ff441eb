"""Checks a pack in full: what can be read off its text, then the cases that it makes possible."""

from bot.domain.errors import PolicyNotAccepted
from bot.policies.explore import explore
from bot.policies.parse import Pack, load_pack


def check_pack(name_or_path: str) -> Pack:
    """The pack, if nothing is wrong with it; takes a few seconds.

    Raises ``PolicyNotAccepted`` with every problem.
    """
    pack = load_pack(name_or_path)
    problems = explore(pack.policy, pack.place).problems
    if problems:
        raise PolicyNotAccepted(problems)
    return pack
