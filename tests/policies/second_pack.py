"""Another school's pack, as unlike Derwent Vale's as the program allows."""

from functools import cache
from pathlib import Path

from bot.domain.policy import Policy
from bot.policies.parse import load_pack

HARBOUR = Path(__file__).parent / "harbour_academy.toml"


@cache
def harbour_academy() -> Policy:
    """The policy of ``harbour_academy.toml``."""
    return load_pack(str(HARBOUR)).policy
