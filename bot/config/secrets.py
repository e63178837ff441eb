"""Which platforms the bot works on: decided by the secrets in the environment, never in a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.config.problems import Problems

SLACK_BOT_TOKEN: Final = "SLACK_BOT_TOKEN"  # noqa: S105 - the name of a variable
SLACK_SIGNING_SECRET: Final = "SLACK_SIGNING_SECRET"  # noqa: S105 - the name of a variable
SLACK_APP_TOKEN: Final = "SLACK_APP_TOKEN"  # noqa: S105 - the name of a variable

_PAGES: Final = "See your app's pages at api.slack.com/apps"


@dataclass(frozen=True)
class SlackSecrets:
    """What the bot needs in a workspace. Its repr shows none of it.

    With ``app_token`` it connects to Slack by itself (Socket Mode); with ``signing_secret`` Slack
    connects to it (HTTP), and the secret proves that it is Slack. One of the two is there.
    """

    bot_token: str = field(repr=False)
    app_token: str = field(repr=False, default="")
    signing_secret: str = field(repr=False, default="")


def slack_secrets(environment: Mapping[str, str]) -> SlackSecrets | None:
    """Slack's secrets; ``None`` if there is none of them.

    Raises ``SettingsNotAccepted`` if one is missing or in the wrong place; no message repeats any.
    """
    bot, app, signing = (
        environment.get(name, "").strip()
        for name in (SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET)
    )
    if not (bot or app or signing):
        return None
    problems = Problems("environment")
    if not bot.startswith("xoxb-"):
        wrong = "is missing." if not bot else "is not a bot token, which begins with xoxb-."
        mend = f"{_PAGES}, OAuth & Permissions, Bot User OAuth Token."
        problems.add(SLACK_BOT_TOKEN, wrong, mend)
    if app and not app.startswith("xapp-"):
        wrong = "is not an app-level token, which begins with xapp-."
        mend = f"{_PAGES}, Basic Information, App-Level Tokens; it needs connections:write."
        problems.add(SLACK_APP_TOKEN, wrong, mend)
    if not (app or signing):
        mend = f"{_PAGES}, Basic Information. With the first the bot needs no address of its own."
        problems.add(f"{SLACK_APP_TOKEN} or {SLACK_SIGNING_SECRET}", "is missing.", mend)
    if len(problems):
        raise problems.as_error()
    return SlackSecrets(bot, app, signing)
