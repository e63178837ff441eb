"""What the governors get, and whether it has somewhere to go."""

from collections.abc import Iterator, Mapping

from bot.compose.doctor.findings import Area, AtHand, Finding, Level
from bot.domain.ids import Role

_HERE = "In the governors' channel the head or the administrator types digest-here."


def detail_finding(at: AtHand) -> Finding:
    """What the chosen figures can give away."""
    if at.settings.digest_detail == "totals":
        return Finding(
            Area.GOVERNORS,
            Level.NOTE,
            "The digest shows plain weekly numbers: who has heard of a post can tell that it "
            "became a case, and when it was closed.",
            'To hide small numbers: detail = "suppressed" in [digest].',
        )
    return Finding(Area.GOVERNORS, Level.OK, "The digest hides small numbers.")


def panel_findings(at: AtHand) -> Iterator[Finding]:
    """Whether somebody is left for a case about the head, and for a complaints panel."""
    holders = at.settings.holders
    chairs = {each.email for each in holders[Role.CHAIR]}
    heads = {each.email for each in holders[Role.HEAD]}
    if chairs <= heads:
        yield Finding(
            Area.GOVERNORS,
            Level.FAILS,
            "Every chair of governors is the head too: a case about the head would have nobody.",
            "Name a chair or vice-chair who is somebody else in roles.chair.",
        )
    elif len(chairs) == 1:
        yield Finding(
            Area.GOVERNORS,
            Level.NOTE,
            "There is one chair: a case about the head and the chair would wait for somebody.",
            "Name a vice-chair as the second in roles.chair.",
        )
    if at.settings.governors is None:
        yield Finding(
            Area.GOVERNORS,
            Level.NOTE,
            "How many governors there are is not known, so that nobody warns you before too few "
            "are left for a complaints panel.",
            "Add governors = 9, or how many there are, to [school].",
        )


def channel_finding(channel: str | None, on: Mapping[str, str], *, begun: bool) -> Finding | None:
    """Whether the digest has a channel on a platform that is on; ``None`` if it is to be asked.

    ``on`` has the platforms that are on, by id, with their names; ``begun``: the bot has worked.
    """
    platform, _, name = (channel or "").partition(":")
    if not name:
        level = Level.FAILS if begun else Level.WARNING
        return Finding(Area.GOVERNORS, level, "The digest has no channel yet.", _HERE)
    if platform not in on:
        return Finding(
            Area.GOVERNORS,
            Level.FAILS,
            f"The digest's channel is in {platform.capitalize()}, whose secrets are not set here.",
            f"Set them, or: {_HERE[0].lower()}{_HERE[1:]}",
        )
    return None
