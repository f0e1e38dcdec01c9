"""Proposals and polls in a whole town: proposed, admitted, voted for, closed, paid, and posted the week after."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from models import topics
from models.ballots import PollVotes
from models.proposals import Proposals
from models.rounds import PollOptions, PollRounds
from models.rules.polls import places
from models.rules.topics import NewTopic
from models.topics import TopicBank
from simulator import voting
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.handlers.asking_in import asked_in, asked_privately, labels, pressed
from tests.living import Living

# It is Monday, 09:00; the poll comes at ten and closes on Tuesday at ten.
WEEKLY = {
    "KITH_POLLS__ON": "true",
    "KITH_POLLS__WEEKDAY": "monday",
    "KITH_POLLS__HOUR": "10",
    "KITH_POLLS__OPEN_DAYS": "1",
    "KITH_POLLS__WINNERS": "2",
}
# What else earns is not what these tests are about.
NOTHING_ELSE = {
    "KITH_MESSAGES__POINTS": "0",
    "KITH_REPLIES__POINTS": "0",
    "KITH_REACTIONS__GIVEN_POINTS": "0",
    "KITH_REACTIONS__RECEIVED_POINTS": "0",
}
DAILY = {"KITH_TOPICS__ON": "true", "KITH_TOPICS__HOUR": "8"}
BOOKS, TOOLS, FOOD = "Which book would you lend to a friend?", "Which tool do you miss most?", "What is for dinner?"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]]) -> Living:
    """A Kith with weekly polls and a topic a day in a simulated Telegram."""
    return await live(settings={**WEEKLY, **NOTHING_ELSE, **DAILY})


@pytest.fixture
async def either(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """The same, once on each kind of database."""
    return await live(database_url, settings={**WEEKLY, **NOTHING_ELSE, **DAILY})


async def founded(town: Living, *names: str) -> tuple[Chat, Person, list[Person]]:
    """A group with its owner Lin, who can be written to, and members who have said something."""
    lin = town.world.person("Lin", username="lin", language_code="en")
    lin.starts(town.bot)
    group = town.group(lin)
    others = [town.world.person(name, username=name.lower(), language_code="en") for name in names]
    for one in others:
        one.joins(group)
    for one in (lin, *others):
        one.writes(group, "Good morning all")
    await town.settle()
    return group, lin, others


def cards(town: Living, person: Person) -> list[Message]:
    found = town.said(person.private(town.bot))
    return [message for message in found if "proposed topic" in (message.text or "")]


async def admitted(town: Living, group: Chat, lin: Person, proposals: dict[str, Person]) -> None:
    """Members propose, and Lin admits all of it."""
    for words, person in proposals.items():
        await asked_in(town, group, person, f"/propose {words}")
    for card in cards(town, lin)[-len(proposals) :]:
        await pressed(town, lin, card, "Approve")


async def uncounted(town: Living, person: Person) -> str:
    """What `/why` says of what did not count."""
    page = await asked_privately(town, person, "/why")
    await pressed(town, person, page, "What did not count")
    return page.text or ""


def polls(town: Living, group: Chat) -> list[Message]:
    return [message for message in town.said(group) if message.poll is not None]


def told_of_the_poll(town: Living, person: Person) -> list[str]:
    """What somebody was told of the poll; of what else comes at the same hour, the one or the other may come first."""
    return [told for told in town.told(person) if "the weekly poll" in told and "/propose –" not in told]


def results(town: Living, group: Chat) -> list[str]:
    return [m.text or "" for m in town.said(group) if m.reply_to is not None and m.reply_to.poll is not None]


async def earned(town: Living) -> dict[tuple[str, int], int]:
    rows = await town.rows("SELECT action, user_id, sum(points) FROM ledger GROUP BY action, user_id")
    return {(action, user_id): int(points) for action, user_id, points in rows if points}


async def proposed(town: Living, group: Chat, lin: Person, wei: Person, ana: Person, bo: Person) -> None:
    """By text, in reply to an own message, and in private; nearly the same becomes one, of which both are told."""
    wei.starts(town.bot)
    (said,) = await asked_in(town, group, wei, f"/propose {BOOKS}")
    assert said.text == (
        "Thank you. An administrator takes a look first; if it is approved, it goes into the next poll."
    )
    own = ana.writes(group, TOOLS)
    (said,) = await asked_in(town, group, ana, "/propose", reply_to=own)
    assert (said.text or "").startswith("Thank you.")
    page = await asked_privately(town, bo, "/propose")
    assert "topics for the next poll\n\nNone yet." in (page.text or "")
    assert (await asked_privately(town, bo, f"{BOOKS.upper()}!!")).text == (
        "Somebody proposed nearly the same before you. The two go on as one, so no votes are split."
    )
    assert town.told(wei)[-1] == (
        f"Readers: somebody else proposed nearly the same as your “{BOOKS}” "
        "The two go on as one, so no votes are split."
    )
    # Somebody third has the same idea; the first is not told again.
    before = len(town.told(wei))
    assert "before you" in ((await asked_privately(town, ana, f"/propose {BOOKS.lower()}")).text or "")
    assert town.told(wei)[before:] == []
    assert ((await asked_privately(town, bo, f"/propose {FOOD}")).text or "").startswith("Thank you.")
    assert [card.text for card in cards(town, lin)] == [
        f"Readers · proposed topic\n\nWei: {BOOKS}",
        f"Readers · proposed topic\n\nAna: {TOOLS}",
        f"Readers · proposed topic\n\nBo: {FOOD}",
    ]
    for card in cards(town, lin):
        await pressed(town, lin, card, "Approve")
    assert town.told(wei)[-1] == f"Readers: your topic “{BOOKS}” will be in the next poll."


async def test_a_week_with_its_poll(either: Living) -> None:
    town = either
    group, lin, (wei, ana, bo) = await founded(town, "Wei", "Ana", "Bo")
    await proposed(town, group, lin, wei, ana, bo)

    await town.later(HOUR)
    (poll,) = polls(town, group)
    made = poll.poll
    assert made is not None
    assert made.options == [BOOKS, TOOLS, FOOD]
    assert (made.is_anonymous, made.revoting, made.multiple, made.closed) == (False, True, True, False)
    assert poll.raw["has_protected_content"]
    assert labels(poll) == ["Does my vote count?", "Propose a topic"]
    assert made.extra["description"] == "Choose as many as you like, until Tue, 17 Nov 10:00."

    # A vote earns at once, and once, however often it is changed.
    for chosen in ([0], [], [0, 1], [0]):
        wei.votes(poll, chosen)
        await town.settle()
    ana.votes(poll, [1])
    bo.votes(poll, [0])
    await town.settle()
    bo.votes(poll, [])
    await town.settle()
    assert await earned(town) == {("vote", wei.id): 300, ("vote", ana.id): 300, ("vote", bo.id): 300}
    assert (await pressed(town, wei, poll, "Does my vote count?")).text == "Your vote counts: +3."
    assert (await pressed(town, bo, poll, "Does my vote count?")).text == (
        "You took your vote back. Vote again before the end, and it counts."
    )

    await town.later(DAY)
    assert made.closed
    assert results(town, group) == [
        f"Next week's topics, chosen by you:\n• Mon, 23 Nov: {BOOKS} (Wei)\n• Tue, 24 Nov: {TOOLS} (Ana)"
    ]
    # What was taken back and not renewed is reversed; each adopted proposal earns its author five.
    assert await earned(town) == {
        ("vote", wei.id): 300,
        ("vote", ana.id): 300,
        ("proposal_adopted", wei.id): 500,
        ("proposal_adopted", ana.id): 500,
    }
    told = (await asked_privately(town, wei, "/why")).text or ""
    assert "+3 · a vote · " in told
    assert "+5 · a proposal that became a topic · " in told
    assert "−3 · taken back: a vote · " in ((await asked_privately(town, bo, "/why")).text or "")
    states = {one.text: (one.state, one.polls) for one in await town.all(Proposals)}
    assert states == {BOOKS: ("adopted", 0), TOOLS: ("adopted", 0), FOOD: ("admitted", 1)}
    assert {topic.text: topic.proposer_id for topic in await town.all(TopicBank)} == {BOOKS: wei.id, TOOLS: ana.id}
    calendar = (await asked_privately(town, lin, "/calendar")).text or ""
    assert f"Mon, 23 Nov 08:00 · Topic of the day: “{BOOKS}”" in calendar

    # The week after they are the topics, on the days that were told; one proposal alone makes no poll.
    for _ in range(7):
        await town.later(DAY)
    posted = [message.text or "" for message in town.said(group) if "oes my answer count?" in " ".join(labels(message))]
    assert [BOOKS in posted[0], TOOLS in posted[1]] == [True, True]
    assert "Propose a topic" in labels(next(m for m in town.said(group) if BOOKS in (m.text or "") and m.keyboard))
    assert len(polls(town, group)) == 1
    await town.later(7 * DAY)
    told_lin = "\n".join([text for text in town.told(lin) if "no poll this week" in text])
    assert told_lin.startswith("Readers: no poll this week. It takes at least two approved topics.")
    assert told_lin.count("no poll this week") == 1


async def open_poll(town: Living, *names: str, third: str = "") -> tuple[Chat, Person, list[Person], Message]:
    """A group with an open weekly poll of two proposals, by the first of its members and by Lin, or of a third too."""
    group, lin, others = await founded(town, *names)
    await admitted(town, group, lin, {BOOKS: others[0], TOOLS: lin} | ({third: lin} if third else {}))
    await town.later(HOUR)
    (poll,) = polls(town, group)
    return group, lin, others, poll


async def test_what_cannot_be_proposed_is_refused_with_what_would_work(town: Living) -> None:
    group, lin, (wei, ana) = await founded(town, "Wei", "Ana")

    async def told(text: str, who: Person = wei, **how: Any) -> str:
        (said,) = await asked_in(town, group, who, text, **how)
        return said.text or ""

    assert (await told("/propose")).startswith("Write your topic after /propose")
    assert (await told("/propose Hm")).startswith("That is a little short.")
    assert (
        await told(f"/propose {'long ' * 30}") == "A topic has 100 characters at most, so that it fits into the poll."
    )
    others = ana.writes(group, TOOLS)
    assert (await told("/propose", reply_to=others)).startswith("Reply with /propose to a message of your own")
    assert (await told(f"/propose {BOOKS}")).startswith("Thank you. An administrator takes a look first")
    assert await told(f"/propose  {BOOKS} ") == "You have proposed that already."
    for words in (TOOLS, FOOD):
        await told(f"/propose {words}")
    assert await told("/propose Where would you go for a day?") == (
        "You can propose 3 topics a week here; send this one next week."
    )
    assert await told("/propose <b>Which</b> \u202eletters\u200b do you like?", ana) != ""
    assert [one.text for one in await town.all(Proposals)][-1] == "<b>Which</b> letters do you like?"

    # A tap declines with a reason, which is told in private; another admits after all. A stale card decides nothing.
    wei.starts(town.bot)
    eve = town.world.person("Eve", language_code="en")
    group.settle(eve)
    lin.promotes(eve, chat=group, rights={"can_delete_messages": True})
    eve.starts(town.bot)
    await town.settle()
    first = cards(town, lin)[0]
    assert (await pressed(town, lin, first, "Decline…")).text is None
    assert labels(first) == ["Off topic", "Not clear", "Had it lately", "Unkind", "Advert", "‹ Back"]
    await pressed(town, lin, first, "Not clear")
    assert "Lin declined it: Not clear." in (first.text or "")
    # What is told to every card of it leaves who decided the way to the next one.
    assert labels(first) == ["Approve", "Next ›"]
    assert town.told(wei)[-1].endswith("It is not quite clear what one could answer. A question often helps.")
    await asked_privately(town, eve, "/propose")
    await pressed(town, eve, town.said(eve.private(town.bot))[-1], "Waiting for you: 3")
    shown = town.said(eve.private(town.bot))[-1]
    assert TOOLS in (shown.text or "")
    presses = [lin.taps(cards(town, lin)[1], "Approve"), eve.taps(shown, "Approve")]
    await town.settle()
    late = "Somebody has just decided that, or it is in a poll by now."
    assert [press.text for press in presses].count(late) == 1
    await pressed(town, lin, first, "Approve")
    # Who was told the contrary before is told that it has changed.
    assert town.told(wei)[-1] == f"Readers: looked at again, your topic “{BOOKS}” will be in the next poll after all."
    await pressed(town, lin, first, "Decline…")
    await pressed(town, lin, first, "Advert")
    assert town.told(wei)[-1] == (
        f"Readers: looked at again, your topic “{BOOKS}” will not be in the poll after all.\n\nIt reads like an advert."
    )
    assert "Lin approved a topic that Wei proposed" in ((await asked_privately(town, lin, "/audit")).text or "")


async def test_in_private_the_command_takes_a_topic_only_where_one_group_can_be_meant(town: Living) -> None:
    _, lin, (wei,) = await founded(town, "Wei")
    other = town.world.group("Cooks", owner=lin)
    lin.adds(town.bot, to=other, administrator=True)
    wei.joins(other)
    wei.writes(other, "Good morning all")
    await town.settle()
    wei.starts(town.bot)
    asked = await asked_privately(town, wei, f"/propose {FOOD}")
    assert labels(asked) == ["Readers", "Cooks"]
    assert await town.all(Proposals) == []
    await asked_privately(town, lin, "/settings")
    await pressed(town, lin, town.said(lin.private(town.bot))[-1], "Cooks")
    await pressed(town, lin, town.said(lin.private(town.bot))[-1], "Polls")
    await pressed(town, lin, town.said(lin.private(town.bot))[-1], "Weekly poll: on")
    assert ((await asked_privately(town, wei, f"/propose {FOOD}")).text or "").startswith("Thank you.")
    assert [one.text for one in await town.all(Proposals)] == [FOOD]


async def test_a_vote_says_what_it_brought_and_not_its_price(live: Callable[..., Awaitable[Living]]) -> None:
    town = await live(settings={**WEEKLY, **NOTHING_ELSE, **DAILY, "KITH_FAIRNESS__ADVANCED_DAILY_CAP_POINTS": "2"})
    _, lin, _, poll = await open_poll(town, "Wei", "Ana")
    lin.votes(poll, [1])
    await town.settle()
    assert await earned(town) == {("vote", lin.id): 200}
    assert (await pressed(town, lin, poll, "Does my vote count?")).text == "Your vote counts: +2."


async def test_who_votes_is_paid_only_as_a_member_who_takes_part(live: Callable[..., Awaitable[Living]]) -> None:
    town = await live(settings={**WEEKLY, **NOTHING_ELSE, **DAILY, "KITH_NEWCOMERS__GATE_HOURS": "20"})
    group, lin, (wei, ana), poll = await open_poll(town, "Wei", "Ana")
    idle, new = town.world.person("Idle", language_code="en"), town.world.person("New", language_code="en")
    late = town.world.person("Late", language_code="en")
    for one in (idle, late):
        group.settle(one)
    new.joins(group)
    new.writes(group, "Hello, I am new")
    for one in (lin, idle, new, late, ana):
        one.votes(poll, [1])
    await town.settle()
    assert await earned(town) == {("vote", lin.id): 300}
    said = [(await pressed(town, one, poll, "Does my vote count?")).text for one in (idle, ana, wei)]
    assert [text.split(".")[0] for text in map(str, said)] == [
        "Your vote stands",
        "Your vote stands",
        "You have not voted here yet",
    ]
    # Who takes part before the end is paid at the end, and so is who is no newcomer any more by then.
    late.writes(group, "I have an opinion too")
    await town.later(timedelta(hours=12))
    new.leaves(group)
    await town.later(timedelta(hours=12))
    assert await earned(town) == {
        ("vote", lin.id): 300,
        ("vote", ana.id): 300,
        ("vote", new.id): 300,
        ("vote", late.id): 300,
        ("proposal_adopted", lin.id): 500,
    }
    assert "• nothing else done in the group that week: 1" in await uncounted(town, idle)


async def test_a_poll_that_telegram_refuses_is_told_to_administrators_and_its_proposals_come_again(
    town: Living,
) -> None:
    group, lin, (wei,) = await founded(town, "Wei")
    await admitted(town, group, lin, {BOOKS: wei, TOOLS: lin})
    town.world.faults.add(method="sendPoll", status=400, description="Bad Request: not enough rights to send polls")
    await town.later(HOUR)
    assert polls(town, group) == []
    (told,) = told_of_the_poll(town, lin)
    assert told.startswith("Readers: Telegram did not take the weekly poll.")
    assert {one.state for one in await town.all(Proposals)} == {"admitted"}
    await town.later(7 * DAY)
    assert len(polls(town, group)) == 1


async def test_a_poll_closed_by_hand_is_counted_then_and_once(town: Living) -> None:
    group, _, (wei,), poll = await open_poll(town, "Wei")
    wei.votes(poll, [1])
    await town.settle()
    voting.close(town.world, poll, poll.poll)  # type: ignore[arg-type]
    await town.settle()
    for _ in range(2):
        await town.later(timedelta(minutes=1))
    assert results(town, group) == [f"Next week's topic, chosen by you:\n• Mon, 23 Nov: {TOOLS} (Lin)"]
    await town.later(2 * DAY)
    assert len(results(town, group)) == 1
    assert not [call for call in town.bot.calls if call.method == "stopPoll"]


async def test_a_poll_that_was_deleted_has_no_result_and_its_proposals_come_again(town: Living) -> None:
    _, lin, (wei, ana), poll = await open_poll(town, "Wei", "Ana")
    for voter in (wei, ana):
        voter.votes(poll, [1])
        await town.settle()
    ana.votes(poll, [])
    await town.settle()
    assert await earned(town) == {("vote", wei.id): 300, ("vote", ana.id): 300}
    lin.deletes(poll)
    await town.later(DAY)
    (told,) = told_of_the_poll(town, lin)
    assert told.startswith("Readers: the weekly poll was deleted, so it has no result.")
    assert {one.state for one in await town.all(Proposals)} == {"admitted"}
    # A vote that was taken back is reversed at the end, whichever end it is.
    assert await earned(town) == {("vote", wei.id): 300}
    assert await town.rows("SELECT count(*) FROM rejections") == [(0,)]


async def test_after_an_outage_over_the_end_the_count_is_read_off_the_closed_poll(town: Living) -> None:
    group, _, (wei,), poll = await open_poll(town, "Wei")
    wei.votes(poll, [1])
    await town.settle()
    town.world.clock.move_to(town.world.clock.now() + DAY + HOUR)
    assert poll.poll is not None
    assert poll.poll.closed
    await town.later(DAY + HOUR)
    assert [call.method for call in town.bot.calls if call.method in ("stopPoll", "editMessageReplyMarkup")] == [
        "stopPoll",
        "editMessageReplyMarkup",
    ]
    assert results(town, group) == [f"Next week's topic, chosen by you:\n• Mon, 23 Nov: {TOOLS} (Lin)"]
    assert labels(poll) == ["Propose a topic"]
    assert await town.rows("SELECT count(*) FROM rejections") == [(0,)]


async def test_what_is_lost_on_the_way_to_a_poll_and_from_it_is_made_good(town: Living) -> None:
    # Telegram has posted the poll and its answer is lost: the later one counts, and a vote in both is paid once.
    group, lin, (wei,) = await founded(town, "Wei")
    await admitted(town, group, lin, {BOOKS: wei, TOOLS: lin})
    town.world.faults.add(method="sendPoll", kind="lost_answer")
    await town.later(HOUR)
    await town.later(timedelta(seconds=10))
    first, second = polls(town, group)
    for poll in (first, second):
        wei.votes(poll, [1])
    await town.settle()
    # It has stopped the poll, and that answer is lost as well, and that of the first look at the closed poll. What
    # counts are its votes, also those of which nobody told us.
    assert second.poll is not None
    second.poll.vote(lin, [1])
    for method in ("stopPoll", "editMessageReplyMarkup"):
        town.world.faults.add(method=method, kind="lost_answer")
    await town.later(DAY)
    for _ in range(2):
        await town.later(timedelta(minutes=1))
    assert results(town, group) == [f"Next week's topic, chosen by you:\n• Mon, 23 Nov: {TOOLS} (Lin)"]
    assert {each.votes for each in await town.all(PollOptions)} == {0, 2}
    await town.later(HOUR)
    assert await earned(town) == {("vote", wei.id): 300, ("proposal_adopted", lin.id): 500}


async def test_a_group_that_becomes_a_supergroup_in_between_has_a_result_by_what_was_heard(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    lin.starts(town.bot)
    group = town.world.group("Readers", owner=lin, kind="group")
    lin.adds(town.bot, to=group, administrator=True)
    wei = town.world.person("Wei", language_code="en")
    wei.joins(group)
    wei.writes(group, "Good morning")
    await town.settle()
    await admitted(town, group, lin, {BOOKS: wei, TOOLS: lin})
    await town.later(HOUR)
    (poll,) = polls(town, group)
    wei.votes(poll, [1])
    await town.settle()
    moved = lin.migrates(group)
    await town.settle()
    await town.later(DAY)
    await town.later(timedelta(minutes=1))
    told = [message.text or "" for message in town.said(moved)]
    assert f"Next week's topic, chosen by you:\n• Mon, 23 Nov: {TOOLS} (Lin)" in told
    assert await earned(town) == {("vote", wei.id): 300, ("proposal_adopted", lin.id): 500}


async def test_while_kith_was_out_of_the_group_nothing_is_forgotten(town: Living) -> None:
    group, lin, (wei,), poll = await open_poll(town, "Wei")
    wei.votes(poll, [0])
    lin.removes(town.bot, chat=group)
    await town.settle()
    await town.later(DAY + HOUR)
    lin.adds(town.bot, to=group, administrator=True)
    await town.settle()
    await town.later(timedelta(minutes=6))
    assert results(town, group) == [f"Next week's topic, chosen by you:\n• Mon, 23 Nov: {BOOKS} (Wei)"]


async def test_an_administrators_own_question_has_the_same_rules(town: Living) -> None:
    group, lin, (wei, ana) = await founded(town, "Wei", "Ana")
    question = "/poll 1 Where do we meet?\nThe café\n\nThe library"
    assert (await asked_in(town, group, wei, question))[0].text == "Only the group's administrators can do that."
    for wrong in ("/poll", "/poll Where?", "/poll 9 Where?\na\nb", "/poll Where?\na\na", "/poll Where?" + "\nx" * 11):
        assert ((await asked_in(town, group, lin, wrong))[0].text or "").startswith("Days and question")
    long = f"/poll Where?\n{'x' * 101}\nb"
    assert ((await asked_in(town, group, lin, long))[0].text or "").startswith("A question has 300 characters at most")
    # Who writes as the group is asked who they are.
    (asked,) = await asked_in(town, group, lin, question, sender_chat=group)
    assert (await pressed(town, wei, asked, "It was me, do it")).text == "Only the group's administrators can do that."
    await pressed(town, lin, asked, "It was me, do it")
    (poll,) = polls(town, group)
    made = poll.poll
    assert made is not None
    assert (made.question, made.options, made.multiple) == ("Where do we meet?", ["The café", "The library"], False)
    for number in range(2):
        await asked_in(town, group, lin, f"/poll 2 Number {number}?\nyes\nno")
    assert (await asked_in(town, group, lin, "/poll 2 More?\nyes\nno"))[0].text == (
        "3 polls are open already. /calendar ends one sooner."
    )
    wei.votes(poll, [1])
    ana.votes(poll, [0])
    await town.settle()
    assert await earned(town) == {("vote", wei.id): 300, ("vote", ana.id): 300}
    # Its end can be had sooner, and in no other way be changed.
    await asked_privately(town, lin, "/calendar")
    panel = town.said(lin.private(town.bot))[-1]
    place = next(line.split(".")[0] for line in (panel.text or "").splitlines() if "A poll's end" in line)
    await pressed(town, lin, panel, place)
    assert labels(panel) == ["Post now", "‹ Back"]
    await pressed(town, lin, panel, "Post now")
    await town.later(timedelta(seconds=20))
    assert results(town, group) == [
        "The poll “Where do we meet?” is over.\nEqual: The café, The library, with 1 vote each"
    ]
    assert [one.state for one in await town.all(PollRounds)].count("closed") == 1
    assert "Lin held a poll" in ((await asked_privately(town, lin, "/audit")).text or "")
    await town.later(31 * DAY)
    assert await town.all(PollVotes) == []


async def test_nothing_is_proposed_that_the_group_has_or_had_lately_in_nearly_the_same_words(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**WEEKLY, **NOTHING_ELSE, **DAILY})
    group, lin, (wei,) = await founded(town, "Wei")
    here = (await town.community(group)).community_id
    about = {"community_id": here, "user_id": lin.id, "now": town.kith.clock.now()}
    known = [NewTopic(text) for text in (BOOKS, TOOLS, FOOD)]

    async def befallen(session: AsyncSession) -> None:
        _, old, young = await topics.add(session, topics=known, **about)  # type: ignore[arg-type]
        for topic_id, day in ((old, date(2026, 9, 17)), (young, date(2026, 9, 18))):
            found = await topics.find(session, community_id=here, topic_id=topic_id)
            found.is_retired, found.posted_on = True, day

    async with town.kith.database.writing() as session:
        await befallen(session)
    told = {
        "/propose Which book would you lend to a friend": "That topic is in the group's bank already; its turn",
        "/propose “What's for dinner?”": "The group had that topic on Fri, 18 Sep; each rests for 60 days.",
        # It has rested, and would come no more by itself.
        "/propose Which tool do you miss most": "Thank you.",
    }
    for asked, said in told.items():
        (answer,) = await asked_in(town, group, wei, asked)
        assert (answer.text or "").startswith(said)


async def test_what_was_declined_says_so_on_its_card_when_somebody_proposes_it_afresh(either: Living) -> None:
    town = either
    group, lin, (wei, ana) = await founded(town, "Wei", "Ana")
    await asked_in(town, group, wei, f"/propose {BOOKS}")
    (card,) = cards(town, lin)
    assert "declined" not in (card.text or "")
    await pressed(town, lin, card, "Decline…")
    await pressed(town, lin, card, "Not clear")
    await town.later(DAY)
    (said,) = await asked_in(town, group, ana, f"/propose {BOOKS.upper()}")
    assert (said.text or "").startswith("Thank you.")
    again = cards(town, lin)[-1]
    assert again.text == (
        f"Readers · proposed topic\n\nAna: {BOOKS.upper()}\nNearly the same was declined on Mon, 16 Nov: Not clear."
    )
    # Who has decided needs it no more; and another topic has no such line.
    await pressed(town, lin, again, "Approve")
    assert "declined" not in (again.text or "")
    await asked_in(town, group, ana, f"/propose {TOOLS}")
    assert "declined" not in (cards(town, lin)[-1].text or "")


async def test_a_winner_that_the_group_had_lately_comes_once_it_has_rested(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**WEEKLY, **NOTHING_ELSE, **DAILY})
    group, lin, (wei, ana) = await founded(town, "Wei", "Ana")
    await admitted(town, group, lin, {BOOKS: wei, TOOLS: ana})
    here = (await town.community(group)).community_id
    about = {"community_id": here, "user_id": lin.id, "now": town.kith.clock.now()}
    async with town.kith.database.writing() as session:
        (topic_id,) = await topics.add(session, topics=[NewTopic(BOOKS)], **about)  # type: ignore[arg-type]
        (await topics.find(session, community_id=here, topic_id=topic_id)).posted_on = date(2026, 11, 15)
    await town.later(HOUR)
    (poll,) = polls(town, group)
    for person in (wei, ana):
        person.votes(poll, [0])
    await town.settle()
    await town.later(DAY)
    await town.later(timedelta(minutes=1))
    (result,) = results(town, group)
    assert BOOKS in result
    assert "14 Jan" in result
    (topic,) = [one for one in await town.all(TopicBank) if one.text == BOOKS]
    assert topic.wanted_on == date(2027, 1, 14)


async def test_where_all_proposals_could_win_one_does_not(either: Living) -> None:
    group, _, (wei, ana), poll = await open_poll(either, "Wei", "Ana")
    made = poll.poll
    assert made is not None
    # Two topics are chosen a week, and two stand in it: so one wins, and everybody has one choice.
    assert (made.options, made.multiple) == ([BOOKS, TOOLS], False)
    wei.votes(poll, [1])
    ana.votes(poll, [1])
    await either.settle()
    await either.later(DAY)
    assert results(either, group) == [f"Next week's topic, chosen by you:\n• Mon, 23 Nov: {TOOLS} (Lin)"]
    states = {one.text: (one.state, one.polls) for one in await either.all(Proposals)}
    assert states == {BOOKS: ("admitted", 1), TOOLS: ("adopted", 0)}


@pytest.mark.parametrize(("winners", "options", "expected"), [(3, 2, 1), (3, 3, 2), (3, 4, 3), (1, 2, 1), (7, 10, 7)])
def test_never_all_options_can_win(winners: int, options: int, expected: int) -> None:
    assert places(winners, options=options) == expected


async def test_todays_topic_is_refused_as_todays(town: Living) -> None:
    group, lin, (wei,) = await founded(town, "Wei")
    here = (await town.community(group)).community_id
    async with town.kith.database.writing() as session:
        now = town.kith.clock.now()
        await topics.add(session, community_id=here, topics=[NewTopic(BOOKS)], user_id=lin.id, now=now)
    await town.later(23 * HOUR)
    (said,) = await asked_in(town, group, wei, f"/propose {BOOKS}")
    assert said.text == "That is today's topic; each rests for 60 days after its turn."
    await town.later(DAY)
    (said,) = await asked_in(town, group, wei, f"/propose {BOOKS}")
    assert said.text == "The group had that topic on Tue, 17 Nov; each rests for 60 days."


async def test_in_private_who_runs_a_group_is_told_how_it_is_written_and_others_that_it_is_not_theirs(
    town: Living,
) -> None:
    _, lin, (wei,) = await founded(town, "Wei")
    for command, usage in (("/poll", "Days and question"), ("/challenge", "Days and a name")):
        told = ((await asked_privately(town, lin, command)).text or "").splitlines()
        assert told[0] == "Send that in the group that it is for."
        assert told[1].startswith(usage)
        assert (await asked_privately(town, wei, command)).text == "Only the group's administrators can do that."
