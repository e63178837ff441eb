"""Activities in the shapes that Teams sends them in.

Sources, all of learn.microsoft.com/microsoftteams/platform: Messages in bot conversations; Card
actions; Use dialogs with bots; Create and send dialogs; Respond to the dialog submit action;
Conversation events; Send and receive files using bot; and, for Action.Execute,
learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .stand_in import BOT, TENANT

Json = dict[str, Any]

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
COMMAND = "report-this-post"
TEAM = "19:zFLSDFWsesfzcmKArqKJ65aOXJz@thread.tacv2"
BOT_NAME = "Report Post"

_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Sender:
    """Whoever does something: an account, and their chat with the bot."""

    user: str
    chat: str
    service_url: str
    tenant: str = TENANT
    name: str = "Ada Grant"
    more: Mapping[str, Any] = field(default_factory=dict)
    """Put over what is sent, to send something wrong."""

    def _made(self, kind: str, where: Json, data: Json, **parts: Any) -> Json:  # noqa: ANN401
        """An activity; an ``invoke`` and an event have ids of another form."""
        number = next(_NUMBERS)
        named = f"{1780000000000 + number}" if kind == "message" else f"f:b1f0-{number:012}"
        return {
            "type": kind,
            "id": named,
            "timestamp": "2026-11-23T09:05:00.437Z",
            "localTimestamp": "2026-11-23T09:05:00.437Z",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": self.user, "name": self.name, "aadObjectId": f"aad-{self.user}"},
            "conversation": {**where, "tenantId": self.tenant},
            "recipient": {"id": BOT, "name": BOT_NAME},
            "channelData": {"tenant": {"id": self.tenant}, **data},
            "locale": "en-GB",
            **parts,
            **self.more,
        }

    def _here(self) -> Json:
        return {"conversationType": "personal", "id": self.chat}

    # Messages

    def message(self, text: str, attachments: Sequence[Json] = ()) -> Json:
        """Written in the chat with the bot; Teams adds the same as HTML."""
        html = [{"contentType": "text/html", "content": f"<p>{text}</p>"}] if text else []
        return self._made(
            "message",
            self._here(),
            {},
            textFormat="plain",
            text=text,
            attachments=[*attachments, *html],
            entities=[_client()],
        )

    def edited(self, text: str, message: str) -> Json:
        """A message that was written before says something else now."""
        data = {"eventType": "editMessage"}
        return self._made("messageUpdate", self._here(), data, id=message, text=text)

    def message_in_channel(self, text: str, channel: str, thread: str = "1481567603816") -> Json:
        """Written in a channel of a team, where the bot hears only what names it."""
        at = f"<at>{BOT_NAME}</at>"
        return self._made(
            "message",
            _in_channel(channel, thread),
            {"channel": {"id": channel}, "team": {"id": TEAM}, "teamsChannelId": channel},
            textFormat="plain",
            text=f"{at}&nbsp;{text}\n",
            attachments=[{"contentType": "text/html", "content": f"<div>{at}&nbsp;{text}</div>"}],
            entities=[
                {"type": "mention", "mentioned": {"id": BOT, "name": BOT_NAME}, "text": at},
                _client(),
            ],
        )

    # Buttons

    def submitted_in_chat(self, data: Json, card: str) -> Json:
        """``Action.Submit`` of a card in the chat: a message without a text."""
        return self._made(
            "message",
            self._here(),
            {"source": {"name": "message"}, "legacy": {"replyToId": "1:19uJ8TZA1cZcms7"}},
            value=data,
            replyToId=card,
            entities=[_client()],
        )

    def executed(self, action: Json, data: Json, card: str) -> Json:
        """``Action.Execute``; the card's inputs stand in the action's data."""
        keys = ("type", "id", "title", "verb")
        told = {key: action[key] for key in keys if key in action} | {"data": data}
        return self._invoke(
            "adaptiveCard/action", {"action": told, "trigger": "manual"}, replyToId=card
        )

    def dialog_opened(self, data: Json, card: str) -> Json:
        """``Action.Submit`` with ``task/fetch``: a dialog is to be opened."""
        value = {"data": data, "context": {"theme": "default"}}
        return self._invoke("task/fetch", value, replyToId=card)

    def dialog_submitted(self, data: Json) -> Json:
        """``Action.Submit`` of a card in a dialog that was opened so."""
        value = {"data": data, "context": {"theme": "default"}}
        return self._invoke("task/submit", value)

    # The message extension

    def forwarded(self, message: Json | None, chat: Json | None = None) -> Json:
        """*Report this post* on a message, or (``None``) from the box where one is written."""
        value: Json = {
            "commandId": COMMAND,
            "commandContext": "message" if message else "compose",
            "requestId": "7f7d22efe5414818becebcec649a7912",
            "context": {"theme": "default"},
        }
        if message:
            value["messagePayload"] = message
        return self._invoke("composeExtension/fetchTask", value, where=chat or group_chat())

    def forward_submitted(self, data: Json, chat: Json | None = None) -> Json:
        """``Action.Submit`` of a card in the dialog of a message extension."""
        value = {
            "commandId": COMMAND,
            "commandContext": "message",
            "requestId": "7f7d22efe5414818becebcec649a7912",
            "context": {"theme": "default"},
            "data": data,
        }
        return self._invoke("composeExtension/submitAction", value, where=chat or group_chat())

    def consented(self, card: str, context: Json, upload: Json | None) -> Json:
        """The answer to a card that asks for consent to a file; ``None`` declines."""
        value: Json = {"type": "fileUpload", "context": context}
        value["action"] = "decline" if upload is None else "accept"
        if upload is not None:
            value["uploadInfo"] = upload
        return self._invoke("fileConsent/invoke", value, replyToId=card)

    # The app comes and goes

    def installed(self, action: str = "add") -> Json:
        """The app was installed for the person, or removed."""
        data = {"source": {"name": "message"}}
        return self._made("installationUpdate", self._here(), data, action=action)

    def installed_in_team(self, channel: str, action: str = "add") -> Json:
        """The app was installed in a team, for one of its channels."""
        data = {
            "settings": {"selectedChannel": {"id": channel}},
            "channel": {"id": channel},
            "team": {"aadGroupId": "da849743-4259-475f-ae7a-4f4b0fb49943", "id": TEAM},
        }
        return self._made("installationUpdate", _in_channel(channel, ""), data, action=action)

    def added(self) -> Json:
        """The bot became a member of the chat; it comes along with ``installed``."""
        members = [{"id": BOT}, {"id": self.user, "aadObjectId": f"aad-{self.user}"}]
        return self._made("conversationUpdate", self._here(), {}, membersAdded=members)

    def _invoke(self, name: str, value: Json, *, where: Json | None = None, **parts: Any) -> Json:  # noqa: ANN401
        data = {"source": {"name": "message"}}
        return self._made("invoke", where or self._here(), data, name=name, value=value, **parts)


def group_chat(chat: str = "19:d77be72390a1416e9644261e9064fa00@thread.v2") -> Json:
    """A chat of several people where the bot is not."""
    return {"isGroup": True, "conversationType": "groupChat", "id": chat}


def chat_of_two() -> Json:
    """A chat between two people: personal as well, and not the bot's."""
    return {"conversationType": "personal", "id": "19:03bcf1de_56ecd439@unq.gbl.spaces"}


def pasted(url: str) -> Json:
    """A picture that was pasted into a message."""
    return {"contentType": "image/*", "contentUrl": url}


def uploaded(url: str, name: str = "screenshot.png") -> Json:
    """A file that was added to a message; it lies in the sender's OneDrive."""
    content = {"downloadUrl": url, "uniqueId": "1150D938-8870-4044", "fileType": "png"}
    return {
        "contentType": "application/vnd.microsoft.teams.file.download.info",
        "contentUrl": "https://school.sharepoint.com/personal/ada/Documents/screenshot.png",
        "name": name,
        "content": content,
    }


def a_message(html: str, attachments: Sequence[Json] = ()) -> Json:
    """The message that an extension is called on."""
    return {
        "linkToMessage": "https://teams.microsoft.com/l/message/19:d77@thread.v2/1611060744833",
        "id": "1611060744833",
        "replyToId": None,
        "createdDateTime": "2026-11-23T08:52:24.833Z",
        "lastModifiedDateTime": None,
        "deleted": False,
        "summary": None,
        "importance": "normal",
        "locale": "en-gb",
        "body": {"contentType": "html", "content": html},
        "from": {
            "device": None,
            "conversation": None,
            "user": {
                "userIdentityType": "aadUser",
                "id": "b130c271-d2eb-45f9-83ab-9eb3fe3788bc",
                "displayName": "Olo Brockhouse",
            },
            "application": None,
        },
        "reactions": [],
        "mentions": [],
        "attachments": list(attachments),
    }


def _in_channel(channel: str, thread: str) -> Json:
    named = f"{channel};messageid={thread}" if thread else channel
    return {"isGroup": True, "conversationType": "channel", "id": named}


def _client() -> Json:
    return {
        "type": "clientInfo",
        "locale": "en-GB",
        "country": "GB",
        "platform": "Windows",
        "timezone": "Europe/London",
    }
