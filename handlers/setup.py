"""The one-minute set-up in private: language, time zone, a template, and which rights are missing and why."""

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import InlineKeyboardButton, Update

from handlers import staff
from handlers.asking import Context
from handlers.buttons import button, ids_of, linked_id
from handlers.communities import lacks_of, reader_for
from handlers.feature import Feature, InDoubt, Outside, Post
from handlers.outgoing import Call, message
from handlers.settings import PANEL, RIGHT, SETUP, answered, named, number_of, zone_typed
from handlers.texts import settings as panel_texts
from handlers.texts import setup as texts
from handlers.texts.reader import LANGUAGES, Html, Reader
from models import communities, dialogues, settings, setup, topics
from models.communities import Communities
from models.facts import BotStatus
from models.refusals import NoSuchThing
from models.rules.exchange import OWN
from models.rules.kits import Kit, topics_of
from models.rules.setup import STEPS, TEMPLATES, Step, Template, after
from models.rules.zones import COMMON
from models.setup import SetupBegun, SetupUnfinished

LATER, LEAVE = "setuplater", "setupleave"
TOPIC = "set-up"
KEEP = 0

Rows = list[list[InlineKeyboardButton]]


def _question(reader: Reader, community: Communities, step: Step) -> tuple[Html, Rows]:
    """A step's question and its answers."""
    here, place = community.community_id, STEPS.index(step)
    if step is Step.LANGUAGE:
        text = texts.language(reader, title=community.title)
        choices = [
            button(panel_texts.language_named(name), SETUP, here, place, n) for n, name in enumerate(LANGUAGES, 1)
        ]
        rows = [[choice] for choice in choices]
    elif step is Step.ZONE:
        text = texts.zone(reader, zone=community.time_zone)
        choices = [button(panel_texts.zone_named(reader, zone), SETUP, here, place, number_of(zone)) for zone in COMMON]
        rows = [choices[n : n + 2] for n in range(0, len(choices), 2)]
    else:
        text = texts.template(reader)
        names = enumerate(Template, 1)
        rows = [[button(texts.template_named(reader, name), SETUP, here, place, n)] for n, name in names]
    leaving = [button(texts.keep(reader), SETUP, here, place, KEEP), button(texts.later(reader), LATER, here)]
    return text, [*rows, leaving]


async def _community(session: AsyncSession, community_id: int) -> Communities | None:
    found = await communities.find(session, community_id=community_id)
    if found is None or found.state != communities.State.ACTIVE or found.bot_status == BotStatus.AWAY:
        return None
    return found


async def post_first_step(session: AsyncSession, event: SetupBegun, _outside: Outside) -> Call | None:
    """Ask who added the bot the first question."""
    community = await _community(session, event.community_id)
    if community is None:
        return None
    text, rows = _question(await reader_for(session, event.user_id, community), community, Step.LANGUAGE)
    return message(event.user_id, text, buttons=rows)


async def post_reminder(session: AsyncSession, event: SetupUnfinished, _outside: Outside) -> Call | None:
    """Offer once to go on."""
    community, begun = (
        await _community(session, event.community_id),
        await setup.find(session, community_id=event.community_id),
    )
    if community is None or begun is None or begun.step == Step.DONE:
        return None
    reader, here = await reader_for(session, event.user_id, community), event.community_id
    place = STEPS.index(Step(begun.step))
    rows = [
        [button(texts.go_on(reader), SETUP, here, place, number_of("resume"))],
        [button(texts.leave(reader), LEAVE, here)],
    ]
    return message(event.user_id, texts.unfinished(reader, title=community.title), buttons=rows)


async def on_step(update: Update, context: Context) -> None:
    """An administrator answers a question of the set-up, goes on with it, or begins it from the panel."""
    press = update.callback_query
    if press is None:
        return
    community_id, place, choice = ids_of(press.data, count=3)
    if not 0 <= place < len(STEPS) - 1:
        raise NoSuchThing
    user_id, step = press.from_user.id, STEPS[place]
    community = await staff.chosen(context, community_id=community_id, user_id=user_id, right=RIGHT)
    if choice == number_of("resume"):
        await _resume(update, context, community, user_id)
        return
    await _take(context, community, user_id, step, choice)
    await _ask(update, context, community, user_id, after(step))


async def on_link(update: Update, context: Context) -> None:
    """An administrator follows the button in the group."""
    user, asked = update.effective_user, update.effective_message
    if user is None or asked is None:
        return
    community_id = linked_id(asked.text, SETUP)
    community = await staff.chosen(context, community_id=community_id, user_id=user.id, right=RIGHT)
    await _resume(update, context, community, user.id)


async def _resume(update: Update, context: Context, community: Communities, user_id: int) -> None:
    """Go on where the set-up was left, or begin it (anew)."""
    begun = await setup.find(context.session, community_id=community.community_id)
    step = Step.LANGUAGE if begun is None or begun.step == Step.DONE else Step(begun.step)
    await _ask(update, context, community, user_id, step)


async def _take(context: Context, community: Communities, user_id: int, step: Step, choice: int) -> None:
    if choice == KEEP:
        return
    if step is Step.ZONE:
        await _set(context, community, user_id, {OWN: {"time_zone": named(choice, COMMON)}})
    elif step is Step.LANGUAGE and 1 <= choice <= len(LANGUAGES):
        await _set(context, community, user_id, {OWN: {"language": LANGUAGES[choice - 1]}})
    elif step is Step.TEMPLATE and 1 <= choice <= len(Template):
        template = list(Template)[choice - 1]
        await _set(context, community, user_id, TEMPLATES[template], way=f"template {template}")
        kit = topics_of(Kit(template), language=community.language)
        here = community.community_id
        await topics.add(context.session, community_id=here, topics=kit, user_id=user_id, now=context.now, way="kit")
    else:
        raise NoSuchThing


async def _set(
    context: Context, community: Communities, user_id: int, values: settings.Values, *, way: str = "set-up"
) -> None:
    await settings.change(
        context.session,
        community_id=community.community_id,
        values=values,
        user_id=user_id,
        now=context.now,
        way=way,
    )


async def _ask(update: Update, context: Context, community: Communities, user_id: int, step: Step) -> None:
    """Go to a step: ask its question, or at the end say what is missing."""
    here = community.community_id
    await setup.reach_step(context.session, community_id=here, user_id=user_id, step=step, now=context.now)
    await dialogues.end(context.session, user_id=user_id)
    if step is Step.ZONE:
        await dialogues.ask(
            context.session, community_id=here, topic=TOPIC, details={}, now=context.now, user_id=user_id
        )
    if step is Step.DONE:
        missing = lacks_of(community, context.asking.me)
        comes = {name: settings.in_force(community, name) for name in ("topics", "polls", "boards", "cocreations")}
        text = texts.done(context.reader, title=community.title, lacks=missing, rhythm=texts.Rhythm(**comes))
        rows = [[button(texts.all_settings(context.reader), PANEL, here)]]
    else:
        text, rows = _question(context.reader, community, step)
    context.show(update, text, buttons=rows)


async def on_zone_typed(update: Update, context: Context) -> None:
    """Somebody types a time zone instead of choosing one."""
    community, user_id, _, written = await answered(update, context)
    zone = zone_typed(written)
    await _set(context, community, user_id, {OWN: {"time_zone": zone}})
    await _ask(update, context, community, user_id, after(Step.ZONE))


async def on_later(update: Update, context: Context) -> None:
    """Somebody leaves the set-up for now: what was chosen stays, and they are reminded once."""
    await _left(update, context, reminded=True)


async def on_leave(update: Update, context: Context) -> None:
    """Somebody does not want to go on."""
    await _left(update, context, reminded=False)


async def _left(update: Update, context: Context, *, reminded: bool) -> None:
    press = update.callback_query
    if press is None:
        return
    (community_id,) = ids_of(press.data, count=1)
    user_id = press.from_user.id
    await staff.chosen(context, community_id=community_id, user_id=user_id, right=RIGHT)
    await dialogues.end(context.session, user_id=user_id)
    if not reminded:
        await setup.leave(context.session, community_id=community_id)
    resume = button(texts.go_on(context.reader), SETUP, community_id, 0, number_of("resume"))
    context.toast(update)
    context.replace(update, texts.left(context.reader), buttons=[[resume]])


FEATURE = Feature(
    name="setup",
    buttons={SETUP: on_step, LATER: on_later, LEAVE: on_leave},
    starts={SETUP: on_link},
    replies={TOPIC: on_zone_typed},
    posts={
        SetupBegun: Post(post_first_step, in_doubt=InDoubt.AGAIN),
        SetupUnfinished: Post(post_reminder),
    },
)
