"""The page's addresses: who may ask, what is answered, and that all of it is plain English."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import StreamReader

from bot.app.inbound import Asked, Changed, Left, Submitted, Upload
from bot.domain.errors import CalendarEndsTooSoon
from bot.domain.personal import Personal
from bot.domain.uploads import MOST_BYTES, MOST_FILES
from bot.domain.word_files import WORD

from . import samples
from .pretend_browser import PretendForm
from .samples import RECEIPT, ROUND_UP, WORDS, words
from .serving import Served, served

MARK = ("mark", "0123456789abcdef" * 2)


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path) as running:
        yield running


async def test_the_page_has_every_tab_and_shows_the_first(desk: Served) -> None:
    async with desk.client.get("/") as answer:
        assert answer.url.path == "/staff"
        html = await answer.text()
    for person in desk.host.people:
        assert f">{person.label.replace(chr(39), '&#39;')}</span>" in html


async def test_an_act_reaches_the_host_as_its_person_and_its_answer_is_shown(desk: Served) -> None:
    status, html = await desk.post("/head/act", MARK, ("text", "case"), ("do", "say"))
    [came] = desk.host.came
    assert (status, came.person.id, came.act) == (200, "desk:head", Asked(Personal("case")))
    assert "Case 2026-014" in html


async def test_what_is_said_stands_in_the_log_and_only_in_that_person_s(desk: Served) -> None:
    await desk.post("/staff/act", MARK, ("text", "receipt"), ("do", "say"))
    assert "Your report is 2026-014" in await desk.page("/staff")
    assert "Your report is 2026-014" not in await desk.page("/head")


async def test_a_double_click_is_one_cause_and_one_answer(desk: Served) -> None:
    sent = [desk.post("/staff/act", MARK, ("text", "receipt"), ("do", "say")) for _ in range(2)]
    await asyncio.gather(*sent)
    assert len({came.cause for came in desk.host.came}) == 1
    assert (await desk.page("/staff")).count("<article") == 1


async def test_a_form_goes_page_by_page(desk: Served) -> None:
    first = await desk.opened()
    first.fill({"safety": ("none",), "content": ("racist",)})
    _, html = await desk.post("/staff/act", *first.payload())
    second = PretendForm(html)
    assert second.title == "The post"
    second.fill({"links": Personal("https://x.com/a")})
    _, html = await desk.post("/staff/act", *second.payload())
    assert "Sent. Thank you." in html
    assert isinstance(desk.host.came[-1].act, Submitted)


async def test_a_choice_that_reveals_shows_the_form_with_what_follows(desk: Served) -> None:
    form = await desk.opened()
    form.fill({"safety": ("unsure",)})
    _, html = await desk.post("/staff/act", *form.payload("change"))
    assert "place" in PretendForm(html).asked
    assert isinstance(desk.host.came[-1].act, Changed)


async def test_errors_stand_beside_their_fields_and_nothing_is_lost(desk: Served) -> None:
    form = await desk.opened()
    form.fill({"safety": ("unsure", "hurt-soon")})
    desk.host.errors = {"content": words("Please tick at least one."), "": words("Not yet.")}
    _, html = await desk.post("/staff/act", *form.payload())
    assert 'id="f-content-error"' in html
    assert "Please tick at least one." in html
    again = {each.value for each in PretendForm(html).controls if each.checked}
    assert again == {"unsure", "hurt-soon"}


async def test_a_form_sent_anew_after_its_errors_is_a_new_act(desk: Served) -> None:
    form = await desk.opened()
    desk.host.errors = {"content": words("Please tick at least one.")}
    _, html = await desk.post("/staff/act", *form.payload())
    await desk.post("/staff/act", *PretendForm(html).payload())
    assert desk.host.came[-1].cause != desk.host.came[-2].cause


async def test_closing_a_form_hands_in_what_was_answered(desk: Served) -> None:
    form = await desk.opened()
    form.fill({"safety": ("none",)})
    _, html = await desk.post("/staff/act", *form.payload("leave"))
    act = desk.host.came[-1].act
    assert isinstance(act, Left)
    assert act.answers["safety"] == ("none",)
    assert "data-form" not in html


async def test_the_acts_of_a_tab_are_answered_in_the_order_they_came(desk: Served) -> None:
    desk.host.hold = asyncio.Event()
    say = ("do", "say")
    acts = [
        asyncio.create_task(desk.post(f"/{tab}/act", ("mark", mark * 32), say, ("text", text)))
        for tab, mark, text in (
            ("staff", "1", "first"),
            ("staff", "2", "second"),
            ("head", "3", "third"),
        )
    ]
    async with asyncio.timeout(10):
        await desk.host.both_came.wait()
    at_once = [str(each.person.id) for each in desk.host.came]
    desk.host.hold.set()
    await asyncio.gather(*acts)
    assert sorted(at_once) == ["desk:head", "desk:staff"]
    assert len(desk.host.came) == 3


async def test_ten_files_of_ten_megabytes_are_taken(desk: Served) -> None:
    form = await _second_page(desk)
    files = [("files.screenshots", Upload(b"\0" * MOST_BYTES)) for _ in range(MOST_FILES)]
    status, html = await desk.post("/staff/act", *form.payload("change"), *files)
    assert (status, html.count("Remove</button>")) == (200, 10)
    assert [len(each) for each in desk.host.files] == [MOST_BYTES] * MOST_FILES


async def test_of_too_large_a_file_enough_is_kept_to_say_so(desk: Served) -> None:
    form = await _second_page(desk)
    large = ("files.screenshots", Upload(b"\0" * (MOST_BYTES + 5_000)))
    status, _ = await desk.post("/staff/act", *form.payload("change"), large)
    assert (status, len(desk.host.files[0])) == (200, MOST_BYTES + 1)


async def test_of_too_many_files_one_more_is_kept_to_say_so(desk: Served) -> None:
    form = await _second_page(desk)
    files = [("files.screenshots", Upload(b"\1")) for _ in range(MOST_FILES + 20)]
    status, _ = await desk.post("/staff/act", *form.payload("change"), *files)
    assert (status, len(desk.host.files)) == (200, MOST_FILES + 1)


async def test_an_empty_file_is_a_file_and_no_file_is_none(desk: Served) -> None:
    form = await _second_page(desk)
    await desk.post("/staff/act", *form.payload("change"), ("files.screenshots", Upload(b"")))
    assert desk.host.files == [b""]


async def _second_page(desk: Served) -> PretendForm:
    first = await desk.opened()
    _, html = await desk.post("/staff/act", *first.payload())
    return PretendForm(html)


@pytest.mark.parametrize("size", [1_000_001, 3_000_000])
async def test_a_text_of_a_million_characters_is_too_much_at_once(desk: Served, size: int) -> None:
    status, html = await desk.post("/staff/act", MARK, ("text", "x" * size), ("do", "say"))
    assert status == 413
    assert "too much at once" in html


async def test_ten_thousand_characters_arrive(desk: Served) -> None:
    await desk.post("/staff/act", MARK, ("text", "ש" * 10_000), ("do", "say"))
    assert desk.host.came[0].act == Asked(Personal("ש" * 10_000))


async def test_a_body_that_says_it_is_huge_is_not_read(desk: Served) -> None:
    headers = {
        "Origin": desk.origin,
        "Content-Length": str(10**12),
        "Content-Type": "multipart/form-data; boundary=x",
    }
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.client.port)
    lines = [f"POST /staff/act HTTP/1.1\r\nHost: 127.0.0.1:{desk.client.port}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join([*lines, "\r\n"]).encode())
    assert b" 413 " in await reader.readline()
    writer.close()


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1", "localhost", "127.0.0.1:1", ""]
)
async def test_another_name_for_this_computer_is_refused(desk: Served, host: str) -> None:
    async with desk.client.get("/staff", headers={"Host": host}) as answer:
        assert answer.status in {400, 421}
        assert "Headteacher" not in await answer.text()


async def test_the_page_answers_to_its_two_names(desk: Served) -> None:
    for name in ("127.0.0.1", "localhost"):
        host = f"{name}:{desk.client.port}"
        async with desk.client.get("/staff", headers={"Host": host}) as answer:
            assert answer.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate"},
    ],
)
async def test_a_form_of_another_page_does_nothing(desk: Served, headers: dict[str, str]) -> None:
    data = {"mark": MARK[1], "do": "say", "text": "help"}
    sent = {"Origin": desk.origin, **headers} if "Sec-Fetch-Site" in headers else headers
    for path in ("/staff/act", "/staff/clock"):
        async with desk.client.post(path, data=data, headers=sent) as answer:
            assert answer.status == 403
    assert desk.host.came == []


async def test_another_page_cannot_read_but_may_link_here(desk: Served) -> None:
    reads = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    async with desk.client.get("/head/evidence/e-1", headers=reads) as answer:
        assert answer.status == 403
    opens = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    async with desk.client.get("/staff", headers=opens) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("path", ["/staff", "/static/desk.css", "/nobody", "/head/evidence/e-1"])
async def test_every_answer_says_what_a_browser_may_do_with_it(desk: Served, path: str) -> None:
    async with desk.client.get(path) as answer:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


async def test_the_page_has_no_script_or_style_of_its_own(desk: Served) -> None:
    await desk.messenger.send(desk.host.people[0].person.id, ROUND_UP, WORDS)  # type: ignore[union-attr]
    _, html = await desk.post("/staff/act", MARK, ("text", "fields"), ("do", "say"))
    assert html.count("<script") == 1
    for forbidden in ("<style", " style=", " onclick=", "javascript:"):
        assert forbidden not in html


@pytest.mark.parametrize(
    "path",
    [
        "/nobody",
        "/nobody/news",
        "/staff/nothing",
        "/head/evidence/",
        "/static/",
        "/static/../host.py",
        "/static/%2e%2e/host.py",
        "/governors/evidence/e-1",
        "/a/b/c/d",
    ],
)
async def test_an_address_that_is_not_there_is_answered_plainly(desk: Served, path: str) -> None:
    async with desk.client.get(path) as answer:
        html = await answer.text()
    assert answer.status in {403, 404}
    assert "<h1>" in html
    assert "Traceback" not in html


async def test_nobody_acts_in_the_channel(desk: Served) -> None:
    status, _ = await desk.post("/governors/act", MARK, ("text", "help"), ("do", "say"))
    assert (status, desk.host.came) == (404, [])


@pytest.mark.parametrize(
    "fields",
    [
        (),
        (MARK,),
        (MARK, ("do", "dance")),
        (MARK, ("do", "submit")),
        (MARK, ("do", "press:[1,2]")),
        (("mark", "'"), ("do", "say"), ("text", "help")),
    ],
)
async def test_what_the_page_did_not_make_is_answered_plainly(
    desk: Served, fields: tuple[tuple[str, str], ...]
) -> None:
    status, html = await desk.post("/staff/act", *(fields or (("a", "b"),)))
    assert (status, desk.host.came) == (400, [])
    assert "Please open it anew." in html


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"hello"),
        ("application/json", b"{}"),
        ("application/x-www-form-urlencoded", b"do=say"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nno name\r\n--x--\r\n"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\xfe\r\n--x--\r\n',
        ),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y--\r\n--x--\r\n",
        ),
    ],
)
async def test_a_body_that_is_no_form_is_answered_plainly(
    desk: Served, kind: str, body: bytes
) -> None:
    headers = {"Origin": desk.origin, "Content-Type": kind}
    async with desk.client.post("/staff/act", data=body, headers=headers) as answer:
        assert answer.status == 400
        assert "Traceback" not in await answer.text()


async def test_a_failure_is_told_plainly_and_logged_without_what_was_typed(
    desk: Served, caplog: pytest.LogCaptureFixture
) -> None:
    desk.host.break_on = "Pat Example"
    with caplog.at_level(logging.ERROR):
        status, html = await desk.post("/staff/act", MARK, ("text", "Pat Example"), ("do", "say"))
    assert status == 500
    assert "Something went wrong here" in html
    assert "Pat Example" not in html + caplog.text
    assert "RuntimeError" in caplog.text


async def test_evidence_is_shown_to_who_may_see_it_and_to_nobody_else(desk: Served) -> None:
    async with desk.client.get("/head/evidence/e-1") as answer:
        assert (answer.status, answer.content_type) == (200, "image/png")
        assert await answer.read() == samples.a_png()
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    async with desk.client.get("/staff/evidence/e-1") as refused:
        missing = await desk.page("/staff/nothing/at/all")
        assert (refused.status, await refused.text()) == (404, missing)


@pytest.mark.parametrize(
    ("evidence", "kind"), [("e-2", "application/pdf"), ("e-3", "application/octet-stream")]
)
async def test_what_is_no_picture_is_handed_over_as_a_file(
    desk: Served, evidence: str, kind: str
) -> None:
    async with desk.client.get(f"/head/evidence/{evidence}") as answer:
        assert answer.content_type == kind
        assert answer.headers["Content-Disposition"].startswith("attachment")


DOCUMENT = "/head/document?ref=letter%3A1+%26+2"


@pytest.mark.parametrize("word", ["letter", "copy", "again", "nothing-but-it"])
async def test_a_document_is_offered_with_whatever_is_shown(desk: Served, word: str) -> None:
    status, html = await desk.post("/head/act", MARK, ("text", word), ("do", "say"))
    assert status == 200
    assert html.count('href="/head/document?ref=letter%3A1+%26+2" download') == 1
    assert html.count("Here is the draft.") == 1
    assert "Download: Warning letter 2026-014" in html
    assert html.count('id="sheet-title"') == 1
    # A script takes the panel's first child, and a browser without one takes the whole page.
    assert html.count('class="sheet"') == 1


async def test_a_document_is_downloaded_and_never_drawn(desk: Served) -> None:
    async with desk.client.get(DOCUMENT) as answer:
        assert (answer.status, answer.content_type) == (200, WORD)
        assert await answer.read() == b"<script>alert(1)</script>"
        said = answer.headers["Content-Disposition"]
        assert said == 'attachment; filename="warning-letter-2026-014.docx"'
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        DOCUMENT.replace("head", "staff"),
        DOCUMENT.replace("head", "governors"),
        DOCUMENT.replace("head", "nobody"),
        "/head/document",
        "/head/document?ref=",
        "/head/document?ref=letter:another",
        "/head/document?ref=%00",
    ],
)
async def test_a_document_for_somebody_else_is_as_one_that_is_not_there(
    desk: Served, path: str
) -> None:
    async with desk.client.get(path) as refused:
        missing = await desk.page("/staff/nothing/at/all")
        assert (refused.status, await refused.text()) == (404, missing)


async def test_another_page_cannot_read_a_document(desk: Served) -> None:
    reads = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    async with desk.client.get(DOCUMENT, headers=reads) as answer:
        assert answer.status == 403


async def test_a_letter_is_one_word_file_or_pdf_and_goes_with_the_form(desk: Served) -> None:
    _, html = await desk.post("/head/act", MARK, ("text", "letter"), ("do", "say"))
    (letter,) = re.findall(r'<input type="file"[^>]*>', html)
    assert 'accept=".docx,.pdf"' in letter
    assert "multiple" not in letter
    assert "data-files" not in html
    assert "Keep these files" not in html
    assert "paste a screenshot" not in html
    form = PretendForm(html)
    form.fill({"file": (Upload(b"PK letter"),)})
    await desk.post("/head/act", *form.payload())
    act = desk.host.came[-1].act
    assert isinstance(act, Submitted)
    assert act.answers["file"] == (Upload(b"PK letter"),)


async def test_the_clock_is_shown_and_moved_in_the_school_s_time(desk: Served) -> None:
    assert "08:15" in await desk.page()
    status, html = await desk.post("/head/clock", ("do", "move"), ("moment", "2027-06-07T09:00"))
    assert desk.host.clock == datetime(2027, 6, 7, 8, 0, tzinfo=UTC)
    assert (status, "Monday 7 June 2027" in html) == (200, True)
    await desk.post("/governors/clock", ("do", "next-school-morning"))
    assert desk.host.clock == datetime(2027, 6, 8, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        ("2026-11-23T09:00", "The clock only goes on."),
        ("yesterday", "Please give a day and a time"),
        ("", "Please give a day and a time"),
        ("9999-12-31T23:59", "The school calendar ends"),
        ("0001-01-01T00:00", "The clock only goes on."),
    ],
)
async def test_a_clock_that_cannot_be_moved_says_why(
    desk: Served, moment: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = desk.host.clock
    if moment.startswith("9999"):
        monkeypatch.setattr(desk.host, "move_to", _no_calendar)
    status, html = await desk.post("/head/clock", ("do", "move"), ("moment", moment))
    assert (status, desk.host.clock) == (200, before)
    assert sentence in html
    assert 'id="clock-error"' in html


async def _no_calendar(_moment: datetime) -> None:
    raise CalendarEndsTooSoon(datetime(2027, 7, 20, tzinfo=UTC).date())


async def test_a_clock_button_that_is_not_there_is_answered_plainly(desk: Served) -> None:
    status, _ = await desk.post("/head/clock", ("do", "back"))
    assert status == 400


async def test_whoever_looks_hears_whose_log_changed(desk: Served) -> None:
    async with desk.client.get("/staff/news") as news:
        assert news.content_type == "text/event-stream"
        assert await _until(news.content, b"event: here")
        await desk.messenger.send(desk.host.people[2].person.id, RECEIPT, WORDS)  # type: ignore[union-attr]
        assert await _until(news.content, b"event: news")
        assert await news.content.readline() == b"data: head\n"


async def test_live_news_end_with_the_server(desk: Served) -> None:
    async with desk.client.get("/staff/news") as news:
        assert await _until(news.content, b"event: here")
        await desk.client.app.shutdown()
        async with asyncio.timeout(5):
            assert await news.content.read() == b"data: now\n\n"


async def _until(stream: StreamReader, wanted: bytes) -> bool:
    async with asyncio.timeout(5):
        while line := await stream.readline():
            if line.startswith(wanted):
                return True
    return False


async def test_unread_messages_are_counted_on_their_tab(desk: Served) -> None:
    await desk.messenger.send(desk.host.people[2].person.id, RECEIPT, WORDS)  # type: ignore[union-attr]
    assert 'id="new-head">1<' in await desk.page("/staff")
    await desk.page("/head")
    assert 'id="new-head"' not in await desk.page("/staff")
