"""Bombs and disguises through the doors that take files: refused, or kept as what they are."""

import asyncio
import json
import os
import secrets
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import aiohttp
from aiohttp.test_utils import TestServer

from adapters.documents.letters import Letters
from adapters.teams.pictures import as_data_uri
from bot.app.case_file import read_case
from bot.app.letter_fields import LETTERS
from bot.compose.core_world import CoreWorld
from bot.domain.answers import Answers
from bot.domain.events import EvidenceAttached, LetterIssued
from bot.domain.ids import CaseId, OptionId, OutcomeId, QuestionId, StepId
from bot.domain.personal import Personal
from bot.domain.uploads import MOST_PIXELS
from bot.journeys import deeds
from bot.screens.press import FormRef, Press, Verb
from tests.adapters.desk.pretend_browser import PretendForm
from tests.adapters.slack.at_work import at_work as slack_at_work
from tests.adapters.teams.activities import pasted, uploaded
from tests.adapters.teams.at_work import at_work as teams_at_work
from tests.documents.files import word_with
from tests.faults.doors import a_school
from tests.faults.entrances import reported
from tests.faults.fault import Fault, Outcome, Scale
from tests.faults.hostile_files import LARGEST, NAMES, HostileFile, evidence, letters, templates
from tests.faults.hostile_page import desk_app
from tests.faults.hostile_values import MARK
from tests.faults.memory import spending
from tests.faults.recorded import findings
from tests.faults.watching import watching
from tests.markers import everything_logged, stored

_MEGABYTES: Final = 200.0
_SECONDS: Final = 5.0
_FORMS: Final = "multipart/form-data; boundary=between-the-parts"

Send = Callable[[HostileFile, str], Awaitable[object]]
"""Brings a file, called so, as an addition to the own report of ``staff``."""


class _Count:
    """What was tried, found, and wrong."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.most = 0.0

    async def spend(self, what: str, work: Awaitable[object]) -> object:
        """Does it, and looks how much memory and time it took."""
        with spending() as spent:
            done = await work
        self.counted["files"] += 1
        self.most = max(self.most, spent.megabytes)
        if spent.megabytes > _MEGABYTES:
            self.wrong.append(f"{what}: took {spent.megabytes:.0f} MB")
        if spent.seconds > _SECONDS:
            self.wrong.append(f"{what}: took {spent.seconds:.0f} s")
        return done

    def outcome(self, tried: str) -> Outcome:
        """All of it."""
        counted = {**self.counted, "megabytes at the most": round(self.most)}
        return Outcome(tried, counted, tuple(self.wrong[:20]))


# Evidence


def _evidence(scale: Scale) -> Outcome:
    count = _Count()
    files = list(evidence())
    full = scale is Scale.FULL
    some = [each for each in files if each.as_type][:1]
    named = [(name, files if full or not number else some) for number, name in enumerate(NAMES)]
    made = {"Slack": _to_slack, "Teams": _to_teams, "the page": _to_page}
    for where, opened in made.items():
        core = a_school()
        case = CaseId(reported(core))
        try:
            with everything_logged() as logged, watching() as seen:
                asyncio.run(_all_brought(opened, core, case, where, named, count))
            count.wrong += findings(core)
            count.counted["writes"] += len(seen.written)
            outside = list(seen.written_outside(Path(core.folder.name)))
            count.counted["writes outside the data folder"] += len(outside)
            count.wrong += [f"{where}: it wrote to {each}" for each in outside]
            every = [each.decode("latin-1") for each in stored(Path(core.folder.name))]
            marked = [each for each in (*every, logged.getvalue()) if MARK in each]
            count.counted["names kept"] += len(marked)
            count.wrong += [f"{where}: a file's name was kept or logged" for _ in marked]
        finally:
            core.close()
    return count.outcome(f"{count.counted['files']:,} hostile files as evidence, at 3 doors")


async def _all_brought(
    opened: Callable[[CoreWorld, CaseId, AsyncExitStack], Awaitable[Send]],
    core: CoreWorld,
    case: CaseId,
    where: str,
    named: Iterable[tuple[str, Sequence[HostileFile]]],
    count: _Count,
) -> None:
    async with AsyncExitStack() as stack:
        send = await opened(core, case, stack)
        for number, (name, files) in enumerate(named):
            for file in files:
                if where == "Teams" and number and file.as_type:
                    continue  # a report takes ten files, and Teams has no names to try
                before = _kept(core, case)
                await count.spend(f"{file.what} ({where})", send(file, name))
                new = [each for each in _kept(core, case) if each not in before]
                count.counted["kept as what they are"] += len(new)
                if not file.as_type and new:
                    count.wrong.append(f"{where}: {file.what}: was kept as {new[0].media_type}")
                if any(each.media_type != file.as_type for each in new):
                    count.wrong.append(f"{where}: {file.what}: was kept as another type")
        if not _kept(core, case):
            count.wrong.append(f"{where}: nothing at all was kept, so nothing was tried")


def _kept(core: CoreWorld, case: CaseId) -> list[EvidenceAttached]:
    return [each for each in _events(core, case) if isinstance(each, EvidenceAttached)]


def _events(core: CoreWorld, case: CaseId) -> list[object]:
    with core.school.store.reading() as reading:
        row = reading.case_row(case)
        return [each.event for each in read_case(core.school, reading, row).entries] if row else []


def _field(core: CoreWorld) -> str:
    files = core.policy.files
    if files is None:
        raise LookupError("files")
    return files.value


async def _to_slack(core: CoreWorld, case: CaseId, stack: AsyncExitStack) -> Send:
    at = await stack.enter_async_context(slack_at_work(core.school))
    block = f"files.{_field(core)}"
    ref = FormRef(Press(Verb.ADD, case)).encode()

    async def send(file: HostileFile, name: str) -> object:
        me = at.member("staff")
        named = {"id": at.slack.add_file(file.content), "name": name, "title": name}
        view = {
            "type": "modal",
            "id": f"V{secrets.token_hex(4)}",
            "callback_id": "form",
            "private_metadata": json.dumps([ref]),
            "blocks": [{"type": "input", "block_id": block}],
            "state": {"values": {block: {block: {"type": "file_input", "files": [named]}}}},
        }
        payload = {**me._interaction("view_submission"), "view": view}  # noqa: SLF001
        status, text = await me.line.send_payload(payload)
        await at.settled()
        at.no_failures()
        return status, text

    return send


async def _to_teams(core: CoreWorld, case: CaseId, stack: AsyncExitStack) -> Send:
    at = await stack.enter_async_context(teams_at_work(core.school))
    user = at.user("staff")
    data = {"did": "press", "press": Press(Verb.ADD, case).encode()}
    value = {"data": {"rp": data}, "context": {"theme": "default"}}
    await at.done(user.line.send(user.sender._invoke("task/fetch", value, replyToId="")))  # noqa: SLF001

    async def send(file: HostileFile, name: str) -> object:
        sent = [pasted(at.teams.add_file(file.content, pasted=True))]
        if len(file.what) % 2:
            sent = [uploaded(at.teams.add_file(file.content, pasted=False), name)]
        done = await at.done(user.say("", sent))
        at.no_failures()
        return done

    return send


async def _to_page(core: CoreWorld, case: CaseId, stack: AsyncExitStack) -> Send:
    app, messenger = desk_app(core)
    stack.callback(messenger.close)
    server = await stack.enter_async_context(TestServer(app))
    session = await stack.enter_async_context(aiohttp.ClientSession())
    page = _Page(session, f"http://127.0.0.1:{server.port}")
    named = f"files.{_field(core)}"
    ref = FormRef(Press(Verb.ADD, case)).encode()

    async def send(file: HostileFile, name: str) -> object:
        fields = [("do", "submit"), ("form", ref), ("asks", named)]
        return await page.post("staff", fields, named, name, file.content)

    return send


class _Page:
    """A browser that calls a file as it likes."""

    def __init__(self, session: aiohttp.ClientSession, origin: str) -> None:
        self._session = session
        self._origin = origin

    async def post(
        self,
        who: str,
        fields: Sequence[tuple[str, str]],
        named: str = "",
        name: str = "",
        content: bytes = b"",
    ) -> str:
        """What came back. ``named``: the field of a file; ``name``: what that is called."""
        lines: list[bytes] = []
        for key, value in (("mark", secrets.token_hex(16)), *fields):
            lines += _part(f'name="{key}"', value.encode())
        if named:
            lines += _part(f'name="{named}"; filename="{name}"', content)
        body = b"\r\n".join([*lines, b"--between-the-parts--", b""])
        headers = {"Origin": self._origin, "Content-Type": _FORMS}
        url = f"{self._origin}/{who}/act"
        async with self._session.post(url, data=body, headers=headers) as came:
            text = await came.text()
            if came.status not in (200, 400):
                raise AssertionError(f"the page answered with {came.status}")
            return text


def _part(disposition: str, value: bytes) -> list[bytes]:
    head = f"Content-Disposition: form-data; {disposition}".encode("utf-8", "surrogatepass")
    return [b"--between-the-parts", head, b"", value]


# Letters


def _letters(scale: Scale) -> Outcome:
    del scale
    count = _Count()
    core = a_school()
    try:
        with everything_logged() as logged:
            asyncio.run(_versions_brought(core, count))
        count.wrong += findings(core)
        count.wrong += ["a file's name was logged"] if MARK in logged.getvalue() else []
    finally:
        core.close()
    return count.outcome(f"{count.counted['files']} hostile files as an own version of a letter")


async def _versions_brought(core: CoreWorld, count: _Count) -> None:
    case = CaseId(reported(core))
    _open_the_letter(core, case)
    async with AsyncExitStack() as stack:
        app, messenger = desk_app(core)
        stack.callback(messenger.close)
        server = await stack.enter_async_context(TestServer(app))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        page = _Page(session, f"http://127.0.0.1:{server.port}")
        draft = Press(Verb.DRAFT_LETTER, case, "ask-host", 1)
        form = PretendForm(await page.post("head", [("do", f"press:{draft.encode()}")]))
        form.fill({"version": "own", "answer": "now"})
        held = [each for each in form.payload() if isinstance(each[1], str) and each[0] != "mark"]
        fields = [(name, str(value)) for name, value in held]
        file = next(f"files.{name}" for name, kind in form.asked.items() if kind == "files")
        for each in letters():
            post = page.post("head", fields, file, f"{MARK}.docx", each.content)
            await count.spend(each.what, post)
            if _is_issued(core, case):
                count.wrong.append(f"{each.what}: was taken as a letter")
                return
        await page.post("head", fields, file, "a.docx", word_with("Dear host"))
        if not _is_issued(core, case):
            count.wrong.append("what was no bomb was not taken as a letter")


def _open_the_letter(core: CoreWorld, case: CaseId) -> None:
    """Goes on until the host may be written to."""
    agreed: Answers = {
        QuestionId("fair_concern"): OptionId("no"),
        QuestionId("gravely_offensive"): OptionId("no"),
    }
    accepts = deeds.Answer(case, StepId("acknowledge"), OutcomeId("accepted"), agreed)
    for deed in (accepts, deeds.OpenFurtherAction(case, Personal("because"))):
        happened = core.do("head", deed)
        if happened.refused or happened.invalid:
            raise LookupError(happened.why)


def _is_issued(core: CoreWorld, case: CaseId) -> bool:
    return any(isinstance(each, LetterIssued) for each in _events(core, case))


# Templates


def _templates(scale: Scale) -> Outcome:
    count = _Count()
    full = scale is Scale.FULL
    hostile = list(templates())[:: 1 if full else 3]
    wanted = sorted(LETTERS)[: None if full else 1]
    with tempfile.TemporaryDirectory() as folder:
        home = Path.cwd()
        os.chdir(folder)
        try:
            for letter in wanted:
                for each in hostile:
                    asyncio.run(count.spend(each.what, _tried(Path(folder), letter, each, count)))
        finally:
            os.chdir(home)
        if (Path(folder) / "canary").exists():
            count.wrong.append("a template ran a program")
    return count.outcome(f"{len(hostile)} hostile templates for {len(wanted)} letters")


async def _tried(folder: Path, letter: str, hostile: HostileFile, count: _Count) -> None:
    path = folder / f"{letter}.docx"
    path.write_bytes(hostile.content)
    problems = Letters(folder, (letter,)).problems()
    path.unlink()
    count.counted["refused"] += bool(problems)
    if not problems:
        count.wrong.append(f"{hostile.what}: was taken as a template")


# Pictures that are drawn


async def _in_a_card(content: bytes) -> object:
    return as_data_uri(content, "image/png")


def _drawn(scale: Scale) -> Outcome:
    count = _Count()
    for what, make in LARGEST if scale is Scale.FULL else LARGEST[2:]:
        content = make()

        asyncio.run(count.spend(what, _in_a_card(content)))
    return count.outcome(f"pictures of up to {MOST_PIXELS // 1_000_000} million pixels, drawn")


FAULTS: Final = (
    Fault("upload bombs and polyglots as evidence", _evidence),
    Fault("upload bombs as a letter", _letters),
    Fault("templates that try to run code", _templates),
    Fault("the largest pictures, drawn", _drawn),
)
