"""Files that came with a form: fetched from Slack, once each, before the form is answered."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from adapters.slack.client import SlackClient
from adapters.slack.host import Host
from adapters.slack.read import FromView
from adapters.slack.refusals import SlackRefused
from bot.app.inbound import Given, Upload
from bot.domain.uploads import MOST_BYTES
from bot.screens.press import Verb

TAKEN: Final = "taken:"
"""How the names of the notes begin; the draft and Slack's id of the file follow."""
_YES: Final = "yes"


@dataclass(frozen=True)
class Fetched:
    """A form's answers with its files, and the fields whose files did not all arrive."""

    answers: Mapping[str, Given]
    failed: tuple[str, ...]
    keys: tuple[str, ...]
    """Of the files, to be remembered once they are kept."""


class Attachments:
    """Fetches files. A report keeps what it got, so the same file is not taken twice from it.

    Which those are is noted durably: Slack sends a form's files again with each submission, perhaps
    to another process.
    """

    def __init__(
        self, client: SlackClient, host: Host, report: Callable[[str, Exception], None]
    ) -> None:
        self._client = client
        self._host = host
        self._report = report

    async def fetched(self, held: FromView) -> Fetched:
        """The answers with the files' bytes; one that is too large comes cut, and is refused."""
        answers: dict[str, Given] = dict(held.answers)
        failed: list[str] = []
        keys: list[str] = []
        taken = await self._taken(held)
        for name, files in held.files.items():
            wanted = [(each, _key(held, each)) for each in files]
            wanted = [(file, key) for file, key in wanted if key not in taken]
            came = await asyncio.gather(*(self._fetch(file) for file, _ in wanted))
            uploads = tuple(each for each in came if each is not None)
            if len(uploads) < len(wanted):
                failed.append(name)
            if uploads:
                answers[name] = uploads
            keys += [key for (_, key), each in zip(wanted, came, strict=True) if each is not None]
        return Fetched(answers, tuple(failed), tuple(keys))

    async def kept(self, keys: Sequence[str], held: FromView) -> None:
        """They are in the draft now. Other forms keep files only when they are accepted."""
        if held.form is not None and held.form.press.verb is Verb.REPORT:
            for key in keys:
                await self._host.keep(key, _YES, held.form.press.school)

    async def _taken(self, held: FromView) -> Collection[str]:
        if held.form is None or not any(held.files.values()):
            return ()
        return await self._host.kept(_key(held, ""), held.form.press.school)

    async def _fetch(self, file: str) -> Upload | None:
        try:
            return Upload(await self._client.fetch_file(file, MOST_BYTES))
        except SlackRefused as refused:
            self._report("fetching a file from Slack", refused)
            return None  # the person is told beside the field


def _key(held: FromView, file: str) -> str:
    return f"{TAKEN}{held.form.press.subject if held.form else ''}:{file}"
