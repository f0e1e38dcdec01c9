"""A browser, on a laptop's screen and on a phone's, and a small world to look at."""

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from simulator.server import Server, serve
from simulator.world import World

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# As it is run by tests: no sandbox, since they may run as root, and nothing that calls home.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Where there is a bus for messages between programs that answers nobody, a browser waits for it, 25 seconds each time.
NO_BUS = {"DBUS_SESSION_BUS_ADDRESS": "disabled:", "DBUS_SYSTEM_BUS_ADDRESS": "disabled:"}
PICTURES = Path(__file__).parents[2] / "pictures"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PATIENCE_MS = 30_000
STICKING_OUT = """
    [...document.querySelectorAll("button, input, textarea, .bubble, .card, .toast, .tour-box, .dialog")]
        .filter((one) => one.getBoundingClientRect().width > 0)
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1)
        .map((one) => one.outerHTML.slice(0, 120))
"""


@dataclass(frozen=True)
class Screen:
    name: str
    width: int
    height: int
    touch: bool


LAPTOP = Screen("laptop", 1366, 820, touch=False)
PHONE = Screen("phone", 390, 844, touch=True)


@dataclass
class Visit:
    """Somebody's look at the page."""

    page: Page
    screen: Screen
    complaints: list[str]

    @property
    def on_phone(self) -> bool:
        return self.screen is PHONE

    async def picture(self, name: str) -> None:
        """Keeps how it looks, in both schemes; nothing may stick out of the screen."""
        assert await self.page.evaluate(STICKING_OUT) == []
        PICTURES.mkdir(exist_ok=True)
        for scheme in SCHEMES:
            await self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            await self.page.screenshot(path=PICTURES / f"{name}-{self.screen.name}-{scheme}.png")
        await self.page.emulate_media(color_scheme="light")

    async def opens(self, address: str, *, tour: bool = False) -> None:
        if not tour:
            await self.page.add_init_script("localStorage.setItem('kith.try.tour', '1')")
        await self.page.goto(address)
        await self.page.wait_for_selector("html[data-ready]")

    async def goes_to(self, title: str) -> None:
        """Opens a chat or a topic by its title."""
        if self.on_phone and await self.page.locator("#app").get_attribute("data-pane") == "chat":
            await self.page.get_by_role("button", name="All chats").click()
        row = self.page.locator(".chat-row", has=self.page.get_by_text(title, exact=True))
        place = await row.get_attribute("data-place")
        await row.click()
        # It is drawn with the next frame; until then the messages of the chat before stand there.
        await expect(self.page.locator("#log")).to_have_attribute("data-place", place or "")

    async def is_now(self, name: str) -> None:
        """Becomes somebody else."""
        if self.on_phone and await self.page.locator("#app").get_attribute("data-pane") == "chat":
            await self.page.get_by_role("button", name="All chats").click()
        await self.page.locator("#be").click()
        await self.page.get_by_role("searchbox").fill(name)
        await self.page.locator(".dialog .person", has_text=name).first.click()
        await expect(self.page.locator("#be")).to_contain_text(name)

    async def writes(self, text: str) -> None:
        await self.page.locator("#write").fill(text)
        await self.page.locator("#write").press("Enter")
        await expect(self.page.locator(".message.own").last).to_contain_text(text)

    def message(self, words: str) -> Locator:
        """The last message that itself, not in what it answers, has these words."""
        return self.page.locator(".message", has=self.page.locator(".text", has_text=words)).last

    async def menu_of(self, words: str) -> None:
        """Opens what can be done with the last message that has these words."""
        message = self.message(words)
        if self.screen.touch:
            await message.locator(".text").first.tap()
        else:
            await message.locator(".text").first.click(button="right")


# A browser takes a second to start: there is one for all tests, in one loop with them. Each visit has a profile of its
# own in it.
@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        pytest.skip(f"there is no browser; one of {', '.join(PROGRAMS)} is needed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=FLAGS, env={**os.environ, **NO_BUS})
        yield browser
        await browser.close()


@pytest.fixture(scope="module", params=[LAPTOP, PHONE], ids=lambda screen: screen.name)
def screen(request: pytest.FixtureRequest) -> Screen:
    chosen: Screen = request.param
    return chosen


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, screen: Screen) -> AsyncIterator[Visit]:
    """A visit that must end without the browser having complained of anything."""
    context = await browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        has_touch=screen.touch,
        is_mobile=screen.touch,
        locale="en-GB",
    )
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    page = await context.new_page()
    visit = Visit(page, screen, [])
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on("console", lambda told: visit.complaints.append(told.text) if told.type in ("error", "warning") else None)
    yield visit
    await context.close()
    assert visit.complaints == []


@pytest.fixture
def world() -> World:
    """A group that Lin owns, with Wei in it, and a bot that leads it; nobody runs the bot."""
    world = World(datetime(2026, 3, 2, 12, 0, tzinfo=UTC), seed=7)
    bot = world.add_bot(token="100:SIM", username="kith_bot", name="Kith")
    lin, wei = world.person("Lin", language_code="en"), world.person("Wei", language_code="en")
    group = world.group("Readers", owner=lin)
    group.settle(wei)
    lin.adds(bot, to=group, administrator=True)
    return world


@pytest_asyncio.fixture(loop_scope="session")
async def server(world: World) -> AsyncIterator[Server]:
    async with serve(world) as server:
        yield server
