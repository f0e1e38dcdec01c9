"""The day's topic in the group: posted, closed with a recap, and whether one's answer counts."""

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update

from handlers.asking import Context
from handlers.buttons import TOPIC, button, ids_of, link
from handlers.checkins import check_in_button
from handlers.feature import InDoubt, Outside, Post, Sent
from handlers.outgoing import Call, Turn, message
from handlers.polls import PROPOSE
from handlers.texts import topic_news
from handlers.texts import topics as texts
from handlers.texts.reader import Reader
from models import (
    communities,
    lateness,
    listing,
    outbox,
    people,
    settings,
    topic_answers,
    topic_choice,
    topic_days,
    topic_fates,
    topic_reactions,
    topics,
)
from models.communities import Communities
from models.refusals import NoSuchThing
from models.rules.days import local_day
from models.rules.topics import POST, Depth
from models.topics import (
    TopicBank,
    TopicCame,
    TopicClosed,
    TopicDays,
    TopicMissing,
    TopicPinned,
    TopicRefused,
    TopicsLow,
    TopicUnanswered,
)

MINE = TOPIC


async def _found(
    session: AsyncSession, *, community_id: int, key: int
) -> tuple[Communities, TopicDays, TopicBank] | None:
    community = await communities.find(session, community_id=community_id)
    day = await topics.day(session, community_id=community_id, key=key)
    if community is None or day is None:
        return None
    return community, day, await topics.find(session, community_id=community_id, topic_id=day.topic_id)


def group_reader(community: Communities) -> Reader:
    """The language and the clock of a group."""
    return Reader(community.language, time_zone=community.time_zone)


async def post_topic(session: AsyncSession, event: TopicCame, outside: Outside) -> Call | None:
    """The topic of the day, silently; nothing once its time is over, or it would be as late as one that is skipped."""
    found = await _found(session, community_id=event.community_id, key=event.key)
    if found is None or outside.now >= found[1].closes_at:
        return None
    community, day, topic = found
    about = {"community": community, "kind": POST.name, "key": event.key}
    if await lateness.is_too_late(session, now=outside.now, **about):  # type: ignore[arg-type]
        return None
    reader = group_reader(community)
    row = [button(texts.does_it_count(reader), MINE, event.community_id, event.key)]
    polls = settings.in_force(community, "polls")
    if polls.on and polls.weekly:
        row.append(link(texts.propose(reader), outside.me.deep_link(f"{PROPOSE}-{event.community_id}")))
    check_in = check_in_button(reader, community)
    rows = [row] if check_in is None else [row, [check_in]]
    return message(community.chat_id, texts.posted(reader, text=topic.text), buttons=rows, topic=day.forum_topic)


async def on_topic_sent(session: AsyncSession, event: TopicCame, sent: Sent) -> None:
    """The topic has a message: what replies to it is an answer."""
    place = {"chat_id": sent.result.chat.id, "message_id": sent.result.message_id}
    await topic_fates.sent(session, community_id=event.community_id, key=event.key, **place)
    community = await communities.find(session, community_id=event.community_id)
    if community is not None and settings.in_force(community, "topics").pins:
        await outbox.put(session, [TopicPinned(event.community_id, event.key, is_open=True)], due_at=sent.at)


async def on_topic_refused(session: AsyncSession, event: TopicCame, _reason: str, now: datetime) -> None:
    """The group's topic in the forum is closed or gone: nobody would hear of it otherwise."""
    await on_topic_unreachable(session, event, now)


async def on_topic_unreachable(session: AsyncSession, event: TopicCame, now: datetime) -> None:
    """Kith may not write in the group: who runs it is told."""
    await topic_fates.refused(session, community_id=event.community_id, key=event.key, now=now)


async def on_topic_unsaid(session: AsyncSession, event: TopicCame, now: datetime) -> None:
    """It is too late for the topic by now."""
    await topic_fates.left_out(session, community_id=event.community_id, key=event.key, now=now)


async def on_topic_in_doubt(session: AsyncSession, event: TopicCame, _now: datetime) -> None:
    """It is posted once more; should it be too late for that, it may stand there all the same."""
    await topic_fates.doubted(session, community_id=event.community_id, key=event.key)


async def post_pin(session: AsyncSession, event: TopicPinned, outside: Outside) -> Call | None:
    """Pin the topic without ringing a phone, or take the pin off; nothing without the right to, or once it is over."""
    found = await _found(session, community_id=event.community_id, key=event.key)
    if found is None or not _stands(found) or "can_pin_messages" not in found[0].bot_rights.get("rights", ()):
        return None
    about = {"chat_id": found[1].chat_id, "message_id": found[1].message_id}
    if event.is_open:
        if outside.now >= found[1].closes_at:
            return None
        silently = {**about, "disable_notification": True}
        return Call("pin_chat_message", found[1].chat_id, silently, turn=Turn.AT_ONCE)
    return Call("unpin_chat_message", found[1].chat_id, about, turn=Turn.AT_ONCE)


async def on_pin_sent(session: AsyncSession, event: TopicPinned, sent: Sent) -> None:
    """The pin is there: it is ours to take off."""
    if event.is_open:
        await topic_fates.pinned(session, community_id=event.community_id, key=event.key, now=sent.at)


async def post_recap(session: AsyncSession, event: TopicClosed, outside: Outside) -> Call | None:
    """How many answered, and the best, under the topic; in a group that has moved since, by itself."""
    found = await _found(session, community_id=event.community_id, key=event.key)
    if found is None or found[1].message_id is None:
        return None
    community, day, _ = found
    recap = await topic_days.recap(session, community_id=event.community_id, key=event.key)
    best = [answer.author_id for answer in recap.best]
    names = await people.names(session, user_ids=best)
    unnamed = await listing.hiding(session, community_id=event.community_id, user_ids=best)
    coming = await _coming(session, event, community, outside.now)
    opened_on = local_day(day.opened_at, time_zone=community.time_zone)
    text = texts.recap(
        group_reader(community),
        recap=recap,
        names=names,
        unnamed=unnamed,
        coming=coming,
        is_today=opened_on == local_day(outside.now, time_zone=community.time_zone),
    )
    reply_to = day.message_id if _stands(found) else None
    return message(community.chat_id, text, topic=day.forum_topic, reply_to=reply_to)


async def _coming(
    session: AsyncSession, event: TopicClosed, community: Communities, now: datetime
) -> texts.Coming | None:
    """What can be said of the next topic by now: nothing of one that is further away than tomorrow, or is there."""
    if event.next_dimension is None or event.next_at is None:
        return None
    at = datetime.fromtimestamp(event.next_at, UTC)
    zone = community.time_zone
    days = (local_day(at, time_zone=zone) - local_day(now, time_zone=zone)).days
    if at <= now or days > 1:
        return None
    if event.next_topic_id is None:
        return texts.Coming(at, is_tomorrow=days == 1)
    topic = await topics.find(session, community_id=event.community_id, topic_id=event.next_topic_id)
    if topic.is_retired or topic.wanted_on is None:
        return None
    return texts.Coming(at, is_tomorrow=days == 1, voted=topic.text)


def _stands(found: tuple[Communities, TopicDays, TopicBank]) -> bool:
    """Whether a day's topic has a message in the chat where the group is now; one that moved counts from 1 again."""
    community, day, _ = found
    return day.message_id is not None and day.chat_id == community.chat_id


async def _private_reader(session: AsyncSession, *, user_id: int, community: Communities) -> Reader:
    person = await people.find(session, user_id=user_id)
    language = person.language if person is not None and person.language else community.language
    return Reader(language, time_zone=community.time_zone)


async def post_unanswered(session: AsyncSession, event: TopicUnanswered, _outside: Outside) -> Call | None:
    """A word to who runs the group."""
    found = await _found(session, community_id=event.community_id, key=event.key)
    if found is None:
        return None
    community, _, topic = found
    reader = await _private_reader(session, user_id=event.person_id, community=community)
    text = topic_news.unanswered(
        reader,
        title=community.title,
        text=topic.text,
        is_easy=topic.depth == Depth.EASY,
        in_a_row=event.in_a_row,
        too_short=event.too_short,
        least_letters=settings.in_force(community, "topics").least_letters,
    )
    return message(event.person_id, text)


async def post_low(session: AsyncSession, event: TopicsLow, _outside: Outside) -> Call | None:
    """Soon there will be nothing to post."""
    community = await communities.find(session, community_id=event.community_id)
    if community is None:
        return None
    reader = await _private_reader(session, user_id=event.person_id, community=community)
    return message(event.person_id, topic_news.low(reader, title=community.title, left=event.left))


async def post_refused(session: AsyncSession, event: TopicRefused, _outside: Outside) -> Call | None:
    """Telegram did not take the topic, or nobody can say whether it did."""
    if event.doubted_id is not None:
        return await _post_doubted(session, event, event.doubted_id)
    found = await _found(session, community_id=event.community_id, key=event.key)
    if found is None:
        return None
    community, day, _ = found
    reader = await _private_reader(session, user_id=event.person_id, community=community)
    text = topic_news.refused(reader, title=community.title, in_forum=day.forum_topic is not None)
    return message(event.person_id, text)


async def _post_doubted(session: AsyncSession, event: TopicRefused, topic_id: int) -> Call | None:
    community = await communities.find(session, community_id=event.community_id)
    if community is None:
        return None
    topic = await topics.find(session, community_id=event.community_id, topic_id=topic_id)
    reader = await _private_reader(session, user_id=event.person_id, community=community)
    return message(event.person_id, topic_news.doubted(reader, title=community.title, text=topic.text))


async def post_missing(session: AsyncSession, event: TopicMissing, _outside: Outside) -> Call | None:
    """There was nothing to post."""
    community = await communities.find(session, community_id=event.community_id)
    if community is None:
        return None
    reader = await _private_reader(session, user_id=event.person_id, community=community)
    return message(event.person_id, topic_news.missing(reader, title=community.title))


async def on_mine(update: Update, context: Context) -> None:
    """Somebody asks, under the topic, whether their answer counts; only they see what is said."""
    press, here = update.callback_query, context.community
    if press is None or here is None:
        raise NoSuchThing
    community_id, key = ids_of(press.data, count=2)
    day = await topics.day(context.session, community_id=community_id, key=key)
    if day is None or community_id != here.community_id:
        raise NoSuchThing
    language = context.person.language if context.person and context.person.language else here.language
    reader = Reader(language, time_zone=here.time_zone)
    answer = await topic_answers.of_member(
        context.session, community_id=community_id, key=key, user_id=press.from_user.id
    )
    if answer is not None and await topic_answers.is_undone(context.session, answer=answer):
        context.toast(update, texts.taken_back(reader))
    elif answer is not None:
        liked_by = await topic_reactions.liked_by(context.session, answer=answer)
        wanted = settings.in_force(here, "topics").liked_by
        context.toast(update, texts.counts(reader, liked_by=liked_by, wanted=wanted))
    elif context.now < day.closes_at and settings.in_force(here, "topics").on:
        context.toast(
            update, texts.does_not_count(reader, least_letters=settings.in_force(here, "topics").least_letters)
        )
    else:
        context.toast(update, texts.too_late(reader, next_at=await _next_at(context, here)))


async def _next_at(context: Context, here: Communities) -> datetime | None:
    """When the next topic comes, if one is planned and there is one to post."""
    if not settings.in_force(here, "topics").on:
        return None
    connection = await context.session.connection()
    coming = await connection.run_sync(lambda sync: topic_choice.coming(sync, [here.community_id]))
    at = coming.get(here.community_id, topic_choice.ComingTopic()).at
    return None if at is None or at <= context.now.timestamp() else datetime.fromtimestamp(at, UTC)


POSTS = {
    # A day without its topic is worse than one that comes twice; answers to the later one count.
    TopicCame: Post(
        post_topic,
        in_doubt=InDoubt.AGAIN,
        on_sent=on_topic_sent,
        on_unreachable=on_topic_unreachable,
        on_rejected=on_topic_refused,
        on_doubt=on_topic_in_doubt,
        on_unsaid=on_topic_unsaid,
    ),
    # Done twice it is as if done once.
    TopicPinned: Post(post_pin, in_doubt=InDoubt.AGAIN, on_sent=on_pin_sent),
    TopicClosed: Post(post_recap),
    TopicUnanswered: Post(post_unanswered),
    TopicMissing: Post(post_missing),
    TopicsLow: Post(post_low),
    TopicRefused: Post(post_refused),
}
