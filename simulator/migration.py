"""A basic group becomes a supergroup: a new id, message ids from one, everybody moved."""

from datetime import datetime

from simulator import membership
from simulator.accounts import Account
from simulator.bots import Bot
from simulator.chats import Chat
from simulator.errors import NotPossible
from simulator.ground import Ground
from simulator.posting import post
from simulator.rights import GONE


def migrate(
    world: Ground,
    group: Chat,
    *,
    actor: Account,
    new_id: int | None = None,
    message_id: int | None = None,
    at: datetime | None = None,
) -> Chat:
    if group.kind != "group" or group.migrated_to is not None:
        raise NotPossible(f"{group.title} is not a basic group")
    new = world.new_chat(group.title, kind="supergroup", chat_id=new_id)
    new.permissions = group.permissions
    bots: list[Bot] = []
    for account, standing in group.members():
        if isinstance(account, Bot):
            bots.append(account)
        else:
            new.stand(account, standing)
    for bot in bots:
        # A bot is told that it came into the supergroup, but never that it left the group.
        membership.change(world, new, bot, group.standing(bot), actor=actor, at=at)
    post(world, group, {"migrate_to_chat_id": new.id}, author=actor, at=at)
    post(world, new, {"migrate_from_chat_id": group.id}, author=actor, sender_chat=new, at=at, message_id=message_id)
    group.migrated_to = new
    group.bots.clear()
    for account, _ in group.members():
        group.stand(account, GONE)
    return new
