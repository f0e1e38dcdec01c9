"""Coming and going: chat_member beside service messages, rights, bans, links and requests."""

from datetime import timedelta

import pytest
from telegram import Bot as Client
from telegram import ChatMemberAdministrator, ChatMemberRestricted, ChatPermissions
from telegram.error import BadRequest, Forbidden

from simulator.bots import Bot
from simulator.chats import Chat
from simulator.errors import NotPossible
from simulator.people import Person
from simulator.world import World
from tests.simulator.updates import EVERYTHING, forget, of_kind


@pytest.fixture(autouse=True)
def inside(bot: Bot, group: Chat, lin: Person) -> None:
    lin.adds(bot, to=group, administrator=True, rights={"can_invite_users": True, "can_restrict_members": True})
    bot.updates.allow(EVERYTHING)
    forget(bot)


def test_a_join_comes_twice_to_an_administrator(world: World, bot: Bot, group: Chat, lin: Person) -> None:
    guest = world.person("Guest")
    guest.joins(group)
    change = of_kind(bot, "chat_member")[0]
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == ("left", "member")
    assert "invite_link" not in change
    assert of_kind(bot, "message")[0]["new_chat_members"][0]["id"] == guest.id
    lin.demotes(bot, chat=group)
    forget(bot)
    guest.leaves(group)
    assert not of_kind(bot, "chat_member")
    assert of_kind(bot, "message")[0]["left_chat_member"]["id"] == guest.id


async def test_only_the_bots_own_links_come_back_whole(
    world: World, client: Client, bot: Bot, group: Chat, lin: Person
) -> None:
    own = await client.create_chat_invite_link(group.id, name="spring", member_limit=1)
    world.person("A").joins(group, link=own.invite_link)
    told = of_kind(bot, "chat_member")[-1]["invite_link"]
    assert told["invite_link"] == own.invite_link
    assert told["name"] == "spring"
    with pytest.raises(NotPossible, match="limit"):
        world.person("B").joins(group, link=own.invite_link)
    foreign = lin.creates_link(group)
    world.person("C").joins(group, link=foreign)
    told = of_kind(bot, "chat_member")[-1]["invite_link"]
    assert told["invite_link"].endswith("...")
    assert told["invite_link"] != foreign.url
    assert told["creator"]["id"] == lin.id


async def test_a_request_lets_the_bot_write_for_five_minutes(
    world: World, client: Client, bot: Bot, group: Chat
) -> None:
    link = await client.create_chat_invite_link(group.id, creates_join_request=True)
    guest = world.person("Guest")
    guest.joins(group, link=link.invite_link)
    request = of_kind(bot, "chat_join_request")[0]
    assert not group.standing(guest).inside
    await client.send_message(request["user_chat_id"], "Why do you want to come in?")
    world.clock.tick(timedelta(minutes=6))
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await client.send_message(guest.id, "hello?")
    await client.approve_chat_join_request(group.id, guest.id)
    change = of_kind(bot, "chat_member")[-1]
    assert change["new_chat_member"]["status"] == "member"
    assert change["from"]["id"] == bot.id
    assert change["invite_link"]["invite_link"] == link.invite_link
    with pytest.raises(BadRequest, match="User_already_participant"):
        await client.approve_chat_join_request(group.id, guest.id)


async def test_a_direct_request_names_no_link(world: World, client: Client, bot: Bot, group: Chat) -> None:
    group.asks_first = True
    guest = world.person("Guest")
    guest.joins(group)
    assert "invite_link" not in of_kind(bot, "chat_join_request")[0]
    await client.approve_chat_join_request(group.id, guest.id)
    change = of_kind(bot, "chat_member")[-1]
    assert change["via_join_request"] is True
    assert "invite_link" not in change


def test_a_startgroup_link_greets_the_bot(world: World, bot: Bot, lin: Person) -> None:
    place = world.group("New", owner=lin)
    lin.adds(bot, to=place, payload="from_site")
    assert of_kind(bot, "message")[-1]["text"] == "/start@kith_bot from_site"


async def test_muting_is_not_leaving(world: World, client: Client, bot: Bot, group: Chat, wei: Person) -> None:
    wei.writes(group, "before")
    until = world.clock.now() + timedelta(hours=1)
    await client.restrict_chat_member(group.id, wei.id, ChatPermissions.no_permissions(), until_date=until)
    member = await client.get_chat_member(group.id, wei.id)
    assert isinstance(member, ChatMemberRestricted)
    assert member.is_member
    with pytest.raises(NotPossible):
        wei.writes(group, "mmh")
    wei.leaves(group)
    left = of_kind(bot, "chat_member")[-1]["new_chat_member"]
    assert (left["status"], left["is_member"]) == ("restricted", False)
    wei.joins(group)
    assert group.standing(wei).status == "restricted"
    world.clock.tick(timedelta(hours=2))
    wei.writes(group, "free again")


async def test_a_ban_keeps_out_and_can_be_lifted(client: Client, bot: Bot, group: Chat, wei: Person) -> None:
    wei.writes(group, "x")
    await client.ban_chat_member(group.id, wei.id)
    assert of_kind(bot, "chat_member")[-1]["new_chat_member"]["status"] == "kicked"
    with pytest.raises(NotPossible, match="banned"):
        wei.joins(group)
    await client.unban_chat_member(group.id, wei.id, only_if_banned=True)
    wei.joins(group)
    assert group.standing(wei).inside


def test_a_basic_group_has_no_list_of_the_banned(world: World, bot: Bot, lin: Person) -> None:
    small = world.group("Small", owner=lin, kind="group")
    lin.adds(bot, to=small)
    guest = world.person("Guest")
    guest.joins(small)
    lin.bans(guest, chat=small)
    assert small.standing(guest).status == "left"
    guest.joins(small)
    lin.removes(bot, chat=small)
    assert small.standing(bot).status == "kicked"


async def test_rights_are_looked_at(client: Client, bot: Bot, group: Chat, lin: Person, wei: Person) -> None:
    wei.writes(group, "x")
    with pytest.raises(BadRequest, match="Can't remove chat owner"):
        await client.ban_chat_member(group.id, lin.id)
    with pytest.raises(BadRequest, match="Not enough rights"):
        await client.promote_chat_member(group.id, wei.id, can_delete_messages=True)
    lin.promotes(wei, chat=group)
    with pytest.raises(BadRequest, match="User is an administrator of the chat"):
        await client.ban_chat_member(group.id, wei.id)
    lin.demotes(bot, chat=group)
    with pytest.raises(BadRequest, match="Not enough rights"):
        await client.create_chat_invite_link(group.id)


async def test_administrators_are_listed_with_their_rights(
    client: Client, bot: Bot, group: Chat, lin: Person, wei: Person
) -> None:
    lin.promotes(wei, chat=group, rights={"can_delete_messages": True})
    listed = {member.user.id: member for member in await client.get_chat_administrators(group.id)}
    assert listed.keys() == {lin.id, wei.id, bot.id}
    assert listed[lin.id].status == "creator"
    member = listed[wei.id]
    assert isinstance(member, ChatMemberAdministrator)
    assert (member.can_delete_messages, member.can_manage_chat, member.can_pin_messages) == (True, True, False)
    assert await client.get_chat_member_count(group.id) == 3


async def test_tags_are_short_plain_and_not_for_administrators(
    client: Client, bot: Bot, group: Chat, lin: Person, wei: Person
) -> None:
    async def tag(person: Person, text: str) -> None:
        await client.set_chat_member_tag(group.id, person.id, text)

    wei.writes(group, "x")
    with pytest.raises(BadRequest, match="Not enough rights"):
        await tag(wei, "Level 3")
    lin.promotes(bot, chat=group)
    await tag(wei, "Level 3")
    wei.writes(group, "y")
    assert of_kind(bot, "message")[-1]["sender_tag"] == "Level 3"
    for wrong in ("a" * 17, "top 🏆"):
        with pytest.raises(BadRequest, match="Tag_invalid"):
            await tag(wei, wrong)
    with pytest.raises(BadRequest, match="administrator"):
        await tag(lin, "Boss")


async def test_promotion_by_the_bot_gives_no_more_than_it_has(
    client: Client, bot: Bot, group: Chat, lin: Person, wei: Person
) -> None:
    wei.writes(group, "x")
    lin.promotes(bot, chat=group, rights={"can_promote_members": True, "can_pin_messages": True})
    with pytest.raises(BadRequest, match="Right_forbidden"):
        await client.promote_chat_member(group.id, wei.id, can_delete_messages=True)
    await client.promote_chat_member(group.id, wei.id, can_pin_messages=True)
    await client.set_chat_administrator_custom_title(group.id, wei.id, "Host")
    assert group.standing(wei).title == "Host"
    await client.promote_chat_member(group.id, wei.id)
    assert group.standing(wei).status == "member"


async def test_a_bot_can_leave(client: Client, bot: Bot, group: Chat) -> None:
    await client.leave_chat(group.id)
    assert of_kind(bot, "my_chat_member")[-1]["new_chat_member"]["status"] == "left"
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await client.send_message(group.id, "hello")
