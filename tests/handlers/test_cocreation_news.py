"""Who stands on a co-creation's ballot and who does not, and what winners and late authors are told in private."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

import pytest

from handlers.cocreation_posts import post_left_out, post_won
from handlers.feature import Outside
from handlers.identity import Identity
from handlers.outgoing import Call
from models.cocreations import CocreationLeftOut, Cocreations, CocreationWon
from models.difficulty import PaceRuns, Paces
from models.events import Event
from models.points import Ledger
from models.works import Works
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.databases import on_sqlite_alone
from tests.handlers.asking_in import asked_in, asked_privately, labels, pressed
from tests.handlers.test_cocreations import DAY, ON, accepted, entered, forgotten, opened, poll, readers, won
from tests.living import Living

TO_THE_VOTE = timedelta(days=7, hours=10)


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]]) -> Living:
    """A Kith whose groups have co-creations."""
    return await live(settings=ON)


@pytest.fixture
async def either(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """The same with difficulty, once on each kind of database."""
    return await live(database_url, settings={**ON, "KITH_DIFFICULTY__ON": "true"})


async def pace(town: Living, group: Chat, who: Person, pace: int) -> None:
    """Somebody is held to be so active, whatever the days bring."""
    here = (await town.community(group)).community_id
    async with town.kith.database.writing() as session:
        days = {"first_day": date(2026, 11, 1), "last_day": date(2027, 12, 31)}
        far = datetime(2027, 12, 31, tzinfo=town.kith.clock.now().tzinfo)
        await session.merge(PaceRuns(community_id=here, **days, next_at=far))
        about = {"community_id": here, "user_id": who.id, "valid_from": days["first_day"]}
        await session.merge(Paces(**about, pace=pace, before=pace))


async def shared_late(town: Living, group: Chat, *people: Person) -> list[Message]:
    """Works that nobody has judged when the vote begins; who made them can be written to."""
    for one in people:
        one.starts(town.bot)
    await town.settle()
    works = [person.writes(group, "#cocreate", media="photo") for person in people]
    await town.settle()
    return works


async def which(town: Living) -> tuple[int, int]:
    """The community and the number of the only co-creation."""
    (round_,) = await town.all(Cocreations)
    return round_.community_id, round_.round_id


async def composed(town: Living, post: Callable[..., Awaitable[Call | None]], event: Event) -> Call | None:
    """What would be sent for an event, were it sent only now."""
    outside = Outside(Identity(town.bot.id, "kith_bot", reads_all=True), town.kith.clock.now())
    found: Call | None = await town.read(lambda session: post(session, event, outside))
    return found


async def votes(town: Living, group: Chat, *choices: tuple[Person, int]) -> None:
    ballot = poll(town, group)
    for voter, choice in choices:
        voter.votes(ballot, [choice])
    await town.settle()


async def test_a_winner_hears_what_was_booked_and_the_group_what_was_promised(either: Living) -> None:
    town = either
    group, lin, (wei, ada, eve) = await readers(town)
    for one in (wei, ada):
        one.starts(town.bot)
    await pace(town, group, wei, 20)
    await opened(town, group, lin)
    await entered(town, lin, group, wei, ada)
    await town.later(TO_THE_VOTE)
    await votes(town, group, (wei, 0), (ada, 1), (eve, 0), (lin, 1))
    await town.later(DAY)
    assert sorted(await won(town)) == sorted([(wei.id, 1050), (ada.id, 1000)])
    # Equal votes, and still not the same for both: what it is worth goes by how active each has been.
    assert (town.said(group)[-1].text or "").partition("\n\n")[0] == (
        "🎨 Letters: Wei, Ada win with 2 votes each.\nEach winner gets 10 points and a badge."
    )
    why = "That is 10 ×1.05, by how active you had been in the two weeks before. /earn says more."
    assert f"+10.5 and a badge: you won “Letters” in Readers.\n{why}" in town.told(wei)
    assert "+10 and a badge: you won “Letters” in Readers." in town.told(ada)
    assert not any("you won" in words for words in [*town.told(lin), *town.told(eve)])


@pytest.mark.parametrize(
    ("cap", "booked", "said"),
    [
        ("3", [300], "+3 and a badge: you won “Letters” in Readers.\nThe day's limit had no more left."),
        ("0", [], "You won “Letters” in Readers.\nIt brought no points; /why says why."),
    ],
)
async def test_a_winner_whose_day_is_full_hears_so(
    live: Callable[..., Awaitable[Living]], cap: str, booked: list[int], said: str
) -> None:
    town = await live(settings={**ON, "KITH_FAIRNESS__COCREATION_DAILY_CAP_POINTS": cap})
    group, lin, (wei, ada, eve) = await readers(town)
    wei.starts(town.bot)
    await opened(town, group, lin)
    await entered(town, lin, group, wei, ada)
    await town.later(TO_THE_VOTE)
    await votes(town, group, (eve, 0))
    await town.later(DAY)
    assert [points for _, points in await won(town)] == booked
    assert said in town.told(wei)
    assert "10" not in (town.said(group)[-1].text or "")
    if not booked:
        shown = await asked_privately(town, wei, "/why")
        await pressed(town, wei, shown, "What did not count")
        assert "co-creation" in (shown.text or "")


async def test_what_is_undone_before_a_winner_hears_of_it_is_not_told_nor_a_badge_where_there_are_none(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live(settings={**ON, "KITH_BADGES__ON": "false"})
    group, lin, (wei, ada, eve) = await readers(town)
    for one in (wei, ada):
        one.starts(town.bot)
    await opened(town, group, lin)
    await entered(town, lin, group, wei, ada)
    await town.later(TO_THE_VOTE)
    await votes(town, group, (eve, 0), (lin, 1))
    await town.later(DAY)
    assert "+10: you won “Letters” in Readers." in town.told(ada)
    assert "badge" not in (town.said(group)[-1].text or "")
    event = CocreationWon(*await which(town), wei.id)
    assert await composed(town, post_won, event) is not None
    card = next(m for m in town.said(town.world.private(lin, town.bot)) if "Wei, picture" in (m.text or ""))
    await pressed(town, lin, card, "Undo")
    assert sum(points for _, points in await won(town)) == 1000
    assert await composed(town, post_won, event) is None


async def test_a_work_that_nobody_judged_in_time_is_no_entry_and_its_author_and_administrators_know(
    either: Living,
) -> None:
    town = either
    group, lin, (wei, ada, eve) = await readers(town)
    await opened(town, group, lin)
    await entered(town, lin, group, wei, ada)
    await shared_late(town, group, eve, eve)
    waits = "2 works of yours wait for a review and take part once they are accepted."
    assert waits in ((await asked_privately(town, eve, "/cocreate")).text or "")
    await town.later(TO_THE_VOTE)
    options = [option["text"] for option in poll(town, group).raw["poll"]["options"]]
    assert options == ["1. Wei, picture", "2. Ada, picture"]
    assert town.told(eve)[-1] == (
        "Readers: “Letters” takes no more works, and the administrators did not review 2 works of yours in time. "
        "So they are not in it.\n"
        "That says nothing about what you made: accepted later, it earns its points and stands in /works."
    )
    (word,) = [m for m in town.said(town.world.private(lin, town.bot)) if "has begun" in (m.text or "")]
    assert word.text == (
        "Readers: the vote on “Letters” has begun. 2 works for it still wait for a review and are not in it."
    )
    assert labels(word) == ["See what waits"]
    assert not any("takes no more works" in words for words in [*town.told(wei), *town.told(ada)])
    # Accepted while is voted, they earn and are found again, and are not among what was to be chosen.
    await accepted(town, lin, how_many=2)
    assert [work.state for work in await town.all(Works)] == ["accepted"] * 4
    assert sum(1 for entry in await town.all(Ledger) if entry.user_id == eve.id and entry.action == "work") == 2
    assert "taking part" not in ((await asked_privately(town, eve, "/cocreate")).text or "")
    await votes(town, group, (eve, 0), (lin, 0))
    await town.later(DAY)
    assert (town.said(group)[-1].text or "").endswith("All that came of it:\n1. Wei, picture\n2. Ada, picture")
    assert "Eve" in ((await asked_privately(town, eve, "/works")).text or "")


async def test_where_reactions_decide_only_what_stood_on_the_list_can_win(town: Living) -> None:
    group, lin, members = await readers(town, others=12)
    await opened(town, group, lin)
    works = await entered(town, lin, group, *members[:11])
    (late,) = await shared_late(town, group, members[11])
    await town.later(TO_THE_VOTE)
    assert len((town.said(group)[-1].text or "").splitlines()) == 3 + 11
    await accepted(town, lin, how_many=1)
    for giver in members[:4]:
        giver.reacts(late, ["👍"])
    members[3].reacts(works[1], ["👍"])
    await town.settle()
    await town.later(DAY)
    result = town.said(group)[-1].text or ""
    assert result.splitlines()[0] == f"🎨 Letters: {members[1].name} wins with 1 vote."
    assert len(result.splitlines()) == 2 + 2 + 11
    assert await won(town) == [(members[1].id, 1000)]


async def test_what_was_on_the_ballot_and_is_judged_anew_stays_on_it(town: Living) -> None:
    group, lin, (wei, ada, eve) = await readers(town)
    wei.starts(town.bot)
    await opened(town, group, lin)
    await entered(town, lin, group, wei, ada)
    await town.later(TO_THE_VOTE)
    card = next(m for m in town.said(town.world.private(lin, town.bot)) if "Wei, picture" in (m.text or ""))
    await pressed(town, lin, card, "Undo")
    await pressed(town, lin, card, next(label for label in labels(card) if label.startswith("•")))
    await votes(town, group, (eve, 0))
    await town.later(DAY)
    assert (town.said(group)[-1].text or "").startswith("🎨 Letters: Wei wins with 1 vote.")
    assert "+10 and a badge: you won “Letters” in Readers." in town.told(wei)


async def test_without_a_vote_administrators_hear_of_works_that_wait_in_the_same_word(town: Living) -> None:
    group, lin, (wei, ada, _) = await readers(town)
    await opened(town, group, lin)
    await shared_late(town, group, wei, ada)
    before = len(group.messages)
    await town.later(TO_THE_VOTE)
    assert len(group.messages) == before
    (word,) = [words for words in town.told(lin) if "co-creation" in words]
    assert word.endswith("so I posted nothing.\n2 works for it still wait for a review.")
    for author in (wei, ada):
        assert "the administrators did not review 1 work of yours in time. So it is not in it." in town.told(author)[-1]
    await accepted(town, lin, how_many=2)
    assert "• Letters: 0 works" in ((await asked_privately(town, wei, "/cocreate")).text or "")


async def test_an_author_whose_work_was_judged_at_the_last_moment_hears_nothing_of_it(town: Living) -> None:
    group, lin, (wei, ada, eve) = await readers(town)
    await opened(town, group, lin)
    await entered(town, lin, group, wei, ada)
    await shared_late(town, group, eve)
    await town.later(TO_THE_VOTE)
    event = CocreationLeftOut(*await which(town), eve.id)
    assert await composed(town, post_left_out, event) is not None
    card = next(m for m in town.said(town.world.private(lin, town.bot)) if "Eve, picture" in (m.text or ""))
    await pressed(town, lin, card, "Decline…")
    await pressed(town, lin, card, "Off topic")
    assert await composed(town, post_left_out, event) is None


@on_sqlite_alone
async def test_administrators_are_reminded_of_what_must_be_judged_before_the_vote(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**ON, "KITH_WORKS__REMINDER_HOUR": "18"})
    group, lin, (wei, ada, _) = await readers(town)
    await opened(town, group, lin)
    wei.writes(group, "My own thing for another day #share", media="photo")
    await shared_late(town, group, ada)
    await town.later(timedelta(hours=10))
    (word,) = [words for words in town.told(lin) if "wait for a review" in words]
    assert word.splitlines()[1] == "1 is for “Letters”: it takes part if accepted by Mon, 23 Nov 19:00."
    # Nothing is new: they hear of it again when the end is near, and not on each day before.
    for _ in range(4):
        await town.later(DAY)
        assert len([words for words in town.told(lin) if "wait for a review" in words]) == 1
    for number in (2, 3):
        await town.later(DAY)
        found = [words for words in town.told(lin) if "wait for a review" in words]
        assert (len(found), found[-1]) == (number, word)
    assert (await asked_in(town, group, lin, "/cocreate stop")) != []
    await town.later(DAY)
    wei.writes(group, "Another thing of mine #share", media="photo")
    await town.settle()
    await town.later(DAY)
    again = [words for words in town.told(lin) if "wait for a review" in words]
    assert (len(again), len(again[-1].splitlines())) == (4, 1)


async def test_a_member_hears_how_many_of_their_works_are_in_and_how_many_wait(either: Living) -> None:
    town = either
    group, lin, (wei, _, _) = await readers(town)
    await opened(town, group, lin)
    assert "yours" not in ((await asked_privately(town, wei, "/cocreate")).text or "")
    first, _ = await shared_late(town, group, wei, wei)
    waits = "2 works of yours wait for a review and take part once they are accepted."
    assert ((await asked_privately(town, wei, "/cocreate")).text or "").endswith(waits)
    await accepted(town, lin, how_many=1)
    told = "You are taking part with 1 work.\n1 more waits for a review."
    assert ((await asked_privately(town, wei, "/cocreate")).text or "").endswith(told)
    await accepted(town, lin, how_many=2)
    assert ((await asked_privately(town, wei, "/cocreate")).text or "").endswith("You are taking part with 2 works.")
    assert first.reactions


async def test_whose_works_wait_hears_that_it_is_called_off_while_works_are_taken(either: Living) -> None:
    town = either
    group, lin, (wei, ada, eve) = await readers(town)
    await opened(town, group, lin)
    ada.starts(town.bot)
    await entered(town, lin, group, ada)
    await shared_late(town, group, wei, eve)
    await forgotten(town, group, eve)
    await asked_in(town, group, lin, "/cocreate stop")
    assert town.told(wei)[-1] == (
        "Readers: the administrators have called off “Letters”.\n"
        "1 work of yours still waits for a review: accepted, it earns its points and stands in /works."
    )
    assert not any("called off" in words for words in [*town.told(ada), *town.told(eve)])
    # Once is voted, all have been told of what waits.
    await opened(town, group, lin)
    await entered(town, lin, group, ada, eve)
    await shared_late(town, group, wei)
    await town.later(TO_THE_VOTE)
    before = len(town.told(wei))
    await asked_in(town, group, lin, "/cocreate stop")
    assert len(town.told(wei)) == before


async def test_where_there_are_no_badges_the_call_promises_none(live: Callable[..., Awaitable[Living]]) -> None:
    town = await live(settings={**ON, "KITH_BADGES__ON": "false"})
    group, lin, _ = await readers(town)
    await opened(town, group, lin)
    assert (town.said(group)[-1].text or "").endswith("Then the group votes for 1 day. The winner gets 10 points.")


@pytest.mark.parametrize("lost", ["forgotten", "undone"])
async def test_who_runs_the_group_hears_that_all_votes_were_for_what_cannot_win(either: Living, lost: str) -> None:
    town = either
    group, lin, (wei, ada, eve) = await readers(town)
    await opened(town, group, lin)
    works = await entered(town, lin, group, wei, ada)
    await town.later(TO_THE_VOTE)
    for voter in (eve, lin):
        voter.votes(poll(town, group), [0])
    await town.settle()
    if lost == "forgotten":
        await forgotten(town, group, wei)
    else:
        await asked_in(town, group, lin, "/reverse not theirs", reply_to=works[0])
    await town.later(DAY)
    assert (town.said(group)[-1].text or "").startswith("🎨 Letters is over, with 1 work.")
    assert town.told(lin)[-1] == (
        "Readers · co-creation\n\nAll votes on “Letters” went to works that can't win: undone, or their authors had me "
        "forget them. So nobody won."
    )


async def test_who_runs_the_group_hears_that_no_work_is_left_once_the_vote_is_over(either: Living) -> None:
    town = either
    group, lin, (wei, ada, _) = await readers(town)
    await opened(town, group, lin)
    await entered(town, lin, group, wei, ada)
    await town.later(TO_THE_VOTE)
    before = len(town.said(group))
    for one in (wei, ada):
        await forgotten(town, group, one)
    await town.later(DAY)
    assert len(town.said(group)) == before
    assert town.told(lin)[-1].endswith("No work on “Letters” is left that could win, so nobody won.")
