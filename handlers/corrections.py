"""`/grant`, `/deduct`, `/reverse`, `/freeze`, `/unfreeze`: what administrators do to a member's points by hand."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Message, MessageEntity, Update

from handlers import orders, staff
from handlers.asking import Callback, Context
from handlers.communities import reader_for
from handlers.feature import Command, Feature, Outside, Post
from handlers.identity import Audience
from handlers.outgoing import Call, message
from handlers.texts import corrections as texts
from handlers.texts.reader import Html, Reader
from models import audit, communities, corrections, dialogues, people
from models.communities import Communities
from models.corrections import (
    AmountOutOfBounds,
    Corrected,
    Deed,
    IsFrozenAlready,
    IsNotFrozen,
    NotAMember,
    NothingToReverse,
    Target,
)
from models.people import Door
from models.refusals import NoSuchThing, Refused
from models.rules.corrections import RIGHTS, Kind, amount, reason

CONFIRM = "confirm"
TOPIC = "correction"
# Telegram's ids of people have no more digits than this.
LONGEST_ID = 16


class UsageIsWrong(Refused):
    """The command lacks something, or holds what cannot be understood."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.value)
        self.kind = kind


class WrongPlace(Refused):
    """In private nobody can tell which group is meant, or whose message."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.value)
        self.kind = kind


@dataclass(frozen=True)
class Order:
    """What a command says: about whom, and the rest of it."""

    member_id: int
    words: Sequence[str]
    target: Target | None = None
    entry_id: int | None = None


async def on_command(update: Update, context: Context, *, kind: Kind) -> None:
    """An administrator gives one of the commands; one who writes as the group is asked who they are."""
    asked, community = update.effective_message, context.community
    if community is None:
        raise WrongPlace(kind)
    if asked is None:
        return
    user_id = staff.actor(update)
    if user_id is not None:
        await staff.must_lead(context, community=community, user_id=user_id, right=RIGHTS[kind])
    order = await _order(asked, context, community, kind)
    deed = _deed(asked, order, community, kind, user_id=user_id or 0)
    if user_id is None:
        await _ask_who(update, context, deed)
    else:
        context.answer(update, await _carry_out(context, community, deed))


async def _carry_out(context: Context, community: Communities, deed: Deed) -> Html:
    """Do it, and tell who gave the order in private what it came to; returns what the group may read of it."""
    done = await corrections.carry_out(context.session, deed=deed, now=context.now)
    person = await people.find(context.session, user_id=deed.user_id)
    if not (done.is_again or deed.is_praise or person is None or person.door != Door.OPEN):
        reader = await reader_for(context.session, deed.user_id, community)
        about = {"community_id": deed.community_id, "user_id": done.member_id, "entry_id": done.undone}
        place = await corrections.place_of(context.session, **about)  # type: ignore[arg-type]
        text = texts.to_admin(reader, title=community.title, kind=deed.kind, done=done, reason=deed.reason, place=place)
        context.say_privately(deed.user_id, text)
    return texts.done(context.reader, done=done, praise=deed.reason if deed.is_praise else None)


def _deed(asked: Message, order: Order, community: Communities, kind: Kind, *, user_id: int) -> Deed:
    words, points = list(order.words), 0
    if kind in (Kind.GRANT, Kind.DEDUCT):
        written = amount(words.pop(0)) if words else None
        if written is None:
            raise UsageIsWrong(kind)
        points = written
    why = reason(" ".join(words))
    if not why:
        raise UsageIsWrong(kind)
    return Deed(
        community_id=community.community_id,
        user_id=user_id,
        kind=kind,
        member_id=order.member_id,
        reason=why,
        source=corrections.source_of(chat_id=asked.chat_id, message_id=asked.message_id),
        points=points,
        target=order.target if kind in (Kind.GRANT, Kind.REVERSE) else None,
        entry_id=order.entry_id if kind is Kind.REVERSE else None,
    )


async def _order(asked: Message, context: Context, community: Communities, kind: Kind) -> Order:
    words = (asked.text or "").split()[1:]
    named = await _named(asked, words, context, community)
    if named is not None:
        return named
    replied = _replied(asked)
    if replied is None:
        if words and words[0].isascii() and words[0].isdigit() and len(words[0]) <= LONGEST_ID:
            return Order(int(words[0]), words[1:])
        raise UsageIsWrong(kind)
    if kind is Kind.REVERSE:
        made = await corrections.corrected_by(
            context.session,
            community_id=community.community_id,
            chat_id=replied.chat_id,
            message_id=replied.message_id,
        )
        if made is not None and made.member_id is not None:
            return Order(made.member_id, words, entry_id=made.entry_id)
    author = replied.from_user
    if author is None or author.is_bot or replied.sender_chat is not None:
        raise NotAMember
    target = Target(chat_id=replied.chat_id, message_id=replied.message_id, album=replied.media_group_id)
    return Order(author.id, words, target=target)


async def _named(asked: Message, words: list[str], context: Context, community: Communities) -> Order | None:
    """Whom the first word names: by a username, or by Telegram's own mention of somebody without one."""
    for entity in asked.entities:
        at_first = entity.offset == len((asked.text or "").split(" ", 1)[0]) + 1
        if entity.type == MessageEntity.TEXT_MENTION and entity.user is not None and at_first:
            rest = asked.parse_entity(entity)
            after = (asked.text or "").partition(rest)[2]
            return Order(entity.user.id, after.split())
    if not words or not words[0].startswith("@"):
        return None
    member_id = await corrections.called(
        context.session, community_id=community.community_id, username=words[0][1:].rstrip(":,")
    )
    if member_id is None:
        raise NotAMember
    return Order(member_id, words[1:])


def _replied(asked: Message) -> Message | None:
    """The message that the command answers; in a forum everything answers the notice that its topic was opened."""
    replied = asked.reply_to_message
    return None if replied is None or replied.forum_topic_created is not None else replied


async def _ask_who(update: Update, context: Context, deed: Deed) -> None:
    kept: dict[str, Any] = {
        "kind": deed.kind.value,
        "reason": deed.reason,
        "source": deed.source,
        "points": deed.points,
        "entry_id": deed.entry_id,
        "target": None if deed.target is None else asdict(deed.target),
    }
    await orders.ask_who(
        update,
        context,
        community_id=deed.community_id,
        topic=TOPIC,
        word=CONFIRM,
        details=kept,
        member_id=deed.member_id,
    )


async def on_confirmed(update: Update, context: Context) -> None:
    """Somebody says that it was they who gave a command as the group: their rights are looked at."""
    user_id, community, asked = await orders.asked_about(update, context, topic=TOPIC)
    if asked.member_id is None:
        raise NoSuchThing
    community_id = community.community_id
    kept = asked.details
    kind = Kind(kept["kind"])
    await staff.must_lead(context, community=community, user_id=user_id, right=RIGHTS[kind])
    deed = Deed(
        community_id=community_id,
        user_id=user_id,
        kind=kind,
        member_id=asked.member_id,
        reason=kept["reason"],
        source=kept["source"],
        points=kept["points"],
        target=None if kept["target"] is None else Target(**kept["target"]),
        entry_id=kept["entry_id"],
    )
    text = await _carry_out(context, community, deed)
    await dialogues.close(context.session, community_id=community_id, dialogue_id=asked.dialogue_id)
    context.toast(update)
    context.replace(update, text)


async def post_to_member(session: AsyncSession, event: Corrected, _outside: Outside) -> Call | None:
    """Tell a member, in private, what was done to their points and why; whoever never wrote to us is not written to."""
    act = await audit.find(session, community_id=event.community_id, audit_id=event.audit_id)
    community = await communities.find(session, community_id=event.community_id)
    person = await people.find(session, user_id=event.user_id)
    if act is None or community is None or person is None or person.door != Door.OPEN:
        return None
    reader = await reader_for(session, event.user_id, community)
    about = {"community_id": event.community_id, "user_id": event.user_id, "entry_id": event.undone}
    text = texts.to_member(
        reader,
        title=community.title,
        kind=Kind(act.action),
        points=act.points or 0,
        reason=act.reason,
        place=await corrections.place_of(session, **about),  # type: ignore[arg-type]
    )
    return message(event.user_id, text)


def _command(kind: Kind) -> Command:
    callback: Callback = partial(on_command, kind=kind)
    about = partial(texts.about, kind=kind)
    return Command(name=kind.value, about=about, bare_in_groups=True, callback=callback, audience=Audience.STAFF)


def _out_of_bounds(reader: Reader, refusal: AmountOutOfBounds) -> Html:
    return texts.out_of_bounds(reader, most=refusal.most)


FEATURE = Feature(
    name="corrections",
    commands=tuple(_command(kind) for kind in Kind),
    buttons={CONFIRM: on_confirmed},
    posts={Corrected: Post(post_to_member)},
    refusals={
        UsageIsWrong: lambda reader, refusal: texts.usage(reader, kind=refusal.kind),
        WrongPlace: lambda reader, refusal: texts.only_in_groups(reader, kind=refusal.kind),
        AmountOutOfBounds: _out_of_bounds,
        NotAMember: lambda reader, _refusal: texts.not_a_member(reader),
        NothingToReverse: lambda reader, _refusal: texts.nothing_to_reverse(reader),
        IsFrozenAlready: lambda reader, _refusal: texts.frozen_already(reader),
        IsNotFrozen: lambda reader, _refusal: texts.not_frozen(reader),
    },
)
