"""Invite links: making them, joining by them, and asking to be let in."""

from datetime import datetime
from typing import Any

from simulator import membership
from simulator.accounts import Account
from simulator.chats import Chat, InviteLink
from simulator.delivery import leaders, tell
from simulator.errors import NotPossible
from simulator.ground import Ground


def create(world: Ground, chat: Chat, *, creator: Account, is_primary: bool = False, **settings: Any) -> InviteLink:
    url = f"https://t.me/+{world.ids.word(16)}"
    link = InviteLink(chat=chat, url=url, creator=creator, is_primary=is_primary, **settings)
    chat.links[url] = link
    world.links[url] = link
    return link


def join(world: Ground, chat: Chat, person: Account, *, link: InviteLink | None, at: datetime | None) -> None:
    """By the Join button of a public chat, or by a link; a link that asks first makes a request."""
    standing = chat.standing(person)
    if standing.status == "kicked":
        raise NotPossible(f"{person.name} is banned from {chat.title}")
    if standing.inside:
        raise NotPossible(f"{person.name} is in {chat.title} already")
    if link is not None:
        _usable(world, link)
    if link.creates_join_request if link is not None else chat.asks_first:
        _request(world, chat, person, link=link, at=at)
        return
    if link is not None:
        link.joined.add(person.id)
    membership.enter(world, chat, person, actor=person, at=at, link=link)


def decide(
    world: Ground, chat: Chat, person: Account, *, actor: Account, accepted: bool, at: datetime | None = None
) -> bool:
    """Answers a waiting request; False if there is none."""
    if person.id not in chat.requests:
        return False
    link = chat.requests.pop(person.id)
    if link is not None:
        link.waiting.discard(person.id)
        if accepted:
            link.joined.add(person.id)
    if accepted:
        # Only a request without any link is marked as one.
        membership.enter(world, chat, person, actor=actor, at=at, link=link, via_join_request=link is None)
    return True


def _usable(world: Ground, link: InviteLink) -> None:
    if link.is_revoked:
        raise NotPossible("the invite link was revoked")
    if link.expire_date is not None and world.clock.timestamp() >= link.expire_date:
        raise NotPossible("the invite link has expired")
    if link.member_limit is None:
        return
    # The limit counts those who are members at one time, not how often the link was used.
    inside = {account.id for account, _ in link.chat.members()}
    if len(link.joined & inside) >= link.member_limit:
        raise NotPossible("the invite link has reached its limit of members")


def _request(world: Ground, chat: Chat, person: Account, *, link: InviteLink | None, at: datetime | None) -> None:
    chat.requests[person.id] = link
    if link is not None:
        link.waiting.add(person.id)
    when = at or world.clock.now()
    for bot in leaders(chat, "can_invite_users"):
        bot.known.add(person.id)
        bot.requests[person.id] = world.clock.now()
        request = {
            "chat": chat.json,
            "from": person.user,
            "user_chat_id": person.id,
            "date": int(when.timestamp()),
        }
        if link is not None:
            request["invite_link"] = link.json(viewer=bot)
        tell(bot, "chat_join_request", request)
