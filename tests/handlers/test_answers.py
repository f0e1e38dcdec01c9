"""Short answers in a group go away again, and with them the commands, where that is allowed."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from models.outbox import Outbox
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.living import Living

Live = Callable[..., Awaitable[Living]]


async def asked(town: Living, *, rights: dict[str, bool] | None) -> tuple[Chat, Person, Message]:
    lin = town.world.person("Lin", language_code="en")
    lin.starts(town.bot)
    group = town.world.group("Readers", owner=lin)
    lin.adds(town.bot, to=group, rights=rights)
    question = lin.writes(group, "/me")
    await town.settle()
    return group, lin, question


async def test_without_the_right_to_delete_only_the_answer_goes(town: Living) -> None:
    group, _, question = await asked(town, rights={"can_invite_users": True})
    assert len(town.said(group)) == 1
    await town.later(timedelta(seconds=91))
    assert town.said(group) == []
    assert not question.deleted


async def test_a_right_that_was_lost_meanwhile_is_not_used(town: Living) -> None:
    group, lin, question = await asked(town, rights={"can_delete_messages": True})
    lin.promotes(town.bot, chat=group, rights={"can_invite_users": True})
    await town.settle()
    await town.later(timedelta(seconds=91))
    assert town.said(group) == []
    assert not question.deleted


async def test_as_the_group_has_set_it(live: Live) -> None:
    town = await live(settings={"KITH_ANSWERS__VANISH_AFTER_SECONDS": "0"})
    group, _, _ = await asked(town, rights={"can_delete_messages": True})
    await town.later(timedelta(hours=2))
    assert len(town.said(group)) == 1


async def test_the_command_stays_where_the_group_wants_it(live: Live) -> None:
    town = await live(
        settings={"KITH_ANSWERS__TIDY_COMMANDS": "false", "KITH_ANSWERS__VANISH_AFTER_SECONDS": "10"},
    )
    group, _, question = await asked(town, rights={"can_delete_messages": True})
    await town.later(timedelta(seconds=11))
    assert town.said(group) == []
    assert not question.deleted


async def test_what_somebody_has_deleted_before_is_no_trouble(town: Living) -> None:
    group, lin, question = await asked(town, rights={"can_delete_messages": True})
    lin.deletes(town.said(group)[0])
    lin.deletes(question)
    await town.later(timedelta(seconds=91))
    states = [row.state for row in await town.all(Outbox) if row.name == "answers.expired"]
    assert states == ["sent"]


async def test_an_answer_whose_sending_failed_is_not_taken_away(town: Living) -> None:
    town.world.faults.add(method="sendMessage", status=400, times=None)
    await asked(town, rights={"can_delete_messages": True})
    assert [row for row in await town.all(Outbox) if row.name == "answers.expired"] == []


async def test_after_a_night_out_old_answers_still_go(town: Living) -> None:
    group, _, _ = await asked(town, rights={"can_delete_messages": True})
    await town.later(timedelta(hours=10))
    assert town.said(group) == []
