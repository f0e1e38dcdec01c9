"""`/feature`: an administrator features the answer or the work that the command replies to."""

from telegram import Update

from handlers import staff
from handlers.asking import Context
from handlers.buttons import button, ids_of
from handlers.feature import Command, Feature
from handlers.identity import Audience
from handlers.orders import Order, Ordering
from handlers.texts import featuring as texts
from models import featuring, people
from models.featuring import FeaturedBefore, IsNoAnswer, NothingToFeature, WorkIsFeatured, WorkIsNotAccepted
from models.refusals import NoSuchThing, Refused

WORD, BY_ME, UNDO = "feature", "featurebyme", "featureundo"
RIGHT = "can_manage_chat"


class FeaturedByAdministrators(Refused):
    """A member who runs no group asks for it in private."""


async def on_command(update: Update, context: Context) -> None:
    """Feature what the command replies to; in private an administrator hears how, and a member what is theirs to do."""
    user = update.effective_user
    if context.community is None and (user is None or not await staff.led_by(context, user.id)):
        raise FeaturedByAdministrators
    await ORDER.on_command(update, context)


async def feature(update: Update, context: Context, order: Order) -> None:
    """Feature what the command replies to; an answer with a button to take it back, a work has its card for that."""
    if order.told is None:
        raise NothingToFeature
    community, told, user_id = order.community, order.told, order.user_id
    undo = [[button(texts.take_back(context.reader), UNDO, community.community_id, told.message_id)]]
    about = {"community": community, "told": told, "user_id": user_id, "now": context.now}
    try:
        done = await featuring.feature(context.session, **about)  # type: ignore[arg-type]
    except FeaturedBefore as before:
        if not before.by_administrator:
            raise
        # The answer that bore the button may have vanished.
        context.show(update, texts.featured_before(context.reader), buttons=undo)
        return
    names = await people.names(context.session, user_ids={done.author_id})
    rows = undo if done.is_answer else []
    text = texts.featured(context.reader, name=names.get(done.author_id), points=done.points)
    context.show(update, text, buttons=rows)


async def on_undone(update: Update, context: Context) -> None:
    """An administrator takes it back."""
    press = update.callback_query
    if press is None:
        raise NoSuchThing
    community_id, message_id = ids_of(press.data, count=2)
    user_id = press.from_user.id
    community = await staff.chosen(context, community_id=community_id, user_id=user_id, right=RIGHT)
    about = {"message_id": message_id, "user_id": user_id, "now": context.now}
    went = await featuring.undo(context.session, community=community, **about)  # type: ignore[arg-type]
    context.toast(update)
    context.replace(update, texts.taken_back(context.reader) if went else texts.named_by_recap(context.reader))


ORDER = Ordering(BY_ME, RIGHT, feature, elsewhere=NothingToFeature)
FEATURE = Feature(
    name="featuring",
    switch="topics",
    commands=(
        Command(name=WORD, about=texts.about, callback=on_command, bare_in_groups=True, audience=Audience.STAFF),
    ),
    buttons={BY_ME: ORDER.on_confirmed, UNDO: on_undone},
    refusals={
        NothingToFeature: lambda reader, _refusal: texts.nothing_to_feature(reader),
        IsNoAnswer: lambda reader, refusal: texts.no_answer(reader, reason=refusal.reason),
        FeaturedByAdministrators: lambda reader, _refusal: texts.by_administrators(reader),
        FeaturedBefore: lambda reader, _refusal: texts.featured_before(reader),
        WorkIsFeatured: lambda reader, _refusal: texts.featured_before(reader),
        WorkIsNotAccepted: lambda reader, _refusal: texts.not_accepted(reader),
    },
)
