"""The main job from end to end: the whole product, in a browser, as its people use it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, ViewportSize, expect

from bot.screens.say import Say
from tests.adapters.desk.samples import a_png

from . import names
from .conftest import DESKTOP, PHONE
from .product import User, a_user, product
from .seeing import scrolls_sideways, too_small, violations

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCREENSHOT = FilePayload(name="screenshot.png", mimeType="image/png", buffer=a_png(64, 64))
HOSTILE = "<img src=x onerror=alert(1)> \u202e\u05d0\u05d1\u202c 👩‍👩‍👧 {{ 7*7 }} *b* <!channel>"


@pytest_asyncio.fixture(loop_scope="session")
async def address(tmp_path: Path) -> AsyncIterator[str]:
    async with product(tmp_path) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def user(browser: Browser, address: str) -> AsyncIterator[User]:
    async with a_user(browser, address, DESKTOP) as somebody:
        yield somebody


@pytest_asyncio.fixture(loop_scope="session")
async def on_a_phone(browser: Browser, address: str) -> AsyncIterator[User]:
    async with a_user(browser, address, PHONE) as somebody:
        yield somebody


async def reported(user: User, reference: str = "2026-001", **first: tuple[str, ...]) -> None:
    await user.sits_at("Staff")
    await user.begins_report(**first)
    await user.ends_report()
    await expect(user.newest).to_contain_text(reference)


async def test_the_commonest_report_takes_two_pages_and_at_most_fifteen_taps(
    on_a_phone: User,
) -> None:
    user = on_a_phone
    await user.sits_at("Staff")
    await user.begins_report(content=("offensive",))
    await user.adds(SCREENSHOT)
    await expect(user.page.get_by_role("button", name="Remove file 1")).to_be_visible()
    await user.ends_report()
    await expect(user.status).to_contain_text("2026-001")
    await expect(user.newest).to_contain_text(Say.RECEIPT_DO_NOT_REPLY.value)
    assert user.taps <= 15


async def test_a_racist_comment_is_worked_to_a_warning_and_a_close_over_half_term(
    user: User,
) -> None:
    await reported(user)
    await user.sits_at("Headteacher")
    await user.press("Open case")
    await expect(user.view("Case 2026-001")).to_be_visible()
    assert await user.pending() == [names.step("acknowledge"), names.step("police")]
    await user.answers("acknowledge", "accepted", fair_concern="no", gravely_offensive="no")
    await user.answers("support-those-named", "done")
    await user.answers("police", "not-needed", reason="They know of it already.")
    await user.answers("speak-to-parent", "refused")
    actions = {names.step(each) for each in ("written-warning", "ask-host", "legal-advice")}
    assert set(await user.pending()) == actions
    await user.answers("ask-host", "not-needed", reason="One comment in a small group.")
    await user.answers("legal-advice", "not-needed", reason="One comment in a small group.")
    await user.answers("written-warning", "sent")
    assert await user.pending() == [names.step("check-removed")]

    await user.clock("Next school morning")
    await expect(user.newest).to_contain_text(names.step("check-removed"))
    await expect(user.newest).to_contain_text("due Thursday 22 October 2026, 16:00")
    await user.clock("Next Friday afternoon")
    await expect(user.log).to_contain_text("overdue since Thursday 22 October 2026, 16:00")
    await user.sits_at("Governors' channel")
    await expect(user.newest).to_contain_text(Say.DIGEST_TITLE.value)
    await expect(user.newest).to_contain_text("Friday 23 October 2026, 15:30")
    await expect(user.newest).to_contain_text(Say.DIGEST_FEWER.value)
    await expect(user.newest.get_by_role("img")).to_be_visible()
    await expect(user.log).not_to_contain_text("2026-001")

    await user.sits_at("Headteacher")
    before = await user.page.get_by_role("article").count()
    await user.clock("Next school morning")
    await expect(user.page.get_by_role("region", name="Clock")).to_contain_text("2 November 2026")
    await expect(user.newest).to_contain_text("Monday 2 November 2026, 08:15")
    await expect(user.page.get_by_role("article")).to_have_count(before + 1)
    await user.press(f"Answer: {names.step('check-removed')}")
    await user.page.get_by_role("radio", name=names.outcome("check-removed", "gone")).check()
    await user.press("Save")
    await user.opens_case("2026-001")
    await user.answers("review-and-close", "closed", resolution="removed")
    await expect(user.view("Case 2026-001")).to_contain_text(names.resolution("removed"))
    await expect(user.newest).not_to_contain_text(f"Answer: {names.step('check-removed')}")
    await user.sits_at("Staff")
    await expect(user.newest).to_contain_text("2026-001 has been dealt with and is now closed")


async def test_a_danger_shows_whom_to_ring_and_alert_now_tells_them_at_once(
    on_a_phone: User,
) -> None:
    user = on_a_phone
    await user.sits_at("Staff")
    await user.press("Report a post")
    await user.choose("safety", "hurt-soon")
    card = user.page.get_by_role("alert", name=names.card("call-999"))
    await expect(card).to_be_in_viewport()
    await expect(card.get_by_role("link", name="999").first).to_have_attribute("href", "tel:999")
    assert await card.locator("dl a[href^='tel:']").count() >= 2
    await user.press(Say.ALERT_NOW.value)
    await expect(user.page.locator("#panel")).to_contain_text(Say.ALERTED.value)
    await user.press("Close")
    for role in ("Headteacher", "Safeguarding lead"):
        await user.sits_at(role)
        await expect(user.newest).to_contain_text(names.card("call-999"))
    await user.sits_at("Deputy")
    await expect(user.page.get_by_role("article")).to_have_count(0)


async def test_a_report_is_taken_up_again_after_a_reload(user: User) -> None:
    await user.sits_at("Staff")
    await user.begins_report(content=("racist", "threat"))
    await expect(user.form(names.page("post"))).to_be_visible()
    await user.choose("place", "review-site")
    await user.page.reload()
    await expect(user.page.locator("#panel")).to_be_empty()
    await user.press("Report a post")
    await user.press(Say.RESUME_REPORT.value)
    await expect(user.form(names.page("post"))).to_be_visible()
    [place] = names.options("place", ["review-site"])
    await expect(user.page.get_by_label(place, exact=True)).to_be_checked()
    await user.press("Back")
    await expect(user.form(names.page("what"))).to_be_visible()
    for label in names.options("content", ["racist", "threat"]):
        group = user.page.get_by_role("group", name=names.question("content"))
        await expect(group.get_by_label(label, exact=True)).to_be_checked()


async def test_back_keeps_what_was_answered_on_both_pages(user: User) -> None:
    await user.sits_at("Staff")
    await user.begins_report()
    await user.choose("place", "public-page")
    await user.page.get_by_label(names.question("links")).fill("https://www.facebook.com/a/posts/1")
    await user.adds(SCREENSHOT)
    await user.press("Back")
    await expect(user.form(names.page("what"))).to_be_visible()
    await user.press("Next")
    await expect(user.form(names.page("post"))).to_be_visible()
    [place] = names.options("place", ["public-page"])
    await expect(user.page.get_by_label(place, exact=True)).to_be_checked()
    links = user.page.get_by_label(names.question("links"))
    await expect(links).to_have_value("https://www.facebook.com/a/posts/1")
    await expect(user.page.get_by_role("button", name="Remove file 1")).to_be_visible()


async def test_what_is_missing_is_said_beside_it(user: User) -> None:
    await user.sits_at("Staff")
    await user.press("Report a post")
    await user.press("Next")
    for question in ("safety", "content", "about"):
        group = user.page.get_by_role("group", name=names.question(question))
        await expect(group).to_contain_text(Say.WRONG_MISSING.value)


async def test_a_picture_of_the_wrong_kind_is_refused_kindly_and_nothing_else_is_lost(
    user: User,
) -> None:
    await user.sits_at("Staff")
    await user.begins_report()
    await user.choose("place", "public-page")
    await user.adds(FilePayload(name="a.exe", mimeType="application/x", buffer=b"MZ nothing"))
    files = user.page.locator("[data-files]")
    await expect(files).to_contain_text("Pictures (PNG, JPEG or WebP) and PDF files are taken")
    [place] = names.options("place", ["public-page"])
    await expect(user.page.get_by_label(place, exact=True)).to_be_checked()
    await user.adds(SCREENSHOT)
    await expect(user.page.get_by_role("button", name="Remove file 1")).to_be_visible()


async def test_no_picture_is_asked_for_when_it_may_show_a_child(user: User) -> None:
    await user.sits_at("Staff")
    await user.begins_report(safety=("sexual-image",))
    await expect(user.form(names.page("post"))).to_be_visible()
    await expect(user.page.locator("input[type=file]")).to_have_count(0)
    await expect(user.page.get_by_role("alert", name=names.card("do-not-copy"))).to_be_visible()


async def test_whoever_it_is_about_sees_nothing_and_the_chair_steps_in(user: User) -> None:
    await reported(user, about=("head",))
    await user.sits_at("Headteacher")
    await expect(user.page.get_by_role("article")).to_have_count(0)
    for reference in ("2026-001", "2026-999"):
        await user.says(f"case {reference}")
        await expect(user.status).to_have_text(Say.NOT_FOR_YOU.value)
    await user.says("cases")
    await expect(user.page.get_by_role("region", name=Say.CASES_TITLE.value)).not_to_contain_text(
        "2026-001"
    )
    await user.sits_at("Chair of governors")
    await user.press("Open case")
    await expect(user.view("Case 2026-001")).to_be_visible()


async def test_staff_and_the_administrator_see_no_case(user: User) -> None:
    await reported(user)
    for tab in ("Another member of staff", "Administrator"):
        await user.sits_at(tab)
        await user.says("case 2026-001")
        await expect(user.status).to_have_text(Say.NOT_FOR_YOU.value)
        await expect(user.page.locator("#panel")).to_be_empty()


async def test_what_people_type_is_only_ever_text(user: User) -> None:
    await user.sits_at("Staff")
    await user.begins_report()
    await user.choose("place", "public-page")
    await user.choose("poster", "parent-or-carer")
    await user.page.get_by_text("More, if you know it").click()
    await user.page.get_by_label(names.question("words")).fill(HOSTILE)
    await user.page.get_by_label(names.question("links")).fill("https://www.facebook.com/a?b=<i>")
    await user.press("Send report")
    await expect(user.status).to_contain_text("2026-001")
    await user.sits_at("Headteacher")
    await expect(user.log).not_to_contain_text("onerror")
    await user.opens_case("2026-001")
    told = user.view("Case 2026-001").locator(".told-text", has_text="onerror")
    assert await told.inner_text() == HOSTILE


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "http://" + "a" * 300]
)
async def test_what_is_no_link_gets_a_sentence(user: User, link: str) -> None:
    await user.sits_at("Staff")
    await user.begins_report()
    await user.page.get_by_label(names.question("links")).fill(link)
    await user.ends_report()
    field = user.page.get_by_label(names.question("links"))
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_value(link)


async def test_a_step_answered_in_two_windows_is_answered_once(
    browser: Browser, address: str
) -> None:
    async with a_user(browser, address, DESKTOP) as one, a_user(browser, address, DESKTOP) as two:
        await reported(one)
        title = names.step("acknowledge")
        for each in (one, two):
            await each.sits_at("Headteacher")
            await each.opens_case("2026-001")
            await each.press(f"Answer: {title}")
            label = names.outcome("acknowledge", "not-inappropriate")
            await each.page.get_by_role("radio", name=label, exact=True).check()
            group = each.page.get_by_role("group", name=names.question("fair_concern"))
            await group.get_by_label(names.options("fair_concern", ["no"])[0], exact=True).check()
        await one.press("Save")
        await expect(one.form(title)).to_have_count(0)
        await two.press("Save")
        await expect(two.page.locator("#panel")).to_contain_text("the headteacher")
        await two.opens_case("2026-001")
        answered = two.page.locator(".chronology li", has_text=title)
        await expect(answered).to_have_count(1)


async def test_an_unknown_word_gets_the_help(user: User) -> None:
    await user.sits_at("Staff")
    await user.says("abracadabra")
    await expect(user.newest).to_contain_text(Say.UNKNOWN_WORD.value)
    await expect(user.newest).to_contain_text(Say.HELP_STATUS.value)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_every_screen_of_the_main_job_is_accessible(
    browser: Browser, address: str, viewport: ViewportSize, *, dark: bool
) -> None:
    async with a_user(browser, address, viewport, dark=dark) as user:

        async def looks_right() -> None:
            assert await violations(user.page) == []
            assert await too_small(user.page) == []
            assert not await scrolls_sideways(user.page)

        await user.sits_at("Staff")
        await user.press("Report a post")
        await user.choose("safety", "may-harm-themselves")
        await expect(user.page.get_by_role("alert", name=names.card("call-999"))).to_be_visible()
        await looks_right()
        await user.choose("content", "names-children")
        await user.choose("about", "pupil")
        await user.press("Next")
        await expect(user.form(names.page("post"))).to_be_visible()
        await user.adds(SCREENSHOT)
        await expect(user.page.get_by_role("button", name="Remove file 1")).to_be_visible()
        await user.page.get_by_text("More, if you know it").click()
        await looks_right()
        await user.press("Close")
        await reported(user)
        await looks_right()
        await user.sits_at("Headteacher")
        await user.opens_case("2026-001")
        await looks_right()
        await user.press(f"Answer: {names.step('acknowledge')}")
        await expect(user.form(names.step("acknowledge"))).to_be_visible()
        await looks_right()
        await user.says("cases")
        await expect(user.page.get_by_role("region", name=Say.CASES_TITLE.value)).to_be_visible()
        await looks_right()
