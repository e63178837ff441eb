"""Sends everybody who holds a role a message that says it is a test."""

from collections.abc import Mapping, Sequence

from bot.app.messenger import DeliveryError
from bot.compose.doctor.findings import Area, AtHand, Finding, Level, listed
from bot.compose.doctor.reaching import Account, PlatformLook
from bot.domain.ids import Role
from bot.domain.policy import Policy
from bot.policies.bundled import load_guidance, load_platforms
from bot.policies.labels import PackLabels
from bot.screens.facts import plain
from bot.screens.nodes import Message, Paragraph
from bot.screens.of_school import message_of
from bot.screens.say import Say
from bot.screens.wording import Words


def trial_message(roles: tuple[Role, ...]) -> Message:
    """What the message says: that it is a test, and why this person gets it."""
    title = plain(Say.TRIAL_MESSAGE)
    why = plain(Say.TRIAL_MESSAGE_WHY, roles=roles)
    return Message(None, (Paragraph(title), Paragraph(why)), title)


async def send_trial_messages(
    at: AtHand, policy: Policy, looks: Sequence[PlatformLook], last: Mapping[str, str]
) -> list[Finding]:
    """Sends each person one message, where they are reached; ``last`` says where they acted."""
    labels = PackLabels(policy, load_guidance(), load_platforms())
    names = {at.settings.id: at.settings.name}
    words = Words((labels,), at.settings.contacts, at.settings.zone, schools=names)
    sent, findings = 0, list[Finding]()
    for email, roles in _roles_of(at).items():
        there = _where(email, looks, last.get(email))
        if there is None:
            continue
        look, account = there
        try:
            if look.messenger is not None:
                message = _named(at, trial_message(tuple(roles)))
                await look.messenger.send(account.address, message, words)
            sent += 1
        except DeliveryError:
            findings.append(_not_taken(look, roles))
    return [*findings, _in_all(sent)]


def _named(at: AtHand, message: Message) -> Message:
    """Who holds roles in several schools gets one of each."""
    return message_of(message, at.settings.id) if at.several else message


def _in_all(sent: int) -> Finding:
    if not sent:
        mend = "See under People why nobody can be reached."
        return Finding(Area.TEST, Level.FAILS, "No test message was sent.", mend)
    people = "1 person" if sent == 1 else f"{sent} people"
    says = f"A test message went to {people}. Ask whether it arrived."
    return Finding(Area.TEST, Level.OK, says)


def _roles_of(at: AtHand) -> Mapping[str, list[Role]]:
    found: dict[str, list[Role]] = {}
    for role, people in at.settings.holders.items():
        for each in people:
            found.setdefault(each.email, []).append(role)
    return found


def _where(
    email: str, looks: Sequence[PlatformLook], last: str | None
) -> tuple[PlatformLook, Account] | None:
    for look in sorted(looks, key=lambda each: each.id != last):
        account = look.accounts.get(email)
        if account is not None and look.messenger is not None:
            return look, account
    return None


def _not_taken(look: PlatformLook, roles: Sequence[Role]) -> Finding:
    return Finding(
        Area.TEST,
        Level.FAILS,
        f"{look.name} did not take the message to somebody in the role: "
        f"{listed([each.value for each in roles])}.",
        look.mend,
    )
