"""Words instead of commands: which messages are looked at, and what they are answered."""

from dataclasses import replace
from typing import Any

import pytest

from handlers.asking import asks
from handlers.identity import Identity
from handlers.registry import OFFERS
from models.rules.keywords import KeywordsSettings, meanings, normal
from models.rules.settings import SettingIsOutOfBounds, check
from tests.databases import on_sqlite_alone
from tests.handlers.asking_in import asked_in, asked_privately
from tests.handlers.updates import message
from tests.living import Living

ME = Identity(100, "kith_bot", reads_all=False)
WORDS = frozenset(meanings(KeywordsSettings()))


def asked(text: str) -> bool:
    return asks(message(text=text), me=ME, offers=OFFERS, words=WORDS)


def test_a_word_asks_whatever_stands_around_it_and_nothing_else_does() -> None:
    for text in ("积分", "積分", " 排名\n", "My Points", "LEADERBOARD"):
        assert asked(text), text
    for text in ("积分！", "我有多少积分", "points", "rank", "top", "", " ", "积分" * 20, "排名 积分", "\u200b积分"):
        assert not asked(text), text


def test_each_word_has_one_command_and_each_field_is_one() -> None:
    settings = KeywordsSettings(me="a, B ,a，c、", points="a\nd；e", rank="", top="x" * 25, earn=" ; , ", checkin="e")
    settings = replace(settings, levels="", badges="", ask="f")
    mine = {"a": "me", "b": "me", "c": "me"}
    assert meanings(settings) == {**mine, "d": "points", "e": "points", "f": "ask", "f\n": "ask"}  # the first has it
    assert set(meanings(KeywordsSettings()).values()) <= OFFERS.keys()
    assert all(normal(word) == word.rstrip("\n") for word in meanings(KeywordsSettings()))


def test_a_list_of_words_has_an_end() -> None:
    with pytest.raises(SettingIsOutOfBounds, match="points = 501 is outside 0 to 500"):
        check(KeywordsSettings(points="x" * 501))


def test_a_word_for_a_question_may_open_it_and_others_open_nothing() -> None:
    long = "QUESTION：which one?" + " long" * 99
    for text in ("提問：哪本好？", "提问 哪本好？", "提問\n哪本好？", " Question: which one?", long):
        assert asked(text), text
    for text in ("提問哪本好？", "提問:", "提問：\n ", "question which one?", "A question: which one?", "：提問"):
        assert not asked(text), text
    for text in ("積分：多少？", "積分 多少？", "rank: what is it?", "\u3000", "提問" * 20 + "：哪本好？"):
        assert not asked(text), text


async def test_a_word_is_answered_like_its_command(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(town.world.person("Owner"))
    lin.joins(group)
    lin.writes(group, "Good morning all")
    await town.settle()
    for word, line in {
        "積分": "Lin · 0.2 points",
        "排名": "Lin · 1st of 1 this week",
        "my points": "Lin · 0.2 points",
    }.items():
        (answer,) = await asked_in(town, group, lin, word)
        assert answer.text == line
        assert answer.keyboard[0][0]["text"] == "More in private"
    assert await asked_in(town, group, lin, "points") == []


async def test_a_word_does_in_private_as_well(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    lin.writes(town.group(lin, "Tea"), "Good morning all")
    await town.settle()
    assert ((await asked_privately(town, lin, "积分")).text or "").startswith("Tea\n\n0.2 points to spend.")
    assert ((await asked_privately(town, lin, "积分?")).text or "").startswith("I understand commands only.")


async def test_a_forwarded_word_and_one_in_a_group_of_others_words_ask_nothing(live: Any) -> None:
    town: Living = await live(settings={"KITH_KEYWORDS__POINTS": "taels"})
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    word = lin.writes(group, "taels")
    await town.settle()
    assert [said.text for said in town.said(group) if said.reply_to is word] == ["Lin · 0 points"]
    assert await asked_in(town, group, lin, "积分") == []
    forwarded = lin.writes(group, forward_of=word)
    await town.settle()
    assert [said for said in town.said(group) if said.reply_to is forwarded] == []


async def test_what_is_said_to_the_bot_is_no_message_to_the_others(live: Any, database_url: str) -> None:
    town: Living = await live(database_url)
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    greeting = lin.writes(group, "Good morning all")
    for text in ("/me", "/rank@other_bot", "积分", " My Points "):
        lin.writes(group, text)
    lin.writes(group, "/helped", reply_to=greeting)
    word = lin.writes(group, "勋章")  # asks for nothing where badges are off
    lin.writes(group, forward_of=word)
    lin.writes(group, "积分？", reply_to=greeting)
    await town.settle()
    assert await town.rows("SELECT messages, replies FROM member_days") == [(4, 1)]
    assert await town.rows("SELECT messages FROM members") == [(4,)]
    assert await town.rows("SELECT count(*) FROM ledger WHERE action = 'message'") == [(3,)]


async def test_words_that_an_administrator_has_changed_are_heard_before_long(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    lin.writes(group, "Good morning all")
    await town.settle()
    assert await asked_in(town, group, lin, "gold") == []
    async with town.kith.database.writing() as session:
        community = await session.merge(await town.community(group))
        community.settings = {**community.settings, "keywords": {"points": "gold"}}
    await town.kith.road.learn_words()
    (answer,) = await asked_in(town, group, lin, "gold")
    assert answer.text == "Lin · 0.4 points"  # the first time it was no word yet
    assert await asked_in(town, group, lin, "积分") == []
    other = town.group(lin, "Other")
    assert await asked_in(town, other, lin, "gold") == []


@on_sqlite_alone
async def test_the_words_of_all_groups_are_known_on_either_database(live: Any, database_url: str) -> None:
    town: Living = await live(database_url)
    lin = town.world.person("Lin")
    groups = [town.group(lin, f"Group {number}") for number in range(2)]
    for group in groups:
        lin.writes(group, "hello")
    await town.settle()
    async with town.kith.database.writing() as session:
        community = await session.merge(await town.community(groups[0]))
        community.settings = {**community.settings, "keywords": {"points": "gold"}}
    await town.kith.road.learn_words()
    assert len(await asked_in(town, groups[0], lin, "gold")) == 1
    assert len(await asked_in(town, groups[1], lin, "积分")) == 1
