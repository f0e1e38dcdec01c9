"""A bot's invite links, and requests to join."""

from typing import Any

from simulator import links
from simulator.api.call import Call
from simulator.chats import Chat, InviteLink
from simulator.errors import bad_request

MAX_NAME = 32
MEMBER_LIMIT = (1, 99_999)


def create_chat_invite_link(call: Call) -> dict[str, Any]:
    chat = _chat(call)
    return links.create(call.world, chat, creator=call.bot, **_settings(call)).json(viewer=call.bot)


def edit_chat_invite_link(call: Call) -> dict[str, Any]:
    link = _own(call, _chat(call))
    for name, value in _settings(call).items():
        setattr(link, name, value)
    return link.json(viewer=call.bot)


def revoke_chat_invite_link(call: Call) -> dict[str, Any]:
    chat = _chat(call)
    link = _own(call, chat)
    link.is_revoked = True
    return link.json(viewer=call.bot)


def export_chat_invite_link(call: Call) -> str:
    """A new primary link; the old one ends."""
    chat = _chat(call)
    for link in chat.links.values():
        if link.is_primary and link.creator is call.bot:
            link.is_revoked = True
    return links.create(call.world, chat, creator=call.bot, is_primary=True).url


def approve_chat_join_request(call: Call) -> bool:
    return _decide(call, accepted=True)


def decline_chat_join_request(call: Call) -> bool:
    return _decide(call, accepted=False)


def _decide(call: Call, *, accepted: bool) -> bool:
    chat, account = _chat(call), call.account()
    if chat.standing(account).inside:
        raise bad_request("USER_ALREADY_PARTICIPANT")
    if not links.decide(call.world, chat, account, actor=call.bot, accepted=accepted):
        raise bad_request("HIDE_REQUESTER_MISSING")
    return True


def _chat(call: Call) -> Chat:
    chat = call.chat()
    if chat.private:
        raise bad_request("can't invite members to a private chat")
    call.must("can_invite_users", chat, otherwise="not enough rights to manage chat invite link")
    return chat


def _own(call: Call, chat: Chat) -> InviteLink:
    link = chat.links.get(call.params["invite_link"])
    if link is None or link.creator is not call.bot:
        raise bad_request("INVITE_HASH_EXPIRED")
    return link


def _settings(call: Call) -> dict[str, Any]:
    name, limit, asks = call.get("name"), call.get("member_limit"), call.get("creates_join_request", False)
    if name and len(name) > MAX_NAME:
        raise bad_request("invite link name is too long")
    if limit and asks:
        raise bad_request("member limit can't be specified for links requiring administrator approval")
    if limit and not MEMBER_LIMIT[0] <= limit <= MEMBER_LIMIT[1]:
        raise bad_request("member limit must be between 1 and 99999")
    return {
        "name": name or None,
        "member_limit": limit or None,
        "expire_date": call.get("expire_date") or None,
        "creates_join_request": asks,
    }
