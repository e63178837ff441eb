"""Whether the policy pack and the letters' templates can be used as they are."""

from collections.abc import Iterator

from bot.compose.doctor.findings import Area, AtHand, Finding, Level
from bot.compose.pack_check import check_in_full
from bot.domain.errors import PolicyNotAccepted
from bot.domain.policy import Policy
from bot.policies.parse import load_pack


def pack_of(at: AtHand) -> Policy | None:
    """The school's policy, if it can be read at all."""
    try:
        return load_pack(str(at.settings.policy)).policy
    except PolicyNotAccepted:
        return None


def policy_findings(at: AtHand) -> Iterator[Finding]:
    """What is wrong with the pack, in short; takes some seconds."""
    name = str(at.settings.policy)
    try:
        pack = check_in_full(name, at.settings.letter_templates)
    except PolicyNotAccepted as refused:
        number = len(refused.problems)
        counted = "1 mistake" if number == 1 else f"{number} mistakes"
        yield Finding(
            Area.POLICY,
            Level.FAILS,
            f"The policy pack cannot be used; it has {counted}. The first: {refused.problems[0]}",
            f"All of them: report-post policy check {_letters(at)}{name}",
        )
    else:
        title = pack.policy.title
        says = f"The policy pack, its screens and its letters are in order ({title})."
        yield Finding(Area.POLICY, Level.OK, says)


def _letters(at: AtHand) -> str:
    templates = at.settings.letter_templates
    return f"--letters {templates} " if templates else ""
