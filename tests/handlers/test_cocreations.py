"""Co-creations: opened, taken part in, voted on, counted, paid; and what can go wrong on the way."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from models import forgetting
from models.audit import Audit
from models.cocreation_entries import CocreationEntries
from models.cocreations import Cocreations
from models.honours import Badges
from models.points import Ledger
from models.works import Works
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.databases import on_sqlite_alone
from tests.handlers.asking_in import asked_in, asked_privately, labels, pressed
from tests.living import Living

ON = {
    "KITH_WORKS__ON": "true",
    "KITH_COCREATIONS__ON": "true",
    "KITH_COCREATIONS__ENTRIES_EACH": "2",
    "KITH_BADGES__ON": "true",
}
DAY = timedelta(days=1)


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]]) -> Living:
    """A Kith whose groups have co-creations."""
    return await live(settings=ON)


@pytest.fixture
async def either(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """The same, once on each kind of database."""
    return await live(database_url, settings=ON)


async def readers(town: Living, *, others: int = 3) -> tuple[Chat, Person, list[Person]]:
    """A group with its owner Lin, who can be written to, and some members."""
    lin = town.world.person("Lin", username="lin", language_code="en")
    group = town.group(lin)
    lin.starts(town.bot)
    members = [town.world.person(name, language_code="en") for name in ("Wei", "Ada", "Eve", "Bo")[:others]]
    members += [town.world.person(f"Reader {number}", language_code="en") for number in range(4, others)]
    for one in members:
        one.joins(group)
        one.writes(group, "Good morning all")
    await town.settle()
    return group, lin, members


async def accepted(town: Living, lin: Person, *, how_many: int) -> None:
    """Lin accepts what waits, as the newest cards show it."""
    private = town.world.private(lin, town.bot)
    cards = [message for message in town.said(private) if "• " in " ".join(labels(message))]
    for card in cards[-how_many:]:
        await pressed(town, lin, card, next(label for label in labels(card) if label.startswith("•")))


async def rounds(town: Living) -> list[tuple[str, str | None]]:
    return [(one.state, one.manner) for one in await town.all(Cocreations)]


async def won(town: Living) -> list[tuple[int, int]]:
    """Who has got how much for a co-creation, and lost."""
    entries = [entry for entry in await town.all(Ledger) if "cocreation" in entry.action]
    return [(entry.user_id, entry.points) for entry in entries]


def poll(town: Living, group: Chat) -> Message:
    return [message for message in group.messages if message.poll is not None][-1]


@on_sqlite_alone
async def test_a_month_of_work_on_a_theme_from_the_call_to_the_collection(either: Living) -> None:
    town = either
    group, lin, (wei, ada, eve) = await readers(town)
    assert await asked_in(town, group, lin, "/cocreate Autumn <light>") == []
    call = town.said(group)[-1]
    assert call.text == (
        "🎨 Autumn <light>: make something of it, until Mon, 30 Nov 19:00.\n\n"
        "Take part: send your work with #cocreate, or reply to it with /share.\n"
        "Each member can take part with 2 works.\n"
        "Then the group votes for 3 days. The winner gets 10 points and a badge."
    )
    wei.writes(group, "#cocreate", media="photo")
    own = ada.writes(group, "My voice of autumn", media="voice")
    (shared,) = await asked_in(town, group, ada, "/share", reply_to=own)
    assert shared.text == "Shared. Accepted by Mon, 30 Nov 19:00, it takes part in “Autumn <light>”."
    eve.writes(group, "Not for this #share", media="photo")
    await town.settle()
    await accepted(town, lin, how_many=3)
    (brief,) = await asked_in(town, group, eve, "/cocreate")
    assert (brief.text or "").startswith("Autumn <light>: works are taken until Mon, 30 Nov 19:00.\nTake part:")
    told = await asked_privately(town, wei, "/cocreate")
    assert "You are taking part with 1 work." in (told.text or "")
    await town.later(timedelta(days=14, hours=10))
    asked = poll(town, group)
    assert asked.raw["poll"]["question"] == "Autumn <light>: which one do you like best?"
    assert [option["text"] for option in asked.raw["poll"]["options"]] == ["1. Wei, picture", "2. Ada, recording"]
    assert asked.raw["poll"]["description"] == "1. Wei, picture\n2. Ada, recording\nUntil Thu, 3 Dec 19:00."
    assert not asked.raw["poll"]["is_anonymous"]
    for voter, choice in ((wei, 0), (lin, 1), (eve, 0), (ada, 1)):
        voter.votes(asked, [choice])
    eve.votes(asked, [1])
    await town.settle()
    await town.later(3 * DAY)
    assert asked.raw["poll"]["is_closed"]
    assert town.said(group)[-1].text == (
        "🎨 Autumn <light>: Ada wins with 3 votes.\nThe winner gets 10 points and a badge.\n\n"
        "All that came of it:\n1. Wei, picture\n2. Ada, recording"
    )
    assert await won(town) == [(ada.id, 1000)]
    assert {badge.user_id for badge in await town.all(Badges) if badge.badge.startswith("cocreation")} == {ada.id}
    assert "Co-creation won: Autumn <light>" in ((await asked_privately(town, ada, "/badges")).text or "")
    assert "a co-creation won" in ((await asked_privately(town, ada, "/why")).text or "")
    looked_back = await asked_privately(town, eve, "/cocreate")
    assert "No co-creation is on at the moment." in (looked_back.text or "")
    assert "• Autumn <light>: Ada" in (looked_back.text or "")
    assert "cocreation" in {act.action for act in await town.all(Audit)}
    # What is undone afterwards loses what it has won.
    card = next(m for m in town.said(town.world.private(lin, town.bot)) if "Ada, recording" in (m.text or ""))
    await pressed(town, lin, card, "Undo")
    assert await won(town) == [(ada.id, 1000), (ada.id, -1000)]


async def entered(town: Living, lin: Person, group: Chat, *people: Person) -> list[Message]:
    """Each of them takes part with a picture, which Lin accepts."""
    works = [person.writes(group, "#cocreate", media="photo") for person in people]
    await town.settle()
    await accepted(town, lin, how_many=len(people))
    return works


async def opened(town: Living, group: Chat, lin: Person) -> None:
    """A co-creation whose vote begins in a week, and ends a day later."""
    assert await asked_in(town, group, lin, "/cocreate 2026-11-23 2026-11-24 Letters") == []


async def test_what_is_undone_reversed_or_forgotten_does_not_win_and_equal_votes_share_the_place(town: Living) -> None:
    group, lin, (wei, ada, eve, bo) = await readers(town, others=4)
    await opened(town, group, lin)
    works = await entered(town, lin, group, wei, wei, ada, eve, bo)
    third = wei.writes(group, "#cocreate", media="photo")
    await town.settle()
    # A third work of Wei's is a work, and no entry; the command says so.
    (told,) = await asked_in(town, group, wei, "/share", reply_to=wei.writes(group, "More", media="voice"))
    assert told.text == "Shared. You already have enough works in “Letters”."
    await accepted(town, lin, how_many=2)
    assert third.reactions
    await asked_in(town, group, lin, "/reverse not hers", reply_to=works[2])
    private = town.world.private(lin, town.bot)
    mine = next(card for card in town.said(private) if "Wei, picture" in (card.text or ""))
    await pressed(town, lin, mine, "Undo")
    await town.later(timedelta(days=7, hours=10))
    ballot = poll(town, group)
    options = [option["text"] for option in ballot.raw["poll"]["options"]]
    assert options == [
        "1. Wei, picture",
        "2. Eve, picture",
        "3. Bo, picture",
    ]
    for voter, choice in ((wei, 0), (ada, 1), (eve, 0), (bo, 1), (lin, 2)):
        voter.votes(ballot, [choice])
    await town.settle()
    number = await forgotten(town, group, eve)
    await town.later(DAY)
    # The votes stand, and the place is that of the next who is not forgotten.
    assert (town.said(group)[-1].text or "").startswith("🎨 Letters: Wei wins with 2 votes.\n")
    assert (town.said(group)[-1].text or "").endswith("All that came of it:\n1. Wei, picture\n3. Bo, picture")
    assert await won(town) == [(wei.id, 1000)]
    found = {entry.number: (entry.votes, entry.place) for entry in await town.all(CocreationEntries) if entry.number}
    assert found == {1: (2, 1), 2: (2, None), 3: (1, None)}
    assert "• Letters: Wei" in ((await asked_privately(town, bo, "/cocreate")).text or "")
    assert "Eve" not in str(await town.read(lambda s: forgetting.export(s, community_id=number, user_id=wei.id)))


async def forgotten(town: Living, group: Chat, person: Person) -> int:
    """Somebody is forgotten in a group, whose number is returned."""
    number = (await town.community(group)).community_id
    async with town.kith.database.writing() as session:
        connection = await session.connection()
        await connection.run_sync(lambda sync: forgetting.forget(sync, community_id=number, user_id=person.id))
    return number


async def test_who_is_forgotten_before_the_vote_is_not_on_the_ballot_and_nobody_hears_of_their_works(
    either: Living,
) -> None:
    town = either
    group, lin, (wei, ada, eve, bo) = await readers(town, others=4)
    await opened(town, group, lin)
    await entered(town, lin, group, eve, wei, ada)
    bo.writes(group, "#cocreate", media="photo")
    await town.settle()
    for one in (eve, bo):
        await forgotten(town, group, one)
    await town.later(timedelta(days=7, hours=10))
    ballot = poll(town, group)
    assert [option["text"] for option in ballot.raw["poll"]["options"]] == ["1. Wei, picture", "2. Ada, picture"]
    # What waits is of somebody who is forgotten as well: no administrator is called to it.
    assert not any("has begun" in words for words in town.told(lin))
    wei.votes(ballot, [1])
    await town.settle()
    await town.later(DAY)
    assert (town.said(group)[-1].text or "").startswith("🎨 Letters: Ada wins with 1 vote.")


@pytest.mark.parametrize("lost", ["sendPoll", "stopPoll", "sendMessage"])
async def test_whatever_answer_of_telegrams_is_lost_the_votes_count_and_win_once(town: Living, lost: str) -> None:
    group, lin, (wei, ada, eve) = await readers(town)
    await opened(town, group, lin)
    await entered(town, lin, group, wei, ada)
    if lost == "sendPoll":
        town.world.faults.add(method=lost, kind="lost_answer", chat_id=group.id)
    await town.later(timedelta(days=7, hours=10))
    await town.later(timedelta(minutes=1))
    # Who runs the group can look, and delete the poll that does not count.
    doubled = [told for told in town.told(lin) if "If there are two, the later one counts" in told]
    assert len(doubled) == (1 if lost == "sendPoll" else 0)
    for voter in (wei, eve, lin):
        voter.votes(poll(town, group), [0])
    await town.settle()
    if lost != "sendPoll":
        town.world.faults.add(method=lost, kind="lost_answer", chat_id=group.id)
    if lost == "stopPoll":
        # The poll is read by another way, which may break as well.
        town.world.faults.add(method="editMessageReplyMarkup", kind="lost_answer")
    await town.later(DAY)
    await town.later(timedelta(minutes=1))
    collections = [m for m in town.said(group) if (m.text or "").startswith("🎨 Letters: Wei wins with 3 votes.")]
    assert len(collections) == (2 if lost == "sendMessage" else 1)
    assert await won(town) == [(wei.id, 1000)]
    assert await rounds(town) == [("ended", "poll")]
    await town.later(DAY)
    assert await won(town) == [(wei.id, 1000)]


async def test_a_result_waits_as_long_as_telegram_is_still_to_be_asked_for_the_votes(town: Living) -> None:
    group, lin, (wei, ada, eve) = await readers(town)
    await opened(town, group, lin)
    await entered(town, lin, group, wei, ada)
    await town.later(timedelta(days=7, hours=10))
    for voter in (wei, eve):
        voter.votes(poll(town, group), [0])
    await town.settle()
    town.world.faults.add(method="stopPoll", status=502, times=None)
    await town.later(DAY)
    for _ in range(4):
        await town.later(timedelta(minutes=10))
    assert await rounds(town) == [("counting", "poll")]
    town.world.faults.clear()
    await town.later(timedelta(minutes=11))
    assert await won(town) == [(wei.id, 1000)]
    await town.later(DAY)
    assert await rounds(town) == [("ended", "poll")]


async def test_a_poll_that_is_deleted_keeps_nobody_waiting_and_administrators_are_told(town: Living) -> None:
    group, lin, (wei, ada, _) = await readers(town)
    await opened(town, group, lin)
    await entered(town, lin, group, wei, ada)
    await town.later(timedelta(days=7, hours=10))
    lin.deletes(poll(town, group))
    await town.later(DAY)
    assert await rounds(town) == [("ended", "poll")]
    assert (town.said(group)[-1].text or "").startswith("🎨 Letters is over, with 2 works.")
    assert "I can't read the votes on “Letters” any more" in town.told(lin)[-1]
    assert await won(town) == []


async def test_more_works_than_a_poll_holds_are_judged_by_reactions_of_different_members(town: Living) -> None:
    group, lin, members = await readers(town, others=12)
    await opened(town, group, lin)
    works = await entered(town, lin, group, *members[:11])
    # An outage over the end of the entries: it is put to the vote when Kith is back, for as long as it would have been.
    await town.later(timedelta(days=9))
    assert all(message.poll is None for message in group.messages)
    ballot = town.said(group)[-1].text or ""
    assert ballot.startswith("Letters: react to the works that you like best, until Thu, 26 Nov 19:00.")
    assert len(ballot.splitlines()) == 3 + 11
    for giver in (members[0], members[1], members[2], members[11]):
        giver.reacts(works[1], ["👍"])
    members[11].reacts(works[4], ["🔥"])
    await town.settle()
    await town.later(2 * DAY)
    # Who made it does not count.
    assert (town.said(group)[-1].text or "").splitlines()[0] == f"🎨 Letters: {members[1].name} wins with 3 votes."
    assert await won(town) == [(members[1].id, 1000)]


async def test_one_work_or_none_is_no_vote(town: Living) -> None:
    group, lin, (wei, _, _) = await readers(town)
    await opened(town, group, lin)
    waiting = wei.writes(group, "#cocreate", media="photo")
    await town.settle()
    assert waiting.reactions
    before = len(group.messages)
    await town.later(timedelta(days=7, hours=10))
    assert len(group.messages) == before
    assert "No accepted work took part in “Letters”, so I posted nothing." in "".join(town.told(lin))
    assert await asked_in(town, group, lin, "/cocreate 2026-12-01 Snow") == []
    await entered(town, lin, group, wei)
    await town.later(8 * DAY)
    assert (town.said(group)[-1].text or "").startswith("🎨 Snow is over, with 1 work.")
    assert "One work took part in “Snow”, so there was no vote." in "".join(town.told(lin))
    assert await won(town) == []


async def test_who_may_opens_one_at_a_time_wherever_they_ask_and_stops_it(town: Living) -> None:
    group, lin, (wei, _, _) = await readers(town)
    refused = "Only the group's administrators can do that."
    for words in ("Letters", "stop"):
        (told,) = await asked_in(town, group, wei, f"/cocreate {words}")
        assert told.text == refused
        assert (await asked_privately(town, wei, f"/cocreate {words}")).text == refused
    for wrong in ("2026-11-16 Today", "2027-03-01 Far", "2026-11-20 2026-12-24 Long", "x" * 81):
        (told,) = await asked_in(town, group, lin, f"/cocreate {wrong}")
        assert (told.text or "").startswith("Works are taken for 60 days at most")
    for nothing in ("2026-12-01", "\u200b\u202e\u2066", "2026-12-01 2026-12-04"):
        (told,) = await asked_in(town, group, lin, f"/cocreate {nothing}")
        assert (told.text or "").startswith("A theme: /cocreate")
    (none,) = await asked_in(town, group, lin, "/cocreate stop")
    assert none.text == "No co-creation is on at the moment."
    # As the group it waits for who says that it was they; in private one of several groups is chosen.
    (asked,) = await asked_in(town, group, lin, "/cocreate \u202eLetters", sender_chat=group)
    assert (await pressed(town, wei, asked, "It was me, do it")).text == refused
    await pressed(town, lin, asked, "It was me, do it")
    assert asked.text == "Opened: Letters, until Mon, 30 Nov 19:00."
    other = town.group(lin, "Others")
    await town.settle()
    which = await asked_privately(town, lin, "/cocreate Snow")
    assert (which.text, sorted(labels(which))) == ("For which of your groups?", ["Others", "Readers"])
    one_is_on = await pressed(town, lin, which, "Readers")
    assert one_is_on.text == "A co-creation is on already. /cocreate stop calls it off."
    await pressed(town, lin, which, "Others")
    assert "Snow" in (town.said(other)[-1].text or "")
    assert which.text == "Opened: Snow, until Mon, 30 Nov 19:00."
    await town.later(timedelta(hours=1))
    (stopped,) = await asked_in(town, group, lin, "/cocreate stop")
    assert stopped.text == "Called off: Letters. Accepted works keep their points."
    await town.later(20 * DAY)
    assert sorted(await rounds(town)) == [("called_off", None), ("ended", None)]


async def test_the_clock_opens_one_a_month_with_the_next_theme_and_says_when_none_is_left(
    live: Callable[..., Awaitable[Living]],
) -> None:
    month = {"KITH_COCREATIONS__MONTHLY": "true", "KITH_COCREATIONS__MONTH_DAY": "20", "KITH_COCREATIONS__HOUR": "2"}
    town = await live(settings={**ON, **month, "KITH_COMMUNITIES__TIME_ZONE": "Europe/Berlin"})
    _, lin, (wei, _, _) = await readers(town)
    assert (await asked_privately(town, wei, "/cocreate themes")).text != "Write the themes, one on each line."
    # Members are promised none while there is no theme, and who runs the group sees what is wanting.
    assert "A co-creation opens (no theme yet: /cocreate themes)" in (
        (await asked_privately(town, lin, "/calendar")).text or ""
    )
    assert "A co-creation opens" not in ((await asked_privately(town, wei, "/calendar")).text or "")
    panel = await asked_privately(town, lin, "/cocreate themes")
    assert "On day 20 of each month the one at the top opens" in (panel.text or "")
    await pressed(town, lin, panel, "Add themes")
    panel = await asked_privately(town, lin, "Letters\n\u202eSnow \nLetters\nTrees")
    assert "3 themes added." in (panel.text or "")
    assert "1. Letters\n2. Snow\n3. Trees" in (panel.text or "")
    await pressed(town, lin, panel, "✕ 3")
    assert "Trees" not in (panel.text or "")
    await town.later(timedelta(days=4))
    (first,) = await town.all(Cocreations)
    assert (first.theme, first.state) == ("Letters", "open")
    # Away for more than three months, over a change of the clock: two months are merged into one.
    await town.later(timedelta(days=130))
    for _ in range(4):
        await town.later(timedelta(minutes=1))
    assert [one.theme for one in await town.all(Cocreations)] == ["Letters", "Snow"]
    await town.later(20 * DAY)
    await town.later(11 * DAY)
    assert "for there is no theme for it" in "".join(town.told(lin))
    assert len(await town.all(Cocreations)) == 2
    skipped = await town.rows("SELECT why FROM occurrences WHERE kind = 'cocreations.open' AND state = 'skipped'")
    assert {row[0] for row in skipped} == {"merged", "nothing"}


async def test_a_month_in_which_the_one_before_is_still_on_is_told_to_administrators(
    live: Callable[..., Awaitable[Living]],
) -> None:
    month = {"KITH_COCREATIONS__MONTHLY": "true", "KITH_COCREATIONS__MONTH_DAY": "17", "KITH_COCREATIONS__HOUR": "2"}
    town = await live(settings={**ON, **month, "KITH_COCREATIONS__ENTRY_DAYS": "31"})
    group, lin, _ = await readers(town, others=1)
    panel = await asked_privately(town, lin, "/cocreate themes")
    await pressed(town, lin, panel, "Add themes")
    await asked_privately(town, lin, "Letters\nSnow")
    await town.later(DAY)
    await town.later(30 * DAY)
    assert [one.theme for one in await town.all(Cocreations)] == ["Letters"]
    assert "this month's co-creation did not open, for “Letters” is still on." in town.told(lin)[-1]
    assert "1. Snow" in ((await asked_privately(town, lin, "/cocreate themes")).text or "")
    assert len(town.said(group)) == 1


async def test_switched_off_in_between_it_ends_without_a_word(town: Living) -> None:
    group, lin, (wei, ada, _) = await readers(town)
    await opened(town, group, lin)
    await entered(town, lin, group, wei, ada)
    async with town.kith.database.writing() as session:
        (await session.merge(await town.community(group))).settings = {"works": {"on": True}}
    before = len(group.messages)
    await town.later(8 * DAY)
    assert (await rounds(town), len(group.messages)) == ([("called_off", None)], before)
    (told,) = await asked_in(town, group, wei, "/cocreate")
    assert (told.text or "").startswith("Co-creations are switched off here.")
    assert all(work.state == "accepted" for work in await town.all(Works))


async def test_names_of_many_signs_keep_neither_the_poll_nor_the_collection_from_being_sent(town: Living) -> None:
    group, lin, _ = await readers(town, others=0)
    family = "👨\u200d👩\u200d👧\u200d👦"
    people = [town.world.person(family * 20, language_code="en") for _ in range(10)]
    for one in people:
        one.joins(group)
    await town.settle()
    await opened(town, group, lin)
    await entered(town, lin, group, *people)
    await town.later(timedelta(days=7, hours=10))
    ballot = poll(town, group)
    assert len(ballot.raw["poll"]["options"]) == 10
    assert ballot.raw["poll"]["description"].startswith("1. picture\n2. picture")
    people[0].votes(ballot, [3])
    await town.settle()
    await town.later(DAY)
    assert "All that came of it:" in (town.said(group)[-1].text or "")
    assert await won(town) == [(people[3].id, 1000)]
