"""Who may be written to: the one place that decides, what people have opted out of, and what reached them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Index, String, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import people
from models.ids import new_id
from models.people import Door
from models.rules import reach as rules
from models.rules.days import zone
from models.rules.reach import Kind, Reachability, ReachSettings, Verdict
from models.rules.settings import changed
from models.schema import COMPOSITE, Base, CommunityKey, Key

FREQUENCY_WINDOW = timedelta(days=7)


class OptOuts(Base):
    """A kind of message that a member does not want."""

    __tablename__ = "opt_outs"
    __table_args__ = ({"info": {"person": ("user_id",)}, **COMPOSITE},)

    community_id: Mapped[CommunityKey]
    user_id: Mapped[Key]
    topic: Mapped[str] = mapped_column(String(64), primary_key=True)


class Deliveries(Base):
    """A message that reached a member in private."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(None, "community_id", "user_id", "sent_at"),
        Index(None, "sent_at"),
        {"info": {"person": ("user_id",)}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    delivery_id: Mapped[Key]
    user_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    topic: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]


@dataclass(frozen=True)
class Letter:
    """A message about to go to somebody: for which community, why, and about what (the event's name)."""

    community_id: int
    user_id: int
    kind: Kind
    topic: str


async def may_send(
    session: AsyncSession,
    letter: Letter,
    *,
    now: datetime,
    time_zone: str,
    settings: Mapping[str, Mapping[str, object]],
) -> Verdict:
    """Whether the letter may go now, later, or not at all."""
    person = await people.find(session, user_id=letter.user_id)
    to = Reachability(
        door_is_closed=person is not None and person.door == Door.BLOCKED,
        opted_out=letter.kind is Kind.PING and await _has_opted_out(session, letter),
        pings_this_week=await _pings(session, letter, since=now - FREQUENCY_WINDOW) if letter.kind is Kind.PING else 0,
    )
    chosen = changed(ReachSettings(), settings.get("reach", {}))
    return rules.may_send(kind=letter.kind, to=to, local_now=now.astimezone(zone(time_zone)), settings=chosen)


async def _has_opted_out(session: AsyncSession, letter: Letter) -> bool:
    here = (OptOuts.community_id == letter.community_id, OptOuts.user_id == letter.user_id)
    found = await session.execute(select(OptOuts.topic).where(*here, OptOuts.topic == letter.topic))
    return found.first() is not None


async def _pings(session: AsyncSession, letter: Letter, *, since: datetime) -> int:
    statement = (
        select(func.count())
        .select_from(Deliveries)
        .where(
            Deliveries.community_id == letter.community_id,
            Deliveries.user_id == letter.user_id,
            Deliveries.kind == Kind.PING.value,
            Deliveries.sent_at > since,
        )
    )
    return (await session.execute(statement)).scalar_one()


async def note_delivery(session: AsyncSession, letter: Letter, *, now: datetime) -> None:
    """Remember that the letter has arrived."""
    values = {"delivery_id": new_id(), "kind": letter.kind.value, "topic": letter.topic, "sent_at": now}
    row = {"community_id": letter.community_id, "user_id": letter.user_id, **values}
    await session.execute(insert(Deliveries).values(**row))


def forget_before(connection: Connection, *, moment: datetime) -> None:
    """Drop deliveries so old that no rule looks at them."""
    connection.execute(delete(Deliveries).where(Deliveries.sent_at < moment))
