"""A member takes a work of theirs back, by the button under its card or under the answer to `/share`."""

from telegram import Update

from handlers.asking import Context
from handlers.buttons import ids_of
from handlers.cards import TAKE_BACK
from handlers.feature import Feature
from handlers.texts import withdrawing as texts
from models import communities, withdrawing
from models.refusals import NoSuchThing
from models.withdrawing import IsReviewed, NotYourWork


async def on_take_back(update: Update, context: Context) -> None:
    """Who has shared a work takes it back; its cards are told so, and the answer in the group says it."""
    press, pressed = update.callback_query, update.effective_message
    if press is None:
        raise NoSuchThing
    community_id, work_id = ids_of(press.data, count=2)
    community = await communities.find(context.session, community_id=community_id)
    if community is None or community.state not in communities.SERVED:
        raise NoSuchThing
    user_id = press.from_user.id
    await withdrawing.withdraw(context.session, community=community, work_id=work_id, user_id=user_id, now=context.now)
    context.toast(update, texts.taken_back(context.reader))
    if pressed is not None and pressed.chat_id == community.chat_id:
        context.replace(update, texts.taken_back(context.reader))


FEATURE = Feature(
    name="withdrawing",
    switch="works",
    buttons={TAKE_BACK: on_take_back},
    refusals={
        NotYourWork: lambda reader, _refusal: texts.not_yours(reader),
        IsReviewed: lambda reader, _refusal: texts.is_reviewed(reader),
    },
)
