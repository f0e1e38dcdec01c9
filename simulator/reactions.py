"""Reactions as people set them and as bots hear of them."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from simulator.accounts import Account
from simulator.delivery import leaders, tell_all
from simulator.errors import NotPossible
from simulator.ground import Ground
from simulator.messages import Message

# Counts of anonymous reactions come minutes late.
COUNT_DELAY = timedelta(minutes=3)
CUSTOM = "custom:"


def as_json(reaction: str) -> dict[str, str]:
    if reaction.startswith(CUSTOM):
        return {"type": "custom_emoji", "custom_emoji_id": reaction.removeprefix(CUSTOM)}
    return {"type": "emoji", "emoji": reaction}


def react(
    world: Ground,
    message: Message,
    chosen: list[str],
    *,
    person: Account,
    anonymous: bool,
    premium: bool,
    at: datetime | None = None,
) -> None:
    chosen = [_known(world, reaction) for reaction in chosen]
    if len(chosen) > (3 if premium else 1) or len(set(chosen)) != len(chosen):
        raise NotPossible("one reaction on a message, three different ones with Premium")
    chat = message.chat
    actor_id = chat.id if anonymous else person.id
    old = message.reactions.get(actor_id, [])
    if old == chosen:
        return
    if chosen:
        message.reactions[actor_id] = chosen
    else:
        message.reactions.pop(actor_id, None)
    world.changed(message)
    if chat.channel or message.raw.get("is_automatic_forward"):
        world.clock.after(COUNT_DELAY, lambda: _tell_counts(world, message))
        return
    update = {
        "chat": chat.json,
        "message_id": message.id,
        **({"actor_chat": chat.json} if anonymous else {"user": person.user}),
        "date": int((at or world.clock.now()).timestamp()),
        "old_reaction": [as_json(reaction) for reaction in old],
        "new_reaction": [as_json(reaction) for reaction in chosen],
    }
    bots = list(chat.bots.values()) if chat.private else leaders(chat)
    if not anonymous:
        for bot in bots:
            bot.known.add(person.id)
    tell_all(bots, "message_reaction", update)


def _tell_counts(world: Ground, message: Message) -> None:
    counts = Counter(reaction for chosen in message.reactions.values() for reaction in chosen)
    told: list[dict[str, Any]] = [
        {"type": as_json(reaction), "total_count": count} for reaction, count in counts.most_common()
    ]
    update = {
        "chat": message.chat.json,
        "message_id": message.id,
        "date": world.clock.timestamp(),
        "reactions": told,
    }
    tell_all(leaders(message.chat), "message_reaction_count", update)


def _known(world: Ground, reaction: str) -> str:
    """Telegram names emoji without the variation selector, keyboards type them with it."""
    if reaction.startswith(CUSTOM):
        return reaction
    plain = reaction.replace("\ufe0f", "")
    if plain not in world.spec.reactions:
        raise NotPossible(f"{reaction!r} is not among Telegram's reactions")
    return plain
