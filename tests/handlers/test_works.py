"""Members' work: how it is shared, what its card says and does, and how it is found again."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from models import communities, forgetting
from models.points import Ledger
from models.work_cards import WorkCards
from models.works import Works, WorkTags
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.databases import on_sqlite_alone
from tests.living import Living

ON = {"KITH_WORKS__ON": "true", "KITH_WORKS__PINS": "true"}
STORY = "How I bound my grandmother's letters into a book: first I flattened them for a week under atlases."


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]]) -> Living:
    """A Kith whose groups share work."""
    return await live(settings=ON)


@pytest.fixture
async def either(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """The same, once on each kind of database."""
    return await live(database_url, settings={**ON, "KITH_WORKS__ACCEPTED_BY": "2"})


async def readers(town: Living, *, also: int = 0) -> tuple[Chat, Person, Person, list[Person]]:
    """A group with its owner Lin, who can be written to, and Wei; also some more members."""
    lin = town.world.person("Lin", username="lin", language_code="en")
    wei = town.world.person("Wei", username="wei", language_code="en")
    group = town.group(lin)
    lin.starts(town.bot)
    others = [town.world.person(f"Reader {number}", language_code="en") for number in range(also)]
    for one in (wei, *others):
        one.joins(group)
        one.writes(group, "Good morning all")
    await town.settle()
    return group, lin, wei, others


def private(town: Living, person: Person) -> Chat:
    return town.world.private(person, town.bot)


def cards(town: Living, person: Person) -> list[Message]:
    """The cards that somebody has been shown."""
    return [message for message in town.said(private(town, person)) if "shared work" in (message.text or "")]


def card(town: Living, person: Person) -> Message:
    """The last of them."""
    return cards(town, person)[-1]


def labels(message: Message) -> list[str]:
    markup: Any = message.markup or {"inline_keyboard": []}
    return [one["text"] for row in markup["inline_keyboard"] for one in row]


async def earned(town: Living) -> list[tuple[str, int]]:
    """What works have brought and lost, in order."""
    wanted = ("work", "work_featured")
    return [(entry.action, entry.points) for entry in await town.all(Ledger) if entry.action in wanted]


def signs(message: Message, town: Living) -> list[str]:
    return list(message.reactions.get(town.bot.id, []))


async def command(town: Living, chat: Chat, who: Person, text: str, reply_to: Message | None = None) -> str:
    """What is answered to a command."""
    who.writes(chat, text, reply_to=reply_to)
    await town.settle()
    return town.said(chat)[-1].text or ""


async def test_a_work_is_shared_accepted_featured_undone_and_declined(town: Living) -> None:
    group, lin, wei, _ = await readers(town)
    work = wei.writes(group, f"#作品 #Binding {STORY}", media="photo")
    await town.settle()
    assert signs(work, town) == ["👀"]
    shown = card(town, lin)
    assert shown.text is not None
    assert "Wei, picture, Mon, 16 Nov" in shown.text
    assert "Proposed: good (something made)." in shown.text
    assert labels(shown) == ["Fair +1", "• Good +2", "Excellent +3", "Decline…", "Show it here"]
    await lin.presses(shown, "• Good +2")
    await town.settle()
    assert "Lin accepted it as good: 2 points." in (card(town, lin).text or "")
    assert (await earned(town), signs(work, town)) == ([("work", 200)], ["💯"])
    await lin.presses(shown, "Feature it +5")
    await town.settle()
    assert "Lin featured it: 7 points in all." in (card(town, lin).text or "")
    assert signs(work, town) == ["🏆"]
    assert group.pinned == [work.id]
    shared = await command(town, group, wei, "/featured")
    assert shared.splitlines()[0] == "Featured works lately:"
    # What is undone loses what it has earned, and waits again; then it may end otherwise.
    await lin.presses(shown, "Undo")
    await town.settle()
    assert (await earned(town))[2:] == [("work", -200), ("work_featured", -500)]
    assert group.pinned == []
    await lin.presses(shown, "Excellent +3")
    await town.settle()
    assert (await earned(town))[4:] == [("work", 300)]
    await lin.presses(shown, "Undo")
    await town.settle()
    await lin.presses(shown, "Decline…")
    await town.settle()
    assert labels(shown) == [
        "Off topic",
        "Not their own",
        "Too little in it",
        "Shared before",
        "Advert",
        "It was deleted",
        "‹ Back",
    ]
    wei.starts(town.bot)
    await lin.presses(shown, "Off topic")
    await town.settle()
    assert "Lin declined it: Off topic." in (card(town, lin).text or "")
    assert town.told(wei)[-1] == (
        "What you shared in Readers was not accepted.\n\nIt does not fit what the group is about."
    )
    assert sum(points for _, points in await earned(town)) == 0
    assert signs(work, town) == []
    assert await command(town, group, wei, "/featured") == "No work is featured yet."
    audited = await command(town, private(town, lin), lin, "/audit")
    assert "Lin declined a work by Wei" in audited
    assert "Lin featured a work by Wei (5 points)" in audited


async def test_each_form_is_shared_once_by_hashtag_or_command_and_what_is_none_is_not(town: Living) -> None:
    group, lin, wei, _ = await readers(town, also=1)
    for kind in ("photo", "video", "voice", "document"):
        wei.writes(group, "＃分享", media=kind)
    wei.writes(group, "look https://example.org/mine #share")
    await town.settle()
    forms = {work.form for work in await town.all(Works)}
    assert forms == {"picture", "video", "voice", "document", "link"}
    # More than five a day are not taken, and `/share` says so.
    more = lin.writes(group, f"{STORY} #share")
    album = [lin.writes(group, "#mywork" if number == 1 else None, media="photo", album="a") for number in range(3)]
    wei.writes(group, f"{STORY} #share")
    lin.writes(group, "#share")
    lin.writes(group, f"#作品 {STORY}", sender_chat=group)
    lin.writes(group, forward_of=more)
    await town.settle()
    works = await town.all(Works)
    assert [work.form for work in works[5:]] == ["text", "album"]
    assert works[-1].message_id == album[0].id
    assert await town.rows("SELECT action, reason FROM uncounted_lately WHERE action = 'work'") == [
        ("work", "daily_cap")
    ]
    own = wei.writes(group, STORY)
    assert await command(town, group, lin, "/share", album[0]) == "That has been shared already."
    assert await command(town, group, lin, "/share", more) == "That has been shared already."
    assert await command(town, group, wei, "/share", own) == "5 works a day are shared here; share this one tomorrow."
    assert (await command(town, group, lin, "/share", own)).startswith("Reply with /share to a message of your own")
    assert (await command(town, group, lin, "/share", lin.writes(group, "Hm"))).startswith("There is too little in it")
    assert await command(town, group, lin, "/share", lin.writes(group, "See", media="voice")) == (
        "Shared. The administrators will take a look."
    )
    assert len(await town.all(Works)) == 8


@on_sqlite_alone
async def test_a_work_counts_for_the_day_on_which_it_is_shared_however_old_its_message_is(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**ON, "KITH_WORKS__MOST_A_DAY": "2"})
    group, lin, wei, _ = await readers(town)
    old = [wei.writes(group, f"An old one, number {number}. {STORY}", media="photo") for number in range(3)]
    for number in range(2):
        await town.later(timedelta(days=2))
        wei.writes(group, f"#share number {number} {STORY}", media="photo")
        await town.settle()
    await town.later(timedelta(days=2))
    today = "Sun, 22 Nov"
    # Nothing was shared today; then the two are, and tomorrow there is room again.
    for one in old[:2]:
        assert await command(town, group, wei, "/share", one) == "Shared. The administrators will take a look."
    full = "2 works a day are shared here; share this one tomorrow."
    assert await command(town, group, wei, "/share", old[2]) == full
    # The card and the queue tell since when it waits, not when it was written.
    assert f"Wei, picture, {today}" in (card(town, lin).text or "")
    await town.later(timedelta(days=1))
    assert await command(town, group, wei, "/share", old[2]) == "Shared. The administrators will take a look."


async def test_two_administrators_at_once_decide_once_and_each_sees_who_did(town: Living) -> None:
    group, lin, wei, (ada,) = await readers(town, also=1)
    ada.starts(town.bot)
    lin.promotes(ada, chat=group, rights={"can_delete_messages": True})
    await town.settle()
    wei.writes(group, f"#share {STORY}")
    own = ada.writes(group, "Mine #share", media="photo")
    await town.settle()
    by_lin, by_ada = cards(town, lin), cards(town, ada)
    assert (len(by_lin), len(by_ada)) == (2, 2)
    first, second = by_lin[0].text, by_lin[1].text
    assert first is not None
    assert second is not None
    place = 0 if "Wei" in first else 1
    presses = [lin.taps(by_lin[place], "• Fair +1"), ada.taps(by_ada[place], "Excellent +3")]
    await town.settle()
    said = [press.text for press in presses]
    assert said.count("Somebody has just decided that. The card shows what.") == 1
    assert len(await earned(town)) == 1
    assert by_lin[place].text == by_ada[place].text
    # Nobody decides about their own, and who is no administrator any more decides nothing.
    assert labels(by_ada[1 - place]) == ["Take it back", "Show it here"]
    lin.demotes(ada, chat=group)
    await town.settle()
    press = await ada.presses(by_ada[1 - place], "Show it here")
    assert press.text == "Only the group's administrators can do that."
    assert (len(await earned(town)), signs(own, town)) == (1, ["👀"])


async def test_what_an_administrator_has_undone_reactions_accept_no_more(either: Living) -> None:
    town = either
    group, lin, wei, others = await readers(town, also=3)
    work = wei.writes(group, f"#share {STORY}", media="photo")
    await town.settle()
    for one in others[:2]:
        one.reacts(work, ["👍"])
    await town.settle()
    await town.later(timedelta(minutes=1))
    assert await earned(town) == [("work", 100)]
    await lin.presses(card(town, lin), "Undo")
    await town.settle()
    taken = [("work", 100), ("work", -100)]
    # Neither another reaction nor the evening's look at all that waits changes what was decided.
    others[2].reacts(work, ["👍"])
    await town.settle()
    await town.later(timedelta(minutes=1))
    assert await earned(town) == taken
    await town.later(timedelta(hours=10))
    await town.later(timedelta(minutes=1))
    assert await earned(town) == taken
    assert [one.state for one in await town.all(Works)] == ["waiting"]
    # An administrator may think better of it.
    await lin.presses(card(town, lin), "Excellent +3")
    await town.settle()
    assert await earned(town) == [*taken, ("work", 300)]


async def test_an_admin_chat_has_the_cards_instead_and_is_chosen_by_who_leads_both(
    town: Living,
) -> None:
    group, lin, wei, (ada,) = await readers(town, also=1)
    office = town.group(lin, "Office")
    ada.joins(office)
    await town.settle()
    assert (await command(town, office, ada, "/adminchat@kith_bot")) == "Only the group's administrators can do that."
    assert (await command(town, office, lin, "/adminchat@kith_bot")).startswith("Which group's cards shall come here?")
    asked = town.said(office)[-1]
    press = await ada.presses(asked, "Readers")
    assert press.text == "Only the group's administrators can do that."
    await lin.presses(asked, "Readers")
    await town.settle()
    assert asked.text == "What waits for the administrators of Readers comes here now."
    before = len(town.said(private(town, lin)))
    work = wei.writes(group, f"#share {STORY}")
    await town.settle()
    shown = town.said(office)[-1]
    assert "shared work" in (shown.text or "")
    assert len(town.said(private(town, lin))) == before
    press = await ada.presses(shown, "Excellent +3")
    assert press.text == "Only the group's administrators can do that."
    await lin.presses(shown, "Show it here")
    await town.settle()
    assert (town.said(office)[-1].text or "").startswith("#share How I bound")
    await town.later(timedelta(hours=10))
    reminders = [message.text or "" for message in town.said(office) if "waits for a review" in (message.text or "")]
    assert len(reminders) == 1
    await lin.presses(shown, "Excellent +3")
    await town.settle()
    assert "Lin accepted it as excellent: 3 points." in (shown.text or "")
    assert signs(work, town) == ["💯"]
    # Where Kith is no more, nobody would see the cards.
    lin.removes(town.bot, chat=office)
    await town.settle()
    wei.writes(group, "Another #share", media="photo")
    await town.settle()
    assert "Wei, picture" in (card(town, lin).text or "")


async def test_a_card_in_an_admin_chat_of_another_language_keeps_that_of_the_group_that_it_is_about(
    town: Living,
) -> None:
    group, lin, wei, _ = await readers(town)
    office = town.group(lin, "Office")
    await town.settle()
    await command(town, office, lin, "/adminchat@kith_bot")
    await lin.presses(town.said(office)[-1], "Readers")
    await town.settle()
    number = (await town.community(office)).community_id
    async with town.kith.database.writing() as session:
        here = await communities.held(session, community_id=number)
        assert here is not None
        here.language = "zh-Hant"
    wei.writes(group, f"#share {STORY}")
    await town.settle()
    shown = town.said(office)[-1]
    await lin.presses(shown, "Decline…")
    await town.settle()
    assert (shown.text or "").startswith("Readers · shared work")
    assert labels(shown)[-1] == "‹ Back"


async def test_what_waits_is_listed_oldest_first_reminded_of_and_one_that_is_gone_blocks_nothing(town: Living) -> None:
    group, lin, wei, (ada,) = await readers(town, also=1)
    gone = wei.writes(group, "First #share", media="photo")
    await town.later(timedelta(minutes=1))
    ada.writes(group, "Second #share", media="video")
    await town.settle()
    wei.deletes(gone)
    ada.leaves(group)
    await town.later(timedelta(hours=10))
    reminder = "Readers: 2 works wait for a review, the first since Mon, 16 Nov 09:00."
    assert [told for told in town.told(lin) if "wait for a review" in told] == [reminder]
    reminded = len(town.told(lin))
    await town.later(timedelta(minutes=10))
    assert len(town.told(lin)) == reminded
    # The same works again are no news for a week, but another is.
    await town.later(timedelta(days=2))
    assert len(town.told(lin)) == reminded
    await town.later(timedelta(days=5))
    assert town.told(lin)[-1] == reminder
    assert len(town.told(lin)) == reminded + 1
    listed = await command(town, private(town, lin), lin, "/queue")
    assert [line[:2] + line.split(", ")[1] for line in listed.splitlines()[2:4]] == ["1.picture", "2.video"]
    await lin.presses(town.said(private(town, lin))[-1], "1")
    await town.settle()
    shown = town.said(private(town, lin))[-1]
    await lin.presses(shown, "Show it here")
    await lin.presses(shown, "Decline…")
    await town.settle()
    await lin.presses(shown, "It was deleted")
    await town.settle()
    assert "Lin declined it: It was deleted." in (shown.text or "")
    assert not town.told(wei)
    listed = await command(town, private(town, lin), lin, "/queue")
    assert "1. Reader 0, video" in listed
    await lin.presses(town.said(private(town, lin))[-1], "1")
    await town.settle()
    await lin.presses(town.said(private(town, lin))[-1], "• Good +2")
    await town.settle()
    assert await earned(town) == [("work", 200)]
    assert (await command(town, private(town, lin), lin, "/queue")).endswith("Nothing waits.")


async def test_what_was_shared_before_is_shown_beside_and_found_by_its_tag(town: Living) -> None:
    group, lin, wei, (ada,) = await readers(town, also=1)
    wei.writes(group, f"#share #Binding {STORY}")
    await town.settle()
    await lin.presses(card(town, lin), "• Fair +1")
    await town.later(timedelta(days=1))
    ada.writes(group, f"{STORY.upper()}!! #mywork")
    await town.settle()
    assert "Much like this: Wei, text, Mon, 16 Nov" in (card(town, lin).text or "")
    assert "Proposed: fair (much like an earlier one)." in (card(town, lin).text or "")
    wei.writes(group, "#share", media="photo")
    ada.writes(group, "#share", media="photo")
    await town.settle()
    assert "Much like" not in (card(town, lin).text or "")
    assert (await command(town, group, ada, "/works #binding")).startswith("#binding lately:\n• Wei, text")
    assert await command(town, group, ada, "/works #other") == "No accepted work has the tag #other yet."
    assert [tag.tag for tag in await town.all(WorkTags)] == ["binding"]
    ada.starts(town.bot)
    assert "By hashtag: /works #binding" in await command(town, private(town, ada), ada, "/works")


async def test_reactions_of_enough_members_accept_and_fewer_take_it_back(either: Living) -> None:
    town = either
    group, lin, wei, (ada, eve) = await readers(town, also=2)
    work = wei.writes(group, f"#share {STORY}")
    await town.settle()
    wei.reacts(work, ["👍"])
    ada.reacts(work, ["🔥"])
    await town.settle()
    await town.later(timedelta(minutes=1))
    assert await earned(town) == []
    eve.reacts(work, ["🎉"])
    await town.settle()
    await town.later(timedelta(minutes=1))
    assert await earned(town) == [("work", 100)]
    assert "Accepted by members' reactions: 1 point." in (card(town, lin).text or "")
    eve.reacts(work, ["👍"])
    await town.settle()
    await town.later(timedelta(minutes=1))
    assert len(await earned(town)) == 1
    eve.reacts(work, [])
    await town.settle()
    await town.later(timedelta(minutes=1))
    assert await earned(town) == [("work", 100), ("work", -100)]
    await lin.presses(card(town, lin), "Excellent +3")
    await town.settle()
    ada.reacts(work, [])
    await town.settle()
    await town.later(timedelta(minutes=1))
    assert sum(points for _, points in await earned(town)) == 300
    # A reversal by hand finds what the work has earned, under whichever turn.
    assert await command(town, group, lin, "/reverse copied", work) == "Done. /audit shows what it came to."
    assert sum(points for _, points in await earned(town)) == 0


async def test_reactions_taken_back_while_sharing_is_off_take_back_what_they_accepted(either: Living) -> None:
    town = either
    group, _, wei, (ada, eve) = await readers(town, also=2)
    work, other = (wei.writes(group, f"#share {text}") for text in (STORY, f"Something else altogether: {STORY[::-1]}"))
    await town.settle()
    for one in (ada, eve):
        one.reacts(work, ["👍"])
    await town.settle()
    await town.later(timedelta(minutes=1))
    assert await earned(town) == [("work", 100)]
    await switched(town, group, on=False)
    for one in (ada, eve):
        one.reacts(work, [])
        one.reacts(other, ["👍"])
    await town.settle()
    await town.later(timedelta(minutes=1))
    # Nothing is accepted meanwhile.
    assert await earned(town) == [("work", 100), ("work", -100)]
    assert {one.state for one in await town.all(Works)} == {"waiting"}


async def switched(town: Living, group: Chat, *, on: bool) -> None:
    number = (await town.community(group)).community_id
    async with town.kith.database.writing() as session:
        here = await communities.held(session, community_id=number)
        assert here is not None
        here.settings = {**here.settings, "works": {**here.settings["works"], "on": on}}


async def test_what_is_much_like_an_earlier_work_waits_for_an_administrator(either: Living) -> None:
    town = either
    group, lin, wei, (ada, eve) = await readers(town, also=2)
    wei.writes(group, f"#share {STORY}")
    await town.later(timedelta(minutes=1))
    copied = ada.writes(group, f"#share {STORY}")
    await town.settle()
    for one in (lin, wei, eve):
        one.reacts(copied, ["👍"])
    await town.settle()
    await town.later(timedelta(minutes=1))
    assert await earned(town) == []
    assert "Much like this" in (card(town, lin).text or "")
    assert "Proposed: fair (much like an earlier one)." in (card(town, lin).text or "")


async def test_newcomers_reactions_accept_nothing_until_they_are_none(live: Callable[..., Awaitable[Living]]) -> None:
    town = await live(settings={**ON, "KITH_WORKS__ACCEPTED_BY": "2", "KITH_NEWCOMERS__GATE_HOURS": "8"})
    group, lin, wei, (ada, eve) = await readers(town, also=2)
    work = wei.writes(group, f"#share {STORY}")
    await town.settle()
    for one in (ada, eve):
        one.reacts(work, ["👍"])
    await town.settle()
    await town.later(timedelta(minutes=1))
    assert await earned(town) == []
    # The daily reminder has what waits judged anew, and then there is nothing to remind of.
    await town.later(timedelta(hours=9))
    await town.later(timedelta(minutes=1))
    assert await earned(town) == [("work", 100)]
    assert "Accepted by members' reactions" in (card(town, lin).text or "")


async def forgotten(town: Living, number: int, person: Person) -> None:
    async with town.kith.database.writing() as session:
        connection = await session.connection()
        await connection.run_sync(lambda sync: forgetting.forget(sync, community_id=number, user_id=person.id))


async def test_an_author_who_is_forgotten_leaves_a_number_and_their_work_can_still_be_decided(either: Living) -> None:
    town = either
    group, lin, wei, _ = await readers(town)
    wei.writes(group, f"#share {STORY}")
    await town.settle()
    shown = card(town, lin)
    number = (await town.community(group)).community_id
    exported = await town.read(lambda s: forgetting.export(s, community_id=number, user_id=wei.id))
    assert [row["author_id"] for row in exported["works"]] == [wei.id]
    exported = await town.read(lambda s: forgetting.export(s, community_id=number, user_id=lin.id))
    assert len(exported["work_cards"]) == 1
    for one in (wei, lin):
        await forgotten(town, number, one)
    assert [lies.user_id for lies in await town.all(WorkCards)] == [None]
    lin.writes(group, "I am still here")
    await town.settle()
    await town.kith.tick_all()
    await lin.presses(shown, "• Fair +1")
    await town.settle()
    (work,) = await town.all(Works)
    assert forgetting.is_forgotten(work.author_id)
    assert await earned(town) == []


async def test_where_it_is_off_nothing_is_kept_and_the_commands_say_so(live: Callable[..., Awaitable[Living]]) -> None:
    town = await live()
    group, _, wei, _ = await readers(town)
    work = wei.writes(group, f"#share {STORY}")
    off = "Sharing work is switched off here. An administrator can change that in /settings."
    assert await command(town, group, wei, "/share", work) == off
    assert await command(town, group, wei, "/works") == off
    assert await command(town, group, wei, "/featured") == off
    assert await town.all(Works) == []


LESS = "Less than usual, since the author's limit for the day was reached."


async def test_what_a_days_limit_has_cut_the_card_and_the_author_are_told_and_an_undo_gives_it_back(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    caps = {"KITH_WORKS__DAILY_CAP_POINTS": "3.25", "KITH_WORKS__FEATURED_DAILY_CAP_POINTS": "5"}
    town = await live(database_url, settings={**ON, **caps})
    group, lin, wei, _ = await readers(town)
    for _ in range(3):
        wei.writes(group, "#share", media="photo")
        await town.settle()
    first, second, third = cards(town, lin)

    async def presses(shown: Message, *chosen: str) -> list[str]:
        for label in chosen:
            await lin.presses(shown, label)
            await town.settle()
        return (shown.text or "").partition("Lin ")[2].splitlines()

    assert await presses(first, "Excellent +3") == ["accepted it as excellent: 3 points."]
    assert await presses(second, "Excellent +3") == ["accepted it as excellent: 0.25 points.", LESS]
    assert await presses(third, "• Good +2") == ["accepted it as good: 0 points.", LESS]
    wei.starts(town.bot)
    await command(town, private(town, wei), wei, "/why")
    account = town.said(private(town, wei))[-1]
    assert "+0.25 · accepted work (of 3: the day's cap was reached)" in (account.text or "")
    assert "+3 · accepted work ·" in (account.text or "")
    await wei.presses(account, "What did not count")
    await town.settle()
    assert "• the day's cap was reached: 1" in (account.text or "")
    assert await presses(first, "Feature it +5") == ["featured it: 8 points in all."]
    # What was featured for nothing is undone like any other.
    assert await presses(third, "Feature it +5") == ["featured it: 0 points in all.", LESS]
    assert await presses(third, "Undo", "• Good +2") == ["accepted it as good: 0 points.", LESS]
    # A second press on the same button comes too late, and gives nothing back twice.
    for _ in range(2):
        lin.taps(first, "Undo")
    await town.settle()
    assert await presses(third, "Undo", "Excellent +3", "Feature it +5") == ["featured it: 8 points in all."]
    assert await presses(first, "Excellent +3") == ["accepted it as excellent: 0 points.", LESS]
    assert sum(points for _, points in await earned(town)) == 25 + 300 + 500
    lin.writes(group, "/freeze @wei two accounts")
    await town.settle()
    assert await presses(first, "Undo", "• Good +2") == [
        "accepted it as good: 0 points.",
        "Less than usual, since administrators have stopped the author's earning.",
    ]
