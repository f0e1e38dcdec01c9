"""Members as a bot sees and leads them."""

import unicodedata
from dataclasses import replace
from typing import Any

from simulator import membership
from simulator.accounts import Account
from simulator.api.call import Call
from simulator.chats import Chat
from simulator.errors import bad_request
from simulator.rights import ALL_RIGHTS, MEMBER, PERMISSIONS, Standing, administrator, restricted

# Shorter or longer terms than these mean for ever.
SHORTEST_TERM = 30
LONGEST_TERM = 366 * 24 * 3600
MAX_TAG = 16
MAX_TITLE = 16


def get_chat_member(call: Call) -> dict[str, Any]:
    chat, account = call.chat(), call.account()
    return chat.standing(account).json(account, channel=chat.channel, viewer_id=call.bot.id)


def get_chat_administrators(call: Call) -> list[dict[str, Any]]:
    """Other bots are left out unless they are asked for."""
    chat = call.chat()
    if chat.private:
        raise bad_request("there are no administrators in the private chat")
    with_bots = call.get("return_bots", False)
    return [
        standing.json(account, channel=chat.channel, viewer_id=call.bot.id)
        for account, standing in chat.members()
        if standing.leads and (with_bots or not account.is_bot or account is call.bot)
    ]


def get_chat_member_count(call: Call) -> int:
    chat = call.chat()
    return 2 if chat.private else len(chat.members())


def ban_chat_member(call: Call) -> bool:
    chat, account = _to_restrict(call)
    until = _term(call)
    if call.get("revoke_messages"):
        for message in chat.messages:
            if message.author is account:
                message.deleted = True
    membership.expel(call.world, chat, account, actor=call.bot, until=until)
    return True


def unban_chat_member(call: Call) -> bool:
    chat, account = _to_restrict(call)
    standing = chat.standing(account)
    if standing.inside and not call.get("only_if_banned"):
        # Without only_if_banned a member is put out, but may come back.
        membership.expel(call.world, chat, account, actor=call.bot)
    membership.unban(call.world, chat, account, actor=call.bot)
    return True


def restrict_chat_member(call: Call) -> bool:
    chat, account = _to_restrict(call)
    if chat.kind != "supergroup":
        raise bad_request("method is available only for supergroups")
    given = frozenset(name for name in PERMISSIONS if call.params["permissions"].get(name))
    if not call.get("use_independent_chat_permissions"):
        given = _implied(given)
    before = chat.standing(account)
    if chat.permissions <= given and before.inside:
        after = replace(MEMBER, tag=before.tag)
    else:
        after = restricted(given, until=_term(call), before=before)
    membership.change(call.world, chat, account, after, actor=call.bot)
    if after.until:
        membership.lift_later(call.world, chat, account, until=after.until)
    return True


def promote_chat_member(call: Call) -> bool:
    chat, account = call.chat(), call.account()
    call.must("can_promote_members", chat, otherwise="not enough rights")
    before = chat.standing(account)
    if before.status == "creator":
        raise bad_request("can't remove chat owner")
    if not before.inside:
        raise bad_request("USER_NOT_PARTICIPANT")
    rights = {name: True for name in ALL_RIGHTS if call.get(name)}
    if any(not chat.standing(call.bot).may(name) for name in rights if name != "is_anonymous"):
        raise bad_request("RIGHT_FORBIDDEN")
    if before.leads and before.promoted_by != call.bot.id:
        raise bad_request("CHAT_ADMIN_REQUIRED")
    after = administrator(rights, by=call.bot.id, before=before) if rights else MEMBER
    membership.change(call.world, chat, account, after, actor=call.bot)
    return True


def set_chat_administrator_custom_title(call: Call) -> bool:
    chat, account = call.chat(), call.account()
    before = chat.standing(account)
    if before.status != "administrator":
        raise bad_request("user is not an administrator")
    if before.promoted_by != call.bot.id:
        raise bad_request("not enough rights to change custom title of the user")
    title = call.params.get("custom_title", "")
    if len(title) > MAX_TITLE or _has_emoji(title):
        raise bad_request("ADMIN_RANK_INVALID")
    membership.change(call.world, chat, account, replace(before, title=title or None), actor=call.bot)
    return True


def set_chat_member_tag(call: Call) -> bool:
    chat, account = call.chat(), call.account()
    call.must("can_manage_tags", chat, otherwise="not enough rights to manage tags of chat members")
    tag = call.get("tag") or None
    if tag is not None and (len(tag) > MAX_TAG or _has_emoji(tag)):
        raise bad_request("TAG_INVALID")
    before = chat.standing(account)
    if before.leads:
        raise bad_request("user is an administrator of the chat")
    if not before.inside:
        raise bad_request("USER_NOT_PARTICIPANT")
    membership.change(call.world, chat, account, replace(before, tag=tag), actor=call.bot)
    return True


def leave_chat(call: Call) -> bool:
    chat = call.chat()
    if chat.private:
        raise bad_request("chat member status can't be changed in private chats")
    membership.leave(call.world, chat, call.bot, actor=call.bot)
    return True


def set_chat_permissions(call: Call) -> bool:
    chat = call.chat()
    call.must("can_restrict_members", chat, otherwise="not enough rights to change chat permissions")
    given = frozenset(name for name in PERMISSIONS if call.params["permissions"].get(name))
    chat.permissions = given if call.get("use_independent_chat_permissions") else _implied(given)
    return True


def _to_restrict(call: Call) -> tuple[Chat, Account]:
    chat, account = call.chat(), call.account()
    if chat.private:
        raise bad_request("can't restrict members in private chats")
    call.must("can_restrict_members", chat, otherwise="not enough rights to restrict/unrestrict chat member")
    standing: Standing = chat.standing(account)
    if account is call.bot:
        raise bad_request("can't restrict self")
    if standing.status == "creator":
        raise bad_request("can't remove chat owner")
    if standing.leads:
        raise bad_request("user is an administrator of the chat")
    return chat, account


def _term(call: Call) -> int:
    until: int = call.get("until_date") or 0
    left = until - call.world.clock.timestamp()
    return until if SHORTEST_TERM <= left <= LONGEST_TERM else 0


def _implied(given: frozenset[str]) -> frozenset[str]:
    """The older permissions stood for several: who may send stickers may send words and media too."""
    media = frozenset(name for name in PERMISSIONS if name.startswith("can_send_")) - {
        "can_send_messages",
        "can_send_polls",
        "can_send_other_messages",
    }
    if given & {"can_send_other_messages", "can_add_web_page_previews"}:
        return given | media | {"can_send_messages"}
    if given & (media | {"can_send_polls"}):
        return given | {"can_send_messages"}
    return given


def _has_emoji(text: str) -> bool:
    return any(unicodedata.category(letter) in ("So", "Sk", "Cn") for letter in text)
