"""Roles: a word in private to who is given one, may lose it, keeps it after all, or has lost it."""

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.feature import Feature, Outside, Post
from handlers.outgoing import Call, message
from handlers.texts import roles as texts
from handlers.texts.reader import Reader, language_for
from models import communities, people, roles
from models.people import Door
from models.roles import RoleTurned
from models.rules.days import local_day
from models.rules.roles import Turn


async def post_turned(session: AsyncSession, event: RoleTurned, outside: Outside) -> Call | None:
    """Tell a member what has become of a role, if they have opened the private chat; others see it by `/me`.

    A warning that comes late names the day that was settled with it, and none is given that is over meanwhile.
    """
    here = await communities.find(session, community_id=event.community_id)
    person = await people.find(session, user_id=event.user_id)
    if here is None or person is None or person.door != Door.OPEN or not roles.settings_of(here).on:
        return None
    language = person.language or language_for(person.language_code, otherwise=here.language)
    reader = Reader(language, time_zone=here.time_zone)
    turn = Turn(event.turn)
    held = await roles.held_by(session, here=here, user_id=event.user_id)
    until = next((row.kept_until for row in held if row.role == event.role), None)
    if turn is Turn.WARNED and until is None:
        return None
    text = texts.turned(
        reader,
        title=here.title,
        role=event.role,
        turn=turn,
        until=until or local_day(outside.now, time_zone=here.time_zone),
        settings=roles.settings_of(here),
    )
    return message(event.user_id, text)


FEATURE = Feature(name="roles", posts={RoleTurned: Post(compose=post_turned)})
