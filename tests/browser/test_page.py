"""The page's own workings in a real browser, with a host that answers with samples."""

import asyncio

import pytest
from playwright.async_api import Browser, FilePayload, Page, Route, ViewportSize, expect

from bot.app.inbound import Asked, Left, Pressed, Submitted, Upload
from bot.domain.ids import PersonId
from bot.domain.personal import Personal
from bot.screens.press import Verb
from tests.adapters.desk.fake_host import PEOPLE
from tests.adapters.desk.samples import DIGEST, RECEIPT, ROUND_UP, WORDS, a_png, words
from tests.adapters.desk.serving import Served

from .conftest import DESKTOP, NARROW, PHONE
from .seeing import focused, scrolls_sideways, too_small, violations

pytestmark = pytest.mark.asyncio(loop_scope="session")

HEAD, STAFF = PersonId("desk:head"), PersonId("desk:staff")
PICTURE = FilePayload(name="a.png", mimeType="image/png", buffer=a_png(8, 8))
LETTER = FilePayload(name="a.docx", mimeType="application/zip", buffer=b"PK letter")
HANDED_AS = "Warning letter 2026-014"


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Message Report Post").fill(text)
    await page.get_by_role("button", name="Send", exact=True).click()


async def report(page: Page, desk: Served) -> None:
    await page.goto(f"{desk.origin}/staff")
    await page.get_by_role("button", name="Report a post").click()
    await expect(page.get_by_role("form", name="What is happening?")).to_be_visible()


async def second_page(page: Page, desk: Served) -> None:
    await report(page, desk)
    await page.get_by_role("button", name="Next", exact=True).click()
    await expect(page.get_by_role("form", name="The post")).to_be_visible()


async def test_every_person_has_a_tab_of_exactly_their_name(page: Page, desk: Served) -> None:
    await desk.messenger.send(HEAD, ROUND_UP, WORDS)
    await page.goto(desk.origin)
    for person in PEOPLE:
        await expect(page.get_by_role("tab", name=person.label, exact=True)).to_be_visible()
    head = page.get_by_role("tab", name="Headteacher", exact=True)
    await expect(head).to_have_accessible_description("1 new")
    await head.click()
    await expect(page.get_by_role("tab", name="Headteacher", selected=True)).to_be_visible()
    await expect(page.get_by_role("log", name="Messages")).to_contain_text(
        "Two things are due today"
    )


async def test_tabs_are_walked_with_the_arrow_keys(page: Page, desk: Served) -> None:
    await page.goto(f"{desk.origin}/staff")
    await page.get_by_role("tab", name="Staff", exact=True).focus()
    for key in ("ArrowDown", "ArrowRight", "End", "Home", "ArrowUp", "ArrowLeft"):
        await page.keyboard.press(key)
    assert await focused(page) == "tab-governors"
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{desk.origin}/governors")
    await expect(page.get_by_label("Message Report Post")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP, NARROW], ids=["phone", "desktop", "narrow"])
async def test_every_screen_is_accessible_and_fits(
    browser: Browser, desk: Served, size: ViewportSize, scheme: str
) -> None:
    context = await browser.new_context(
        viewport=size,
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = await context.new_page()

    async def looks_right() -> None:
        assert await violations(page) == []
        assert await too_small(page) == []
        assert not await scrolls_sideways(page)

    await desk.messenger.send(None, DIGEST, WORDS)
    await desk.messenger.send(HEAD, ROUND_UP, WORDS)
    await page.goto(f"{desk.origin}/governors")
    await looks_right()
    await page.goto(f"{desk.origin}/staff")
    await looks_right()
    await page.goto(f"{desk.origin}/head")
    screens = {"fields": "The post", "errors": "The post", "case": "Case 2026-014"}
    handed = {"letter": "Warning letter", "copy": "Case 2026-014", "again": HANDED_AS}
    for word, title in (*handed.items(), *screens.items()):
        await say(page, word)
        await expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        await looks_right()
    await page.get_by_role("button", name="Declare an interest").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await looks_right()
    await report(page, desk)
    await page.get_by_label("Someone could be hurt soon").check()
    await expect(page.get_by_role("button", name="Alert now")).to_be_visible()
    await looks_right()
    await context.close()


async def test_a_document_is_downloaded_and_the_form_beside_it_stays(
    page: Page, desk: Served
) -> None:
    await page.goto(f"{desk.origin}/head")
    await say(page, "letter")
    form = page.get_by_role("form", name="Warning letter")
    await form.get_by_label("A closed group").check()
    await form.get_by_label("Your own version").set_input_files(LETTER)
    async with page.expect_download() as download:
        await form.get_by_role("link", name=f"Download: {HANDED_AS}").click()
    assert (await download.value).suggested_filename == "warning-letter-2026-014.docx"
    # Neither the choice of a file nor the download posts anything.
    assert [type(each.act) for each in desk.host.came] == [Asked]
    await form.get_by_role("button", name="Save").last.click()
    await expect(page.get_by_role("status")).to_contain_text("Sent. Thank you.")
    act = desk.host.came[-1].act
    assert isinstance(act, Submitted)
    assert act.answers == {"place": "closed-group", "file": (Upload(LETTER["buffer"]),)}


async def test_a_document_alone_is_a_sheet_that_can_be_shut(page: Page, desk: Served) -> None:
    await page.goto(f"{desk.origin}/head")
    await say(page, "again")
    await expect(page.get_by_role("heading", name=HANDED_AS)).to_be_focused()
    await page.get_by_role("link", name="Close").click()
    await expect(page.get_by_role("link", name=f"Download: {HANDED_AS}")).to_have_count(0)


async def test_without_a_script_a_document_is_downloaded_and_a_letter_sent(
    browser: Browser, desk: Served
) -> None:
    context = await browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = await context.new_page()
    await page.goto(f"{desk.origin}/head")
    await say(page, "letter")
    async with page.expect_download() as download:
        await page.get_by_role("link", name=f"Download: {HANDED_AS}").click()
    assert (await download.value).suggested_filename == "warning-letter-2026-014.docx"
    await page.get_by_label("Your own version").set_input_files(LETTER)
    await page.get_by_role("button", name="Save").last.click()
    await expect(page.get_by_role("status").first).to_contain_text("Sent. Thank you.")
    act = desk.host.came[-1].act
    assert isinstance(act, Submitted)
    assert act.answers["file"] == (Upload(LETTER["buffer"]),)
    await context.close()


async def test_an_answer_that_stands_alone_unticks_the_others(page: Page, desk: Served) -> None:
    await report(page, desk)
    none, unsure = page.get_by_label("None of these"), page.get_by_label("I’m not sure")
    await unsure.check()
    await none.check()
    await expect(unsure).not_to_be_checked()
    await unsure.check()
    await expect(none).not_to_be_checked()


async def test_a_danger_shows_its_stop_card_at_once_and_keeps_the_place(
    page: Page, desk: Served
) -> None:
    await page.set_viewport_size(PHONE)
    await report(page, desk)
    await page.get_by_label("It is racist").check()
    await page.get_by_label("Someone could be hurt soon").check()
    stop = page.get_by_role("alert", name="If somebody is in danger now, ring 999")
    await expect(stop).to_be_in_viewport(ratio=0.9)
    await expect(stop.get_by_role("link", name="01632 960 123")).to_have_attribute(
        "href", "tel:01632960123"
    )
    await expect(stop.get_by_role("link", name="999")).to_have_attribute("href", "tel:999")
    assert await focused(page) == "f-safety-1"
    await expect(page.get_by_label("It is racist")).to_be_checked()
    await stop.get_by_role("button", name="Alert now").click()
    await expect(page.get_by_role("status")).to_contain_text("have been told")
    act = desk.host.came[-1].act
    assert isinstance(act, Pressed)
    assert act.press.verb is Verb.ALERT_NOW
    assert act.answers == {"safety": ("hurt-soon",), "content": ("racist",)}


async def test_answers_ticked_faster_than_the_server_answers_are_all_kept(
    page: Page, desk: Served
) -> None:
    await report(page, desk)
    labels = ("Someone could be hurt soon", "Someone may harm themselves", "I’m not sure")
    await page.evaluate(
        """(labels) => {
            for (const label of document.querySelectorAll("label"))
                if (labels.includes(label.textContent)) label.click();
        }""",
        labels,
    )
    await expect(page.get_by_role("group", name="Where is it?")).to_be_visible()
    for label in labels:
        await expect(page.get_by_label(label)).to_be_checked()


async def test_what_is_wrong_stands_beside_its_field_and_gets_the_focus(
    page: Page, desk: Served
) -> None:
    await report(page, desk)
    await page.get_by_label("None of these").check()
    desk.host.errors = {"content": words("Please tick what fits.")}
    await page.get_by_role("button", name="Next", exact=True).click()
    group = page.get_by_role("group", name="What is it about the post that worries you?")
    await expect(group).to_have_accessible_description(
        "It decides which part of the policy applies. Tick all that fit."
        " Error: Please tick what fits."
    )
    assert await focused(page) == "f-content-1"
    await expect(page.get_by_label("None of these")).to_be_checked()


async def test_a_form_is_sent_once_however_often_it_is_clicked(page: Page, desk: Served) -> None:
    await second_page(page, desk)
    await page.get_by_role("button", name="Send report").dblclick()
    await expect(page.get_by_role("status")).to_contain_text("Sent. Thank you.")
    await expect(page.get_by_role("article")).to_have_count(1)
    sent = [came for came in desk.host.came if isinstance(came.act, Submitted)]
    assert len({came.cause for came in sent if came.act.form.page == "post"}) == 1  # type: ignore[union-attr]


async def test_enter_in_a_text_field_presses_the_main_button(page: Page, desk: Served) -> None:
    await second_page(page, desk)
    await page.get_by_text("More, if you know it").click()
    await page.get_by_label("Who posted it?").fill("Pat Example")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Sent. Thank you.")
    act = desk.host.came[-1].act
    assert isinstance(act, Submitted)
    assert not act.back


async def test_files_are_chosen_pasted_and_dropped_listed_and_removed(
    page: Page, desk: Served
) -> None:
    await second_page(page, desk)
    await page.get_by_label("Link to the post").fill("https://x.com/a")
    await page.get_by_label("A picture of it").set_input_files(PICTURE)
    kept = page.get_by_role("list", name="Files kept so far").get_by_role("listitem")
    await expect(kept).to_have_count(1)
    for kind in ("paste", "drop"):
        await page.evaluate(
            """(kind) => {
                const files = new DataTransfer();
                files.items.add(new File(["picture"], "b.png", { type: "image/png" }));
                const how = { bubbles: true, clipboardData: files, dataTransfer: files };
                const Kind = kind === "paste" ? ClipboardEvent : DragEvent;
                document.querySelector(".drop").dispatchEvent(new Kind(kind, how));
            }""",
            kind,
        )
        await expect(kept).to_have_count(2 if kind == "paste" else 3)
    await page.get_by_role("button", name="Remove file 1").click()
    await expect(kept).to_have_count(2)
    await expect(page.get_by_label("Link to the post")).to_have_value("https://x.com/a")
    assert desk.host.files == [b"picture", b"picture"]


async def test_what_cannot_be_undone_is_asked_first(page: Page, desk: Served) -> None:
    await page.goto(f"{desk.origin}/head")
    await say(page, "case")
    ask = page.get_by_role("button", name="Declare an interest")
    await ask.click()
    dialog = page.get_by_role("dialog", name="You will not see this case any more.")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(dialog).to_be_hidden()
    assert not [came for came in desk.host.came if isinstance(came.act, Pressed)]
    await ask.click()
    await dialog.get_by_role("button", name="Declare an interest").click()
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_role("heading", name="Case 2026-014")).to_be_focused()
    assert isinstance(desk.host.came[-1].act, Pressed)


async def test_news_arrive_without_disturbing_who_types(page: Page, desk: Served) -> None:
    await page.goto(f"{desk.origin}/head")
    box = page.get_by_label("Message Report Post")
    await box.press_sequentially("half a wo")
    ref = await desk.messenger.send(HEAD, ROUND_UP, WORDS)
    await desk.messenger.send(STAFF, RECEIPT, WORDS)
    log = page.get_by_role("log", name="Messages")
    await expect(log).to_contain_text("Neither needs more than a phone call.")
    await expect(page.get_by_role("tab", name="Staff", exact=True)).to_have_accessible_description(
        "1 new"
    )
    await desk.messenger.update(ref, RECEIPT, WORDS)
    await expect(log).to_contain_text("You will hear when it is closed.")
    await expect(page.get_by_role("article")).to_have_count(1)
    await expect(box).to_be_focused()
    await expect(box).to_have_value("half a wo")


async def test_a_button_in_a_message_opens_a_view_beside_the_log(page: Page, desk: Served) -> None:
    await desk.messenger.send(HEAD, ROUND_UP, WORDS)
    await page.goto(f"{desk.origin}/head")
    await page.get_by_role("button", name="Answer").first.click()
    view = page.get_by_role("region", name="Case 2026-014")
    await expect(view.get_by_role("img", name="Picture 1, 24 November 2026")).to_be_visible()
    assert await page.locator(".picture img").evaluate("(img) => img.decode().then(() => true)")
    await expect(view.get_by_role("link", name="https://www.facebook.com")).to_have_attribute(
        "rel", "noopener noreferrer nofollow"
    )
    await expect(page.get_by_role("log")).to_be_visible()
    await view.get_by_role("link", name="Close").click()
    await expect(view).to_be_hidden()
    await expect(page.get_by_role("log")).to_be_focused()


async def test_leaving_a_form_in_any_way_hands_in_what_was_answered(
    page: Page, desk: Served
) -> None:
    await report(page, desk)
    await page.get_by_label("It is racist").check()
    await page.get_by_role("tab", name="Headteacher", exact=True).click()
    await expect(page.get_by_role("tab", name="Headteacher", selected=True)).to_be_visible()
    async with asyncio.timeout(5):
        await desk.host.left.wait()
    [act] = [came.act for came in desk.host.came if isinstance(came.act, Left)]
    assert act.answers["content"] == ("racist",)


async def test_the_clock_is_read_and_moved(page: Page, desk: Served) -> None:
    await report(page, desk)
    clock = page.get_by_role("region", name="Clock")
    await expect(clock).to_contain_text("Tuesday 24 November 2026 08:15")
    await clock.get_by_role("button", name="Next school morning").click()
    await expect(clock).to_contain_text("Wednesday 25 November 2026")
    await expect(clock.get_by_role("button", name="Next school morning")).to_be_focused()
    await clock.get_by_role("button", name="Next Friday afternoon").click()
    await expect(clock).to_contain_text("Friday 27 November 2026 15:30")
    await clock.get_by_label("Move to").fill("2026-11-30T08:00")
    await clock.get_by_role("button", name="Move", exact=True).click()
    await expect(clock).to_contain_text("Monday 30 November 2026 08:00")
    await clock.get_by_label("Move to").fill("2026-11-29T08:00")
    await clock.get_by_role("button", name="Move", exact=True).click()
    await expect(clock.get_by_label("Move to")).to_have_accessible_description(
        "Error: The clock only goes on. Please choose a later time."
    )
    await expect(clock.get_by_label("Move to")).to_be_focused()
    await expect(page.get_by_role("form", name="What is happening?")).to_be_visible()


async def test_everything_works_without_a_script(browser: Browser, desk: Served) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await second_page(page, desk)
    await page.get_by_label("A picture of it").set_input_files(PICTURE)
    await page.get_by_role("button", name="Keep these files").click()
    await expect(page.get_by_role("button", name="Remove file 1")).to_be_visible()
    await page.get_by_role("button", name="Back", exact=True).click()
    await page.get_by_role("button", name="Next", exact=True).click()
    await page.get_by_role("button", name="Send report").click()
    await expect(page.get_by_role("status")).to_contain_text("Sent. Thank you.")
    await page.get_by_role("button", name="Next Friday afternoon").click()
    await expect(page.get_by_role("region", name="Clock")).to_contain_text("Friday 27 November")
    await page.get_by_role("tab", name="Headteacher", exact=True).click()
    await say(page, "case")
    await page.get_by_role("button", name="Declare an interest").click()
    await page.get_by_role("dialog").get_by_role("button", name="Declare an interest").click()
    await expect(page.get_by_role("heading", name="Case 2026-014")).to_be_visible()
    assert isinstance(desk.host.came[-1].act, Pressed)
    await context.close()


async def test_a_server_that_is_gone_is_said_and_nothing_is_lost(
    browser: Browser, desk: Served
) -> None:
    page = await browser.new_page()
    await second_page(page, desk)
    await page.get_by_label("Link to the post").fill("https://x.com/a")
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Send report").click()
    await expect(page.get_by_role("status")).to_contain_text("Your answers are still here")
    await expect(page.get_by_label("Link to the post")).to_have_value("https://x.com/a")
    await page.context.set_offline(False)
    await page.get_by_role("button", name="Send report").click()
    await expect(page.get_by_role("status")).to_contain_text("Sent. Thank you.")


async def test_a_pasted_list_of_links_keeps_its_lines(page: Page, desk: Served) -> None:
    await page.goto(f"{desk.origin}/staff")
    box = page.get_by_label("Message Report Post")
    await box.fill("/report-post https://x.com/a\nhttps://x.com/b")
    await box.press("Enter")
    await expect(box).to_have_value("")
    act = desk.host.came[-1].act
    assert act == Asked(Personal("https://x.com/a\nhttps://x.com/b"))


async def test_two_different_acts_in_a_row_are_both_done_in_order(page: Page, desk: Served) -> None:
    await desk.messenger.send(HEAD, ROUND_UP, WORDS)
    await page.goto(f"{desk.origin}/head")
    await page.get_by_label("Message Report Post").fill("fields")
    await page.evaluate(
        """() => {
            document.querySelector("#say button").click();
            document.querySelector("#say button").click();
            document.querySelector("#log button").click();
        }"""
    )
    await expect(page.get_by_role("heading", name="Case 2026-014")).to_be_visible()
    assert [type(came.act) for came in desk.host.came] == [Asked, Pressed]
    await expect(page.get_by_label("Message Report Post")).to_have_value("")


async def test_a_danger_ticked_before_the_script_came_shows_its_card_all_the_same(
    page: Page, desk: Served
) -> None:
    may_come = asyncio.Event()

    async def late(route: Route) -> None:
        await may_come.wait()
        await route.continue_()

    await page.route("**/static/desk.js", late)
    await page.goto(f"{desk.origin}/staff", wait_until="commit")
    await page.get_by_role("button", name="Report a post").click(no_wait_after=True)
    await page.get_by_label("Someone could be hurt soon").check()
    await expect(page.get_by_role("alert")).to_have_count(0)
    may_come.set()
    await expect(page.get_by_role("alert")).to_be_visible()
