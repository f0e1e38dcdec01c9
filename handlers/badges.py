"""`/badges`: what a member has been given and what is left to get; the word to who gets one."""

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.asking import Context
from handlers.faces import Asker, Face, View
from handlers.feature import Feature, Outside, Post
from handlers.outgoing import Call, message
from handlers.texts import badges as texts
from handlers.texts import challenges as challenge_texts
from handlers.texts.reader import Html, Reader, language_for
from models import badges, challenges, cocreations, communities, members, people, roles
from models.badges import BadgesGiven, Collection
from models.communities import Communities
from models.honours import number_of
from models.people import Acquaintance, Door
from models.refusals import Refused
from models.rules.reach import Kind


class BadgesAreOff(Refused):
    """The group has no badges."""


async def _line(context: Context, here: Communities, person: Acquaintance) -> Html:
    found = await _collection(context, here, person.user_id)
    ending = await roles.ending(context.session, here=here, user_id=person.user_id)
    return texts.brief(context.reader, name=person.first_name, collection=found, ending=ending)


async def _collection(context: Context, here: Communities, user_id: int) -> Collection:
    found = await badges.collection(context.session, here=here, user_id=user_id)
    is_empty = not found.held and not await roles.held_by(context.session, here=here, user_id=user_id)
    if is_empty and not badges.settings_of(here).on:
        raise BadgesAreOff
    return found


async def _full(context: Context, who: Asker) -> View:
    found = await _collection(context, who.community, who.user_id)
    held = [texts.Held(await named(context.session, who, one), one.at) for one in found.held]
    tenures = await roles.held_by(context.session, here=who.community, user_id=who.user_id)
    text = texts.full(
        who.reader,
        title=who.community.title,
        held=held,
        missing=found.missing,
        roles=[(tenure.role, tenure.kept_until) for tenure in tenures],
        settings=roles.settings_of(who.community),
    )
    return View(text)


async def named(session: AsyncSession, who: Asker, one: badges.Held) -> Html:
    """What a badge is called; that of a challenge bears its name, that of a co-creation its theme."""
    number = number_of(one.source)
    name = texts.badge_named(who.reader, one.badge)
    if one.badge == texts.CHALLENGE and number is not None:
        challenge = await challenges.find(session, community_id=who.community_id, challenge_id=number)
        name = name if challenge is None else challenge_texts.name(who.reader, challenge.plan)
    if one.badge == texts.COCREATION and number is not None:
        won = await cocreations.look(session, community_id=who.community_id, round_id=number)
        name = name if won is None else texts.cocreation_won(who.reader, theme=won.theme)
    return name


async def post_given(session: AsyncSession, event: BadgesGiven, _outside: Outside) -> Call | None:
    """Tell a member of new badges, in private, if they have opened that and have not left the group since."""
    here = await communities.find(session, community_id=event.community_id)
    person = await people.find(session, user_id=event.user_id)
    member = await members.find(session, community_id=event.community_id, user_id=event.user_id)
    if here is None or person is None or person.door != Door.OPEN or not badges.settings_of(here).on:
        return None
    if member is None or not member.is_there:
        return None
    reader = Reader(person.language or language_for(person.language_code, otherwise=here.language))
    return message(event.user_id, texts.given(reader, title=here.title, badges=event.badges.split(",")))


FACE = Face("badges", line=_line, full=_full, present=True)
FEATURE = Feature(
    name="badges",
    switch="badges",
    is_own=True,
    commands=(FACE.command(texts.about),),
    buttons={FACE.word: FACE.on_chosen},
    starts={FACE.word: FACE.on_link},
    posts={BadgesGiven: Post(compose=post_given, kind=Kind.HONOUR)},
    refusals={BadgesAreOff: lambda reader, _refusal: texts.is_off(reader)},
)
