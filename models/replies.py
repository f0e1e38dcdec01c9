"""Answering somebody earns."""

from collections.abc import Mapping
from datetime import timedelta

from models import fairness, messages
from models.facts import Batch
from models.rules import replies as rules
from models.rules.days import local_day
from models.rules.earning import Claim, Limits
from models.rules.fairness import Reason
from models.rules.replies import REPLY, RepliesSettings


def claims(batch: Batch, *, unworthy: Mapping[int, Reason]) -> list[Claim]:
    """What the replies of the batch would earn; one that is no worthy message is no worthy reply."""
    found = []
    chosen = batch.settings("replies", RepliesSettings())
    tier_caps = fairness.tier_caps(batch, REPLY.tier)
    limits = {
        chat_id: Limits(each.daily_cap_points, tier_caps[chat_id], timedelta(seconds=each.cool_down_seconds))
        for chat_id, each in chosen.items()
    }
    for fact in messages.talk(batch):
        if fact.person is None or fact.reply_to is None or fact.update_id in unworthy:
            continue
        chat_id = fact.place.chat_id
        settings, community = chosen[chat_id], batch.communities[chat_id]
        to_another = rules.counts(writer_id=fact.person.user_id, answered_id=fact.reply_to_author)
        if not (to_another and settings.points):
            continue
        found.append(
            Claim(
                community_id=community.community_id,
                user_id=fact.person.user_id,
                way=REPLY,
                points=settings.points,
                source=fact.source,
                at=fact.at,
                day=local_day(fact.at, time_zone=community.time_zone),
                limits=limits[chat_id],
            )
        )
    return found
