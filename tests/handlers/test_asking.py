"""Which updates ask something of us, and what happens around a handler: who asks, where, in which language."""

from typing import Any

import pytest

from handlers.asking import asks
from handlers.identity import Identity
from handlers.registry import OFFERS
from simulator.chats import Chat
from simulator.people import Person
from tests.handlers.updates import ANONYMOUS, CHANNEL, GROUP, LIN, OTHER_BOT, Raw, message, reaction
from tests.living import Living

ME = Identity(100, "kith_bot", reads_all=False)
PRIVATE: Raw = {"id": 501, "type": "private", "first_name": "Lin"}
COMMAND = "bot_command"


def asked(raw: Raw) -> bool:
    return asks(raw, me=ME, offers=OFFERS)


def command(text: str, *, offset: int = 0, length: int | None = None, **fields: Any) -> Raw:
    """A message whose entity covers the first word of `text`, as Telegram finds commands."""
    covered = len(text.split(maxsplit=1)[0]) if length is None else length
    return message(text=text, entities=[{"type": COMMAND, "offset": offset, "length": covered}], **fields)


@pytest.mark.parametrize(
    "text", ["/me", "/ME", "/me@kith_bot", "/me@KITH_bot", "/me now", "/help@kith_bot", "/me\nnow"]
)
def test_in_a_group_a_command_that_is_ours_asks(text: str) -> None:
    assert asked(command(text))


@pytest.mark.parametrize("text", ["/help", "/start", "/me@other_bot", "/help@other_bot", "/rules", "/mention", "/"])
def test_in_a_group_others_commands_and_common_bare_ones_do_not(text: str) -> None:
    assert not asked(command(text))


def test_a_sign_after_the_command_does_not_hide_it() -> None:
    assert asked(command("/me。", length=3))
    assert asked(command("/me, please", length=3))


def test_in_a_group_talk_and_reactions_ask_nothing() -> None:
    assert not asked(message())
    assert not asked(message(text="see /me", entities=[{"type": COMMAND, "offset": 4, "length": 3}]))
    assert not asked(message(text="/me", entities=[{"type": "url", "offset": 0, "length": 3}]))
    assert not asked(message(text="/me"))
    assert not asked(reaction(old=[], new=[]))
    assert not asked({"update_id": 1, "edited_message": command("/me")["message"]})
    assert not asked({"update_id": 1, "channel_post": {**command("/me")["message"], "chat": CHANNEL}})


def test_everything_in_private_asks_unless_a_bot_or_nobody_wrote_it() -> None:
    assert asked(message(chat=PRIVATE))
    assert asked(message(chat=PRIVATE, text=None, photo=[]))
    assert not asked(message(chat=PRIVATE, by=OTHER_BOT))
    assert not asked(message(chat=PRIVATE, by=None))


def test_a_button_asks() -> None:
    assert asked({"update_id": 1, "callback_query": {"id": "1", "from": LIN, "chat_instance": "1", "data": "me:1"}})


async def test_a_notice_in_private_is_not_answered_as_if_somebody_had_spoken(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    lin.starts(town.bot)
    await town.settle()
    before = town.told(lin)
    chat = {"id": lin.id, "type": "private", "first_name": "Lin"}
    pinned = {"message_id": 1, "date": 1_600_000_000, "chat": chat, "from": lin.user}
    raw = message(by=lin.user, chat=chat, text=None, pinned_message=pinned)
    town.bot.push({"message": raw["message"]})
    await town.settle()
    assert town.told(lin) == before
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]


async def test_an_anonymous_administrator_who_asks_for_a_card_is_told_why_there_is_none(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    await town.settle()
    chat = group.json
    anonymous = command("/me", by=ANONYMOUS, sender_chat=chat, chat=chat)
    town.bot.push({"message": anonymous["message"]})
    await town.settle()
    assert (town.said(group)[-1].text or "").startswith("You write as a group or channel here")
    assert await town.rows("SELECT count(*) FROM balances") == [(0,)]
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]


@pytest.fixture
def forum(town: Living) -> tuple[Chat, Person]:
    lin = town.world.person("Lin", language_code="en")
    return town.group(lin, forum=True), lin


async def test_an_answer_stays_in_the_topic_in_which_was_asked(town: Living, forum: tuple[Chat, Person]) -> None:
    group, lin = forum
    topic = lin.creates_topic(group, "Poems")
    asked_in_topic = lin.writes(group, "/me", topic=topic)
    asked_in_general = lin.writes(group, "/me")
    await town.settle()
    answers = {m.reply_to: m for m in town.said(group) if m.reply_to is not None}
    assert answers[asked_in_topic].topic == topic.thread_id
    assert answers[asked_in_general].topic is None


async def test_the_private_answer_is_in_the_askers_language(town: Living) -> None:
    said = {}
    for code in ("en", "zh-hant", "zh-hans", "zh-TW", "zh-cn", "de", None):
        person = town.world.person("Lin", language_code=code)
        person.starts(town.bot)
        await town.settle()
        said[code] = town.told(person)[0]
    assert said["en"] == said["de"] == said[None]
    assert said["zh-hant"] == said["zh-TW"]
    assert said["zh-hans"] == said["zh-cn"]
    assert len(set(said.values())) == 3


async def test_in_a_group_the_groups_language_is_spoken(live: Any) -> None:
    town: Living = await live(settings={"KITH_COMMUNITIES__LANGUAGE": "zh-Hans"})
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    lin.writes(group, "/me")
    await town.settle()
    assert "Lin · 本周 0 分" in [message.text for message in town.said(group)]
    assert GROUP["id"] != group.id
