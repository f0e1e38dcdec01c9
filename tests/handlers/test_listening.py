"""From raw updates to facts: what counts, for whom, and what Telegram's traps must not turn into."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.asking import asks
from handlers.identity import Identity
from handlers.listening import Reading, facts_of
from handlers.notices import OTHER_NOTICES
from handlers.raw import Malformed
from handlers.registry import OFFERS
from models.facts import (
    AnyFact,
    BotMoved,
    BotStatus,
    DoorChanged,
    Joined,
    Left,
    Migrated,
    Reacted,
    Said,
    StaffChanged,
    StaffStatus,
    TopicCreated,
    Voted,
)
from models.rules.likeness import likeness
from tests.handlers.mutations import SAMPLES, ill_typed, mutated
from tests.handlers.updates import (
    ANONYMOUS,
    CHANNEL,
    CHANNEL_BOT,
    DATE,
    GROUP,
    LIN,
    OTHER_BOT,
    TELEGRAM,
    WEI,
    Raw,
    change,
    emoji,
    listening_world,
    message,
    reaction,
    vote,
    waiting,
)
from tests.living import START

KEY = b"a key of fingerprints"
ME = Identity(100, "kith_bot", reads_all=False)


def facts(raw: Raw) -> list[AnyFact]:
    return facts_of(raw, Reading(START, KEY))


def said(raw: Raw) -> Said:
    (fact,) = facts(raw)
    assert isinstance(fact, Said)
    return fact


def author(raw: Raw) -> int | None:
    fact = said(raw)
    return fact.person.user_id if fact.person else None


def test_every_kind_of_fact_comes_from_what_people_do() -> None:
    world, bot = listening_world()
    lin, wei = world.person("Lin"), world.person("Wei")
    group = world.group("Readers", owner=lin, forum=True)
    lin.adds(bot, to=group, administrator=True)
    wei.joins(group)
    topic = lin.creates_topic(group, "Poems")
    poem = wei.writes(group, "a poem", topic=topic)
    lin.reacts(poem, ["👍"])
    wei.starts(bot)
    wei.blocks(bot)
    wei.leaves(group)
    old = world.group("Old", owner=lin, kind="group")
    lin.adds(bot, to=old)
    lin.migrates(old)
    kinds = [type(fact) for raw in waiting(bot) for fact in facts(raw)]
    assert set(kinds) == {BotMoved, Joined, TopicCreated, Said, Reacted, DoorChanged, Left, Migrated}
    assert [type(fact) for fact in facts(vote([0]))] == [Voted]
    assert kinds.count(Migrated) == 2, "it is told from both sides"


def test_a_plain_message_tells_who_said_what_where_and_when() -> None:
    fact = said(message(text="  good  day\n", update_id=5))
    assert (fact.update_id, fact.message_id, fact.at, fact.letters) == (5, 10, START, 7)
    assert fact.likeness == likeness("goodday", work=None, key=KEY)
    assert (fact.place.chat_id, fact.place.title) == (GROUP["id"], "Readers")
    assert fact.person is not None
    assert (fact.person.user_id, fact.person.first_name, fact.person.language_code) == (501, "Lin", "en")
    assert (fact.is_command, fact.is_forward) == (False, False)
    assert (fact.reply_to, fact.topic, fact.album, fact.poll_id) == (None, None, None, None)


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("an anonymous administrator", {"by": ANONYMOUS, "sender_chat": GROUP}),
        ("a channel in the group", {"by": CHANNEL_BOT, "sender_chat": CHANNEL}),
        ("a channel's post", {"by": TELEGRAM, "sender_chat": CHANNEL, "is_automatic_forward": True}),
        ("a forward without its sender chat", {"by": TELEGRAM, "is_automatic_forward": True}),
        ("another bot", {"by": OTHER_BOT}),
        ("nobody", {"by": None}),
        ("a chat, though a person stands beside it", {"sender_chat": CHANNEL}),
    ],
)
def test_nobody_is_credited_with_the_words_of(what: str, fields: dict[str, Any]) -> None:
    assert author(message(**fields)) is None, what


def test_in_a_topic_the_message_that_opened_it_is_no_answered_one() -> None:
    opened = {"message_id": 7, "date": DATE, "chat": GROUP, "forum_topic_created": {"name": "Poems"}}
    plain = said(message(message_thread_id=7, is_topic_message=True, reply_to_message=opened))
    assert (plain.topic, plain.reply_to) == (7, None)
    answer = said(message(message_thread_id=7, is_topic_message=True, reply_to_message={**opened, "message_id": 8}))
    assert (answer.topic, answer.reply_to, answer.thread) == (7, 8, None)


def test_a_thread_of_replies_outside_a_forum_is_no_topic() -> None:
    answered = {"message_id": 7, "date": DATE, "chat": GROUP, "from": WEI}
    fact = said(message(message_thread_id=7, reply_to_message=answered))
    assert (fact.topic, fact.reply_to, fact.thread) == (None, 7, 7)


def test_an_answer_to_another_chats_message_is_no_reply_here() -> None:
    elsewhere = {"message_id": 7, "date": DATE, "chat": CHANNEL}
    assert said(message(reply_to_message=elsewhere)).reply_to is None
    quoted = {"origin": {"type": "channel", "date": DATE, "chat": CHANNEL, "message_id": 7}, "chat": CHANNEL}
    assert said(message(external_reply=quoted, quote={"text": "x", "position": 0})).reply_to is None


def test_albums_forwards_captions_commands_and_polls_are_told_apart() -> None:
    assert said(message(text=None, photo=[], caption="a b", media_group_id="9" * 80)).album == "9" * 64
    assert said(message(text=None, caption="a b")).likeness == likeness("ab", work=None, key=KEY)
    origin = {"type": "hidden_user", "date": DATE, "sender_user_name": "Somebody"}
    assert said(message(forward_origin=origin)).is_forward
    command = {"type": "bot_command", "offset": 0, "length": 3}
    assert said(message(text="/me", entities=[command])).is_command
    assert not said(message(text="try /me", entities=[{**command, "offset": 4}])).is_command
    assert said(message(text=None, poll={"id": "77", "question": "?"})).poll_id == "77"


@pytest.mark.parametrize("service", sorted(OTHER_NOTICES))
def test_a_notice_of_the_chat_itself_was_said_by_nobody(service: str) -> None:
    fields: dict[str, Any] = {service: {}}
    assert facts(message(text=None, **fields)) == []


@pytest.mark.parametrize("kind", ["edited_message", "channel_post", "edited_channel_post", "poll", "chat_boost", "x"])
def test_other_updates_tell_nothing(kind: str) -> None:
    assert facts({"update_id": 1, kind: message()["message"]}) == []


def test_a_channels_own_posts_tell_nothing() -> None:
    assert facts(message(chat=CHANNEL)) == []


def test_whoever_writes_in_private_opens_the_door_and_earns_nothing() -> None:
    private = {"id": 501, "type": "private", "first_name": "Lin"}
    (fact,) = facts(message(chat=private))
    assert isinstance(fact, DoorChanged)
    assert fact.is_open
    assert facts(message(chat=private, by=OTHER_BOT)) == []


def test_reactions_are_compared_old_with_new() -> None:
    (fact,) = facts(reaction(old=[emoji("👍"), emoji("❤")], new=[emoji("❤"), emoji("🔥"), emoji("🔥")]))
    assert isinstance(fact, Reacted)
    assert (fact.message_id, fact.added, fact.removed) == (10, ("🔥",), ("👍",))
    assert facts(reaction(old=[emoji("👍")], new=[emoji("👍")])) == []


def test_paid_and_custom_reactions_count_by_their_kind() -> None:
    new = [{"type": "paid"}, {"type": "custom_emoji", "custom_emoji_id": "51"}, {"type": "not invented yet"}]
    (fact,) = facts(reaction(old=[], new=new))
    assert isinstance(fact, Reacted)
    assert fact.added == ("paid", "51", "not invented yet")


def test_an_anonymous_reaction_is_nobodys_and_a_bots_is_none() -> None:
    (fact,) = facts(reaction(old=[], new=[emoji("👍")], user=None, actor_chat=GROUP))
    assert fact.person is None
    assert facts(reaction(old=[], new=[emoji("👍")], user=OTHER_BOT)) == []
    assert facts(reaction(old=[], new=[emoji("👍")], chat=CHANNEL)) == []


RESTRICTED_IN, RESTRICTED_OUT = (
    {"status": "restricted", "is_member": True},
    {"status": "restricted", "is_member": False},
)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"status": "left"}, {"status": "member"}, Joined),
        ({"status": "kicked"}, {"status": "member"}, Joined),
        ({"status": "left"}, RESTRICTED_IN, Joined),
        (RESTRICTED_OUT, RESTRICTED_IN, Joined),
        ({"status": "member"}, {"status": "left"}, Left),
        ({"status": "administrator"}, {"status": "kicked"}, Left),
        (RESTRICTED_IN, RESTRICTED_OUT, Left),
        ({"status": "member"}, RESTRICTED_IN, None),
        (RESTRICTED_IN, {"status": "member"}, None),
        ({"status": "member"}, {"status": "administrator"}, None),
        ({"status": "left"}, {"status": "kicked"}, None),
        (RESTRICTED_OUT, {"status": "left"}, None),
    ],
)
def test_joining_and_leaving_is_a_change_of_being_inside(before: Raw, after: Raw, expected: type | None) -> None:
    found = [type(fact) for fact in facts(change(before, after)) if not isinstance(fact, StaffChanged)]
    assert found == ([] if expected is None else [expected])


ADMINISTRATOR: Raw = {"status": "administrator", "is_anonymous": False, "can_delete_messages": True}
OWNER: Raw = {"status": "creator", "is_anonymous": False}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"status": "member"}, ADMINISTRATOR, (StaffStatus.ADMINISTRATOR, {"can_delete_messages"}, False)),
        ({"status": "left"}, ADMINISTRATOR, (StaffStatus.ADMINISTRATOR, {"can_delete_messages"}, False)),
        (
            ADMINISTRATOR,
            ADMINISTRATOR | {"can_delete_messages": False, "can_pin_messages": True, "is_anonymous": True},
            (StaffStatus.ADMINISTRATOR, {"can_pin_messages"}, True),
        ),
        (ADMINISTRATOR, {"status": "member"}, (StaffStatus.NONE, set(), False)),
        (ADMINISTRATOR, {"status": "kicked"}, (StaffStatus.NONE, set(), False)),
        (ADMINISTRATOR, RESTRICTED_IN | {"can_pin_messages": True}, (StaffStatus.NONE, set(), False)),
        (ADMINISTRATOR, OWNER, (StaffStatus.OWNER, set(), False)),
        (OWNER, OWNER | {"is_anonymous": True}, (StaffStatus.OWNER, set(), True)),
        ({"status": "member"}, RESTRICTED_IN, None),
        ({"status": "left"}, {"status": "member"}, None),
    ],
)
def test_who_rises_or_falls_among_the_staff_is_told(before: Raw, after: Raw, expected: tuple[Any, ...] | None) -> None:
    found = [fact for fact in facts(change(before, after)) if isinstance(fact, StaffChanged)]
    told = [(fact.status, set(fact.rights), fact.is_anonymous) for fact in found]
    assert told == ([] if expected is None else [expected])


def test_a_bot_that_is_promoted_is_no_staff() -> None:
    assert facts(change({"status": "member"}, ADMINISTRATOR, user=OTHER_BOT)) == []


def test_a_join_names_its_link_and_a_bots_join_is_none() -> None:
    (fact,) = facts(change({"status": "left"}, {"status": "member"}, invite_link={"invite_link": "https://t.me/+x"}))
    assert isinstance(fact, Joined)
    assert (fact.link, fact.by_service) == ("https://t.me/+x", False)
    assert facts(change({"status": "left"}, {"status": "member"}, user=OTHER_BOT)) == []


def test_service_messages_name_everybody_who_came_or_went() -> None:
    came = facts(message(text=None, new_chat_members=[LIN, OTHER_BOT, WEI]))
    assert [(f.person.user_id, f.by_service) for f in came if isinstance(f, Joined) and f.person] == [
        (501, True),
        (502, True),
    ]
    (went,) = facts(message(text=None, left_chat_member=WEI))
    assert isinstance(went, Left)
    assert (went.person and went.person.user_id, went.by_service) == (502, True)
    with pytest.raises(Malformed):
        facts(message(text=None, new_chat_members=["somebody"]))


def test_a_move_is_told_from_either_side() -> None:
    (old,) = facts(message(text=None, chat={**GROUP, "id": -5, "type": "group"}, migrate_to_chat_id=GROUP["id"]))
    (new,) = facts(message(text=None, migrate_from_chat_id=-5))
    for fact in (old, new):
        assert isinstance(fact, Migrated)
        assert (fact.place.chat_id, fact.new_chat_id) == (-5, GROUP["id"])


def test_the_bots_own_standing_and_rights_are_told() -> None:
    new = {"status": "administrator", "can_delete_messages": True, "can_pin_messages": False, "is_anonymous": True}
    raw = change({"status": "left"}, new, kind="my_chat_member")
    (fact,) = facts(raw)
    assert isinstance(fact, BotMoved)
    assert (fact.before, fact.after, set(fact.rights)) == (
        BotStatus.AWAY,
        BotStatus.ADMINISTRATOR,
        {"can_delete_messages"},
    )
    (gone,) = facts(change(new, {"status": "kicked"}, kind="my_chat_member"))
    assert isinstance(gone, BotMoved)
    assert gone.after is BotStatus.AWAY
    assert facts(change({"status": "left"}, new, kind="my_chat_member", chat=CHANNEL)) == []


def test_votes_carry_the_time_of_receipt_and_a_taken_back_one_no_option() -> None:
    (fact,) = facts(vote([2, 0]))
    assert isinstance(fact, Voted)
    assert (fact.person.user_id, fact.poll_id, fact.options, fact.at) == (501, "77", (2, 0), START)
    (taken_back,) = facts(vote([]))
    assert isinstance(taken_back, Voted)
    assert taken_back.options == ()
    assert facts(vote([0], user=CHANNEL_BOT, voter_chat=CHANNEL)) == []
    assert facts(vote([0], user=None, voter_chat=CHANNEL)) == []


def test_what_no_database_stores_is_taken_out_of_names() -> None:
    fact = said(message(by={**LIN, "first_name": "L\0i\ud800n" + "x" * 300, "username": "u" * 99}))
    assert fact.person is not None
    assert fact.person.first_name.startswith("Li?n")
    assert (len(fact.person.first_name), len(fact.person.username or "")) == (256, 64)


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_whatever_an_update_holds_facts_come_out_well_typed_or_not_at_all(data: st.DataObject) -> None:
    raw = data.draw(st.sampled_from(SAMPLES))
    raw = mutated(raw, draw=data.draw)
    try:
        found = facts(raw)
        asked = asks(raw, me=ME, offers=OFFERS)
    except Exception:  # noqa: BLE001 - any exception is the road's to file
        return
    assert asked in (True, False)
    assert not [fault for fact in found for fault in ill_typed(fact)]
