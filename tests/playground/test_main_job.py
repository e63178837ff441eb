"""The main job in a client that nobody here wrote: Microsoft's Agents Playground, as Teams."""

from typing import Final

import pytest
from playwright.async_api import Locator, expect

from bot.screens.say import Say
from tests.browser import names

from .conftest import Teams
from .seated import Seated, chooses, chooses_label, presses, ticks

pytestmark = pytest.mark.asyncio(loop_scope="session")

LINK: Final = "https://www.facebook.com/groups/1/posts/2"
CHANNEL: Final = "Governors - Governors"
"""As the Playground names it: the team and its channel."""
WORDS: Final = "*Mr Bell* is a disgrace <b>"


async def fills_first_page(card: Locator) -> None:
    await expect(card).to_contain_text(names.question("safety"))
    await ticks(card, "safety", "none")
    await ticks(card, "content", "racist")
    await ticks(card, "about", "staff-member")
    await presses(card, Say.NEXT.value)


async def fills_second_page(card: Locator) -> None:
    await chooses(card, "place", "closed-group")
    await chooses(card, "poster", "parent-or-carer")
    await presses(card, Say.SEND_REPORT.value)


async def has_reported(staff: Seated) -> None:
    await staff.writes(f"report-post {LINK}")
    await fills_first_page(staff.newest)
    await fills_second_page(staff.newest)
    await expect(staff.newest).to_contain_text(Say.RECEIPT_DO_NOT_REPLY.value)
    await expect(staff.newest).to_contain_text("2026-001")


async def test_a_report_is_made_in_one_card_which_ends_as_its_receipt(teams: Teams) -> None:
    async with teams.seat("staff") as staff:
        await staff.writes(f"report-post {LINK}")
        await expect(staff.cards).to_have_count(2)
        card = staff.cards.nth(1)
        await presses(card, Say.NEXT.value)
        await expect(card).to_contain_text(Say.WRONG_MISSING.value)
        await fills_first_page(card)
        await expect(card.get_by_role("heading", name=names.page("post"))).to_be_visible()
        await expect(staff.cards).to_have_count(2)
        await fills_second_page(card)
        await expect(card).to_have_text("Thank you. Your report is 2026-001.")
        await expect(staff.newest).to_contain_text(Say.RECEIPT_DO_NOT_REPLY.value)
        await expect(staff.cards).to_have_count(3)


async def test_what_was_written_stands_in_the_chat_only_while_it_is_asked_for(
    teams: Teams,
) -> None:
    async with teams.seat("staff") as staff:
        await staff.writes("report-post")
        card = staff.newest
        await fills_first_page(card)
        await card.get_by_label(names.question("links")).fill(LINK)
        await presses(card, "More, if you know it")
        await card.get_by_label(names.question("words")).fill(WORDS)
        await presses(card, Say.BACK.value)
        await expect(card.get_by_role("heading", name=names.page("what"))).to_be_visible()
        await presses(card, Say.NEXT.value)
        await expect(card.get_by_role("heading", name=names.page("post"))).to_be_visible()
        await expect(card).not_to_contain_text("disgrace")
        await expect(card.get_by_label(names.question("links"))).to_have_value("")
        await presses(card, "See what I wrote")
        await expect(card).to_contain_text(WORDS)
        await expect(card).to_contain_text(LINK)
        await presses(card, "Close")
        await expect(card).not_to_contain_text("disgrace")
        await fills_second_page(card)
        await expect(staff.newest).to_contain_text("2026-001")


async def test_a_message_of_the_staff_room_is_forwarded_and_reported_in_the_dialog(
    teams: Teams,
) -> None:
    async with teams.seat("staff") as staff:
        await staff.opens("Staff room")
        await staff.writes(f"Have you seen this? {LINK}")
        await staff.reports_the_newest()
        await fills_first_page(staff.dialog)
        await expect(staff.dialog.get_by_label(names.question("links"))).to_have_value(LINK)
        await fills_second_page(staff.dialog)
        await expect(staff.dialog).to_contain_text("Thank you. Your report is 2026-001.")
        await presses(staff.dialog, "Close")
        await staff.opens("Personal Chat")
        await expect(staff.newest).to_contain_text(Say.RECEIPT_DO_NOT_REPLY.value)
        # The card that let the report wait in the chat says what became of it.
        await expect(staff.cards.nth(1)).to_have_text("Thank you. Your report is 2026-001.")


async def test_the_head_is_reminded_and_answers_and_the_older_cards_change(teams: Teams) -> None:
    title, other = names.step("acknowledge"), names.step("police")
    async with teams.seat("head") as head, teams.seat("staff") as staff, teams.clock() as clock:
        await has_reported(staff)
        new_case, round_up, form = (head.cards.nth(number) for number in (1, 2, 3))
        await expect(new_case).to_contain_text("2026-001")
        await expect(new_case).to_contain_text(title)
        await clock.clock("Next school morning")
        await expect(round_up).to_contain_text(Say.ROUND_UP_TITLE.value)
        await round_up.get_by_title(f"Answer: {title}").click()
        await expect(form.get_by_role("heading", name=title)).to_be_visible()
        await chooses_label(
            form, Say.OUTCOME_LABEL_DECISION.value, names.outcome("acknowledge", "accepted")
        )
        await presses(form, Say.SAVE.value)
        await chooses(form, "fair_concern", "no")
        await chooses(form, "gravely_offensive", "no")
        # The Playground draws the card twice, for the answer and for the message that is changed,
        # and forgets what was chosen in between; nobody else chooses as soon as that.
        await chooses(form, "fair_concern", "no")
        await presses(form, Say.SAVE.value)
        await expect(form.get_by_role("heading", name="Case 2026-001")).to_be_visible()
        await expect(round_up.get_by_title(f"Answer: {title}")).to_have_count(0)
        await expect(round_up).to_contain_text(f"2026-001 · {Say.STATE_DONE.value}")
        await expect(round_up.get_by_title(f"Answer: {other}")).to_be_visible()
        await expect(new_case).not_to_contain_text(title)
        await expect(head.cards).to_have_count(4)


async def test_the_digest_comes_to_the_channel_and_a_channel_gets_no_detail(
    teams: Teams,
) -> None:
    async with teams.seat("head") as head, teams.seat("staff") as staff, teams.clock() as clock:
        await has_reported(staff)
        await head.posts_in_channel(CHANNEL, "cases")
        await expect(head.cards.filter(has_text=Say.WRITE_TO_ME_DIRECTLY.value)).to_be_visible()
        await head.posts_in_channel(CHANNEL, "digest-here")
        await expect(head.cards.filter(has_text=Say.DIGEST_COMES_HERE.value)).to_be_visible()
        await clock.clock("Next Friday afternoon")
        digest = head.cards.filter(has_text=Say.DIGEST_TITLE.value)
        await expect(digest.get_by_role("img")).to_be_visible()
        await expect(head.cards.filter(has_text="2026-001")).to_have_count(0)
