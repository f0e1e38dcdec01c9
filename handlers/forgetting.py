"""`/forgetme`: whoever wants it is forgotten, in one group or everywhere, after they have confirmed it."""

from telegram import Update

from handlers.asking import Context
from handlers.buttons import button, ids_of
from handlers.faces import EVERYWHERE, MOST_CHOICES, View, pressed_privately, privately
from handlers.feature import Command, Feature
from handlers.texts import forgetting as texts
from models import communities, forgetting, members, outbox, staff, tags, withdrawing
from models.communities import Communities
from models.refusals import NotForYou

FORGET, CHOSEN, CONFIRMED, KEPT = "forgetme", "forgetin", "forgetnow", "keepme"


async def on_forget(update: Update, context: Context) -> None:
    """Ask what shall be forgotten: whoever is in one group, or in none, is asked at once whether they are sure."""
    user = update.effective_user
    if user is None:
        return
    found = await members.ever_in(context.session, user_id=user.id)
    if len(found) > 1:
        known = await communities.among(context.session, community_ids=found[:MOST_CHOICES])
        rows = [[button(context.reader.title(one.title), CHOSEN, one.community_id)] for one in known]
        rows.append([button(texts.everywhere(context.reader), CHOSEN, EVERYWHERE)])
        view = View(texts.where(context.reader), rows)
    else:
        view = await _question(context, None, user_id=user.id)
    if update.callback_query is None:
        context.answer(update, view.text, buttons=view.buttons)
    else:
        _replace(update, context, view)


async def _question(context: Context, community: Communities | None, *, user_id: int) -> View:
    """What goes and what stays, and the two answers."""
    reader, number = context.reader, EVERYWHERE if community is None else community.community_id
    led = await staff.led_by(context.session, user_id=user_id)
    leads = bool(led) if community is None else number in led
    text = texts.question(reader, title=None if community is None else community.title, leads=leads)
    return View(text, [[button(texts.confirm(reader), CONFIRMED, number)], [button(texts.keep(reader), KEPT, number)]])


def _replace(update: Update, context: Context, view: View) -> None:
    pressed_privately(update)
    context.toast(update)
    context.replace(update, view.text, buttons=view.buttons)


async def _meant(update: Update, context: Context) -> Communities | None:
    """The community that a button means, in which who pressed it was seen; none where all are meant."""
    press = update.callback_query
    if press is None:
        raise NotForYou
    pressed_privately(update)
    (community_id,) = ids_of(press.data, count=1)
    if community_id == EVERYWHERE:
        return None
    member = await members.find(context.session, community_id=community_id, user_id=press.from_user.id)
    community = await communities.find(context.session, community_id=community_id)
    if member is None or community is None:
        raise NotForYou
    return community


async def on_chosen(update: Update, context: Context) -> None:
    """Somebody has chosen where; now they are asked whether they are sure."""
    press = update.callback_query
    if press is not None:
        community = await _meant(update, context)
        _replace(update, context, await _question(context, community, user_id=press.from_user.id))


async def on_confirmed(update: Update, context: Context) -> None:
    """Somebody is sure: it is done."""
    community = await _meant(update, context)
    user = update.effective_user
    if user is None:
        return
    number = None if community is None else community.community_id
    title = None if community is None else community.title
    tags_left = await tags.left_by(context.session, community_id=number, user_id=user.id)
    about = {"community_id": number, "user_id": user.id, "now": context.now}
    await withdrawing.withdraw_all(context.session, **about)  # type: ignore[arg-type]
    connection = await context.session.connection()
    await connection.run_sync(lambda sync: forgetting.forget(sync, community_id=number, user_id=user.id))
    await outbox.put(context.session, tags_left, due_at=context.now)
    _replace(update, context, View(texts.done(context.reader, title=title)))


async def on_kept(update: Update, context: Context) -> None:
    """Somebody has thought better of it."""
    _replace(update, context, View(texts.kept(context.reader)))


FEATURE = Feature(
    name="forgetting",
    commands=(Command(name=FORGET, about=texts.about, callback=privately(FORGET, on_forget)),),
    buttons={FORGET: on_forget, CHOSEN: on_chosen, CONFIRMED: on_confirmed, KEPT: on_kept},
    starts={FORGET: on_forget},
)
