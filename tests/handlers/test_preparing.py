"""Some days before a weekly poll or a co-creation that cannot come, those who run the group are told."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.cocreations import CocreationsSettings
from models.rules.preparing import before_cocreation
from simulator.people import Person
from tests.handlers.asking_in import asked_in, asked_privately, labels, pressed
from tests.handlers.test_polls import BOOKS, DAILY, NOTHING_ELSE, TOOLS, admitted, founded
from tests.living import Living

DAY = timedelta(days=1)
FRIDAY = {"KITH_POLLS__ON": "true", "KITH_POLLS__WEEKDAY": "friday", "KITH_POLLS__HOUR": "18"}
MONTHLY = {
    "KITH_WORKS__ON": "true",
    "KITH_COCREATIONS__ON": "true",
    "KITH_COCREATIONS__MONTHLY": "true",
    "KITH_COCREATIONS__MONTH_DAY": "20",
}


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith with a weekly poll on Fridays at six, once on each kind of database; it is Monday, 09:00."""
    return await live(database_url, settings={**FRIDAY, **DAILY, **NOTHING_ELSE})


async def until(town: Living, day: int, hour: int, minute: int = 1) -> None:
    await town.later(datetime(2026, 11, day, hour, minute, tzinfo=UTC) - town.kith.clock.now())


def heard(town: Living, lin: Person, words: str) -> int:
    return sum(words in told for told in town.told(lin))


async def test_two_days_before_a_poll_without_topics_its_administrators_are_told_once(town: Living) -> None:
    group, lin, (wei,) = await founded(town, "Wei")
    await asked_in(town, group, wei, f"/propose {BOOKS}")
    await until(town, 18, 8)
    assert heard(town, lin, "lacks topics") == 0
    await until(town, 18, 9)
    told = town.said(lin.private(town.bot))[-1]
    assert told.text == (
        "Readers: the weekly poll on Fri, 20 Nov 18:00 lacks topics. It takes at least two approved ones.\n"
        "1 waits for your word."
    )
    assert labels(told) == ["See the proposals"]
    await until(town, 20, 17)
    assert heard(town, lin, "lacks topics") == 1
    before = len(town.said(group))
    await until(town, 20, 18)
    await until(town, 25, 9)
    # Something still waits for a word, so it is said again; once that is decided, who runs the group knows.
    assert heard(town, lin, "lacks topics") == 2
    (card,) = [one for one in town.said(lin.private(town.bot)) if "proposed topic" in (one.text or "")]
    await pressed(town, lin, card, "Approve")
    await until(town, 27, 18)
    await until(town, 27, 19)
    await town.later(7 * DAY)
    assert heard(town, lin, "lacks topics") == 2
    assert not [one for one in town.said(group)[before:] if "poll" in (one.text or "")]


async def test_where_a_poll_has_its_topics_or_was_skipped_nothing_is_said(town: Living) -> None:
    group, lin, (wei,) = await founded(town, "Wei")
    other = town.group(lin, "Others")
    await town.settle()
    await admitted(town, group, lin, {BOOKS: wei, TOOLS: lin})
    page = await asked_privately(town, lin, "/calendar")
    await pressed(town, lin, page, "Others")
    number = next(line.split(".")[0] for line in (page.text or "").split("\n") if "The weekly poll" in line)
    await pressed(town, lin, page, number)
    await pressed(town, lin, page, "Skip")
    await until(town, 18, 9)
    assert heard(town, lin, "lacks topics") == 0
    assert town.said(other) == []


async def test_some_days_before_a_co_creation_without_a_theme_its_administrators_are_told(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**MONTHLY, **NOTHING_ELSE})
    _, lin, _ = await founded(town)
    await until(town, 17, 8)
    assert heard(town, lin, "no theme yet") == 0
    await until(town, 17, 9)
    assert town.told(lin)[-1] == (
        "Readers: the co-creation on Fri, 20 Nov 19:00 has no theme yet. Without one it does not open.\n"
        "/cocreate themes takes one, or several for the months to come."
    )
    await until(town, 20, 18)
    assert heard(town, lin, "no theme yet") == 1
    panel = await asked_privately(town, lin, "/cocreate themes")
    await pressed(town, lin, panel, "Add themes")
    await asked_privately(town, lin, "Letters\nSnow")
    await town.later(35 * DAY)
    assert heard(town, lin, "no theme yet") == 1


@given(st.integers(1, 28))
def test_the_look_is_three_to_six_days_before_whatever_day_it_opens_on(month_day: int) -> None:
    found = before_cocreation(CocreationsSettings(on=True, monthly=True, month_day=month_day))
    assert found is not None
    for length in (28, 29, 30, 31):
        days = month_day - found.month_day
        assert 3 <= (days if days > 0 else days + length) <= 6
