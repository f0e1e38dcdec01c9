"""The commands as Telegram's menus offer them: in a group in its language, to administrators theirs too, in private."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
)

from handlers.asking import Around, Context
from handlers.faces import around, look_around, settings_around
from handlers.feature import Feature, InDoubt, Outside, Post
from handlers.identity import Audience, Offer, Settings
from handlers.outgoing import Call, Turn
from handlers.texts.reader import LANGUAGES, Reader, language_for, plain
from models import communities, menu
from models.facts import BotStatus
from models.menu import DefaultMenuChanged, MenuChanged, PrivateMenuChanged, Scope

# In private a correction by hand has nobody to be about.
STAFF_IN_PRIVATE = ("settings", "topic", "calendar", "audit", "queue")
USEFUL = (Audience.EVERYBODY, Audience.MEMBERS)
LONGEST_ABOUT = 256
# The languages of apps, as Telegram tells menus apart, that have one of ours; empty stands for all others.
CODES = ("", "en", "zh")
# A call that belongs to no chat's lane: Telegram counts messages, and this is none.
NO_CHAT = 0


@dataclass(frozen=True)
class Speaks:
    """What somebody reads: Kith's `language` for them, that of their `app` as a tag, and what Kith speaks otherwise."""

    language: str
    app: str
    otherwise: str


# Asked with every word that is written in private, and nearly always about the same few lists.
@lru_cache(maxsize=256)
def version_of(offers: tuple[Offer, ...]) -> str:
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


def _default_language(code: str, *, otherwise: str) -> str:
    """The language of the menu for apps that speak that of `code`; of Chinese, Telegram does not tell which."""
    if code == "zh" and otherwise.startswith("zh"):
        return otherwise
    return language_for(code, otherwise=otherwise)


@lru_cache(maxsize=1)
def _by_default(offers: tuple[Offer, ...]) -> tuple[Offer, ...]:
    """What is of use in private to who is in no group, or in one that has switched nothing on."""
    return tuple(offer for offer in offers if offer.audience in USEFUL and offer.is_on([{}]))


async def know_defaults(session: AsyncSession, *, offers: tuple[Offer, ...], language: str, now: datetime) -> None:
    """Have Telegram told what all private chats offer, where this program's owner speaks `language`."""
    version = version_of(_by_default(offers))
    wanted = {code: f"{_default_language(code, otherwise=language)}:{version}" for code in CODES}
    await menu.want_defaults(session, wanted=wanted, now=now)


async def post_default_menu(session: AsyncSession, event: DefaultMenuChanged, outside: Outside) -> Call | None:
    """Tell Telegram the commands of all private chats in one language."""
    wanted = await menu.wanted_default(session, code=event.code)
    if wanted is None:
        return None
    commands = _listed(_by_default(outside.offers), Reader(wanted.partition(":")[0]))
    arguments = {"commands": commands, "scope": BotCommandScopeAllPrivateChats(), "language_code": event.code or None}
    return Call("set_my_commands", NO_CHAT, arguments, turn=Turn.AT_ONCE)


async def on_default_menu_lost(session: AsyncSession, event: DefaultMenuChanged, _now: datetime) -> None:
    """Telegram would not hear of it: at the next start it is told anew."""
    await menu.forget_default(session, code=event.code)


async def renew(context: Context, *, user_id: int, speaks: Speaks, offers: tuple[Offer, ...]) -> None:
    """Have Telegram told the commands of a private chat, if they are other ones than before."""
    offered = await _in_private(context.session, await around(context, user_id=user_id), offers)
    code = speaks.app[:2] if speaks.app[:2] in CODES else ""
    default = f"{_default_language(code, otherwise=speaks.otherwise)}:{version_of(_by_default(offers))}"
    wanted = f"{speaks.language}:{version_of(offered)}"
    await menu.want_private(context.session, user_id=user_id, wanted=wanted, default=default, now=context.now)


async def _in_private(session: AsyncSession, here: Around, offers: Sequence[Offer]) -> tuple[Offer, ...]:
    """What is of use to a person in private: what is on in any of their groups, and more for who runs one."""
    own, led = await settings_around(session, here)
    useful = [one for one in offers if one.audience in USEFUL and one.is_on(own)]
    theirs = [offer for offer in offers if offer.audience is Audience.STAFF and offer.name in STAFF_IN_PRIVATE]
    return (*useful, *(offer for offer in theirs if led and offer.is_on(led)))


async def post_private_menu(session: AsyncSession, event: PrivateMenuChanged, outside: Outside) -> Call | None:
    """Tell Telegram the commands of a private chat, as they are by now."""
    wanted = await menu.wanted_private(session, user_id=event.user_id)
    if wanted is None:
        return None
    reader = Reader(wanted.partition(":")[0])
    here = await look_around(session, user_id=event.user_id)
    commands = _listed(await _in_private(session, here, outside.offers), reader)
    arguments = {"commands": commands, "scope": BotCommandScopeChat(event.user_id)}
    return Call("set_my_commands", NO_CHAT, arguments, turn=Turn.AT_ONCE)


async def on_private_menu_lost(session: AsyncSession, event: PrivateMenuChanged, _now: datetime) -> None:
    """Telegram would not hear of it: when the person writes again, it is told anew."""
    await menu.forget_private(session, user_id=event.user_id)


FEATURE = Feature(
    name="menu",
    posts={
        MenuChanged: Post(post_menu, in_doubt=InDoubt.AGAIN),
        DefaultMenuChanged: Post(post_default_menu, in_doubt=InDoubt.AGAIN, on_unreachable=on_default_menu_lost),
        PrivateMenuChanged: Post(post_private_menu, in_doubt=InDoubt.AGAIN, on_unreachable=on_private_menu_lost),
    },
)
