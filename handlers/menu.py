"""The commands as Telegram's menus offer them: in a group in its language, to administrators theirs too, in private."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import BotCommand, BotCommandScopeChat, BotCommandScopeChatAdministrators

from handlers.faces import settings_around
from handlers.feature import Feature, InDoubt, Outside, Post
from handlers.identity import Audience, Offer, Settings
from handlers.outgoing import Call, Turn
from handlers.texts.reader import LANGUAGES, Reader, plain
from models import communities, menu
from models.facts import BotStatus
from models.menu import MenuChanged, PrivateMenuChanged, Scope

# In private a correction by hand has nobody to be about.
STAFF_IN_PRIVATE = ("settings", "topic", "calendar", "audit", "queue")
LONGEST_ABOUT = 256
# A call that belongs to no chat's lane: Telegram counts messages, and this is none.
NO_CHAT = 0


def version_of(offers: Sequence[Offer]) -> str:
    """A word that changes with whatever the menus would show."""
    shown = [
        f"{offer.name} {offer.audience} {offer.bare_in_groups} {offer.switch} {offer.about(Reader(language))}"
        for language in LANGUAGES
        for offer in offers
    ]
    return hashlib.sha256("\n".join(shown).encode()).hexdigest()[:16]


def _listed(offers: Sequence[Offer], reader: Reader) -> list[BotCommand]:
    return [BotCommand(offer.name, plain(offer.about(reader))[:LONGEST_ABOUT]) for offer in offers]


def in_group(offers: Sequence[Offer], scope: Scope, *, settings: Settings) -> list[Offer]:
    """What a group's menu offers: what answers there and is on, and to administrators what is theirs."""
    offers = [offer for offer in offers if offer.is_on([settings])]
    own = [
        offer
        for offer in offers
        if offer.audience in (Audience.EVERYBODY, Audience.MEMBERS) and (offer.bare_in_groups or offer.name == "help")
    ]
    return own if scope is Scope.MEMBERS else own + [offer for offer in offers if offer.audience is Audience.STAFF]


async def post_menu(session: AsyncSession, event: MenuChanged, outside: Outside) -> Call | None:
    """Tell Telegram a group's commands."""
    community = await communities.find(session, community_id=event.community_id)
    if community is None or community.state != communities.State.ACTIVE or community.bot_status == BotStatus.AWAY:
        return None
    scope = Scope(event.scope)
    commands = _listed(in_group(outside.offers, scope, settings=community.settings), Reader(community.language))
    scopes = {Scope.MEMBERS: BotCommandScopeChat, Scope.STAFF: BotCommandScopeChatAdministrators}
    arguments = {"commands": commands, "scope": scopes[scope](community.chat_id)}
    return Call("set_my_commands", NO_CHAT, arguments, turn=Turn.AT_ONCE)


async def renew(session: AsyncSession, *, user_id: int, reader: Reader, offers: Sequence[Offer], now: datetime) -> None:
    """Have Telegram told the commands of a private chat, if they are other ones than before."""
    offered = await _in_private(session, user_id, offers)
    wanted = f"{reader.language}:{version_of(offered)}"
    await menu.want_private(session, user_id=user_id, wanted=wanted, now=now)


async def _in_private(session: AsyncSession, user_id: int, offers: Sequence[Offer]) -> list[Offer]:
    """What is of use to a person in private: what is on in any of their groups, and more for who runs one."""
    own, led = await settings_around(session, user_id=user_id)
    useful = [one for one in offers if one.audience in (Audience.EVERYBODY, Audience.MEMBERS) and one.is_on(own)]
    theirs = [offer for offer in offers if offer.audience is Audience.STAFF and offer.name in STAFF_IN_PRIVATE]
    return useful + [offer for offer in theirs if led and offer.is_on(led)]


async def post_private_menu(session: AsyncSession, event: PrivateMenuChanged, outside: Outside) -> Call | None:
    """Tell Telegram the commands of a private chat, as they are by now."""
    wanted = await menu.wanted_private(session, user_id=event.user_id)
    if wanted is None:
        return None
    reader = Reader(wanted.partition(":")[0])
    commands = _listed(await _in_private(session, event.user_id, outside.offers), reader)
    arguments = {"commands": commands, "scope": BotCommandScopeChat(event.user_id)}
    return Call("set_my_commands", NO_CHAT, arguments, turn=Turn.AT_ONCE)


async def on_private_menu_lost(session: AsyncSession, event: PrivateMenuChanged, _now: datetime) -> None:
    """Telegram would not hear of it: when the person writes again, it is told anew."""
    await menu.forget_private(session, user_id=event.user_id)


FEATURE = Feature(
    name="menu",
    posts={
        MenuChanged: Post(post_menu, in_doubt=InDoubt.AGAIN),
        PrivateMenuChanged: Post(post_private_menu, in_doubt=InDoubt.AGAIN, on_unreachable=on_private_menu_lost),
    },
)
