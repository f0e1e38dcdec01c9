"""`/adminchat`: a group of those who run another one, in which Kith puts what waits for them."""

from telegram import Update

from handlers import staff
from handlers.asking import Context
from handlers.buttons import button, ids_of
from handlers.faces import MOST_CHOICES
from handlers.feature import Command, Feature
from handlers.identity import Audience
from handlers.orders import Order, Ordering
from handlers.texts import admin_chats as texts
from models import admin_chats, audit
from models.audit import Act
from models.refusals import NoSuchThing, Refused

WORD, BY_ME = "adminchat", "adminchatbyme"
# To say where a group's affairs are shown is to set the group.
RIGHT, RIGHT_HERE = "can_change_info", "can_manage_chat"


class OnlyInAdminChat(Refused):
    """The command is given in the chat that is to be the admin chat."""


class NothingElseToLead(Refused):
    """Who asks leads no other group, so there is nothing to show here."""


async def offer(update: Update, context: Context, order: Order) -> None:
    """Somebody wants to have a group's cards in this chat: which group's?"""
    place = order.community
    others = [one for one in await staff.led_by(context, order.user_id) if one.community_id != place.community_id]
    if not others:
        raise NothingElseToLead
    rows = [
        [button(context.reader.title(one.title), WORD, one.community_id, place.community_id)]
        for one in others[:MOST_CHOICES]
    ]
    context.show(update, texts.which(context.reader), buttons=rows)


async def on_chosen(update: Update, context: Context) -> None:
    """Somebody has chosen a group: its cards come here, or go away again where they came here before."""
    press = update.callback_query
    if press is None:
        return
    place = context.community
    if place is None:
        raise OnlyInAdminChat
    community_id, place_id = ids_of(press.data, count=2)
    if place_id != place.community_id or community_id == place_id:
        raise NoSuchThing
    user_id = press.from_user.id
    await staff.must_lead(context, community=place, user_id=user_id, right=RIGHT_HERE)
    community = await staff.chosen(context, community_id=community_id, user_id=user_id, right=RIGHT)
    was_here = await admin_chats.is_told_in(context.session, community_id=community_id, place_id=place_id)
    await admin_chats.choose(context.session, community_id=community_id, place_id=None if was_here else place_id)
    # The audit shows titles that others wrote by id alone.
    details = {"place_id": None if was_here else place_id}
    act = Act(community_id=community_id, user_id=user_id, action=WORD, at=context.now, details=details)
    await audit.note(context.session, act)
    context.toast(update)
    context.replace(update, texts.chosen(context.reader, title=community.title, here=not was_here))


ORDER = Ordering(BY_ME, RIGHT_HERE, offer, elsewhere=OnlyInAdminChat)
FEATURE = Feature(
    name="admin_chats",
    switch="works",
    commands=(Command(name=WORD, about=texts.about, callback=ORDER.on_command, audience=Audience.STAFF),),
    buttons={WORD: on_chosen, BY_ME: ORDER.on_confirmed},
    refusals={
        OnlyInAdminChat: lambda reader, _refusal: texts.only_there(reader),
        NothingElseToLead: lambda reader, _refusal: texts.nothing_else(reader),
    },
)
