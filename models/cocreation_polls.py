"""What becomes of a co-creation's poll at Telegram: that it stands, tells its votes, is gone, or is in doubt."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncSession

from models import admin_chats, cocreation_votes, cocreations, communities, occurrences, outbox
from models.cocreation_steps import conclude
from models.cocreations import CocreationPollDoubled, CocreationPollOver, CocreationPollUnread
from models.occurrences import Due, Place
from models.rules.cocreations import CLOSE, Manner, Stage


async def poll_counted(
    session: AsyncSession, *, community_id: int, round_id: int, votes: Mapping[int, int] | None, now: datetime
) -> None:
    """The poll has told its votes, by the works' numbers, or is not there any more; once is enough."""
    round_ = await cocreations.hold(session, community_id=community_id, round_id=round_id)
    here = await communities.find(session, community_id=community_id)
    if here is None or round_.state != Stage.COUNTING:
        return
    home = occurrences.Here(community_id, here.chat_id, here.state, here.language, here.time_zone, here.settings)
    one = Due(Place(community_id, CLOSE.name, round_id), now, is_moved=False, here=home)

    def finish(connection: Connection) -> None:
        known = cocreation_votes.known(connection, one, chat_id=round_.chat_id) if votes is None else votes
        conclude(connection, one, votes=known, now=now)

    await (await session.connection()).run_sync(finish)
    outbox.look_for(session)


async def tell_doubled(session: AsyncSession, *, community_id: int, round_id: int, now: datetime) -> None:
    """Nobody can say whether the poll was posted, so it is once more: who runs the group can look, and delete one."""
    round_ = await cocreations.look(session, community_id=community_id, round_id=round_id)
    if round_ is None or round_.manner != Manner.POLL:
        return

    def tell(connection: Connection) -> None:
        about = {"community_id": community_id, "kinds": [CocreationPollDoubled], "round_id": round_id}
        if not outbox.is_under_way(connection, **about):  # type: ignore[arg-type]
            told = admin_chats.addressees_of(connection, community_id)
            outbox.put_now(
                connection, [CocreationPollDoubled(community_id, round_id, *who) for who in told], due_at=now
            )

    await (await session.connection()).run_sync(tell)
    outbox.look_for(session)


async def read_otherwise(session: AsyncSession, *, event: CocreationPollOver, now: datetime) -> None:
    """Nobody can say whether the poll was stopped; Telegram tells its votes by that only once."""
    await outbox.put(session, [CocreationPollUnread(event.community_id, event.round_id)], due_at=now)


async def is_still_open(session: AsyncSession, *, community_id: int, round_id: int, now: datetime) -> None:
    """The poll was read, and was never stopped."""
    await outbox.put(session, [CocreationPollOver(community_id, round_id)], due_at=now)


async def voting(
    session: AsyncSession,
    *,
    community_id: int,
    round_id: int,
    chat_id: int,
    message_id: int,
    poll_id: str | None,
    now: datetime,
) -> None:
    """What is voted on stands in the group; a poll in which nobody's vote counts any more is stopped."""
    round_ = await cocreations.hold(session, community_id=community_id, round_id=round_id)
    round_.chat_id, round_.message_id, round_.poll_id = chat_id, message_id, poll_id
    await session.flush()
    if round_.manner == Manner.POLL and round_.state in (Stage.ENDED, Stage.CALLED_OFF):
        await outbox.put(session, [CocreationPollOver(community_id, round_id)], due_at=now)
