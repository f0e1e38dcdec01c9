"""`/audit`: what administrators did, page by page, in private and for administrators."""

from telegram import InlineKeyboardButton, Update

from handlers import staff
from handlers.asking import Context
from handlers.buttons import button, ids_of
from handlers.feature import Command, Feature
from handlers.identity import Audience
from handlers.leading import Leading
from handlers.texts import audit as texts
from handlers.texts.reader import Html, Reader
from models import audit, people
from models.communities import Communities
from models.refusals import NoSuchThing

WORD = "audit"
RIGHT = "can_manage_chat"
PAGE = 8


async def on_page(update: Update, context: Context) -> None:
    """An administrator turns the page, or has chosen a group."""
    press = update.callback_query
    if press is None:
        return
    community_id, page = ids_of(press.data, count=2)
    if not 0 <= page < 10_000:
        raise NoSuchThing
    await _show(update, context, community_id=community_id, user_id=press.from_user.id, page=page)


async def _show(update: Update, context: Context, *, community_id: int, user_id: int, page: int = 0) -> None:
    community = await staff.chosen(context, community_id=community_id, user_id=user_id, right=RIGHT)
    reader = Reader(context.reader.language, time_zone=community.time_zone)
    text, buttons = await _page(context, community, reader, page)
    context.show(update, text, buttons=buttons)


async def _page(
    context: Context, community: Communities, reader: Reader, page: int
) -> tuple[Html, list[list[InlineKeyboardButton]]]:
    here = community.community_id
    acts = await audit.page(context.session, community_id=here, limit=PAGE, offset=page * PAGE)
    total = await audit.count(context.session, community_id=here)
    told = {number for act in acts for number in (act.user_id, act.member_id) if number is not None}
    names = {**dict.fromkeys(told, ""), **await people.names(context.session, user_ids=told)}
    turning = []
    if page > 0:
        turning.append(button(texts.newer(reader), WORD, here, page - 1))
    if total > (page + 1) * PAGE:
        turning.append(button(texts.older(reader), WORD, here, page + 1))
    return texts.listed(reader, title=community.title, acts=acts, names=names), [turning] if turning else []


LEADING = Leading(
    word=WORD,
    right=RIGHT,
    doorstep=texts.in_private,
    door=texts.see,
    show=_show,
    ids=(0,),
)
FEATURE = Feature(
    name="audit",
    commands=(
        Command(
            name=WORD, about=texts.about, bare_in_groups=True, callback=LEADING.on_command, audience=Audience.STAFF
        ),
    ),
    buttons={WORD: on_page},
    starts={WORD: LEADING.on_link},
)
