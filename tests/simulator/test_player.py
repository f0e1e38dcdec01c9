"""A history is played as live updates: what the bot hears is what the file tells."""

import asyncio
import contextlib
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from simulator.bots import Bot
from simulator.errors import NotPossible
from simulator.history.reader import read_export
from simulator.player.playing import MOST_WAITING, BotStalled, Player, Summary, play
from simulator.world import World
from tests.simulator.exports import BEGAN, GROUP, chat, happened, local, reaction, read, said, written
from tests.simulator.updates import EVERYTHING

DATA = Path(__file__).parents[3] / "shared" / "data"
FILES = ("public-group-en.json.gz", "composite-group-zh.json.gz")
CHAT = -1_000_000_000_000 - GROUP
THUMB, HEART = "👍", "❤"


@contextlib.contextmanager
def hearing(bot: Bot) -> Iterator[list[dict[str, Any]]]:
    """Takes and confirms whatever waits, and keeps it."""
    heard: list[dict[str, Any]] = []

    async def hear() -> None:
        while True:
            batch = bot.updates.take(100)
            heard.extend(json.loads(queued.text) for queued in batch)
            if batch:
                bot.updates.confirm(batch[-1].id + 1)
            await asyncio.sleep(0)

    task = asyncio.get_running_loop().create_task(hear())
    try:
        yield heard
    finally:
        task.cancel()


async def played(
    folder: Path, bot: Bot, world: World, *messages: dict[str, Any], **more: Any
) -> tuple[list[Any], Summary]:
    with hearing(bot) as heard:
        summary = await play(world, bot, read(folder, *messages, **more))
    return heard, summary


def messages_in(heard: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the bot's own entrance."""
    return [update["message"] for update in heard if "message" in update][1:]


def changes_in(heard: list[dict[str, Any]]) -> list[tuple[int, str, str]]:
    changes = [update["chat_member"] for update in heard if "chat_member" in update]
    return [
        (one["new_chat_member"]["user"]["id"], one["old_chat_member"]["status"], one["new_chat_member"]["status"])
        for one in changes
    ]


async def test_messages_come_with_the_files_ids_dates_and_people(world: World, bot: Bot, tmp_path: Path) -> None:
    heard, summary = await played(tmp_path, bot, world, said(5, text="/me"), said(7, by="user12", name="Bo"))
    first, second = messages_in(heard)
    assert (first["message_id"], first["date"], first["from"]["id"]) == (5, BEGAN + 300, 11)
    assert first["entities"] == [{"type": "bot_command", "offset": 0, "length": 3}]
    assert first["chat"] == {"id": CHAT, "title": "Readers", "type": "supergroup"}
    assert second["from"] == {"id": 12, "is_bot": False, "first_name": "Bo"}
    assert "my_chat_member" in heard[0]
    rights = heard[0]["my_chat_member"]["new_chat_member"]
    assert {name for name, given in rights.items() if given is False} == {"is_anonymous", "can_be_edited"}
    assert summary.confirmed
    assert summary.told == {"messages": 2}
    assert (summary.first, summary.last) == (_at(5), _at(7))
    assert world.clock.now() == _at(7)
    assert changes_in(heard) == [], "nobody saw the old members come"


async def test_replies_even_to_what_the_file_does_not_have(world: World, bot: Bot, tmp_path: Path) -> None:
    records = said(5), said(6, by="user12", name="Bo", reply_to_message_id=5), said(7, reply_to_message_id=2)
    heard, summary = await played(tmp_path, bot, world, *records)
    _, known, unknown = messages_in(heard)
    assert (known["reply_to_message"]["message_id"], known["reply_to_message"]["from"]["id"]) == (5, 11)
    assert unknown["reply_to_message"]["message_id"] == 2
    assert "from" not in unknown["reply_to_message"]
    assert summary.told["replies"] == 2


async def test_a_reply_to_what_the_chat_has_forgotten_still_names_its_author(tmp_path: Path) -> None:
    world = World(keep_messages=8)
    bot = world.add_bot(token="900:SIM", username="kith_bot")
    many = [said(number, by="user12", name="Bo") for number in range(2, 60)]
    given = [reaction(THUMB, 1, ("Bo", "user12", local(BEGAN + 60 * 70)))]
    heard, _ = await played(tmp_path, bot, world, said(1, reactions=given), *many, said(60, reply_to_message_id=1))
    assert messages_in(heard)[-1]["reply_to_message"]["from"]["id"] == 11
    assert [update["message_reaction"]["message_id"] for update in heard if "message_reaction" in update] == [1]


async def test_topics(world: World, bot: Bot, tmp_path: Path) -> None:
    heard, _ = await played(
        tmp_path,
        bot,
        world,
        happened("topic_created", 2, title="Tea"),
        said(3, reply_to_message_id=2),
        said(4, reply_to_message_id=3),
        said(5),
    )
    opened, plain, reply, general = messages_in(heard)
    assert opened["forum_topic_created"]["name"] == "Tea"
    for one in (plain, reply):
        assert (one["message_thread_id"], one["is_topic_message"]) == (2, True)
    assert plain["reply_to_message"]["message_id"] == 2
    assert reply["reply_to_message"]["message_id"] == 3
    assert "message_thread_id" not in general
    assert general["chat"]["is_forum"]


async def test_reactions_come_at_their_own_dates_between_the_messages(world: World, bot: Bot, tmp_path: Path) -> None:
    given = [
        reaction(THUMB, 4, ("Bo", "user12", local(BEGAN + 330))),
        reaction(HEART, 1, ("Bo", "user12", local(BEGAN + 400))),
        reaction(THUMB, 1, ("Radio", "channel77", local(BEGAN + 500))),
        reaction(HEART, 1, ("Readers", f"channel{GROUP}", local(BEGAN + 510))),
        reaction("🦖", 1, ("Bo", "user12", local(BEGAN + 520))),
    ]
    heard, summary = await played(tmp_path, bot, world, said(5, reactions=given), said(6))
    kinds = [next(kind for kind in update if kind != "update_id") for update in heard[2:]]
    assert kinds == [
        "message",
        "message_reaction",
        "message",
        "message_reaction",
        "message_reaction",
        "message_reaction",
    ]
    told = [update["message_reaction"] for update in heard if "message_reaction" in update]
    assert [one["date"] - BEGAN for one in told] == [330, 400, 500, 510]
    assert [one["emoji"] for one in told[1]["old_reaction"]] == [THUMB]
    assert [one["emoji"] for one in told[1]["new_reaction"]] == [THUMB, HEART]
    assert told[2]["actor_chat"]["id"] == -1_000_000_000_077
    assert told[3]["actor_chat"]["id"] == CHAT
    assert summary.told["reactions"] == 4
    assert summary.left_out == {
        "reactions whose giver the export does not name": 3,
        "reactions that Telegram's list does not have, or too many by one person": 1,
    }


async def test_joins_and_leaves_by_everything_the_format_has(world: World, bot: Bot, tmp_path: Path) -> None:
    heard, summary = await played(
        tmp_path,
        bot,
        world,
        happened("join_group_by_link", 2, by="user12", name="Bo", inviter="Group"),
        happened("join_group_by_link", 3, by="user12", name="Bo", inviter="Ann"),
        happened("join_group_by_request", 4, by="user13", name="Cy"),
        happened("invite_members", 5, members=["Dee", "Cy"]),
        happened("invite_members", 6, by="user14", name="Eve", members=["Eve"]),
        said(7),
        happened("remove_members", 8, members=["Dee"]),
        happened("remove_members", 9, by="user12", name="Bo", members=["Bo"]),
        happened("remove_members", 10, members=["Fay"]),
    )
    dee, fay = (next(p.id for p in world.people.values() if p.name == name) for name in ("Dee", "Fay"))
    assert changes_in(heard) == [
        (12, "left", "member"),
        (12, "left", "member"),
        (13, "left", "member"),
        (dee, "left", "member"),
        (13, "left", "member"),
        (14, "left", "member"),
        (dee, "member", "kicked"),
        (12, "member", "left"),
        (fay, "member", "kicked"),
    ]
    members = [update["chat_member"] for update in heard if "chat_member" in update]
    assert "invite_link" not in members[0]
    assert members[1]["invite_link"]["creator"]["id"] == 11
    assert members[2]["via_join_request"]
    assert members[3]["from"]["id"] == 11
    invited = messages_in(heard)[3]
    assert (invited["message_id"], [user["id"] for user in invited["new_chat_members"]]) == (5, [dee, 13])
    assert summary.told == {
        "joins by link": 2,
        "joins by request": 1,
        "joins by invitation": 2,
        "joins by oneself": 1,
        "messages": 1,
        "leaves": 1,
        "removals": 2,
    }


async def test_names_that_collide_are_counted_and_guessed_by_nobody(world: World, bot: Bot, tmp_path: Path) -> None:
    heard, summary = await played(
        tmp_path,
        bot,
        world,
        said(2, by="user12", name="Bo"),
        said(3, by="user13", name="Bo"),
        happened("invite_members", 4, members=["Bo", None]),
        happened("remove_members", 5, by="user13", name="Bo", members=["Bo"]),
    )
    assert changes_in(heard) == [(13, "member", "left")], "alone among the members is oneself, whatever the name"
    assert summary.left_out == {
        "what was told by a name that several people have": 1,
        "what deleted accounts did or underwent, named by nothing": 1,
    }
    assert summary.colliding_names == {"Bo": 1}


async def test_those_who_write_as_a_chat(world: World, bot: Bot, tmp_path: Path) -> None:
    records = (
        said(2, by=f"channel{GROUP}", name="Readers"),
        said(3, by="channel77", name="Radio"),
        said(4, by="channel77", name="Radio", forwarded_from="Radio", saved_from="Radio"),
        said(5, name=None),
        happened("invite_members", 6, by=f"channel{GROUP}", name="Readers", members=["Bo"]),
    )
    heard, _ = await played(tmp_path, bot, world, *records)
    hidden, channel, automatic, deleted, invitation = messages_in(heard)
    assert (hidden["from"]["username"], hidden["sender_chat"]["id"]) == ("GroupAnonymousBot", CHAT)
    assert (channel["from"]["username"], channel["sender_chat"]["title"]) == ("Channel_Bot", "Radio")
    assert (automatic["from"]["id"], automatic["is_automatic_forward"]) == (777000, True)
    assert deleted["from"] == {"id": 11, "is_bot": False, "first_name": "Deleted Account"}
    assert invitation["sender_chat"]["id"] == CHAT


async def test_polls_pins_titles_and_media(world: World, bot: Bot, tmp_path: Path) -> None:
    answers = [{"text": "yes", "voters": 3}, {"text": "no", "voters": 0}]
    heard, summary = await played(
        tmp_path,
        bot,
        world,
        said(2, text="", poll={"question": "Tea?", "closed": True, "total_voters": 3, "answers": answers}),
        happened("pin_message", 3, message_id=2),
        happened("edit_group_title", 4, title="Writers"),
        said(5, photo="(File not included.)", text="look"),
        said(6, text="", file="x", media_type="some_new_thing"),
    )
    poll, pin, title, photo, _ = messages_in(heard)
    assert (poll["poll"]["question"], poll["poll"]["total_voter_count"], poll["poll"]["is_closed"]) == (
        "Tea?",
        0,
        False,
    )
    assert pin["pinned_message"]["message_id"] == 2
    assert title["new_chat_title"] == title["chat"]["title"] == "Writers"
    assert (photo["caption"], len(photo["photo"])) == ("look", 2)
    assert summary.told == {"messages": 3, "polls": 1, "pins": 1, "other service messages": 1}


def old(number: int) -> int:
    return number - 1_000_000_000


@pytest.mark.parametrize("recorded", [True, False])
async def test_before_it_was_a_supergroup_it_was_a_group(
    world: World, bot: Bot, tmp_path: Path, recorded: bool
) -> None:
    before = {**said(1, by="chat42", name="Readers"), "id": old(1)}
    answer = {
        **said(2, reply_to_message_id=old(1)),
        "id": old(2),
        "reactions": [reaction(THUMB, 1, ("Bo", "user12", local(BEGAN + 999)))],
    }
    moves = [{**happened("migrate_to_supergroup", 3), "id": old(3)}, {**happened("migrate_from_group", 4), "id": 1}]
    after = said(5), said(6, reply_to_message_id=5)
    first = {**said(4), "id": 2 if recorded else 1}
    heard, summary = await played(tmp_path, bot, world, before, answer, *(moves if recorded else []), first, *after)
    told = messages_in(heard)
    group = told[0]["chat"]
    assert (group["type"], group["id"]) == ("group", -42)
    assert [one["message_id"] for one in told[:2]] == [1, 2]
    assert told[1]["reply_to_message"]["message_id"] == 1
    assert told[2]["migrate_to_chat_id"] == CHAT
    assert told[3]["migrate_from_chat_id"] == -42
    assert [(one["message_id"], one["chat"]["id"]) for one in told[4:]] == [(first["id"], CHAT), (5, CHAT), (6, CHAT)]
    assert summary.told == {"messages": 5, "replies": 2, "moves to a supergroup": 1}
    assert summary.left_out == {"reactions, after the move, to messages from before it": 1}


async def test_a_basic_group_stays_one(world: World, bot: Bot, tmp_path: Path) -> None:
    heard, _ = await played(
        tmp_path, bot, world, said(2, by="chat9", name="Readers"), said(3), type="private_group", id=9
    )
    hidden, plain = messages_in(heard)
    assert hidden["sender_chat"]["id"] == plain["chat"]["id"] == -9


async def test_what_the_bot_itself_wrote_is_not_told(world: World, bot: Bot, tmp_path: Path) -> None:
    heard, summary = await played(
        tmp_path, bot, world, said(2, by=f"user{bot.id}"), said(3, by=f"user{2**53}"), said(4)
    )
    assert len(messages_in(heard)) == 1
    assert summary.left_out == {"what the bot itself did": 1, "what accounts with impossible ids did": 1}


async def test_the_bots_own_messages_take_no_number_of_the_history(world: World, bot: Bot, tmp_path: Path) -> None:
    heard, _ = await played(tmp_path, bot, world, said(2), said(90))
    entrance = next(update["message"] for update in heard if "message" in update)
    assert entrance["message_id"] > 90


async def test_the_founder_owns_the_group_or_somebody_invented(world: World, bot: Bot, tmp_path: Path) -> None:
    _, summary = await played(tmp_path, bot, world, happened("create_group", 1, members=[]), said(2, by="user12"))
    assert summary.owner == 11


async def test_years_pass_without_losing_what_waits(world: World, bot: Bot, tmp_path: Path) -> None:
    years = [{**said(n), "date_unixtime": str(BEGAN + n * 30 * 86_400)} for n in range(1, 200)]
    heard, _ = await played(tmp_path, bot, world, *years)
    assert [one["message_id"] for one in messages_in(heard)] == list(range(1, 200))
    numbers = [update["update_id"] for update in heard]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


async def test_the_queue_is_filled_in_portions_and_a_bot_that_takes_nothing_is_named(
    world: World, bot: Bot, tmp_path: Path
) -> None:
    export = read(tmp_path, *(said(number) for number in range(1, 2 * MOST_WAITING)))
    player = Player(world, bot, export, patience=0.2)
    with pytest.raises(BotStalled, match=r"took no update for 0.2 s; 20\d\d are un-confirmed"):
        await player.play()
    assert not player.summary.confirmed


async def test_a_bot_that_asked_for_little_hears_little(world: World, bot: Bot, tmp_path: Path) -> None:
    bot.updates.allow(["message"])
    heard, _ = await played(tmp_path, bot, world, happened("join_group_by_link", 2, inviter="Group"))
    assert changes_in(heard) == []


async def test_a_history_is_played_once_and_into_an_empty_queue(world: World, bot: Bot, tmp_path: Path) -> None:
    await played(tmp_path, bot, world, said(2))
    with pytest.raises(NotPossible, match="played once"):
        await played(tmp_path, bot, world, said(2))
    bot.push({"message": {}})
    with pytest.raises(NotPossible, match="updates wait"):
        await play(world, bot, read(tmp_path, said(2), id=5))


async def test_an_empty_history_ends_at_once(world: World, bot: Bot, tmp_path: Path) -> None:
    heard, summary = await played(tmp_path, bot, world)
    assert summary.confirmed
    assert summary.first is None
    assert len(heard) == 2


@pytest.mark.parametrize("odd", [None, 5, "x", [], {}, [None], ["x", {}], -1, -7, 2**60, ""])
async def test_odd_values_anywhere_do_not_break_the_playing(world: World, bot: Bot, tmp_path: Path, odd: Any) -> None:
    fields = ("from", "from_id", "text", "reply_to_message_id", "reactions", "poll", "members", "message_id", "title")
    records = [{**said(n), name: odd} for n, name in enumerate(fields, 1)]
    for action in ("invite_members", "remove_members", "topic_created", "pin_message", "migrate_to_supergroup"):
        records += [{**happened(action, len(records) + 1), name: odd} for name in ("actor", "actor_id", *fields[2:])]
    for place, record in enumerate(records):
        record["id"] = place + 1
    _, summary = await played(tmp_path, bot, world, *records, said(900))
    assert summary.done == summary.records


# The files themselves, counted anew from the JSON


def counted(path: Path) -> dict[int, Counter[str]]:
    """Each person's activity, straight from the file and by nothing that the reader uses."""
    raw = json.loads(gzip.decompress(path.read_bytes()))
    by_name: defaultdict[str, set[int]] = defaultdict(set)
    activity: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for record in raw["messages"]:
        number = int((record.get("from_id") or record["actor_id"]).removeprefix("user"))
        by_name[record.get("from") or record["actor"]].add(number)
        if record["type"] == "message":
            activity[number]["messages"] += 1
            activity[number]["replies"] += "reply_to_message_id" in record
        elif record["action"].startswith("join_group"):
            activity[number]["joins"] += 1
        elif record["action"] == "remove_members":
            for name in record["members"]:
                (gone,) = by_name[name]
                activity[gone]["leaves"] += 1
        else:
            raise AssertionError(f"the files had no {record['action']} so far")
    return {number: +counts for number, counts in activity.items()}


def queued(heard: list[dict[str, Any]]) -> dict[int, Counter[str]]:
    activity: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for message in messages_in(heard):
        if "new_chat_members" not in message and "left_chat_member" not in message:
            activity[message["from"]["id"]]["messages"] += 1
            activity[message["from"]["id"]]["replies"] += "reply_to_message" in message
    for number, before, after in changes_in(heard):
        activity[number]["joins" if (before, after) == ("left", "member") else "leaves"] += 1
    return {number: +counts for number, counts in activity.items()}


@pytest.mark.parametrize("name", FILES)
async def test_what_is_queued_is_what_the_file_holds_person_by_person(world: World, bot: Bot, name: str) -> None:
    if not (DATA / name).exists():
        pytest.skip(f"needs the histories beside the checkout: ../shared/data/{name} is not there")
    with hearing(bot) as heard:
        summary = await play(world, bot, read_export(DATA / name))
    assert queued(heard) == counted(DATA / name)
    assert summary.left_out == {}
    assert summary.confirmed


# Over HTTP


async def _until_over(web: httpx.AsyncClient) -> dict[str, Any]:
    while True:
        told: dict[str, Any] = (await web.get("/sim/history")).json()["result"]
        if told["state"] not in ("reading", "playing"):
            return told
        await asyncio.sleep(0.01)


async def test_over_http(web: httpx.AsyncClient, bot: Bot, tmp_path: Path) -> None:
    bot.updates.allow(EVERYTHING)
    assert (await web.get("/sim/history")).json()["result"]["state"] == "none"
    path = written(tmp_path, chat(said(5), said(6)))
    with hearing(bot) as heard:
        begun = await web.post("/sim/history", json={"path": str(path), "chat": GROUP, "time_zone": "Europe/Berlin"})
        assert begun.json()["result"]["summary"]["records"] == 2
        told = await _until_over(web)
    assert told["state"] == "done"
    assert told["summary"]["told"] == {"messages": 2}
    assert told["summary"]["confirmed"]
    assert len(messages_in(heard)) == 2


async def test_over_http_the_reason_comes_back(web: httpx.AsyncClient, bot: Bot, tmp_path: Path) -> None:
    for given, reason in (
        ({"path": str(tmp_path / "missing.json")}, "there is no file"),
        ({"path": 5}, "'path' is"),
        ({"path": str(written(tmp_path, chat(said(5)))), "bot": "nobody"}, "there is no bot"),
    ):
        answer = await web.post("/sim/history", json=given)
        assert answer.status_code == 400
        assert reason in answer.json()["error"]
    path = str(written(tmp_path, chat(said(5))))
    assert (await web.post("/sim/history", json={"path": path, "patience": 0.1})).status_code == 200
    busy = await web.post("/sim/time", json={"by_seconds": 5})
    assert "a history is being played" in busy.json()["error"]
    told = await _until_over(web)
    assert told["state"] == "failed"
    assert "took no update for 0.1 s" in told["error"]


def _at(number: int) -> datetime:
    return datetime.fromtimestamp(BEGAN + 60 * number, UTC)
