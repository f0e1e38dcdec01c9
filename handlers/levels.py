"""`/levels`: where a member stands on the ladder; the word to who has risen."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.asking import Context
from handlers.faces import Asker, Face, View
from handlers.feature import Feature, Outside, Post
from handlers.outgoing import Call, message
from handlers.texts import levels as texts
from handlers.texts.reader import Html, Reader, language_for
from models import communities, levels, members, people, staff
from models.communities import Communities
from models.levels import Reached
from models.people import Acquaintance, Door
from models.refusals import Refused
from models.rules.levels import own_names
from models.rules.reach import Kind


class LevelsAreOff(Refused):
    """The group has no levels."""


def names_of(here: Communities) -> Sequence[str]:
    """What a community calls its levels, as far as it has names of its own."""
    return own_names(levels.settings_of(here).names)


async def _line(context: Context, here: Communities, person: Acquaintance) -> Html:
    progress = await levels.progress(context.session, here=here, user_id=person.user_id)
    if progress is None:
        raise LevelsAreOff
    return texts.brief(context.reader, name=person.first_name, progress=progress, names=names_of(here))


async def _full(context: Context, who: Asker) -> View:
    here = who.community
    progress = await levels.progress(context.session, here=here, user_id=who.user_id)
    if progress is None:
        raise LevelsAreOff
    curve = levels.settings_of(here).curve
    leads = await staff.is_staff(context.session, community_id=who.community_id, user_id=who.user_id)
    days = texts.Days(curve, levels.typical_day(here)) if leads else None
    names = names_of(here)
    return View(texts.full(who.reader, title=here.title, progress=progress, curve=curve, names=names, days=days))


async def post_reached(session: AsyncSession, event: Reached, _outside: Outside) -> Call | None:
    """Tell a member of their level; nothing to who has no private chat with us, has left, or risen further since."""
    here = await communities.find(session, community_id=event.community_id)
    person = await people.find(session, user_id=event.user_id)
    member = await members.find(session, community_id=event.community_id, user_id=event.user_id)
    if here is None or person is None or person.door != Door.OPEN or member is None or not member.is_there:
        return None
    progress = await levels.progress(session, here=here, user_id=event.user_id)
    if progress is None or progress.level != event.level:
        return None
    reader = Reader(person.language or language_for(person.language_code, otherwise=here.language))
    return message(event.user_id, texts.reached(reader, title=here.title, progress=progress, names=names_of(here)))


FACE = Face("levels", line=_line, full=_full, present=True)
FEATURE = Feature(
    name="levels",
    switch="levels",
    is_own=True,
    commands=(FACE.command(texts.about),),
    buttons={FACE.word: FACE.on_chosen},
    starts={FACE.word: FACE.on_link},
    posts={Reached: Post(compose=post_reached, kind=Kind.HONOUR)},
    refusals={LevelsAreOff: lambda reader, _refusal: texts.is_off(reader)},
)
