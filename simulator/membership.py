"""How members come and go: the change itself, the updates about it and the service messages."""

from datetime import datetime
from typing import Any

from simulator.accounts import Account
from simulator.bots import Bot
from simulator.chats import Chat, InviteLink
from simulator.delivery import leaders, tell
from simulator.ground import Ground
from simulator.posting import service
from simulator.rights import BANNED, GONE, MEMBER, Standing


def change(
    world: Ground,
    chat: Chat,
    account: Account,
    standing: Standing,
    *,
    actor: Account,
    at: datetime | None = None,
    link: InviteLink | None = None,
    via_join_request: bool = False,
) -> bool:
    """Gives a member a new standing and tells the bots; False if nothing changed."""
    old = chat.standing(account)
    if old == standing:
        return False
    chat.stand(account, standing)
    if isinstance(account, Bot):
        _follow(chat, account, standing)
    date = int((at or world.clock.now()).timestamp())
    viewers: list[tuple[Bot, str]] = [(bot, "chat_member") for bot in leaders(chat) if bot is not account]
    if isinstance(account, Bot):
        viewers.insert(0, (account, "my_chat_member"))
    for viewer, kind in viewers:
        told: dict[str, Any] = {
            "chat": chat.json,
            "from": actor.user,
            "date": date,
            "old_chat_member": old.json(account, channel=chat.channel, viewer_id=viewer.id),
            "new_chat_member": standing.json(account, channel=chat.channel, viewer_id=viewer.id),
        }
        if link is not None:
            told["invite_link"] = link.json(viewer=viewer)
        if via_join_request:
            told["via_join_request"] = True
        viewer.known |= {actor.id, account.id}
        tell(viewer, kind, told)
    return True


def enter(
    world: Ground,
    chat: Chat,
    account: Account,
    *,
    actor: Account,
    standing: Standing = MEMBER,
    at: datetime | None = None,
    link: InviteLink | None = None,
    via_join_request: bool = False,
) -> None:
    """A join as Telegram tells it: by chat_member to those who may know, and by a service message to all."""
    before = chat.standing(account)
    if before.status == "restricted":
        # A mute outlives leaving and coming back.
        standing = Standing(status="restricted", permissions=before.permissions, until=before.until, tag=before.tag)
    change(world, chat, account, standing, actor=actor, at=at, link=link, via_join_request=via_join_request)
    if not chat.channel:
        service(world, chat, {"new_chat_members": [account.user]}, author=actor, at=at)


def leave(
    world: Ground,
    chat: Chat,
    account: Account,
    *,
    actor: Account,
    standing: Standing = GONE,
    at: datetime | None = None,
) -> None:
    before = chat.standing(account)
    if standing.status == "left" and before.status == "restricted":
        standing = Standing(status="restricted", permissions=before.permissions, until=before.until, is_member=False)
    change(world, chat, account, standing, actor=actor, at=at)
    if not before.inside or chat.channel:
        return
    service(world, chat, {"left_chat_member": account.user}, author=actor, at=at)


def expel(
    world: Ground, chat: Chat, account: Account, *, actor: Account, until: int = 0, at: datetime | None = None
) -> None:
    """Removes and bans; the end of a ban is told to nobody, as in Telegram."""
    if chat.kind == "group" and not account.is_bot:
        # A basic group has no list of the banned: whoever is put out may come back.
        leave(world, chat, account, actor=actor, at=at)
        return
    leave(world, chat, account, actor=actor, standing=Standing(status="kicked", until=until), at=at)
    if until:
        world.clock.when(datetime.fromtimestamp(until, world.clock.now().tzinfo), lambda: _lapse(chat, account, until))


def lift_later(world: Ground, chat: Chat, account: Account, *, until: int) -> None:
    """A restriction with a term ends by itself."""
    world.clock.when(datetime.fromtimestamp(until, world.clock.now().tzinfo), lambda: _lapse(chat, account, until))


def _lapse(chat: Chat, account: Account, until: int) -> None:
    standing = chat.standing(account)
    if standing.until != until:
        return
    chat.stand(account, MEMBER if standing.status == "restricted" and standing.is_member else GONE)


def _follow(chat: Chat, bot: Bot, standing: Standing) -> None:
    """Only bots that are inside hear the chat; in a channel only its administrators."""
    if standing.leads or (standing.inside and not chat.channel):
        chat.bots[bot.id] = bot
    else:
        chat.bots.pop(bot.id, None)


def unban(world: Ground, chat: Chat, account: Account, *, actor: Account, at: datetime | None = None) -> None:
    if chat.standing(account).status == BANNED.status:
        change(world, chat, account, GONE, actor=actor, at=at)
