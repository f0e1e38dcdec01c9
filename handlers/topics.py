"""`/topic`: the bank of topics, kept by administrators in private, and why the day's topic was chosen."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import InlineKeyboardButton, Update

from handlers import staff, topic_posts
from handlers.asking import Context, FileIsUnread, FileIsUnreadable
from handlers.buttons import button, ids_of
from handlers.faces import Asker, Face, View, asked_about
from handlers.feature import Command, Feature
from handlers.identity import Audience
from handlers.leading import Leading
from handlers.links import message_link
from handlers.outgoing import document
from handlers.settings import LARGEST_FILE, RIGHT, answered, ask
from handlers.texts import topics as texts
from handlers.texts.reader import Html, Reader
from models import dialogues, settings, topic_choice, topics
from models.communities import Communities
from models.refusals import NoSuchThing, Refused
from models.rules import topic_files
from models.rules.kits import Kit, topics_of
from models.rules.topic_files import UnfitFile
from models.rules.topics import LONGEST_TEXT, Depth, Dimension, NewTopic
from models.rules.words import tidy
from models.topic_choice import day_called
from models.topics import TooManyTopics, TopicBank

WORD, ADD, LIST, ONE, SET, KIT = "topic", "topicadd", "topiclist", "topicone", "topicset", "topickit"
LOAD, SAVE, WHY = "topicload", "topicsave", "topicwhy"
ASKED_TEXT, ASKED_FILE = "topic", "topic file"
FILE_NAME = "topics.toml"
PAGE = 6
# What the buttons under a topic change, by their number; it stays the same when others are added.
CHANGES: Sequence[tuple[str, object]] = (
    *[("dimension", each) for each in Dimension],
    *[("depth", each) for each in Depth],
    ("is_retired", True),
    ("is_retired", False),
)

Rows = list[list[InlineKeyboardButton]]


class TextIsUnfit(Refused):
    """What somebody wrote is no topic."""


class FileIsUnfit(Refused):
    """A file of topics cannot be taken."""

    def __init__(self, unfit: UnfitFile) -> None:
        super().__init__(str(unfit))
        self.unfit = unfit


async def on_topic(update: Update, context: Context) -> None:
    """With `why` tell everybody the reason for the last choice; else show the bank in private, or the way there."""
    community, asked = context.community, update.effective_message
    words = (asked.text or "").lower().split()[1:] if asked is not None else []
    wants_why = words[:1] == ["why"]
    if community is None:
        await (REASON if wants_why or await _only_takes_part(update, context) else LEADING).on_command(update, context)
    elif wants_why:
        context.answer(update, await _why(context.session, context.reader, community))
    else:
        await LEADING.on_command(update, context)


async def _only_takes_part(update: Update, context: Context) -> bool:
    """Whether somebody is in groups and runs none: the bank is not theirs, and why a topic was chosen is."""
    user = update.effective_user
    if user is None or await staff.led_by(context, user.id):
        return False
    return bool(await asked_about(context, user_id=user.id))


async def _pressed(update: Update, context: Context, *, count: int) -> tuple[Communities, int, Reader, tuple[int, ...]]:
    """The group whose button was pressed by whom, and the other ids; their rights are looked at."""
    press = update.callback_query
    if press is None:
        raise NoSuchThing
    community_id, *others = ids_of(press.data, count=count)
    user_id = press.from_user.id
    community = await staff.chosen(context, community_id=community_id, user_id=user_id, right=RIGHT)
    await dialogues.end(context.session, user_id=user_id)
    return community, user_id, Reader(context.reader.language, time_zone=community.time_zone), tuple(others)


async def _show_panel(update: Update, context: Context, *, community_id: int, user_id: int) -> None:
    community = await staff.chosen(context, community_id=community_id, user_id=user_id, right=RIGHT)
    await _panel(update, context, community)


async def _panel(update: Update, context: Context, community: Communities, news: Html | None = None) -> None:
    here, reader, held = community.community_id, context.reader, settings.in_force(community, "topics")
    counts = await topics.counts(context.session, community_id=here)
    text = texts.panel(reader, title=community.title, counts=counts, is_on=held.on, hour=held.hour, news=news)
    rows = [
        [button(texts.add_one(reader), ADD, here), button(texts.list_all(reader), LIST, here, 0)],
        [button(texts.kit(reader, kit), KIT, here, number) for number, kit in enumerate(Kit, start=1)],
        [button(texts.load(reader), LOAD, here), button(texts.save(reader), SAVE, here)],
        [button(texts.why_today(reader), WHY, here)],
    ]
    context.show(update, text, buttons=rows)


async def on_panel(update: Update, context: Context) -> None:
    """Somebody has chosen a group, or goes back to its bank."""
    community, _, _, _ = await _pressed(update, context, count=1)
    await _panel(update, context, community)


async def _why(session: AsyncSession, reader: Reader, community: Communities) -> Html:
    day = await topics.latest(session, community_id=community.community_id)
    if day is None:
        return texts.no_topic_yet(reader)
    topic = await topics.find(session, community_id=community.community_id, topic_id=day.topic_id)
    linked = None if day.message_id is None else message_link(chat_id=day.chat_id, message_id=day.message_id)
    has_past = await topic_choice.has_past(session, community_id=community.community_id, day=day_called(day.key))
    is_as_deep = topic.depth == day.depth
    return texts.explained(reader, day=day, text=topic.text, linked=linked, is_as_deep=is_as_deep, has_past=has_past)


async def _reason(context: Context, who: Asker) -> View:
    return View(await _why(context.session, who.reader, who.community))


async def on_why(update: Update, context: Context) -> None:
    """Somebody wants to know why the last topic was chosen."""
    community, _, reader, _ = await _pressed(update, context, count=1)
    back = [[button(texts.back(reader), WORD, community.community_id)]]
    context.show(update, await _why(context.session, reader, community), buttons=back)


async def _ask(update: Update, context: Context, *, topic: str, text: Html) -> None:
    community, user_id, reader, _ = await _pressed(update, context, count=1)
    await ask(context, community, user_id, topic, {})
    context.show(update, text, buttons=[[button(texts.back(reader), WORD, community.community_id)]])


async def on_add(update: Update, context: Context) -> None:
    """Somebody wants to add a topic: it is asked for."""
    await _ask(update, context, topic=ASKED_TEXT, text=texts.write_one(context.reader))


async def on_load(update: Update, context: Context) -> None:
    """Somebody wants to add many by a file: it is asked for."""
    await _ask(update, context, topic=ASKED_FILE, text=texts.send_file(context.reader))


async def on_text(update: Update, context: Context) -> None:
    """Somebody has written a topic."""
    community, user_id, _, written = await answered(update, context)
    text = tidy(written)
    if not text or len(text) > LONGEST_TEXT:
        raise TextIsUnfit
    added = await _add(context, community, user_id, [NewTopic(text)])
    await dialogues.end(context.session, user_id=user_id)
    if not added:
        await _panel(update, context, community, texts.added(context.reader, 0))
        return
    topic = await topics.find(context.session, community_id=community.community_id, topic_id=added[0])
    _show_one(update, context, context.reader, topic, texts.added(context.reader, 1))


async def _add(
    context: Context, community: Communities, user_id: int, new: Sequence[NewTopic], *, way: str = ""
) -> list[int]:
    return await topics.add(
        context.session,
        community_id=community.community_id,
        topics=new,
        user_id=user_id,
        now=context.now,
        way=way,
    )


async def on_file(update: Update, context: Context) -> None:
    """Somebody has sent a file of topics: all of it is taken or nothing."""
    community, user_id, _, written = await answered(update, context)
    told = update.effective_message
    sent = None if told is None else told.document
    content = written.encode()
    if sent is not None:
        if (sent.file_size or 0) > LARGEST_FILE:
            raise FileIsUnreadable
        if sent.file_id not in context.asking.files:
            raise FileIsUnread(sent.file_id)
        content = context.asking.files[sent.file_id]
    try:
        new = topic_files.read(content)
    except UnfitFile as unfit:
        raise FileIsUnfit(unfit) from unfit
    added = await _add(context, community, user_id, new, way="file")
    await dialogues.end(context.session, user_id=user_id)
    await _panel(update, context, community, texts.added(context.reader, len(added)))


async def on_save(update: Update, context: Context) -> None:
    """Somebody wants the bank as a file."""
    community, user_id, reader, _ = await _pressed(update, context, count=1)
    bank = await topics.everything(context.session, community_id=community.community_id)
    kept = [NewTopic(t.text, Dimension(t.dimension), Depth(t.depth), t.tags) for t in bank if not t.is_retired]
    content, caption = topic_files.written(kept).encode(), texts.saved(reader, title=community.title)
    context.toast(update)
    context.asking.calls.append(document(user_id, content, name=FILE_NAME, caption=caption))


async def on_kit(update: Update, context: Context) -> None:
    """Somebody wants a starter kit, in the group's language."""
    community, user_id, reader, (number,) = await _pressed(update, context, count=2)
    if not 1 <= number <= len(Kit):
        raise NoSuchThing
    kit = list(Kit)[number - 1]
    added = await _add(context, community, user_id, topics_of(kit, language=community.language), way=f"kit {kit}")
    await _panel(update, context, community, texts.added(reader, len(added)))


async def on_list(update: Update, context: Context) -> None:
    """Somebody looks through the bank."""
    community, _, reader, (page,) = await _pressed(update, context, count=2)
    if not 0 <= page <= topics.MOST_TOPICS:
        raise NoSuchThing
    here = community.community_id
    found = await topics.page(context.session, community_id=here, limit=PAGE + 1, offset=page * PAGE)
    shown, first = found[:PAGE], page * PAGE + 1
    numbers = [button(Html(str(n)), ONE, here, topic.topic_id) for n, topic in enumerate(shown, start=first)]
    turning = [button(texts.newer(reader), LIST, here, page - 1)] if page else []
    turning += [button(texts.older(reader), LIST, here, page + 1)] if len(found) > PAGE else []
    rows = [row for row in (numbers, turning) if row]
    text = texts.listed(reader, title=community.title, topics=shown, first=first)
    context.show(update, text, buttons=[*rows, [button(texts.back(reader), WORD, here)]])


def _show_one(update: Update, context: Context, reader: Reader, topic: TopicBank, news: Html | None = None) -> None:
    here, number = topic.community_id, topic.topic_id

    def choice(label: Html, place: int) -> InlineKeyboardButton:
        name, value = CHANGES[place]
        return button(Html(f"✓ {label}") if getattr(topic, name) == value else label, SET, here, number, place)

    rows: Rows = [[choice(texts.dimension(reader, each), place)] for place, each in enumerate(Dimension)]
    rows.append([choice(texts.depth(reader, each), place) for place, each in enumerate(Depth, start=len(Dimension))])
    place = CHANGES.index(("is_retired", not topic.is_retired))
    label = texts.bring_back(reader) if topic.is_retired else texts.retire(reader)
    rows.append([button(label, SET, here, number, place), button(texts.list_all(reader), LIST, here, 0)])
    context.show(update, texts.one(reader, topic=topic, news=news), buttons=rows)


async def on_one(update: Update, context: Context) -> None:
    """Somebody looks at one topic."""
    community, _, reader, (topic_id,) = await _pressed(update, context, count=2)
    topic = await topics.find(context.session, community_id=community.community_id, topic_id=topic_id)
    _show_one(update, context, reader, topic)


async def on_set(update: Update, context: Context) -> None:
    """Somebody says what a topic is, or retires it; pressed twice, it stays so."""
    community, user_id, reader, (topic_id, place) = await _pressed(update, context, count=3)
    if not 0 <= place < len(CHANGES):
        raise NoSuchThing
    topic = await topics.find(context.session, community_id=community.community_id, topic_id=topic_id)
    name, value = CHANGES[place]
    if getattr(topic, name) != value:
        await topics.change(context.session, topic=topic, values={name: value}, user_id=user_id, now=context.now)
    _show_one(update, context, reader, topic)


# What members ask in private: in the group all see the answer.
REASON = Face("topicreason", full=_reason, present=True)
LEADING = Leading(word=WORD, right=RIGHT, doorstep=texts.in_private, door=texts.open_bank, show=_show_panel)
FEATURE = Feature(
    name="topics",
    commands=(Command(name=WORD, about=texts.about, bare_in_groups=True, callback=on_topic, audience=Audience.STAFF),),
    buttons={
        WORD: on_panel,
        ADD: on_add,
        LIST: on_list,
        ONE: on_one,
        SET: on_set,
        KIT: on_kit,
        LOAD: on_load,
        SAVE: on_save,
        WHY: on_why,
        REASON.word: REASON.on_chosen,
        topic_posts.MINE: topic_posts.on_mine,
    },
    starts={WORD: LEADING.on_link},
    posts=topic_posts.POSTS,
    replies={ASKED_TEXT: on_text, ASKED_FILE: on_file},
    refusals={
        TextIsUnfit: lambda reader, _refusal: texts.text_unfit(reader),
        FileIsUnfit: lambda reader, refusal: texts.unfit(reader, unfit=refusal.unfit),
        TooManyTopics: lambda reader, _refusal: texts.too_many(reader),
    },
)
