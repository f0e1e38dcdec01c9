"""`/privacy`, `/mydata`, `/forgetme` and `/lang`: what is kept of a person, and what they choose."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.handlers.asking_in import asked_in, asked_privately, forged, labels, pressed, toasts
from tests.living import Living

GONE = "This button no longer works. /help shows what does."
FOR_SOMEBODY_ELSE = "This button is for somebody else."


def content(town: Living, message: Message) -> dict[str, list[dict[str, object]]]:
    """What is in the file that a message brings."""
    found: dict[str, list[dict[str, object]]] = json.loads(town.world.files[message.raw["document"]["file_id"]])
    return found


@pytest.fixture
async def group(town: Living) -> tuple[Chat, Person, Person]:
    """A group in which Lin has written something that Wei likes."""
    lin, wei = town.world.person("Lin", language_code="en"), town.world.person("Wei", language_code="en")
    group = town.group(town.world.person("Owner"), "Tea")
    for person in (lin, wei):
        person.joins(group)
    poem = lin.writes(group, "a poem")
    await town.settle()
    wei.reacts(poem, ["👍"])
    wei.writes(group, "a fine one", reply_to=poem)
    await town.settle()
    return group, lin, wei


async def test_a_member_leaves_the_boards_and_comes_back(town: Living, group: tuple[Chat, Person, Person]) -> None:
    _, lin, wei = group
    shown = await asked_privately(town, lin, "/privacy")
    assert labels(shown) == ["Take me off the boards", "My data", "Forget me…"]
    await pressed(town, lin, shown, "Take me off the boards")
    assert (shown.text or "").endswith(
        "You stand on none of its boards. The week's news and the topic's recap don't name you either: what you made "
        "is linked there without your name. Lists of works and co-creations still say whose each is. Your points count "
        "all the same."
    )
    assert "Lin" not in ((await asked_privately(town, wei, "/top")).text or "")
    await pressed(town, lin, shown, "Put me on the boards")
    assert "Lin" in ((await asked_privately(town, wei, "/top")).text or "")


async def test_who_runs_the_group_is_taken_off_the_boards_only_where_they_stand_on_them(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live()
    owner, lin = town.world.person("Owner", language_code="en"), town.world.person("Lin", language_code="en")
    tea = town.group(owner, "Tea")
    lin.joins(tea)
    lin.writes(tea, "Good morning all")
    await town.settle()
    shown = await asked_privately(town, owner, "/privacy")
    assert (shown.text or "").endswith(
        "You stand on none of its boards while you run it; your points count all the same."
    )
    assert labels(shown) == ["My data", "Forget me…"]
    # What somebody chose before they ran it they may take back; after that there is nothing to choose any more.
    page = await asked_privately(town, lin, "/privacy")
    await pressed(town, lin, page, "Take me off the boards")
    owner.promotes(lin, chat=tea, rights={"can_delete_messages": True})
    await town.settle()
    page = await asked_privately(town, lin, "/privacy")
    await pressed(town, lin, page, "Put me on the boards")
    assert labels(page) == ["My data", "Forget me…"]


async def test_who_runs_the_group_may_leave_boards_that_list_them(live: Callable[..., Awaitable[Living]]) -> None:
    town = await live(settings={"KITH_STANDINGS__STAFF_LISTED": "true"})
    owner = town.world.person("Owner", language_code="en")
    town.group(owner, "Tea")
    await town.settle()
    shown = await asked_privately(town, owner, "/privacy")
    assert labels(shown)[0] == "Take me off the boards"


async def test_whoever_is_in_no_group_is_told_what_is_kept_all_the_same(town: Living) -> None:
    stranger = town.world.person("Ann", language_code="en")
    shown = await asked_privately(town, stranger, "/privacy")
    assert labels(shown) == ["My data", "Forget me…"]
    file = await asked_privately(town, stranger, "/mydata")
    found = content(town, file)
    assert "people" in found
    assert "members" not in found
    question = await asked_privately(town, stranger, "/forgetme")
    await pressed(town, stranger, question, "Yes, forget me")
    assert question.text == "Done. I no longer know who you are."
    assert await town.rows(f"SELECT count(*) FROM people WHERE user_id = {stranger.id}") == [(0,)]


async def test_the_file_holds_all_about_who_asks_and_names_nobody_else(
    town: Living, group: tuple[Chat, Person, Person]
) -> None:
    _, lin, wei = group
    file = await asked_privately(town, lin, "/mydata")
    found = content(town, file)
    assert {"people", "members", "ledger", "balances", "messages", "member_days"} <= found.keys()
    assert [row["first_name"] for row in found["people"]] == ["Lin"]
    assert sorted(row["points"] for row in found["ledger"]) == [0.1, 0.2]  # type: ignore[type-var]
    assert str(wei.id) not in json.dumps(found)
    assert file.raw["document"]["file_name"] == "kith-2026-11-16.json"


async def test_the_file_is_made_again_only_after_a_while(town: Living, group: tuple[Chat, Person, Person]) -> None:
    _, lin, wei = group
    assert "document" in (await asked_privately(town, lin, "/mydata")).raw
    await town.later(timedelta(minutes=3))
    told = "You had your file a moment ago. I can make the next one in 7 minutes."
    assert (await asked_privately(town, lin, "/mydata")).text == told
    shown = await asked_privately(town, lin, "/privacy")
    before = len(town.told(lin))
    await pressed(town, lin, shown, "My data")
    assert toasts(town)[-1] == told
    lin.starts(town.bot, "mydata-0")
    await town.settle()
    assert town.told(lin)[before:] == [told]
    assert "document" in (await asked_privately(town, wei, "/mydata")).raw
    await town.later(timedelta(minutes=7))
    file = await asked_privately(town, lin, "/mydata")
    assert content(town, file)["people"][0]["data_given_at"] == "2026-11-16T09:10:00+00:00"
    # A link that names somebody else brings one's own.
    ann = town.world.person("Ann", language_code="en")
    for payload in (f"mydata-{lin.id}", f"mydata-{lin.id}"):
        ann.starts(town.bot, payload)
        await town.settle()
    private = town.said(ann.private(town.bot))
    assert ["document" in message.raw for message in private] == [True, False]
    assert [row["user_id"] for row in content(town, private[0])["people"]] == [ann.id]
    assert str(lin.id) not in json.dumps(content(town, private[0]))


async def test_in_a_group_all_of_it_leads_to_private(town: Living, group: tuple[Chat, Person, Person]) -> None:
    chat, lin, _ = group
    for word in ("privacy", "mydata", "forgetme", "lang"):
        assert await asked_in(town, chat, lin, f"/{word}") == []
        (answer,) = await asked_in(town, chat, lin, f"/{word}@kith_bot")
        assert f"?start={word}-" in answer.keyboard[0][0]["url"]
        assert "Lin" not in (answer.text or "")
        lin.starts(town.bot, answer.keyboard[0][0]["url"].partition("?start=")[2])
        await town.settle()
    private = town.said(lin.private(town.bot))
    assert ["document" in message.raw for message in private[-4:]] == [False, True, False, False]


async def test_whoever_is_forgotten_leaves_others_what_is_theirs(
    town: Living, group: tuple[Chat, Person, Person]
) -> None:
    _, lin, wei = group
    before = await town.rows(f"SELECT balance FROM balances WHERE user_id = {wei.id}")
    sums = await town.rows("SELECT sum(points), count(*) FROM ledger")
    question = await asked_privately(town, lin, "/forgetme")
    assert labels(question) == ["Yes, forget me", "No, leave it as it is"]
    assert "from zero" in (question.text or "")
    await pressed(town, lin, question, "Yes, forget me")
    assert question.text == "Done. I no longer know who you are."
    assert question.keyboard == []
    assert await town.rows(f"SELECT balance FROM balances WHERE user_id = {wei.id}") == before
    assert await town.rows("SELECT sum(points), count(*) FROM ledger") == sums
    for table in ("people", "members", "ledger", "balances", "standings", "member_days"):
        assert await town.rows(f"SELECT count(*) FROM {table} WHERE user_id = {lin.id}") == [(0,)], table
    assert "Lin" not in ((await asked_privately(town, wei, "/top")).text or "")
    assert ((await asked_privately(town, lin, "/me")).text or "").startswith("I have not met you in a group yet.")


async def test_who_changes_their_mind_is_remembered(town: Living, group: tuple[Chat, Person, Person]) -> None:
    _, lin, _ = group
    question = await asked_privately(town, lin, "/forgetme")
    await pressed(town, lin, question, "No, leave it as it is")
    assert question.text == "Nothing was changed."
    assert ((await asked_privately(town, lin, "/points")).text or "").startswith("Tea\n\n0.3 points")


async def test_forgotten_in_one_group_a_member_stays_in_the_other(
    town: Living, group: tuple[Chat, Person, Person]
) -> None:
    _, lin, _ = group
    other = town.group(lin, "Coffee")
    lin.writes(other, "hello")
    await town.settle()
    question = await asked_privately(town, lin, "/forgetme")
    assert sorted(labels(question)) == ["Coffee", "Everywhere", "Tea"]
    await pressed(town, lin, question, "Tea")
    assert (question.text or "").startswith("Shall I forget you in Tea?")
    await pressed(town, lin, question, "Yes, forget me")
    assert question.text == "Done. In Tea I no longer know who you are."
    assert ((await asked_privately(town, lin, "/points")).text or "").startswith("Coffee\n\n0.2 points")


async def test_nobody_earns_twice_by_being_forgotten(town: Living, group: tuple[Chat, Person, Person]) -> None:
    chat, lin, wei = group
    poem = next(message for message in chat.messages if message.text == "a poem")
    await pressed(town, wei, await asked_privately(town, wei, "/forgetme"), "Yes, forget me")
    for chosen in ([], ["👍"], [], ["🔥"]):
        wei.reacts(poem, chosen)
        await town.settle()
    received = await town.rows(
        f"SELECT sum(points) FROM ledger WHERE user_id = {lin.id} AND action = 'reaction_received'"
    )
    assert received[0][0] <= 10
    own = await town.rows(f"SELECT sum(points) FROM ledger WHERE user_id = {wei.id}")
    assert own == [(None,)]


async def test_others_buttons_and_made_up_ones_do_nothing(town: Living, group: tuple[Chat, Person, Person]) -> None:
    chat, lin, wei = group
    number = (await town.community(chat)).community_id
    question = await asked_privately(town, lin, "/forgetme")
    stranger = town.world.person("Ann", language_code="en")
    words = (
        "forgetme:0",
        "forgetin:0",
        "forgetnow:0",
        "keepme:0",
        f"hideme:{number}",
        "mydata:0",
        "lang:1",
        f"me:{number}",
    )
    for data in words:
        forged(town, wei, question, data)
    await town.settle()
    assert toasts(town) == [FOR_SOMEBODY_ELSE] * len(words)
    own = await asked_privately(town, stranger, "/start")
    before = await town.rows("SELECT count(*) FROM members")
    made_up = (
        "forgetin:1",
        f"forgetnow:{number}",
        "forgetnow:-1",
        "forgetnow:x",
        "lang:9",
        "lang:-1",
        "lang:",
        f"showme:{number}",
    )
    for data in made_up:
        forged(town, stranger, own, data)
    await town.settle()
    assert set(toasts(town)[len(words) :]) == {FOR_SOMEBODY_ELSE, GONE}
    assert len(toasts(town)) == len(words) + len(made_up)
    assert await town.rows("SELECT count(*) FROM members") == before
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]
    assert ((await asked_privately(town, lin, "/points")).text or "").startswith("Tea\n\n0.3 points")


async def test_a_language_is_chosen_and_given_back_to_telegram(
    town: Living, group: tuple[Chat, Person, Person]
) -> None:
    chat, lin, _ = group
    choice = await asked_privately(town, lin, "/lang")
    assert labels(choice) == ["English", "繁體中文", "简体中文", "As my Telegram"]
    await pressed(town, lin, choice, "繁體中文")
    assert choice.text == "私訊裡我改用繁體中文了。"
    assert "可用 0.3 分" in ((await asked_privately(town, lin, "/points")).text or "")
    (answer,) = await asked_in(town, chat, lin, "/points")
    assert answer.text == "Lin · 0.3 points"
    choice = await asked_privately(town, lin, "/lang")
    await pressed(town, lin, choice, "跟我的 Telegram 一樣")
    assert choice.text == "In private I answer in the language of your Telegram."
    assert "0.3 points to spend" in ((await asked_privately(town, lin, "/points")).text or "")
