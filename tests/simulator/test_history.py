"""Every trap of the export format becomes a record, or is counted under its reason."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from simulator.history.reader import read_export
from simulator.history.records import (
    Invited,
    Joined,
    Moved,
    Notice,
    Peer,
    Pinned,
    Poll,
    Reaction,
    Removed,
    TopicOpened,
    UnreadableExport,
    Written,
)
from tests.simulator.exports import BEGAN, GROUP, chat, happened, local, reaction, read, said, written

THUMB, HEART = "👍", "❤"


def message(folder: Path, **more: Any) -> Written:
    record = read(folder, said(5, **more)).records[0]
    assert isinstance(record, Written)
    return record


# The file


def test_a_chat_of_its_own_or_compressed(tmp_path: Path) -> None:
    plain = read_export(written(tmp_path, chat(said(5))))
    packed = tmp_path / "result.json.gz"
    packed.write_bytes(gzip.compress(json.dumps(chat(said(5))).encode()))
    assert read_export(packed) == plain
    assert (plain.name, plain.kind, plain.chat_id, plain.bare_id) == (
        "Readers",
        "supergroup",
        -1_001_234_567_890,
        GROUP,
    )
    assert read_export(tmp_path) == plain, "the folder of an export stands for its result.json"


def test_a_basic_group_has_its_bare_id_below_zero(tmp_path: Path) -> None:
    assert read(tmp_path, said(5), type="private_group").chat_id == -GROUP


@pytest.mark.parametrize("wanted", [77, "77", "-10077", "-1000000000077", "Writers", "writers"])
def test_one_of_several_chats_by_id_or_name(tmp_path: Path, wanted: int | str) -> None:
    several = {"about": "…", "chats": {"about": "…", "list": [chat(said(1)), chat(said(2), name="Writers", id=77)]}}
    assert read_export(written(tmp_path, several), chat=wanted).name == "Writers"


def test_several_chats_are_listed(tmp_path: Path) -> None:
    one, two = chat(said(1)), chat(said(2), name="Writers", id=77)
    path = written(
        tmp_path, {"chats": {"list": [one, chat(type="personal_chat", name="Bo")]}, "left_chats": {"list": [two]}}
    )
    with pytest.raises(UnreadableExport, match="several groups, say which") as several:
        read_export(path)
    assert "Readers (id 1234567890, private_supergroup); Writers (id 77, private_supergroup)" in str(several.value)
    with pytest.raises(UnreadableExport, match=r"no chat in .* is 'Painters': Readers .*Writers"):
        read_export(path, chat="Painters")
    with pytest.raises(UnreadableExport, match=r"Bo .* is no group"):
        read_export(path, chat="Bo")


def test_the_only_group_among_private_chats_needs_no_name(tmp_path: Path) -> None:
    path = written(tmp_path, {"chats": {"list": [chat(type="personal_chat", name="Bo"), chat(said(1))]}})
    assert read_export(path).name == "Readers"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"name": "Readers", "messages": [{"id": 1,', "no whole JSON file"),
        ("", "no whole JSON file"),
        ("<!DOCTYPE html><html>", "is HTML"),
        ("[1, 2]", "not what Telegram Desktop exports"),
        ('{"about": "…"}', "neither 'messages' nor 'chats'"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_a_broken_file_gives_one_sentence(tmp_path: Path, content: str, reason: str) -> None:
    with pytest.raises(UnreadableExport, match=reason) as broken:
        read_export(written(tmp_path, content))
    assert "\n" not in str(broken.value)


def test_damaged_bytes_give_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "result.json.gz"
    for content, reason in (
        (gzip.compress(b'{"messages": []}')[:-9], "damaged or cut-off"),
        (b"PK\x03\x04rest", "zip archive"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
    ):
        path.write_bytes(content)
        with pytest.raises(UnreadableExport, match=reason):
            read_export(path)
    with pytest.raises(UnreadableExport, match="there is no file"):
        read_export(tmp_path / "missing.json")


def test_control_characters_that_telegram_desktop_writes_against_json(tmp_path: Path) -> None:
    content = json.dumps(chat(said(5, text="one\\x two"))).replace("two", r"\x1Ftwo")
    record = read_export(written(tmp_path, content)).records[0]
    assert isinstance(record, Written)
    assert record.body["text"] == "one\\x \x1ftwo"


# Times


def test_the_true_time_or_the_local_one_in_a_named_zone(tmp_path: Path) -> None:
    old = {**said(5), "date": "2021-07-01T12:00:00"}
    del old["date_unixtime"]
    path = written(tmp_path, chat(old))
    assert read_export(path).records[0].at == datetime(2021, 7, 1, 12, tzinfo=UTC).timestamp()
    assert (
        read_export(path, time_zone="Europe/Berlin").records[0].at == datetime(2021, 7, 1, 10, tzinfo=UTC).timestamp()
    )
    with pytest.raises(UnreadableExport, match="no time zone 'Berlin'"):
        read_export(path, time_zone="Berlin")


def test_what_has_only_a_local_time_is_read_as_its_neighbours_show(tmp_path: Path) -> None:
    summer = {
        **said(6),
        "date": "2023-07-01T12:00:00",
        "date_unixtime": str(int(datetime(2023, 7, 1, 10, tzinfo=UTC).timestamp())),
    }
    given = reaction(THUMB, 2, ("Bo", "user12", "2023-07-01T12:05:00"), ("Cy", "user13", local(BEGAN + 400)))
    path = written(tmp_path, chat({**summer, "reactions": [given]}, said(5)))
    for named in (None, "UTC"):
        record = read_export(path, time_zone=named).records[0]
        assert isinstance(record, Written)
        assert [reaction.at - record.at for reaction in record.reactions] == [300, BEGAN + 400 - record.at]


def test_a_distance_that_no_time_zone_has_teaches_nothing(tmp_path: Path) -> None:
    odd = {**said(5), "date": "2023-11-14T12:34:56"}
    old = {**said(6), "date": "2023-07-01T12:00:00", "date_unixtime": ""}
    export = read(tmp_path, odd, old)
    assert export.records[0].at == datetime(2023, 7, 1, 12, tzinfo=UTC).timestamp()


def test_records_without_a_date_are_counted(tmp_path: Path) -> None:
    export = read(tmp_path, {**said(5), "date": "yesterday", "date_unixtime": "soon"}, {"id": 6, "type": "unsupported"})
    assert export.records == []
    assert export.left_out == {"records without a date": 1, "records of the type 'unsupported'": 1}


def test_records_stand_in_the_order_of_date_then_id(tmp_path: Path) -> None:
    late = {**said(3), "date_unixtime": str(BEGAN + 600)}
    same = {**said(4), "date_unixtime": str(BEGAN + 600)}
    assert [record.id for record in read(tmp_path, same, late, said(5)).records] == [5, 3, 4]


# People


@pytest.mark.parametrize(
    ("by", "peer"),
    [
        ("user123", Peer("user", 123, "Ann")),
        (123, Peer("user", 123, "Ann")),
        ("123", Peer("user", 123, "Ann")),
        ("channel123", Peer("channel", 123, "Ann")),
        ("chat123", Peer("chat", 123, "Ann")),
        (2**32 + 123, Peer("user", 123, "Ann")),
        (2**33 + 123, Peer("channel", 123, "Ann")),
        (None, Peer("user", None, "Ann")),
    ],
)
def test_authors_by_all_spellings_of_their_ids(tmp_path: Path, by: Any, peer: Peer) -> None:
    assert message(tmp_path, by=by).author == peer


def test_large_bare_ids_beside_small_ones_are_no_shifted_ones(tmp_path: Path) -> None:
    export = read(tmp_path, said(5, by=123), said(6, by=5_000_000_000))
    assert [record.author.id for record in export.records if record.author] == [123, 5_000_000_000]


def test_a_deleted_account_keeps_its_id_and_nobody_at_all_is_counted(tmp_path: Path) -> None:
    export = read(tmp_path, said(5, name=None), said(6, name=None, by=None))
    assert [record.author for record in export.records] == [Peer("user", 11, None)]
    assert export.left_out == {"messages without an author": 1}


# What messages say


def test_a_text_in_parts_with_entities_in_utf16(tmp_path: Path) -> None:
    parts = [
        "🙂 ",
        {"type": "bot_command", "text": "/me"},
        {"type": "text_link", "text": " here", "href": "https://a.b"},
        {"type": "mention_name", "text": "Bo", "user_id": 12},
        {"type": "bank_card", "text": "0"},
        {"type": "custom_emoji", "text": "🙂", "document_id": "(File not included)"},
    ]
    body = message(tmp_path, text=parts).body
    assert body["text"] == "🙂 /me hereBo0🙂"
    kinds = [(entity["type"], entity["offset"], entity["length"]) for entity in body["entities"]]
    assert kinds == [("bot_command", 3, 3), ("text_link", 6, 5), ("text_mention", 11, 2), ("custom_emoji", 14, 2)]
    assert body["entities"][1]["url"] == "https://a.b"
    assert body["entities"][2]["user"]["id"] == 12


def test_the_full_list_of_entities_goes_before_the_text(tmp_path: Path) -> None:
    body = message(tmp_path, text=["x"], text_entities=[{"type": "bold", "text": "x"}]).body
    assert body == {"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 1}]}


def test_a_command_in_a_plain_text_is_found(tmp_path: Path) -> None:
    body = message(tmp_path, text="/start now", text_entities=[{"type": "plain", "text": "/start now"}]).body
    assert body["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


MEDIA: list[tuple[dict[str, Any], str]] = [
    ({"photo": "(File not included. Change data exporting settings to download.)"}, "photo"),
    ({"file": "(File not included.)", "media_type": "sticker", "sticker_emoji": "🙂"}, "sticker"),
    ({"file": "x", "media_type": "voice_message", "duration_seconds": 3}, "voice"),
    ({"file": "x", "media_type": "video_message"}, "video_note"),
    ({"file": "x", "media_type": "video_file"}, "video"),
    ({"file": "x", "media_type": "audio_file"}, "audio"),
    ({"file": "x", "media_type": "animation"}, "animation"),
    ({"file": "x", "mime_type": "application/pdf"}, "document"),
    ({"contact_information": {"first_name": "Bo", "phone_number": "1"}}, "contact"),
    ({"location_information": {"latitude": 1.5, "longitude": 2.5}}, "location"),
    ({"place_name": "Pub", "location_information": {"latitude": 1.5, "longitude": 2.5}}, "venue"),
    ({"game_title": "Go"}, "game"),
    ({"invoice_information": {"title": "Tea", "amount": 5, "currency": "XTR"}}, "invoice"),
]


@pytest.mark.parametrize(("told", "kind"), MEDIA, ids=[kind for _, kind in MEDIA])
def test_media_and_what_else_a_message_can_be(tmp_path: Path, told: dict[str, Any], kind: str) -> None:
    body = message(tmp_path, text="look", **told).body
    assert kind in body
    assert body["caption"] == "look"


def test_forwards_and_inline_bots(tmp_path: Path) -> None:
    body = message(tmp_path, forwarded_from=None, via_bot="@gif").body
    assert body["forward_origin"]["sender_user_name"] == "Deleted Account"
    assert body["via_bot"]["username"] == "gif"


def test_a_poll_and_its_votes_that_nobody_can_tell(tmp_path: Path) -> None:
    poll = {
        "question": "Tea?",
        "closed": True,
        "total_voters": 3,
        "answers": [{"text": "yes", "voters": 3}, {"text": "no", "voters": 0}],
    }
    export = read(tmp_path, said(5, text="", poll=poll))
    record = export.records[0]
    assert isinstance(record, Written)
    assert record.poll == Poll("Tea?", ("yes", "no"))
    assert export.left_out == {"votes (the export names no voters)": 3}


def test_edits_are_counted(tmp_path: Path) -> None:
    assert read(tmp_path, said(5, edited_unixtime="1")).left_out == {"edits (the export has the last text only)": 1}


def test_reactions_of_those_who_are_named(tmp_path: Path) -> None:
    given = [
        reaction(THUMB, 5, ("Bo", "user12", local(BEGAN + 400)), ("Cy", "channel13", local(BEGAN + 100))),
        {
            "type": "custom_emoji",
            "count": 1,
            "document_id": "(File not included)",
            "recent": [{"from": None, "from_id": "user14"}],
        },
        {"type": "paid", "count": 2},
    ]
    export = read(tmp_path, said(5, reactions=given))
    record = export.records[0]
    assert isinstance(record, Written)
    assert [(one.by.id, one.at - record.at) for one in record.reactions] == [(13, 0), (14, 0), (12, 100)]
    assert record.reactions[2] == Reaction(THUMB, Peer("user", 12, "Bo"), BEGAN + 400)
    assert record.reactions[1].emoji.startswith("custom:1")
    assert export.left_out == {"reactions whose giver the export does not name": 3, "reactions paid with Stars": 2}


# Replies and topics


def test_a_reply_and_an_answer_to_another_chat(tmp_path: Path) -> None:
    first, second, third = read(
        tmp_path,
        said(5, reply_to_message_id=4),
        said(6, reply_to_message_id=4, reply_to_peer_id="channel99"),
        said(7, reply_to_message_id=-1_000_000_000),
    ).records
    assert isinstance(first, Written)
    assert isinstance(second, Written)
    assert isinstance(third, Written)
    assert (first.reply_to, second.reply_to, third.reply_to) == (4, None, None)
    assert second.body["external_reply"]["message_id"] == 4


def test_topics_are_found_by_walking_up(tmp_path: Path) -> None:
    export = read(
        tmp_path,
        happened("topic_created", 2, title="Tea"),
        said(3, reply_to_message_id=2),
        said(4, reply_to_message_id=3),
        said(5, reply_to_message_id=4),
        said(6),
        said(7, reply_to_message_id=6),
        said(8, reply_to_message_id=1),
    )
    opened, *messages = export.records
    assert isinstance(opened, TopicOpened)
    places = [(one.reply_to, one.topic) for one in messages if isinstance(one, Written)]
    assert places == [(None, 2), (3, 2), (4, 2), (None, None), (6, None), (1, None)]
    assert export.left_out == {"topics of replies (their chain leads out of the file)": 1}


def test_a_chain_that_bites_its_own_tail_ends(tmp_path: Path) -> None:
    export = read(
        tmp_path,
        happened("topic_created", 2, title="Tea"),
        said(3, reply_to_message_id=4),
        said(4, reply_to_message_id=3),
    )
    assert [one.topic for one in export.records if isinstance(one, Written)] == [None, None]


# Service records


def test_comings_and_goings(tmp_path: Path) -> None:
    export = read(
        tmp_path,
        happened("create_group", 1, title="Readers", members=["Bo"]),
        happened("join_group_by_link", 2, inviter="Group"),
        happened("join_group_by_link", 3, inviter="Bo"),
        happened("join_group_by_request", 4),
        happened("invite_members", 5, members=["Cy", None]),
        happened("remove_members", 6, members=["Ann"]),
        happened("pin_message", 7, message_id=3),
        happened("edit_group_title", 8, title="Writers"),
        happened("migrate_from_group", 9, title="Readers"),
        happened("play_a_trumpet", 10),
        happened("invite_members", 11, by=None, name=None, members=["Cy"]),
    )
    ann = Peer("user", 11, "Ann")
    assert export.creator == ann
    kinds = [type(record) for record in export.records]
    assert kinds == [Joined, Joined, Joined, Invited, Removed, Pinned, Notice, Moved]
    joins = [(one.inviter, one.by_request) for one in export.records if isinstance(one, Joined)]
    assert joins == [(None, False), ("Bo", False), (None, True)]
    assert [one.names for one in export.records if isinstance(one, Invited)] == [("Cy", None)]
    assert export.left_out == {
        "the group's creation (no bot was there)": 1,
        "service records 'play_a_trumpet'": 1,
        "service records without an actor": 1,
    }


def test_what_is_no_record_at_all_is_counted(tmp_path: Path) -> None:
    raw = chat(said(5), said(5), {**said(6), "id": None}, happened("", 7))
    raw["messages"].append("nonsense")
    del raw["messages"][3]["action"]
    export = read_export(written(tmp_path, raw))
    assert len(export.records) == 1
    assert export.left_out == {
        "records whose id came before": 1,
        "records without an id": 2,
        "service records without an action": 1,
    }


def test_the_old_groups_id_is_taken_where_it_shows(tmp_path: Path) -> None:
    assert read(tmp_path, happened("edit_group_title", 5, by="chat42", title="x")).old_group_id == -42


@pytest.mark.parametrize("odd", [None, 5, True, "x", [], {}, [None], [{}], {"x": 1}, -1, 10**30, ""])
def test_odd_values_anywhere_are_no_traceback(tmp_path: Path, odd: Any) -> None:
    fields = [
        *("id", "type", "date", "date_unixtime", "from", "from_id", "actor", "actor_id", "action", "text", "edited"),
        *("text_entities", "reply_to_message_id", "reply_to_peer_id", "reactions", "poll", "photo", "file", "members"),
        *("media_type", "forwarded_from", "via_bot", "inviter", "message_id", "title", "contact_information", "author"),
        *("location_information", "invoice_information", "saved_from", "duration", "period", "width", "sticker_emoji"),
    ]
    actions = ["invite_members", "remove_members", "topic_created", "pin_message", "join_group_by_link", "group_call"]
    records = [{**said(5), name: odd} for name in fields]
    records += [{**happened(action, 5), name: odd} for action in actions for name in fields]
    for place, record in enumerate(records):
        if record["id"] == 5:
            record["id"] = place + 1
    read_export(written(tmp_path, chat(*records)))
    read_export(
        written(
            tmp_path, chat(said(5, poll={"answers": odd, "question": odd}, reactions=[{"recent": odd, "count": odd}]))
        )
    )
