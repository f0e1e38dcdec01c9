"""What an administrator orders as the group is done once somebody has said who they are, and may."""

from models.audit import Audit
from models.challenges import Challenges
from models.dialogues import Dialogues
from tests.handlers.asking_in import asked_in, pressed
from tests.living import Living


async def test_an_order_of_the_groups_waits_for_who_may_give_it_and_is_carried_out_once(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    wei = town.world.person("Wei", language_code="en")
    group = town.group(lin)
    wei.joins(group)
    wei.writes(group, "Good morning all")
    await town.settle()
    community = await town.community(group)
    async with town.kith.database.writing() as session:
        found = await session.merge(community)
        found.settings = {"checkins": {"on": True}}
    (first,) = await asked_in(town, group, lin, "/challenge 7 10", sender_chat=group)
    (second,) = await asked_in(town, group, lin, "/challenge 9 10", sender_chat=group)
    assert first.text == "You wrote as the group, so I can't see who you are."
    assert await town.all(Challenges) == []
    refused = await pressed(town, wei, first, "It was me, do it")
    assert refused.text == "Only the group's administrators can do that."
    assert await town.all(Challenges) == []
    presses = [lin.taps(first, "It was me, do it"), lin.taps(first, "It was me, do it")]
    await town.settle()
    assert [press.text for press in presses if press.text] == ["This button no longer works. /help shows what does."]
    assert first.text == "Started: 7-day challenge."
    # The other order is refused as it would have been by its command, and is there to be pressed once more.
    one_is_open = await pressed(town, lin, second, "It was me, do it")
    assert one_is_open.text == "There is a challenge already. /challenge stop ends it."
    (challenge,) = await town.all(Challenges)
    assert challenge.days == 7
    assert [(act.user_id, act.action) for act in await town.all(Audit)] == [(lin.id, "challenge")]
    assert [asked.details["words"] for asked in await town.all(Dialogues)] == [["9", "10"]]


async def test_a_channel_and_an_admin_chat_are_chosen_by_who_says_that_it_was_they(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    group, chat = town.group(lin), town.group(lin, "Staff room")
    lin.starts(town.bot)
    news = town.world.group("News", owner=lin, kind="channel", username="readers_news")
    lin.adds(town.bot, to=news)
    await town.settle()
    (asked,) = await asked_in(town, group, lin, "/channel @readers_news", sender_chat=group)
    (question,) = await asked_in(town, chat, lin, "/adminchat@kith_bot", sender_chat=chat)
    for one in (asked, question):
        await pressed(town, lin, one, "It was me, do it")
    assert town.told(lin)[-1] == "What is featured in Readers is copied to @readers_news from now on."
    assert question.text == "Which group's cards shall come here? Everybody in this chat can read them."
    await lin.presses(question, "Readers")
    await town.settle()
    assert question.text == "What waits for the administrators of Readers comes here now."
