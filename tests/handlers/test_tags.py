"""Tags: each says what it should, is given back, found again, taken away; and nobody's own is touched."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models import communities, points
from models.levels import LevelRises, Levels
from models.outbox import Outbox
from simulator.chats import Chat
from simulator.people import Person
from tests.databases import on_sqlite_alone
from tests.handlers.asking_in import asked_privately, pressed
from tests.handlers.test_levels import MINUTE, ON, says, set_tag, tag_of
from tests.living import Living

HOURS, WEEK = timedelta(hours=7), timedelta(days=7)


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith with tags, once on each kind of database."""
    return await live(database_url, settings=ON)


async def readers(town: Living, *names: str) -> tuple[Chat, Person, list[Person]]:
    """A group of Lin's, and members with a level and its tag."""
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    people = [town.world.person(name, language_code="en") for name in names or ("Wei",)]
    for person in people:
        person.joins(group)
        says(person, group, 3)
    await town.settle()
    await town.later(MINUTE)
    for person in people:
        says(person, group, 3)
    await passes(town)
    assert {tag_of(group, person) for person in people} == {"Neighbour"}
    return group, lin, people


async def passes(town: Living, by: timedelta = MINUTE) -> None:
    """Time passes, and what is begun then comes to its end."""
    await town.later(by)
    await town.later(MINUTE)


async def climbs(town: Living, group: Chat, person: Person) -> None:
    """Somebody comes to another level."""
    says(person, group, 20)
    await town.settle()
    await passes(town)


async def chosen(town: Living, group: Chat, **values: Any) -> None:
    """An administrator chooses otherwise."""
    number = (await town.community(group)).community_id
    async with town.kith.database.writing() as session:
        here = await communities.held(session, community_id=number)
        assert here is not None
        here.settings = {**here.settings, "levels": {**here.settings["levels"], **values}}


async def spoken(town: Living, group: Chat, language: str) -> None:
    """A group speaks another language from now on."""
    number = (await town.community(group)).community_id
    async with town.kith.database.writing() as session:
        here = await communities.held(session, community_id=number)
        assert here is not None
        here.language = language


def asked_of(town: Living, person: Person) -> int:
    """How often Telegram was asked about somebody."""
    asked = [call for call in town.bot.calls if call.method == "getChatMember"]
    return sum(int(call.params["user_id"]) == person.id for call in asked)


async def forgets(town: Living, person: Person) -> None:
    await pressed(town, person, await asked_privately(town, person, "/forgetme"), "Yes, forget me")


@on_sqlite_alone
async def test_who_is_forgotten_loses_the_tag_and_is_named_for_no_more_than_a_day(town: Living) -> None:
    group, _, (wei,) = await readers(town)
    await forgets(town, wei)
    assert tag_of(group, wei) is None
    await town.later(timedelta(hours=25))
    assert [row.name for row in await town.all(Outbox) if str(wei.id) in str(row.payload)] == []


async def test_who_is_forgotten_keeps_a_tag_of_their_own(town: Living) -> None:
    group, _, (wei,) = await readers(town)
    set_tag(group, wei, "Captain")
    await forgets(town, wei)
    assert tag_of(group, wei) == "Captain"


@on_sqlite_alone
async def test_who_comes_back_with_the_tag_of_then_is_given_the_one_of_now(town: Living) -> None:
    group, _, (wei,) = await readers(town)
    await forgets(town, wei)
    set_tag(group, wei, "Neighbour")
    says(wei, group, 1)
    await town.settle()
    await passes(town)
    assert tag_of(group, wei) == "Guest"


@on_sqlite_alone
async def test_a_tag_of_ones_own_is_left_alone_until_it_is_gone_and_looked_for_once_a_week(town: Living) -> None:
    group, _, (wei,) = await readers(town)
    set_tag(group, wei, "Captain")
    await climbs(town, group, wei)
    assert tag_of(group, wei) == "Captain"
    before = asked_of(town, wei)
    for _ in range(20):
        await passes(town, HOURS)
    assert asked_of(town, wei) == before
    await passes(town, 2 * HOURS + WEEK - 20 * HOURS)
    assert (asked_of(town, wei), tag_of(group, wei)) == (before + 1, "Captain")
    set_tag(group, wei, None)
    await passes(town, WEEK)
    assert tag_of(group, wei) == "Regular"


@on_sqlite_alone
async def test_an_administrator_has_no_tag_and_who_is_one_no_more_has_it_at_once(town: Living) -> None:
    group, lin, (wei,) = await readers(town)
    lin.promotes(wei, chat=group, rights={"can_manage_chat": True})
    await town.settle()
    await climbs(town, group, wei)
    assert tag_of(group, wei) is None
    lin.demotes(wei, chat=group)
    await town.settle()
    await passes(town)
    assert tag_of(group, wei) == "Regular"


@on_sqlite_alone
async def test_who_comes_back_into_the_group_has_the_tag_again_and_who_stays_away_is_not_asked_about(
    town: Living,
) -> None:
    group, _, (wei, ann) = await readers(town, "Wei", "Ann")
    says(ann, group, 20)
    await town.settle()
    for person in (wei, ann):
        person.leaves(group)
    await town.settle()
    await passes(town)
    before = asked_of(town, ann)
    wei.joins(group)
    await town.settle()
    await passes(town)
    assert tag_of(group, wei) == "Neighbour"
    for _ in range(8):
        await passes(town, timedelta(days=1))
    assert asked_of(town, ann) == before
    ann.joins(group)
    await town.settle()
    await passes(town)
    assert tag_of(group, ann) == "Regular"


@on_sqlite_alone
async def test_who_telegram_says_has_left_is_not_asked_about_again(town: Living) -> None:
    group, lin, (wei,) = await readers(town)
    # While Kith may not hear of it.
    lin.promotes(town.bot, chat=group, rights={"can_manage_tags": True})
    says(wei, group, 20)
    await town.settle()
    group.stand(wei, replace(group.standing(wei), status="left", tag=None))
    before = asked_of(town, wei)
    for _ in range(10):
        await passes(town, timedelta(days=1))
    assert asked_of(town, wei) == before + 1


@on_sqlite_alone
async def test_other_names_and_another_language_change_the_tags_that_are_there(town: Living) -> None:
    group, _, (wei, own) = await readers(town, "Wei", "Own")
    set_tag(group, own, "Captain")
    await spoken(town, group, "zh-Hant")
    await passes(town)
    assert (tag_of(group, wei), tag_of(group, own)) == ("鄰居", "Captain")
    await chosen(town, group, names="Seed,Tree,Oak")
    await passes(town)
    assert (tag_of(group, wei), tag_of(group, own)) == ("Tree", "Captain")


async def test_another_curve_changes_the_tags_that_are_there_and_brings_nobody_news_of_a_level(
    town: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In a test all entries of the ledger are so young that each look goes over all of them again.
    monkeypatch.setattr(points, "OVERLAP", 0)
    group, _, (wei, ann) = await readers(town, "Wei", "Ann")
    for person in (wei, ann):
        person.starts(town.bot)
        says(person, group, 15)
    await town.settle()
    await passes(town)
    assert (tag_of(group, wei), tag_of(group, ann)) == ("Regular", "Regular")
    rises, told = len(await town.all(LevelRises)), [len(town.told(person)) for person in (wei, ann)]
    for curve, tag in (("slowly", "Neighbour"), ("quickly", "Regular")):
        await chosen(town, group, curve=curve)
        says(ann, group, 1)
        await town.settle()
        for _ in range(2):
            await passes(town)
        assert (tag_of(group, wei), tag_of(group, ann)) == (tag, tag)
        says(wei, group, 1)
        await town.settle()
        await passes(town)
    assert (len(await town.all(LevelRises)), [len(town.told(person)) for person in (wei, ann)]) == (rises, told)


async def test_another_curve_is_no_news_where_no_tags_are_shown(town: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points, "OVERLAP", 0)
    group, _, (wei, ann) = await readers(town, "Wei", "Ann")
    await chosen(town, group, tags=False, curve="slowly")
    for person in (wei, ann):
        person.starts(town.bot)
        says(person, group, 15)
    await town.settle()
    await passes(town)
    told = len(town.told(wei))
    await chosen(town, group, curve="quickly")
    says(ann, group, 1)
    await town.settle()
    await passes(town)
    says(wei, group, 1)
    await town.settle()
    await passes(town)
    assert len(town.told(wei)) == told
    # What they earn themselves is.
    says(wei, group, 15)
    await town.settle()
    await passes(town)
    (news,) = town.told(wei)[told:]
    assert news.startswith("In Readers you have reached level 4, Friend.")


@pytest.mark.parametrize("switch", ["tags", "on"])
async def test_switched_off_tags_are_taken_away_but_for_what_members_chose(town: Living, switch: str) -> None:
    group, _, (wei, own) = await readers(town, "Wei", "Own")
    set_tag(group, own, "Captain")
    await chosen(town, group, **{switch: False})
    await passes(town)
    assert (tag_of(group, wei), tag_of(group, own)) == (None, "Captain")
    asked = len([call for call in town.bot.calls if "ChatMember" in call.method])
    says(wei, group, 20)
    for _ in range(10):
        await passes(town, timedelta(days=1))
    assert len([call for call in town.bot.calls if "ChatMember" in call.method]) == asked
    await chosen(town, group, **{switch: True})
    await passes(town)
    assert tag_of(group, own) == "Captain"
    assert tag_of(group, wei) in {"Neighbour", "Regular"}


@on_sqlite_alone
async def test_what_telegram_does_not_take_for_a_tag_is_offered_once_a_week(town: Living) -> None:
    group, _, (wei,) = await readers(town)
    town.world.faults.add(method="setChatMemberTag", chat_id=group.id, status=400, times=100)
    await climbs(town, group, wei)
    before = asked_of(town, wei)
    for _ in range(10):
        await passes(town, HOURS)
    assert asked_of(town, wei) == before
    await passes(town, WEEK)
    assert asked_of(town, wei) == before + 1


async def test_of_many_tags_a_few_are_changed_at_a_time(town: Living) -> None:
    group, _, people = await readers(town, *[f"Member {number}" for number in range(18)])
    people += [town.world.person(f"Another {number}", language_code="en") for number in range(10)]
    for person in people[18:]:
        group.settle(person)
        says(person, group, 6)
    await town.settle()
    await passes(town)
    await chosen(town, group, names="Seed,Tree,Oak")
    changed = []
    for _ in range(3):
        await town.later(MINUTE)
        changed.append(sum(tag_of(group, person) == "Tree" for person in people))
    assert changed == [20, 28, 28]
    assert len(await town.all(Levels)) == 28
