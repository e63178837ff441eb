"""A bare Bolt app as a process of its own: it acknowledges ``/report-post`` and opens a modal.

``default``: as Bolt's documentation has it, on the server that comes with it. ``fast``: with
``process_before_response``, and the modal opened by a lazy listener.
"""

import os
import sys
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

MODAL = {
    "type": "modal",
    "callback_id": "report",
    "title": {"type": "plain_text", "text": "Report a post"},
    "submit": {"type": "plain_text", "text": "Next"},
    "blocks": [
        {
            "type": "input",
            "block_id": "link",
            "label": {"type": "plain_text", "text": "Its link"},
            "element": {"type": "plain_text_input", "action_id": "link"},
        }
    ],
}


def _app(shape: str, api: str) -> AsyncApp:
    app = AsyncApp(
        client=AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=api),
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        process_before_response=shape == "fast",
    )

    async def opened(client: AsyncWebClient, body: dict[str, Any]) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    async def acknowledged(ack: Any) -> None:  # noqa: ANN401 - Bolt's
        await ack()

    async def both(ack: Any, client: AsyncWebClient, body: dict[str, Any]) -> None:  # noqa: ANN401
        await ack()
        await opened(client, body)

    if shape == "fast":
        app.command("/report-post")(ack=acknowledged, lazy=[opened])
    else:
        app.command("/report-post")(both)
    return app


if __name__ == "__main__":
    shape, port, api = sys.argv[1:]
    _app(shape, api).server(port=int(port), host="127.0.0.1").start()
