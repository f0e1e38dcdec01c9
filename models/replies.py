"""Answering somebody earns."""

from models.facts import Batch, Said
from models.rules import messages as message_rules
from models.rules import replies as rules
from models.rules.days import local_day
from models.rules.earning import Claim

ACTION = "reply"


def claims(batch: Batch) -> list[Claim]:
    """What the replies of the batch would earn."""
    found = []
    chosen = batch.settings("replies", rules.RepliesSettings())
    for fact in batch.facts:
        if not isinstance(fact, Said) or fact.person is None or fact.reply_to is None:
            continue
        settings, community = chosen[fact.place.chat_id], batch.communities[fact.place.chat_id]
        is_talk = message_rules.is_talk(is_command=fact.is_command, is_forward=fact.is_forward)
        to_another = rules.counts(writer_id=fact.person.user_id, answered_id=fact.reply_to_author)
        if not (is_talk and to_another and settings.points):
            continue
        found.append(
            Claim(
                community_id=community.community_id,
                user_id=fact.person.user_id,
                action=ACTION,
                points=settings.points,
                source=f"message:{fact.place.chat_id}:{fact.message_id}",
                at=fact.at,
                day=local_day(fact.at, time_zone=community.time_zone),
                daily_cap=settings.daily_cap_points,
            )
        )
    return found
