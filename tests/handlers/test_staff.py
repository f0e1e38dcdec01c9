"""Who runs a group, from Telegram to the boards: promotions as they are told, and the list that is asked for."""

from datetime import timedelta

from models import staff, standings
from models.facts import StaffStatus
from models.rules.points import Period
from models.staff import Staff
from simulator.chats import Chat
from tests.living import START, Living


def questions(town: Living) -> int:
    return sum(call.method == "getChatAdministrators" for call in town.bot.calls)


async def leading(town: Living) -> dict[int, str]:
    return {row.user_id: row.status for row in await town.all(Staff) if row.status != StaffStatus.NONE}


async def listed(town: Living, group: Chat) -> list[int]:
    """Who stands on the week's board, from the leader down."""
    number = (await town.community(group)).community_id
    day = START.date()
    board = await town.read(lambda s: standings.board(s, community_id=number, period=Period.WEEK, day=day, limit=10))
    return [place.user_id for place in board]


async def test_telegrams_list_is_asked_for_when_kith_comes_even_as_a_plain_member(town: Living) -> None:
    lin, wei = town.world.person("Lin"), town.world.person("Wei")
    group = town.group(lin, administrator=False)
    wei.joins(group)
    lin.promotes(wei, chat=group, rights={"can_delete_messages": True, "is_anonymous": True})
    await town.settle()
    assert questions(town) == 1
    assert await leading(town) == {lin.id: StaffStatus.OWNER, wei.id: StaffStatus.ADMINISTRATOR}
    number = (await town.community(group)).community_id
    row = await town.read(lambda s: staff.find(s, community_id=number, user_id=wei.id))
    assert row.rights == {"rights": ["can_delete_messages", "can_manage_chat"]}
    assert row.is_anonymous
    assert await town.read(lambda s: staff.known_at(s, community_id=number)) == START


async def test_who_is_promoted_leaves_the_board_and_who_is_demoted_comes_back(town: Living) -> None:
    lin, wei, ada = (town.world.person(name) for name in ("Lin", "Wei", "Ada"))
    group = town.group(lin)
    for person in (wei, ada):
        person.joins(group)
    for person in (lin, wei, wei, ada):
        person.writes(group, "hello all")
    await town.settle()
    assert await listed(town, group) == [wei.id, ada.id]
    lin.promotes(wei, chat=group)
    await town.settle()
    assert await listed(town, group) == [ada.id]
    lin.demotes(wei, chat=group)
    ada.leaves(group)
    await town.settle()
    assert await listed(town, group) == [wei.id]
    assert questions(town) == 1
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]


async def test_a_promoted_one_who_leaves_or_is_removed_is_no_staff_any_more(town: Living) -> None:
    lin, wei, ada = (town.world.person(name) for name in ("Lin", "Wei", "Ada"))
    group = town.group(lin)
    for person in (wei, ada):
        person.joins(group)
        lin.promotes(person, chat=group)
    await town.settle()
    assert (await leading(town)).keys() == {lin.id, wei.id, ada.id}
    wei.leaves(group)
    lin.removes(ada, chat=group)
    await town.settle()
    assert (await leading(town)).keys() == {lin.id}


async def test_a_list_that_is_over_an_hour_old_is_asked_for_when_somebody_wants_a_rank(town: Living) -> None:
    lin, wei = town.world.person("Lin"), town.world.person("Wei")
    group = town.group(lin, administrator=False)
    wei.joins(group)
    await town.settle()
    wei.writes(group, "/me")
    await town.settle()
    assert questions(town) == 1
    lin.promotes(wei, chat=group)
    await town.later(timedelta(minutes=61))
    assert (await leading(town)).keys() == {lin.id}, "a plain member hears nothing of promotions"
    for _ in range(2):
        wei.writes(group, "/me")
        await town.settle()
    assert questions(town) == 2
    assert (await leading(town)).keys() == {lin.id, wei.id}


async def test_removed_before_the_list_was_asked_for_kith_does_without_it(town: Living) -> None:
    lin = town.world.person("Lin")
    town.world.faults.add(method="getChatAdministrators", status=403, description="Forbidden: bot was kicked")
    town.group(lin)
    await town.settle()
    assert await leading(town) == {}
    assert {row[0] for row in await town.rows("SELECT state FROM outbox WHERE name = 'staff.unknown'")} == {"held_back"}
