"""A first visit to the try-out, from the first click on: as a newcomer, as an admin, as a stranger with a link."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from handlers.registry import COMMANDS
from tests.page.conftest import Screen, Visit
from tests.trying import Tried, tried_out

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


# Each of these visits is somebody else's; all of them on one screen go to the same try-out.
@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tried(screen: Screen) -> AsyncIterator[Tried]:
    async with tried_out() as tried:
        yield tried


async def test_a_newcomers_first_ten_minutes(tried: Tried, visit: Visit) -> None:
    page = visit.page
    await visit.opens(tried.address, tour=True)
    for step in range(1, 7):
        await expect(page.locator(".tour-box")).to_contain_text(f"{step} of 6")
        if step in (1, 4):
            await visit.picture(f"tour-{step}")
        await page.get_by_role("button", name="Next" if step < 6 else "Begin", exact=True).click()
    await expect(page.locator(".tour")).to_have_count(0)

    await visit.goes_to("Readers' corner")
    await visit.picture("newcomer-1-at-the-door")
    await page.get_by_role("button", name="Join the group").click()
    await expect(page.locator(".service").last).to_contain_text("Robin joined the group")
    await visit.writes("Hello everybody, happy to be here!")
    await visit.menu_of("Welcome! What are you reading this week?")
    await page.get_by_role("menuitem", name="Reply").click()
    await visit.writes("A book about lighthouses, very slowly.")
    await expect(page.locator(".message.own").last.locator(".quote")).to_contain_text("Mei")
    await visit.menu_of("They vote by dancing!")
    await visit.picture("newcomer-2-menu")
    await page.get_by_role("button", name="React with ❤").click()
    await expect(visit.message("They vote by dancing!").locator(".chip.mine")).to_contain_text("❤")

    await visit.writes("/me")
    answer = page.locator(".message", has_text="this week").last
    await expect(answer).to_contain_text("Robin · ")
    await visit.picture("newcomer-3-me")
    await answer.locator(".key").click()
    await expect(page.locator("#chat-head")).to_contain_text("@kith_bot")
    await expect(page.locator(".message").last).to_contain_text("Readers' corner")
    await visit.picture("newcomer-4-card")
    if any(command.name == "why" for command in COMMANDS):
        before = await page.locator(".message:not(.own)").count()
        await visit.writes("/why")
        await expect(page.locator(".message:not(.own)")).not_to_have_count(before)
        await visit.picture("newcomer-5-why")
        await page.locator(".message:not(.own)").last.locator(".text .word").first.click()
        await expect(page.locator("#chat-head")).to_contain_text("Readers' corner")
        await expect(page.locator(".message.found")).to_have_count(1)


async def test_an_admins_set_up(tried: Tried, visit: Visit) -> None:
    page = visit.page
    await visit.opens(tried.address)
    await visit.is_now("Mei")
    await visit.goes_to("Kith")
    told = page.locator(".message:not(.own)")

    async def presses(label: str, *, then: str) -> None:
        await page.locator(".key", has_text=label).last.click()
        # Something else may be told meanwhile, such as a badge.
        await expect(told.filter(has_text=then).last).to_be_visible()

    await expect(told.last).to_contain_text("1/3 Which language shall I speak in the group?")
    await visit.picture("set-up-1-language")
    await presses("English", then="2/3 Which time zone?")
    await visit.picture("set-up-2-zone")
    await presses("Taipei", then="3/3 What brings people together here?")
    await visit.picture("set-up-3-template")
    await presses("Learning", then="Readers' corner is set up.")
    await visit.picture("set-up-4-done")
    if not visit.on_phone:
        # What follows is the same conversation: it is held once, where there is least room for it.
        return

    await presses("All settings", then="Time zone: Asia/Taipei")
    await visit.picture("set-up-5-panel")
    await presses("Messages", then="Letters at least: How long a message must be to count")
    await visit.picture("set-up-6-page")
    await presses("Points: 0.2 points", then="Send me a number, from 0 points to 1 point.")
    await visit.writes("7")
    await expect(told.last).to_contain_text("Points goes from 0 points to 1 point. Nothing was changed.")
    await visit.writes("0.3")
    await expect(told.last).to_contain_text("Messages › Points: 0.2 points → 0.3 points")
    await visit.picture("set-up-7-number")
    await presses("‹ Back", then="Time zone: Asia/Taipei")
    await presses("Reach", then="When and how often members may be written to unasked.")
    await presses("Quiet from: 22:00", then="Choose the hour.")
    await visit.picture("set-up-8-hour")
    await presses("21:00", then="Quiet from: 22:00 → 21:00")

    await visit.goes_to("Readers' corner")
    await visit.menu_of("They vote by dancing!")
    await page.get_by_role("menuitem", name="Reply").click()
    await visit.writes("/grant 2 the best fact this week")
    await expect(told.last).to_contain_text("Ada +2 points: the best fact this week")
    await visit.picture("set-up-9-grant")
    await visit.goes_to("Kith")
    await visit.writes("/audit")
    await expect(told.last).to_contain_text("Mei gave Ada 2 points: the best fact this week")
    await expect(told.last).to_contain_text("Mei changed the settings")
    await visit.picture("set-up-10-audit")


async def test_an_admins_first_steps(tried: Tried, visit: Visit) -> None:
    page = visit.page
    await visit.opens(tried.address)
    await visit.is_now("Mei")
    await visit.goes_to("Kith")
    await expect(page.locator(".message:not(.own)", has_text="Readers' corner").first).to_be_visible()
    await visit.picture("admin-1-private")

    await visit.goes_to("Readers' corner")
    await page.get_by_role("button", name="People in the group").click()
    await visit.picture("admin-2-members")
    await page.locator(".dialog .person", has_text="Ada").click()
    await page.get_by_role("menuitem", name="Make administrator", exact=True).click()
    await expect(page.locator(".dialog .person", has_text="Ada")).to_contain_text("administrator")
    await page.locator(".dialog .person", has_text="Kith").click()
    await page.get_by_role("menuitem", name="Make administrator without any right").click()
    await page.get_by_role("button", name="Close", exact=True).click()

    await visit.goes_to("Kith")
    await visit.writes("/start")
    await expect(visit.message("we know each other from")).to_be_visible()
    await page.locator(".key", has_text="Add me").last.click()
    await page.get_by_role("menuitem", name="A new group of yours").click()
    await page.get_by_role("textbox", name="Name").fill("Sunday hikers")
    await page.get_by_role("button", name="Create it").click()
    await expect(page.locator("#chat-head")).to_contain_text("Sunday hikers")
    await expect(page.locator(".service").last).to_contain_text("Mei added Kith")
    await visit.picture("admin-3-new-group")


async def test_a_stranger_follows_the_invite_link_and_leaves_again(tried: Tried, visit: Visit) -> None:
    page = visit.page
    await visit.opens(tried.address)
    await visit.is_now("Sam")
    await visit.goes_to("Readers' corner")
    await page.get_by_role("button", name="Follow the invite link").click()
    await expect(page.locator(".service").last).to_contain_text("Sam joined the group")
    await page.get_by_role("button", name="More", exact=True).click()
    await page.get_by_role("menuitem", name="Leave the group").click()
    await expect(page.get_by_role("button", name="Join the group")).to_be_visible()

    await visit.goes_to("Kith")
    await page.get_by_role("button", name="Start", exact=True).click()
    await expect(page.locator(".message:not(.own)").last).to_be_visible()
    await page.get_by_role("button", name="More", exact=True).click()
    await page.get_by_role("menuitem", name="Block the bot").click()
    await page.get_by_role("button", name="Unblock the bot").click()
    await expect(page.locator("textarea#write")).to_be_visible()


async def test_the_crowd_lives_an_hour_and_the_panel_shows_what_it_earned(tried: Tried, visit: Visit) -> None:
    page = visit.page
    await visit.opens(tried.address)
    await visit.is_now("Ada")
    time = page.locator("#time .time-now")
    before = await time.inner_text()
    await page.get_by_role("button", name="an hour").click()
    await expect(page.locator("#toasts")).to_contain_text("They did")
    await expect(time).not_to_have_text(before)
    await visit.goes_to("Readers' corner")
    if await page.locator("#panel").is_hidden():
        await page.get_by_role("button", name="What the bot stored").click()
    await expect(page.locator("#panel-stored li").first).to_be_visible()
    await expect(page.locator("#panel-stored")).to_contain_text("wrote a message")
    await visit.picture("crowd-1-stored")
    await page.get_by_role("tab", name="Bot API calls").click()
    await expect(page.locator("#panel-calls")).to_contain_text("sendMessage")
    await visit.picture("crowd-2-calls")
    await page.get_by_role("button", name="Close the panel").click()
    if visit.on_phone:
        await page.get_by_role("button", name="Time:").click()
    await page.get_by_role("button", name="Next morning").last.click()
    await expect(page.locator("#toasts")).to_contain_text("09:00")
    await visit.picture("crowd-3-morning")
