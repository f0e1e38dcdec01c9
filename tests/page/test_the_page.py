"""The page by itself, in a small world without a bot that runs: what it draws, how fast, and what it never runs."""

import asyncio
import re
from datetime import UTC, datetime

import pytest
from playwright.async_api import expect
from telegram import Bot as Client
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from simulator.server import Server, serve
from simulator.world import World
from tests.page.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
# What the page keeps of messages in its document, whatever a chat holds.
MOST_DRAWN = 430
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63606060f80f0001040100"
    "5fe5c34b0000000049454e44ae426082"
)


def client_of(server: Server) -> Client:
    return Client("100:SIM", base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot")


async def test_what_people_write_stays_text(server: Server, world: World, visit: Visit) -> None:
    group = next(iter(world.chats.values()))
    eve = world.person(HOSTILE[:60], last_name="\u202eevil", language_code="en")
    group.settle(eve)
    await visit.opens(server.url)
    await visit.goes_to("Readers")
    eve.writes(group, HOSTILE)
    eve.writes(group, "javascript://example.org/%0aalert(1) https://example.org/<b>")
    eve.asks(group, HOSTILE[:200], [HOSTILE[:90], "<b>two</b>"])
    async with client_of(server) as client:
        await client.send_message(
            group.id,
            '<b>bold</b> <a href="javascript:alert(1)">bad</a> <a href="https://example.org/">good</a> &lt;i&gt;',
            parse_mode="HTML",
            reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton(HOSTILE[:60], callback_data="x")]]),
        )
    page = visit.page
    await expect(page.locator(".message .text strong")).to_have_text("bold")
    assert HOSTILE in await page.locator(".message .text").first.inner_text()
    assert await page.locator("#log img, #log script, #log iframe, #chats img").count() == 0
    assert await page.title() != "owned"
    addresses = await page.locator("#log a").evaluate_all("all => all.map(one => one.href)")
    assert "https://example.org/" in addresses
    assert all(address.startswith("https://example.org") for address in addresses)


async def test_fifty_messages_a_second_are_shown_and_old_ones_make_room(
    server: Server, world: World, visit: Visit
) -> None:
    group = next(iter(world.chats.values()))
    wei = next(person for person in world.people.values() if person.name == "Wei")
    await visit.opens(server.url)
    await visit.goes_to("Readers")
    for number in range(1, 601):
        message = wei.writes(group, f"line {number}")
        if number % 3 == 0:
            wei.reacts(message, ["👍"])
        if number % 10 == 0:
            # Faster than is promised, so that it need not last twelve seconds.
            await asyncio.sleep(0.05)
    page = visit.page
    await expect(page.locator(".message").last).to_contain_text("line 600")
    assert await page.locator("#log > *").count() <= MOST_DRAWN
    # Whoever reads back finds the old ones, and is not pushed away by new ones.
    log = page.locator("#log")
    for _ in range(12):
        await log.evaluate("log => { log.scrollTop = 0; }")
        await asyncio.sleep(0.1)
    first = await page.locator(".message .text").first.inner_text()
    assert int(re.findall(r"\d+", first)[0]) < 400
    assert await page.locator("#log > *").count() <= MOST_DRAWN + 150
    reading = await log.evaluate("log => [...log.children].find(n => n.getBoundingClientRect().bottom > 100).innerText")
    wei.writes(group, "and one more")
    await expect(page.locator("#jump")).to_be_visible()
    await asyncio.sleep(0.4)
    still = await log.evaluate("log => [...log.children].find(n => n.getBoundingClientRect().bottom > 100).innerText")
    assert still == reading
    await page.locator("#jump").click()
    await expect(page.locator(".message").last).to_contain_text("and one more")


async def test_a_slow_page_stays_at_the_end_when_much_comes_at_once(server: Server, world: World, visit: Visit) -> None:
    group = next(iter(world.chats.values()))
    wei = next(person for person in world.people.values() if person.name == "Wei")
    await visit.opens(server.url)
    await visit.goes_to("Readers")
    page = visit.page
    for number in range(1, 21):
        wei.writes(group, f"line {number}")
    await expect(page.locator(".message").last).to_contain_text("line 20")
    # The browser looks where it stands before it has drawn what came meanwhile.
    await page.evaluate("() => { window.kept = []; window.requestAnimationFrame = (what) => kept.push(what); }")
    for number in range(21, 301):
        wei.writes(group, f"line {number}")
    came = f"""async () => {{
        const {{ state }} = await import("/js/store.js");
        while (state.last.get({group.id}).text !== "line 300") await new Promise((done) => setTimeout(done, 20));
    }}"""
    await page.evaluate(came)
    await page.evaluate("""() => {
        document.getElementById("log").dispatchEvent(new Event("scroll"));
        window.requestAnimationFrame = (what) => setTimeout(what, 10);
        for (const what of kept) requestAnimationFrame(what);
    }""")
    await expect(page.locator(".message").last).to_contain_text("line 300")
    await expect(page.locator("#jump")).to_be_hidden()


async def test_a_chat_opens_that_is_drawn_anew_while_it_is_pressed(server: Server, world: World, visit: Visit) -> None:
    group = next(iter(world.chats.values()))
    wei = next(person for person in world.people.values() if person.name == "Wei")
    await visit.opens(server.url)
    await visit.goes_to("Kith")
    page = visit.page
    if visit.on_phone:
        await page.get_by_role("button", name="All chats").click()
    row = page.locator(".chat-row", has=page.get_by_text("Readers", exact=True))
    place = await row.get_attribute("data-place") or ""
    await row.hover()
    await page.mouse.down()
    wei.writes(group, "In between")
    # The page has heard of it, and has had time to draw it.
    await page.evaluate(
        """async (chat) => {
            const { state } = await import(new URL("/js/store.js", location.href));
            const frame = () => new Promise(requestAnimationFrame);
            while (state.last.get(chat)?.text !== "In between") await frame();
            for (let count = 0; count < 3; count += 1) await frame();
        }""",
        group.id,
    )
    await page.mouse.up()
    await expect(page.locator("#log")).to_have_attribute("data-place", place)
    await expect(page.locator("#log .message").last).to_contain_text("In between")


async def test_what_comes_while_a_button_is_held_is_drawn_all_the_same(
    server: Server, world: World, visit: Visit
) -> None:
    group = next(iter(world.chats.values()))
    wei = next(person for person in world.people.values() if person.name == "Wei")
    await visit.opens(server.url)
    await visit.goes_to("Readers")
    await visit.page.locator("#log").hover()
    await visit.page.mouse.down()
    wei.writes(group, "Held for long")
    await expect(visit.page.locator("#log .message").last).to_contain_text("Held for long")
    await visit.page.mouse.up()


async def test_polls_buttons_pictures_and_files(server: Server, world: World, visit: Visit) -> None:
    group = next(iter(world.chats.values()))
    lin = next(person for person in world.people.values() if person.name == "Lin")
    await visit.opens(server.url)
    await visit.is_now("Wei")
    await visit.goes_to("Readers")
    page = visit.page
    lin.asks(group, "Where shall we meet?", ["Library", "Park"], anonymous=False)
    await page.locator(".option", has_text="Park").click()
    await expect(page.locator(".option.mine")).to_contain_text("100%")
    await page.get_by_role("button", name="Take it back").click()
    await expect(page.locator(".option.mine")).to_have_count(0)
    async with client_of(server) as client:
        await client.send_photo(group.id, PNG, caption="A picture")
        await client.send_document(group.id, b"name,points\n", filename="board.csv")
        board = InlineKeyboardMarkup([[InlineKeyboardButton("Next page", callback_data="next")]])
        await client.send_message(group.id, "The board", reply_markup=board)
        await expect(page.locator("img.picture")).to_be_visible()
        async with page.expect_download() as coming:
            await page.locator("a.file").click()
        assert (await coming.value).suggested_filename == "board.csv"
        await page.locator(".key", has_text="Next page").click()
        press = (await client.get_updates(timeout=5))[-1].callback_query
        assert press is not None
        await press.answer("There is no other page.", show_alert=True)
        await expect(page.get_by_role("dialog")).to_contain_text("There is no other page.")
        await page.get_by_role("button", name="OK").click()
    await visit.picture("page-1-all-kinds")


async def test_everything_can_be_reached_by_keyboard(server: Server, world: World, visit: Visit) -> None:
    page = visit.page
    await visit.opens(server.url)
    await visit.goes_to("Readers")
    keys = page.keyboard
    await page.locator("#log").focus()
    await keys.press("w")
    await expect(page.get_by_role("dialog")).to_contain_text("Who are you?")
    await page.get_by_role("searchbox").fill("Wei")
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(page.locator("#be")).to_contain_text("Wei")
    await page.locator("#log").focus()
    await keys.press("/")
    await keys.type("by keyboard alone")
    await keys.press("Enter")
    await expect(page.locator(".message.own").last).to_contain_text("by keyboard alone")
    await keys.press("Escape")
    await keys.press("ArrowUp")
    await expect(page.locator(".message.own").last).to_be_focused()
    await keys.press("e")
    await keys.press("Enter")
    await expect(page.locator(".chip.mine")).to_contain_text("👍")
    await page.locator("#log").focus()
    await keys.press("ArrowUp")
    await keys.press("r")
    await expect(page.locator("#write")).to_be_focused()
    await keys.type("an answer")
    await keys.press("Enter")
    await expect(page.locator(".message.own").last.locator(".quote")).to_contain_text("by keyboard alone")
    await keys.press("Escape")
    await keys.press("?")
    await expect(page.get_by_role("dialog")).to_contain_text("Keyboard")
    await keys.press("Escape")
    await keys.press("Alt+ArrowDown")
    await expect(page.locator("#chat-head")).to_contain_text("@kith_bot")
    assert await page.locator("button:not([aria-label]):not(:has-text(''))").count() == 0


async def test_the_page_is_read_in_the_language_that_one_chooses(server: Server, world: World, visit: Visit) -> None:
    page = visit.page
    await visit.opens(server.url)
    await expect(page.locator("#who")).to_contain_text("You are")
    for name, tag, words in (("繁體中文", "zh-Hant", "你現在是"), ("简体中文", "zh-Hans", "你现在是")):
        await page.get_by_role("button", name=name, exact=True).click()
        await expect(page.locator("#who")).to_contain_text(words)
        await expect(page.get_by_role("button", name=name, exact=True)).to_have_attribute("aria-pressed", "true")
        assert await page.evaluate("document.documentElement.lang") == tag
        await visit.picture(f"page-2-{tag}")
    await page.reload()
    await expect(page.locator("#who")).to_contain_text("你现在是")
    await page.get_by_role("button", name="English", exact=True).click()
    await expect(page.locator("#who")).to_contain_text("You are")


async def test_a_page_comes_back_by_itself_when_the_try_out_is_started_anew(world: World, visit: Visit) -> None:
    page = visit.page
    async with serve(world) as first:
        await visit.opens(first.url)
        await visit.goes_to("Readers")
    await expect(page.locator("#app[data-away]")).to_have_count(1)
    another = World(datetime(2026, 3, 2, 12, 0, tzinfo=UTC), seed=8)
    another.add_bot(token="100:SIM", username="kith_bot", name="Kith")
    ada = another.person("Ada", language_code="en")
    ada.writes(another.group("Writers", owner=ada), "a new world")
    async with serve(another, port=int(first.url.rpartition(":")[2])):
        await expect(page.locator("#be")).to_contain_text("Ada")
        await expect(page.locator("#chat-head")).to_contain_text("Writers")
        await expect(page.locator("#log .message").last).to_contain_text("a new world")
        await expect(page.locator("#app[data-away]")).to_have_count(0)
        await page.close()
    # The browser says that it could not connect, as it should.
    visit.complaints.clear()
