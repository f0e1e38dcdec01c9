"""`/ask`, `/helped`, `/open`: questions of members', which answer helped, and what nobody has answered yet."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Message, Update

from handlers import staff
from handlers.asking import Context, answer_to
from handlers.buttons import button, ids_of, link
from handlers.communities import reader_for
from handlers.faces import Asker, Face, View
from handlers.feature import Command, Feature, Outside, Post
from handlers.identity import Audience
from handlers.outgoing import Call, message
from handlers.texts import faces
from handlers.texts import questions as texts
from handlers.texts.reader import Html
from models import communities, helping, keywords, people, questions
from models.communities import Communities
from models.helping import HelpedBefore, OwnAnswer
from models.questions import (
    Answer,
    NotYourQuestion,
    Questions,
    QuestionsAreOff,
    QuestionsForExpert,
    QuestionsUnanswered,
    WhichQuestion,
)
from models.refusals import NoSuchThing, Refused
from models.rules.keywords import OPENED_BY, word_of
from models.rules.reach import Kind
from models.staff import IsNotStaff

UNHELPED = "unhelped"
# Every administrator has it.
RIGHT = "can_manage_chat"
SHOWN, SHOWN_IN_GROUP, REMINDED_OF = 20, 3, 5


class AskInTheGroup(Refused):
    """In private nobody else would see the question."""


class WrittenAsGroup(Refused):
    """Who writes as the group or a channel, or passes something on, is nobody who could ask or say what helped."""


class NothingAsked(Refused):
    """The command bears no question, and answers none."""


class NotYourMessage(Refused):
    """Only what oneself has written can be made a question."""


class NothingAnswered(Refused):
    """The command does not reply to the answer that helped."""


def _asking(update: Update, context: Context) -> tuple[Communities, Message, int]:
    """Where somebody gives a command by themselves, with which message, and who they are."""
    asked, community = update.effective_message, context.community
    if community is None or asked is None:
        raise AskInTheGroup
    questions.in_force(community)
    if asked.from_user is None or asked.sender_chat is not None:
        raise WrittenAsGroup
    if asked.forward_origin is not None or asked.via_bot is not None:
        raise WrittenAsGroup
    return community, asked, asked.from_user.id


def _replied(asked: Message) -> Message | None:
    """The message that a command answers; in a forum everything answers the notice that its topic was opened."""
    replied = asked.reply_to_message
    return None if replied is None or replied.forum_topic_created is not None else replied


def _author(message: Message) -> int | None:
    """The person who wrote a message, if a person did."""
    author = message.from_user
    return None if author is None or author.is_bot or message.sender_chat is not None else author.id


def _topic(message: Message) -> int | None:
    return message.message_thread_id if message.is_topic_message else None


async def on_ask(update: Update, context: Context) -> None:
    """Somebody asks a question, or says that what they wrote before is one."""
    community, asked, user_id = _asking(update, context)
    question = asked if _says_something(asked, community) else _replied(asked)
    if question is None:
        raise NothingAsked
    if _author(question) != user_id or question.forward_origin is not None:
        raise NotYourMessage
    await questions.ask(
        context.session,
        community=community,
        chat_id=asked.chat_id,
        message_id=question.message_id,
        topic=_topic(question),
        asker_id=user_id,
        now=context.now,
    )
    call = answer_to(update, texts.asked(context.reader))
    if call is not None:
        # The command may be the question itself, and then stays when the answer to it vanishes.
        context.asking.calls.append(replace(call, answers_to=None) if question is asked else call)


def _says_something(asked: Message, here: Communities) -> bool:
    """Whether the question stands behind the command, or behind one of the group's words for it."""
    text = asked.text or ""
    if text.startswith("/"):
        return len(text.split(maxsplit=1)) > 1
    return word_of(text, keywords.words_of(here.settings)).endswith(OPENED_BY)


async def on_helped(update: Update, context: Context) -> None:
    """Who asked, or an administrator, says in reply which answer helped."""
    community, asked, user_id = _asking(update, context)
    replied = _replied(asked)
    if replied is None:
        raise NothingAnswered
    answer = Answer(
        chat_id=asked.chat_id, message_id=replied.message_id, author_id=_author(replied), topic=_topic(replied)
    )
    question = await questions.answered_by(
        context.session, community=community, answer=answer, asker_id=user_id, now=context.now
    )
    await _must_be_theirs(context, community, question, user_id)
    name = replied.from_user.first_name if answer.author_id is not None and replied.from_user is not None else None
    try:
        await helping.mark(
            context.session,
            community=community,
            question_id=question.question_id,
            answer=answer,
            marker_id=user_id,
            now=context.now,
        )
        text = texts.helped(context.reader, name=name)
    except HelpedBefore as before:
        text = texts.helped_before(context.reader)
        question = await questions.find(
            context.session, community_id=community.community_id, question_id=before.question_id
        )
    # The turn names the answer: once another one is said to have helped, this button does not take that back.
    ids = (community.community_id, question.question_id, question.turn)
    undo = button(texts.take_back(context.reader), UNHELPED, *ids)
    context.answer(update, text, buttons=[[undo]])


async def _must_be_theirs(context: Context, community: Communities, question: Questions, user_id: int) -> None:
    """Let only who asked pass, and administrators; whether they are Telegram has said lately."""
    if question.asker_id == user_id:
        return
    try:
        await staff.must_lead(context, community=community, user_id=user_id, right=RIGHT)
    except IsNotStaff as error:
        raise NotYourQuestion from error


async def on_unhelped(update: Update, context: Context) -> None:
    """Somebody takes back that an answer helped."""
    press = update.callback_query
    if press is None:
        return
    community_id, question_id, turn = ids_of(press.data, count=3)
    community = await communities.find(context.session, community_id=community_id)
    if community is None or community.state not in communities.SERVED:
        raise NoSuchThing
    question = await questions.find(context.session, community_id=community_id, question_id=question_id)
    if question.turn != turn:
        raise NoSuchThing
    await _must_be_theirs(context, community, question, press.from_user.id)
    await helping.unmark(context.session, community=community, question=question, now=context.now)
    context.toast(update)
    context.replace(update, texts.taken_back(context.reader))


async def _notice(context: Context, here: Communities) -> Html:
    found, count = await questions.waiting(context.session, community=here, now=context.now, limit=SHOWN_IN_GROUP)
    names = await _names(context, found)
    return texts.open_brief(context.reader, questions=found, count=count, names=names)


async def _full(context: Context, who: Asker) -> View:
    found, count = await questions.waiting(context.session, community=who.community, now=context.now, limit=SHOWN)
    names = await _names(context, found)
    return View(texts.open_full(who.reader, title=who.community.title, questions=found, count=count, names=names))


async def _names(context: Context, found: Sequence[Questions]) -> dict[int, str]:
    return dict(await people.names(context.session, user_ids={question.asker_id for question in found}))


async def post_unanswered(session: AsyncSession, event: QuestionsUnanswered, outside: Outside) -> Call | None:
    """Tell administrators of what nobody has answered; in private the oldest of it is listed at once."""
    community = await communities.find_active(session, community_id=event.community_id)
    to = event.user_id or event.chat_id
    if community is None or to is None:
        return None
    found, count = await questions.unanswered(session, community=community, now=outside.now, limit=REMINDED_OF)
    if not count:
        return None
    reader = await reader_for(session, event.user_id, community)
    if event.user_id is None:
        door = link(faces.more(reader), outside.me.deep_link(f"{OPEN.word}-{community.community_id}"))
        return message(to, texts.unanswered(reader, title=community.title, count=count), buttons=[[door]])
    names = await people.names(session, user_ids={question.asker_id for question in found})
    text = texts.unanswered_oldest(reader, title=community.title, questions=found, count=count, names=dict(names))
    rest = button(texts.all_open(reader), OPEN.word, community.community_id)
    return message(to, text, buttons=[[rest]] if count > len(found) else [])


async def post_for_expert(session: AsyncSession, event: QuestionsForExpert, outside: Outside) -> Call | None:
    """Tell an answer expert of what nobody has answered."""
    return await post_unanswered(session, QuestionsUnanswered(event.community_id, event.user_id, None), outside)


OPEN = Face("open", notice=_notice, full=_full, present=True)
FEATURE = Feature(
    name="questions",
    switch="questions",
    commands=(
        Command(name="ask", about=texts.about_ask, callback=on_ask, bare_in_groups=True, audience=Audience.MEMBERS),
        Command(
            name="helped",
            about=texts.about_helped,
            callback=on_helped,
            bare_in_groups=True,
            audience=Audience.MEMBERS,
        ),
        OPEN.command(texts.about_open),
    ),
    buttons={UNHELPED: on_unhelped, OPEN.word: OPEN.on_chosen},
    starts={OPEN.word: OPEN.on_link},
    posts={
        QuestionsUnanswered: Post(post_unanswered),
        # Nobody has asked an expert whether they want it: it is bounded like all that comes unasked.
        QuestionsForExpert: Post(post_for_expert, kind=Kind.PING),
    },
    refusals={
        QuestionsAreOff: lambda reader, _refusal: texts.are_off(reader),
        AskInTheGroup: lambda reader, _refusal: texts.ask_in_group(reader),
        WrittenAsGroup: lambda reader, _refusal: texts.written_as_group(reader),
        NothingAsked: lambda reader, _refusal: texts.nothing_asked(reader),
        NotYourMessage: lambda reader, _refusal: texts.not_your_message(reader),
        NothingAnswered: lambda reader, _refusal: texts.nothing_answered(reader),
        WhichQuestion: lambda reader, _refusal: texts.which_question(reader),
        OwnAnswer: lambda reader, _refusal: texts.own_answer(reader),
        NotYourQuestion: lambda reader, _refusal: texts.not_your_question(reader),
    },
)
