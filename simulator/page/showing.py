"""The world as the page shows it: plain values, no tokens, nothing that the page does not draw."""

import json
from typing import Any

from simulator.accounts import Account
from simulator.bots import ApiCall, Bot
from simulator.chats import Chat
from simulator.media import MEDIA_SHOWN
from simulator.messages import Message
from simulator.world import World

LONGEST_QUOTE = 160
LONGEST_CALL = 1200
# What a message may hold that is nobody's words.
SERVICES = (
    *("new_chat_members", "left_chat_member", "forum_topic_created", "forum_topic_edited"),
    *("forum_topic_closed", "forum_topic_reopened", "migrate_to_chat_id", "migrate_from_chat_id"),
)


def shown_message(message: Message, *, files: dict[str, bytes]) -> dict[str, Any]:
    """One message; of files only whether there is anything in them."""
    raw = message.raw
    told: dict[str, Any] = {
        "id": message.id,
        "chat": message.chat.id,
        "author": message.author.id if message.author is not None else None,
        "date": raw["date"],
        "reactions": _reactions(message),
    }
    if message.deleted:
        return told | {"deleted": True}
    told |= {"text": message.text or "", "entities": message.entities}
    if message.topic is not None:
        told["topic"] = message.topic
    if "edit_date" in raw:
        told["edited"] = True
    if "sender_chat" in raw:
        told["as"] = raw["sender_chat"].get("title", "")
    if message.keyboard:
        told["keyboard"] = message.keyboard
    elif message.markup:
        told["markup"] = message.markup
    return told | _reply(message) | _service(raw) | _media(raw, files) | _poll(message)


def _reactions(message: Message) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for actor, chosen in message.reactions.items():
        for reaction in chosen:
            found.setdefault(reaction, []).append(actor)
    return found


def _reply(message: Message) -> dict[str, Any]:
    quoted = message.reply_to
    # In a topic everything 'replies' to the message that opened it; nobody sees it so.
    if quoted is None or "forum_topic_created" in quoted.raw:
        return {}
    words = "" if quoted.deleted else (quoted.text or _what(quoted.raw))
    author = quoted.author.id if quoted.author is not None else None
    return {"reply": {"id": quoted.id, "author": author, "text": words[:LONGEST_QUOTE], "deleted": quoted.deleted}}


def _service(raw: dict[str, Any]) -> dict[str, Any]:
    found = {name: raw[name] for name in SERVICES if name in raw}
    if "pinned_message" in raw:
        pinned = raw["pinned_message"]
        found["pinned_message"] = (pinned.get("text") or pinned.get("caption") or _what(pinned))[:LONGEST_QUOTE]
    return {"service": found} if found else {}


def _what(raw: dict[str, Any]) -> str:
    if "poll" in raw:
        return str(raw["poll"]["question"])
    return next((kind.replace("_", " ").capitalize() for kind in MEDIA_SHOWN if kind in raw), "")


def _media(raw: dict[str, Any], files: dict[str, bytes]) -> dict[str, Any]:
    kind = next((kind for kind in MEDIA_SHOWN if kind in raw), None)
    if kind is None:
        return {"dice": raw["dice"]} if "dice" in raw else {}
    file = raw[kind][-1] if kind == "photo" else raw[kind]
    told = {"kind": kind, "file": file["file_id"], "filled": file["file_id"] in files}
    kept = ("file_name", "file_size", "mime_type", "width", "height", "duration", "emoji")
    return {"media": told | {name: file[name] for name in kept if name in file}}


def _poll(message: Message) -> dict[str, Any]:
    poll = message.poll
    if poll is None:
        return {}
    told = poll.json()
    votes = {str(voter): chosen for voter, chosen in poll.votes.items()}
    return {
        "poll": {
            "question": poll.question,
            "options": [{"text": option["text"], "votes": option["voter_count"]} for option in told["options"]],
            "voters": len(poll.votes),
            "closed": poll.closed,
            "anonymous": poll.is_anonymous,
            "multiple": poll.multiple,
            "quiz": poll.kind == "quiz",
            "revoting": poll.revoting,
            # A quiz tells what is right to those who answered; the page shows no more than Telegram.
            "correct": poll.correct,
            "votes": votes,
        }
    }


def shown_world(world: World) -> dict[str, Any]:
    """Everybody, every chat and who stands how in it, without what was written."""
    bot = the_bot(world)
    return {
        "people": [_person(person) for person in world.people.values()],
        "bots": [_bot(one) for one in world.bots.values()],
        "chats": [_chat(chat) for chat in world.chats.values() if not chat.channel and chat.migrated_to is None],
        "private": {
            str(person): _private(world, person, chat, bot)
            for (person, of), chat in world.privates().items()
            if bot is not None and of == bot.id and chat.messages
        },
    }


def the_bot(world: World) -> Bot | None:
    """The page shows private chats with the first bot."""
    return next(iter(world.bots.values()), None)


def _person(person: Account) -> dict[str, Any]:
    user = person.user
    return {name: user[name] for name in ("id", "first_name", "last_name", "username", "language_code") if name in user}


def _bot(bot: Bot) -> dict[str, Any]:
    commands = [
        {"scope": json.loads(scope), "language": language, "commands": listed}
        for (scope, language), listed in bot.commands.items()
        if listed
    ]
    told = {"id": bot.id, "first_name": bot.name, "username": bot.username, "commands": commands}
    return told | {"description": bot.profile.get(("description", ""), "")}


def _chat(chat: Chat) -> dict[str, Any]:
    links = [
        {"url": link.url, "name": link.name, "asks": link.creates_join_request, "by": link.creator.id}
        for link in chat.links.values()
        if not link.is_revoked and not link.is_primary
    ]
    return {
        "id": chat.id,
        "title": chat.title,
        "kind": chat.kind,
        "forum": chat.forum,
        "topics": [{"id": t.thread_id, "name": t.name, "closed": t.closed} for t in chat.topics.values()],
        "members": [[account.id, standing.status] for account, standing in chat.members()],
        "links": links,
        "asks_first": chat.asks_first,
        "requests": list(chat.requests),
    }


def _private(world: World, person: int, chat: Chat, bot: Bot | None) -> dict[str, Any]:
    human = world.people.get(person)
    blocked = human is not None and bot is not None and bot.id in human.blocked
    return {"messages": len(chat.messages), "blocked": blocked}


def shown_call(call: ApiCall) -> dict[str, Any]:
    """A call with its arguments, cut where they are long."""
    params = json.dumps(call.params, ensure_ascii=False, default=str)
    refused = call.result.get("description") if isinstance(call.result, dict) and call.status != 200 else None
    return {
        "method": call.method,
        "at": call.at.isoformat(),
        "status": call.status,
        "params": params if len(params) <= LONGEST_CALL else params[:LONGEST_CALL] + " …",
        "refused": refused,
    }
