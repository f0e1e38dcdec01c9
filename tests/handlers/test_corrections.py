"""Corrections by hand: who may, what they come to in the ledger and the audit, and what is refused."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from structlog.testing import capture_logs

from bot import fetching
from models import corrections, points, standings
from models.audit import Audit
from models.corrections import Deed
from models.dialogues import Dialogues
from models.members import Members
from models.points import Ledger
from models.rules.corrections import Kind
from models.rules.points import Period
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.databases import on_sqlite_alone
from tests.living import START, Living

DONE = "Done. /audit shows what it came to."
SILENT = "Telegram didn't tell me who runs the group, so nothing was done."
ANY = {"can_delete_messages": True}
UNDONE = """Readers

−2.5 points: an administrator has undone what had counted before.
Why: typing error

/why shows every entry."""


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith in a simulated Telegram, once on each kind of database."""
    return await live(database_url)


async def readers(town: Living) -> tuple[Chat, Person, Person]:
    """A group with its owner Lin, and Wei, who has said something there."""
    lin = town.world.person("Lin", username="lin", language_code="en")
    wei = town.world.person("Wei", username="Wei_Reads", language_code="en")
    group = town.group(lin)
    wei.joins(group)
    wei.writes(group, "Good morning all")
    await town.settle()
    return group, lin, wei


async def balance(town: Living, group: Chat, person: Person) -> int:
    number = (await town.community(group)).community_id
    found: int = await town.read(lambda s: points.balance(s, community_id=number, user_id=person.id))
    return found


async def week(town: Living, group: Chat, person: Person) -> int:
    number = (await town.community(group)).community_id
    found: int = await town.read(
        lambda s: standings.earned(s, community_id=number, user_id=person.id, period=Period.WEEK, day=START.date())
    )
    return found


async def answer(town: Living, group: Chat, who: Person, text: str, reply_to: Message | None = None) -> str:
    """What is answered to a command in the group, the last if there are several."""
    before = len(town.said(group))
    who.writes(group, text, reply_to=reply_to)
    await town.settle()
    said = town.said(group)[before:]
    return said[-1].text or "" if said else ""


async def ledger(town: Living) -> list[tuple[str, int]]:
    return [(entry.action, entry.points) for entry in await town.all(Ledger)]


@on_sqlite_alone
async def test_points_are_given_by_reply_and_stand_in_balance_board_ledger_and_audit(town: Living) -> None:
    group, lin, wei = await readers(town)
    said = wei.writes(group, "Here is how it works")
    assert await answer(town, group, lin, "/grant 2.5 helped a newcomer", said) == "Wei +2.5 points: helped a newcomer"
    assert await balance(town, group, wei) == 290
    assert await week(town, group, wei) == 290
    assert ("grant", 250) in await ledger(town)
    (act,) = await town.all(Audit)
    assert (act.user_id, act.action, act.member_id, act.points) == (lin.id, "grant", wei.id, 250)
    assert act.reason == "helped a newcomer"


async def test_what_is_taken_is_said_to_who_ordered_it_and_to_nobody_else(town: Living) -> None:
    group, lin, wei = await readers(town)
    lin.starts(town.bot)
    said = wei.writes(group, "Copied from elsewhere")
    await town.settle()
    before = len(town.told(lin))
    for words in (
        "/deduct @wei_reads 2.5 an advert",
        "/freeze @wei_reads two accounts",
        "/unfreeze @wei_reads it was her brother",
        "/grant @wei_reads 3 for the trouble",
    ):
        assert await answer(town, group, lin, words) == DONE
    assert await answer(town, group, lin, "/reverse copied", said) == DONE
    assert town.told(lin)[before:] == [
        "Readers\n\nWei −2.5 points.\nWhy: an advert",
        "Readers\n\nWei earns nothing for now. /unfreeze ends it.\nWhy: two accounts",
        "Readers\n\nWei earns points again.\nWhy: it was her brother",
        "Readers\n\nWei +3 points.\nWhy: for the trouble",
        "Readers\n\nUndone: Wei −0.2 points.\nIt came from this message.\nWhy: copied",
    ]


async def test_praise_in_answer_to_a_message_is_said_where_it_was_given_and_nowhere_twice(town: Living) -> None:
    group, lin, wei = await readers(town)
    lin.starts(town.bot)
    said = wei.writes(group, "Here is how it works")
    await town.settle()
    before = len(town.told(lin))
    assert await answer(town, group, lin, "/grant 2.5 helped a newcomer", said) == "Wei +2.5 points: helped a newcomer"
    assert town.told(lin)[before:] == []


@on_sqlite_alone
async def test_a_member_is_named_by_username_in_any_case_or_by_number(town: Living) -> None:
    group, lin, wei = await readers(town)
    for times, named in enumerate(("@wei_reads", "@Wei_Reads", str(wei.id)), start=1):
        assert await answer(town, group, lin, f"/deduct {named} 0,5 advert") == DONE
        assert await balance(town, group, wei) == 20 - 50 * times
        assert await week(town, group, wei) == 20 - 50 * times


@on_sqlite_alone
async def test_a_messages_points_are_undone_once_with_those_for_the_likes_of_it(town: Living) -> None:
    group, lin, wei = await readers(town)
    said = wei.writes(group, "Copied from elsewhere")
    lin.reacts(said, ["👍"])
    await town.settle()
    assert await balance(town, group, wei) == 50
    assert await answer(town, group, lin, "/reverse copied", said) == DONE
    assert await balance(town, group, wei) == await week(town, group, wei) == 20
    assert (await answer(town, group, lin, "/reverse copied", said)).startswith("Nothing to undo")
    lin.reacts(said, [])
    await town.settle()
    assert await balance(town, group, wei) == 20


async def test_a_correction_is_undone_by_name_or_in_reply_to_its_command(town: Living) -> None:
    group, lin, wei = await readers(town)
    command = lin.writes(group, "/grant @wei_reads 5 by mistake")
    await answer(town, group, lin, "/deduct @wei_reads 3 advert")
    assert await balance(town, group, wei) == 220
    assert await answer(town, group, lin, "/reverse wrong one", command) == DONE
    assert await answer(town, group, lin, "/reverse @wei_reads no advert") == DONE
    assert await balance(town, group, wei) == await week(town, group, wei) == 20
    assert (await answer(town, group, lin, "/reverse @wei_reads again")).startswith("Nothing to undo")


async def test_who_is_frozen_earns_nothing_until_it_is_lifted_and_why_is_kept(town: Living) -> None:
    group, lin, wei = await readers(town)
    assert await answer(town, group, lin, "/freeze @wei_reads two accounts") == DONE
    said = wei.writes(group, "Do I earn still?")
    lin.reacts(said, ["👍"])
    wei.reacts(lin.writes(group, "You do not"), ["👍"])
    await town.settle()
    assert await balance(town, group, wei) == 20
    assert await balance(town, group, lin) == 20 + 5 + 10
    uncounted = await town.rows("SELECT action, reason FROM uncounted_lately ORDER BY uncounted_id")
    assert sorted(uncounted) == [
        ("message", "frozen"),
        ("reaction_given", "frozen"),
        ("reaction_received", "frozen"),
    ]
    assert (await answer(town, group, lin, "/freeze @wei_reads again")).startswith("They earn nothing already")
    assert await answer(town, group, lin, "/grant @wei_reads 1 still fine") == DONE
    assert await answer(town, group, lin, "/unfreeze @wei_reads sorted out") == DONE
    assert (await answer(town, group, lin, "/unfreeze @wei_reads again")).startswith("They earn points as everybody")
    wei.writes(group, "Now I do again")
    await town.settle()
    assert await balance(town, group, wei) == 140
    assert [member.frozen for member in await town.all(Members)] == [False, False]


@on_sqlite_alone
async def test_what_cannot_be_understood_gets_the_usage_with_an_example(town: Living) -> None:
    group, lin, wei = await readers(town)
    for words in ("", "@wei_reads", "@wei_reads 5", "@wei_reads five thanks", "@wei_reads 1.234 x"):
        told = await answer(town, group, lin, f"/grant {words}".strip())
        assert "For example: /grant @lin 2.5 helped a newcomer" in told, words
        assert await balance(town, group, wei) == 20
    assert await town.all(Audit) == []


@on_sqlite_alone
async def test_bounds_and_strangers_are_refused_with_what_would_work(town: Living) -> None:
    group, lin, wei = await readers(town)
    for written in ("1000.01", "0", "999999999999"):
        told = await answer(town, group, lin, f"/grant @wei_reads {written} much")
        assert told == "From 0.01 to 1,000 points at a time; /settings changes the upper end."
    for named in ("@nobody", "123"):
        assert (await answer(town, group, lin, f"/grant {named} 1 who")).startswith("I don't know that member")
    assert (await answer(town, group, lin, "/grant 1 bot", town.said(group)[0])).startswith("I don't know that member")
    assert await balance(town, group, wei) == 20


@on_sqlite_alone
async def test_only_an_administrator_may_and_an_ex_administrator_no_more(town: Living) -> None:
    group, lin, wei = await readers(town)
    ada = town.world.person("Ada", language_code="en")
    ada.joins(group)
    no = "Only the group's administrators can do that."
    with capture_logs() as logged:
        assert await answer(town, group, wei, "/grant @wei_reads 5 me") == no
    assert [line["what"] for line in logged if line["event"] == "refused"] == ["IsNotStaff"]
    lin.promotes(ada, chat=group, rights=ANY)
    assert await answer(town, group, ada, "/grant @wei_reads 5 help") == DONE
    told = await answer(town, group, ada, "/freeze @wei_reads spam")
    assert told == "That takes the right “Ban users”, which you don't have in this group."
    lin.demotes(ada, chat=group)
    assert await answer(town, group, ada, "/grant @wei_reads 5 help") == no
    assert await balance(town, group, wei) == 520


@on_sqlite_alone
async def test_a_list_over_an_hour_old_is_fetched_before_the_command_is_carried_out(town: Living) -> None:
    lin, wei = town.world.person("Lin", language_code="en"), town.world.person("Wei", username="wei")
    group = town.group(lin, administrator=False)
    wei.joins(group)
    await town.settle()
    lin.promotes(wei, chat=group, rights=ANY)
    await town.later(timedelta(minutes=61))
    asked = sum(call.method == "getChatAdministrators" for call in town.bot.calls)
    assert await answer(town, group, wei, "/grant @wei 5 a plain member's bot hears of no promotion") != ""
    assert await balance(town, group, wei) == 500
    assert sum(call.method == "getChatAdministrators" for call in town.bot.calls) == asked + 1
    lin.demotes(wei, chat=group)
    await town.later(timedelta(minutes=61))
    assert await answer(town, group, wei, "/grant @wei 5 more") == "Only the group's administrators can do that."


@on_sqlite_alone
async def test_where_telegram_does_not_tell_nobody_leads(town: Living) -> None:
    group, lin, wei = await readers(town)
    await town.later(timedelta(minutes=61))
    town.world.faults.add(method="getChatAdministrators", status=500, description="Internal Server Error", times=9)
    told = await answer(town, group, lin, "/grant @wei_reads 5 help")
    assert told == f"{SILENT} Please try again in 1 minute."
    assert await balance(town, group, wei) == 20


async def test_while_telegram_is_silent_it_is_asked_less_and_less_often(
    live: Callable[..., Awaitable[Living]], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(fetching, "time", SimpleNamespace(monotonic=lambda: now))
    town = await live()
    group, lin, wei = await readers(town)
    await town.later(timedelta(minutes=61))
    told = []

    def asked() -> int:
        return sum(call.method == "getChatAdministrators" for call in town.bot.calls)

    before = asked()
    town.world.faults.add(method="getChatAdministrators", status=500, description="Internal Server Error", times=None)
    for waited in (0, 1, 58, 2, 30, 91, 241, 481, 481):
        now += waited
        told.append(await answer(town, group, lin, "/grant @wei_reads 5 help"))
    assert asked() - before == 6
    minutes = [int("".join(filter(str.isdigit, one.removeprefix(SILENT)))) for one in told]
    assert minutes == [1, 1, 1, 2, 2, 4, 8, 8, 8]
    town.world.faults.clear()
    assert SILENT in await answer(town, group, lin, "/grant @wei_reads 5 help")
    now += 481
    assert await answer(town, group, lin, "/grant @wei_reads 5 help") == DONE
    assert asked() - before == 7
    assert await balance(town, group, wei) == 520


@on_sqlite_alone
async def test_a_forwarded_command_or_one_of_a_channel_commands_nothing(town: Living) -> None:
    group, lin, wei = await readers(town)
    trick = wei.writes(group, "/grant @wei_reads 500 thanks")
    lin.writes(group, forward_of=trick)
    channel = town.world.group("News", owner=wei, kind="channel")
    wei.writes(group, "/grant @wei_reads 500 thanks", sender_chat=channel)
    await town.settle()
    assert await balance(town, group, wei) == 20
    assert await town.all(Audit) == []


async def test_who_writes_as_the_group_says_by_a_button_who_they_are(town: Living) -> None:
    group, lin, wei = await readers(town)
    ada = town.world.person("Ada", language_code="en")
    ada.joins(group)
    lin.promotes(ada, chat=group, rights={**ANY, "is_anonymous": True})
    said = wei.writes(group, "A useful thing")
    await town.settle()
    assert (await answer(town, group, ada, "/grant 5 useful", said)).startswith("You wrote as the group")
    question = town.said(group)[-1]
    assert (await wei.presses(question, "It was me, do it")).text == "Only the group's administrators can do that."
    assert await balance(town, group, wei) == 40
    await ada.presses(question, "It was me, do it")
    await town.settle()
    assert town.said(group)[-1].text == "Wei +5 points: useful"
    assert await balance(town, group, wei) == 540
    assert [act.user_id for act in await town.all(Audit)] == [ada.id]
    assert await town.all(Dialogues) == []


@on_sqlite_alone
async def test_forged_buttons_are_refused_politely_and_logged(town: Living) -> None:
    group, lin, wei = await readers(town)
    wei.starts(town.bot)
    lin.starts(town.bot)
    await answer(town, group, lin, "/grant @wei_reads 5 help")
    number = (await town.community(group)).community_id
    before = len(town.told(wei))
    forged = [
        "confirm:1:2",
        "confirm:x",
        f"confirm:{number}:{2**62}",
        f"audit:{number}:0",
        f"audit:{number}:-1",
        "no:1",
    ]
    message = town.said(town.world.private(wei, town.bot))[-1]
    with capture_logs() as logged:
        for data in forged:
            message.raw["reply_markup"] = {"inline_keyboard": [[{"text": "x", "callback_data": data}]]}
            assert (await wei.presses(message, "x")).text in (
                "This button no longer works. /help shows what does.",
                "Only the group's administrators can do that.",
            )
    assert sum(line["event"] == "refused" for line in logged) == len(forged)
    assert len(town.told(wei)) == before
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]


@on_sqlite_alone
async def test_the_audit_is_read_in_private_by_administrators_page_by_page(town: Living) -> None:
    group, lin, wei = await readers(town)
    lin.starts(town.bot)
    wei.starts(town.bot)
    for number in range(1, 11):
        lin.writes(group, f"/grant @wei_reads {number} reason {number}")
    await town.settle()
    lin.writes(group, "/audit")
    await town.settle()
    (row,) = town.said(group)[-1].keyboard
    payload = row[0]["url"].partition("start=")[2]
    lin.starts(town.bot, payload)
    await town.settle()
    private = town.world.private(lin, town.bot)
    page = town.said(private)[-1]
    assert "Lin gave Wei 10 points: reason 10" in (page.text or "")
    assert "reason 2" not in (page.text or "")
    await lin.presses(page, "Older ›")
    await town.settle()
    assert "Lin gave Wei 2 points: reason 2" in (town.said(private)[-1].text or "")
    wei.starts(town.bot, payload)
    await town.settle()
    assert town.told(wei)[-1] == "Only the group's administrators can do that."
    wei.writes(town.world.private(wei, town.bot), "/audit")
    await town.settle()
    assert town.told(wei)[-1].startswith("You run no group")


@on_sqlite_alone
async def test_in_private_a_correction_is_sent_to_the_group(town: Living) -> None:
    _, lin, _ = await readers(town)
    lin.starts(town.bot)
    lin.writes(town.world.private(lin, town.bot), "/grant @wei_reads 5 help")
    await town.settle()
    assert town.told(lin)[-1].startswith("Send that in the group")
    assert await town.all(Audit) == []


@on_sqlite_alone
async def test_a_command_that_comes_twice_is_carried_out_once(town: Living) -> None:
    group, lin, wei = await readers(town)
    number = (await town.community(group)).community_id
    deed = Deed(
        community_id=number,
        user_id=lin.id,
        kind=Kind.GRANT,
        member_id=wei.id,
        reason="help",
        source="command:1:2",
        points=500,
    )
    done = []
    for _ in range(2):
        async with town.kith.database.writing() as session:
            done.append(await corrections.carry_out(session, deed=deed, now=START))
    assert [each.is_again for each in done] == [False, True]
    assert await balance(town, group, wei) == await week(town, group, wei) == 520
    assert len(await town.all(Audit)) == 1


async def test_the_member_is_told_once_in_private_in_their_own_language_and_why(town: Living) -> None:
    group, lin, wei = await readers(town)
    wei.starts(town.bot)
    lin.starts(town.bot)
    ann = town.world.person("Ann")
    ann.joins(group)
    await town.settle()
    private, before = town.world.private(wei, town.bot), len(town.told(wei))
    command = lin.writes(group, "/grant @wei_reads 2.5 helped a <b>newcomer</b>")
    await town.settle()
    await answer(town, group, lin, "/freeze @wei_reads two accounts")
    await answer(town, group, lin, "/unfreeze @wei_reads sorry")
    await answer(town, group, lin, "/reverse typing error", command)
    await answer(town, group, lin, f"/grant {ann.id} 1 never wrote to the bot")
    await answer(town, group, lin, "/grant @lin 1 to oneself")
    assert town.told(wei)[before:] == [
        "Readers\n\n+2.5 points from an administrator.\nWhy: helped a <b>newcomer</b>\n\n/why shows every entry.",
        "Readers\n\nFor now you earn no points here: administrators have stopped it.\nWhy: two accounts",
        "Readers\n\nYou earn points here again.\nWhy: sorry",
        UNDONE,
    ]
    assert [e["type"] for e in town.said(private)[before].entities if e["type"] != "bot_command"] == ["bold"]
    assert len(town.told(ann)) == 0
    assert not any("an administrator" in told for told in town.told(lin))
    wei.blocks(town.bot)
    await answer(town, group, lin, "/grant @wei_reads 1 while away")
    assert len(town.told(wei)) == before + 4
    fates = await town.rows("SELECT state, count(*) FROM outbox WHERE name = 'corrections.done' GROUP BY state")
    assert dict(fates) == {"sent": 4, "held_back": 2}
