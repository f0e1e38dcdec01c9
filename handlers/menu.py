"""The commands as Telegram's menus offer them: in a group in its language, to administrators theirs too, in private."""

import hashlib
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import BotCommand, BotCommandScopeChat, BotCommandScopeChatAdministrators

from handlers.feature import Feature, InDoubt, Outside, Post
from handlers.identity import Audience, Offer
from handlers.outgoing import Call, Turn
from handlers.texts.reader import LANGUAGES, Reader, plain
from models import communities, menu, staff
from models.facts import BotStatus
from models.menu import MenuChanged, Scope

# In private a correction by hand has nobody to be about.
STAFF_IN_PRIVATE = ("settings", "topic", "calendar", "audit", "queue")
LONGEST_ABOUT = 256
# A call that belongs to no chat's lane: Telegram counts messages, and this is none.
NO_CHAT = 0


def version_of(offers: Sequence[Offer]) -> str:
    """A word that changes with whatever the menus would show."""
    shown = [
        f"{offer.name} {offer.audience} {offer.bare_in_groups} {offer.about(Reader(language))}"
        for language in LANGUAGES
        for offer in offers
    ]
    return hashlib.sha256("\n".join(shown).encode()).hexdigest()[:16]


def _listed(offers: Sequence[Offer], reader: Reader) -> list[BotCommand]:
    return [BotCommand(offer.name, plain(offer.about(reader))[:LONGEST_ABOUT]) for offer in offers]


def in_group(offers: Sequence[Offer], scope: Scope) -> list[Offer]:
    """What a group's menu offers: what answers there, and to administrators what is theirs."""
    own = [
        offer
        for offer in offers
        if offer.audience is not Audience.STAFF and (offer.bare_in_groups or offer.name == "help")
    ]
    return own if scope is Scope.MEMBERS else own + [offer for offer in offers if offer.audience is Audience.STAFF]


async def post_menu(session: AsyncSession, event: MenuChanged, outside: Outside) -> Call | None:
    """Tell Telegram a group's commands."""
    community = await communities.find(session, community_id=event.community_id)
    if community is None or community.state != communities.State.ACTIVE or community.bot_status == BotStatus.AWAY:
        return None
    scope = Scope(event.scope)
    commands = _listed(in_group(outside.offers, scope), Reader(community.language))
    scopes = {Scope.MEMBERS: BotCommandScopeChat, Scope.STAFF: BotCommandScopeChatAdministrators}
    arguments = {"commands": commands, "scope": scopes[scope](community.chat_id)}
    return Call("set_my_commands", NO_CHAT, arguments, turn=Turn.AT_ONCE)


async def private(session: AsyncSession, *, user_id: int, reader: Reader, offers: Sequence[Offer]) -> Call | None:
    """The call that tells Telegram the commands of a private chat, if they are other ones than before."""
    leads = bool(await staff.led_by(session, user_id=user_id))
    offered = [
        offer for offer in offers if offer.audience is not Audience.STAFF or (leads and offer.name in STAFF_IN_PRIVATE)
    ]
    wanted = f"{reader.language}:{version_of(offered)}"
    if not await menu.is_news(session, user_id=user_id, wanted=wanted):
        return None
    arguments = {"commands": _listed(offered, reader), "scope": BotCommandScopeChat(user_id)}
    return Call("set_my_commands", NO_CHAT, arguments, turn=Turn.AT_ONCE)


FEATURE = Feature(name="menu", posts={MenuChanged: Post(post_menu, in_doubt=InDoubt.AGAIN)})
