"""Sending, editing, deleting: limits, replies, keyboards, words of refusal."""

from datetime import timedelta

import httpx
import pytest
from telegram import Bot as Client
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest, Forbidden

from simulator.bots import Bot
from simulator.chats import Chat
from simulator.people import Person
from simulator.world import World
from tests.simulator.updates import of_kind


@pytest.fixture(autouse=True)
def inside(bot: Bot, group: Chat, lin: Person) -> None:
    lin.adds(bot, to=group, administrator=True)


async def refused(web: httpx.AsyncClient, method: str, **params: object) -> str:
    answer = await web.post(f"/bot100:SIM/{method}", json=params)
    assert answer.status_code == answer.json()["error_code"], answer.text
    return str(answer.json()["description"])


async def test_texts_are_measured_after_parsing(client: Client, group: Chat) -> None:
    sent = await client.send_message(group.id, f"<b>{'a' * 4096}</b>", parse_mode="HTML")
    assert sent.text == "a" * 4096
    with pytest.raises(BadRequest, match="Message is too long"):
        await client.send_message(group.id, "a" * 4097)
    with pytest.raises(BadRequest, match="Message text is empty"):
        await client.send_message(group.id, "<b> </b>", parse_mode="HTML")
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await client.send_photo(group.id, b"png", caption="a" * 1025)


async def test_replies_find_their_message_or_are_refused(client: Client, group: Chat, wei: Person) -> None:
    asked = wei.writes(group, "why?")
    sent = await client.send_message(group.id, "because", reply_parameters=ReplyParameters(asked.id))
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "why?"
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await client.send_message(group.id, "x", reply_parameters=ReplyParameters(9999))
    lenient = ReplyParameters(9999, allow_sending_without_reply=True)
    assert (await client.send_message(group.id, "x", reply_parameters=lenient)).reply_to_message is None


async def test_button_data_has_at_most_64_bytes(client: Client, group: Chat) -> None:
    def keyboard(data: str) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup([[InlineKeyboardButton("go", callback_data=data)]])

    sent = await client.send_message(group.id, "x", reply_markup=keyboard("é" * 32))
    assert group.messages[-1].keyboard[0][0]["callback_data"] == "é" * 32
    assert sent.reply_markup is not None
    with pytest.raises(BadRequest, match="Button_data_invalid"):
        await client.send_message(group.id, "x", reply_markup=keyboard("é" * 33))


async def test_edits_must_change_something(client: Client, group: Chat, bot: Bot, wei: Person) -> None:
    sent = await client.send_message(group.id, "one")
    await client.edit_message_text("two", chat_id=group.id, message_id=sent.message_id)
    assert group.messages[-1].text == "two"
    with pytest.raises(BadRequest, match="Message is not modified"):
        await client.edit_message_text("two", chat_id=group.id, message_id=sent.message_id)
    foreign = wei.writes(group, "mine")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await client.edit_message_text("yours", chat_id=group.id, message_id=foreign.id)
    wei.edits(foreign, "still mine")
    assert of_kind(bot, "edited_message")[-1]["text"] == "still mine"
    assert "edit_date" in of_kind(bot, "edited_message")[-1]


async def test_deletion_needs_rights_and_ends_after_48_hours(
    world: World, client: Client, group: Chat, bot: Bot, lin: Person, wei: Person
) -> None:
    old, own = wei.writes(group, "old"), await client.send_message(group.id, "own")
    assert await client.delete_message(group.id, old.id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await client.delete_message(group.id, old.id)
    lin.demotes(bot, chat=group)
    foreign = wei.writes(group, "foreign")
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await client.delete_message(group.id, foreign.id)
    world.clock.tick(timedelta(hours=48))
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await client.delete_message(group.id, own.message_id)
    lin.promotes(bot, chat=group)
    fresh = [wei.writes(group, "a").id, wei.writes(group, "b").id, 4711]
    assert await client.delete_messages(group.id, fresh)
    assert all(group.find(number) is None for number in fresh)


async def test_a_removed_bot_is_told_so(client: Client, group: Chat, bot: Bot, lin: Person) -> None:
    lin.removes(bot, chat=group)
    assert of_kind(bot, "my_chat_member")[-1]["new_chat_member"]["status"] == "kicked"
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await client.send_message(group.id, "hello")


async def test_copies_forget_their_origin_and_forwards_name_it(client: Client, group: Chat, wei: Person) -> None:
    wei.starts(next(iter(group.bots.values())))
    source = wei.writes(group, "look at #this")
    copied = await client.copy_message(wei.id, group.id, source.id)
    assert wei.private(next(iter(group.bots.values()))).messages[-1].id == copied.message_id
    forwarded = await client.forward_message(wei.id, group.id, source.id)
    assert forwarded.forward_origin is not None
    assert forwarded.forward_origin.type == "user"
    assert forwarded.text == "look at #this"


async def test_many_are_copied_in_order_without_what_is_gone_and_an_album_stays_one(
    client: Client, group: Chat, wei: Person
) -> None:
    bot = next(iter(group.bots.values()))
    wei.starts(bot)
    loose = wei.writes(group, "first")
    album = [wei.writes(group, text, media="photo", album="a") for text in ("mine", None, None)]
    gone = wei.writes(group, "gone")
    wei.deletes(gone)
    copied = await client.copy_messages(wei.id, group.id, [loose.id, *[one.id for one in album], gone.id, 4711])
    there = wei.private(bot).messages[-4:]
    assert [one.id for one in there] == [one.message_id for one in copied]
    groups = [one.raw.get("media_group_id") for one in there]
    assert groups[0] is None
    assert len(set(groups[1:])) == 1
    assert groups[1] not in (None, "a")
    assert there[1].raw["caption"] == "mine"
    await client.copy_messages(wei.id, group.id, [album[0].id, album[1].id], remove_caption=True)
    assert "caption" not in wei.private(bot).messages[-2].raw
    for wrong, told in (
        ([album[1].id, album[0].id], "strictly increasing"),
        ([loose.id, loose.id], "strictly increasing"),
        ([], "not specified"),
        (range(1, 102), "oo many"),
        ([gone.id], "no messages to copy"),
    ):
        with pytest.raises(BadRequest, match=told):
            await client.copy_messages(wei.id, group.id, list(wrong))


async def test_pictures_and_documents_arrive_and_can_be_fetched(client: Client, group: Chat) -> None:
    sent = await client.send_document(
        group.id, b"a,b\n1,2\n", filename="points.csv", caption="<i>here</i>", parse_mode="HTML"
    )
    assert sent.document is not None
    assert sent.document.file_name == "points.csv"
    file = await client.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"a,b\n1,2\n"
    photo = await client.send_photo(group.id, b"png", caption="chart")
    again = await client.send_photo(group.id, photo.photo[-1].file_id)
    assert again.photo[-1].file_id == photo.photo[-1].file_id


async def test_requests_are_held_against_the_specification(web: httpx.AsyncClient, group: Chat, bot: Bot) -> None:
    assert await refused(web, "sendNonsense") == "Not Found"
    assert await refused(web, "sendMessage", text="x") == "Bad Request: chat_id is empty"
    assert await refused(web, "sendMessage", chat_id=group.id) == "Bad Request: message text is empty"
    assert await refused(web, "sendMessage", chat_id=1.5, text="x") == (
        'Bad Request: can\'t parse parameter "chat_id" as Integer or String'
    )
    assert "can't parse parameter" in await refused(web, "sendMessage", chat_id=group.id, text="x", entities="[{]")
    assert "not play" in await refused(web, "getMyStarBalance")
    answer = await web.post("/bot100:SIM/sendMessage", json={"chat_id": group.id, "text": "x", "colour": "red"})
    assert answer.json()["ok"] is True
    assert bot.calls[-1].warnings == ["unknown parameter 'colour'"]


@pytest.mark.parametrize("way", ["query", "json", "form", "multipart"])
async def test_every_way_to_send_a_request_is_understood(web: httpx.AsyncClient, group: Chat, way: str) -> None:
    params = {"chat_id": str(group.id), "text": "你好", "reply_markup": '{"force_reply": true}'}
    url = "/bot100:SIM/sendmessage"
    if way == "query":
        answer = await web.get(url, params=params)
    elif way == "json":
        answer = await web.post(url, json=params)
    elif way == "form":
        answer = await web.post(url, data=params)
    else:
        answer = await web.post(url, files={name: (None, value) for name, value in params.items()})
    assert answer.json()["result"]["text"] == "你好"
    assert group.messages[-1].markup == {"force_reply": True}


async def test_pinning_needs_a_right_and_is_told(client: Client, group: Chat, bot: Bot, lin: Person) -> None:
    message = lin.writes(group, "rules")
    await client.pin_chat_message(group.id, message.id)
    assert of_kind(bot, "message")[-1]["pinned_message"]["message_id"] == message.id
    chat = await client.get_chat(group.id)
    assert chat.pinned_message is not None
    assert chat.pinned_message.text == "rules"
    await client.unpin_chat_message(group.id)
    lin.promotes(bot, chat=group, rights={"can_delete_messages": True})
    with pytest.raises(BadRequest, match="Not enough rights to manage pinned messages"):
        await client.pin_chat_message(group.id, message.id)


async def test_a_bot_without_permission_to_write_is_refused(client: Client, group: Chat, bot: Bot, lin: Person) -> None:
    lin.demotes(bot, chat=group)
    lin.mutes(bot, chat=group)
    with pytest.raises(BadRequest, match="Not enough rights to send text messages to the chat"):
        await client.send_message(group.id, "hello")
