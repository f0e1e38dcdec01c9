"""What Kith has stored, told so that somebody who tries it out can watch it grow. Served in the try-out alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.tryout.words import Said, in_all
from models import outbox
from models.failures import Failures
from models.members import Members
from models.outbox import Outbox, RowState
from models.people import People
from models.points import Ledger
from models.rejections import Rejections
from models.rules.points import as_points

SHOWN = 40
# What earned, as somebody says it who sees the row for the first time.
DEEDS: Mapping[str, str] = MappingProxyType(
    {
        "message": "wrote a message",
        "reply": "answered somebody",
        "reaction_given": "liked something",
        "reaction_received": "was liked",
        "grant": "given by an administrator",
        "deduct": "taken by an administrator",
    }
)


async def stored(session: AsyncSession) -> dict[str, Any]:
    """Figures, and below them the newest rows of the ledger, of the outbox, and of what went wrong."""
    states = await outbox.count_by_state(session)
    failures = await _count(session, Failures) + await _count(session, Rejections)
    figures = [
        _figure("members", await _count(session, Members)),
        _figure("entries in the ledger", await _count(session, Ledger)),
        _figure("points in it", float(as_points(await _points(session)))),
        _figure("messages waiting", states.get(RowState.WAITING, 0) + states.get(RowState.SENDING, 0)),
        _figure("messages sent", states.get(RowState.SENT, 0)),
        _figure("failures", failures),
    ]
    sections = [await _ledger(session), await _outbox(session), await _failed(session)]
    return {"figures": figures, "sections": sections}


async def _ledger(session: AsyncSession) -> dict[str, Any]:
    newest = (
        select(Ledger, People.first_name)
        .outerjoin(People, People.user_id == Ledger.user_id)
        .order_by(Ledger.entry_id.desc())
        .limit(SHOWN)
    )
    rows = [_entry(entry, name) for entry, name in (await session.execute(newest)).tuples()]
    about = "Every point is an entry; none is ever changed."
    return _section("Ledger", about, rows, empty="Nobody has earned anything yet. Write something in the group.")


def _entry(entry: Ledger, name: str | None) -> dict[str, Any]:
    deed = DEEDS.get(entry.action, entry.action.replace("_", " "))
    return _row(
        entry.entry_id,
        who=name or str(entry.user_id),
        what=f"taken back: {deed}" if entry.reverses is not None else deed,
        figure=f"{as_points(entry.points):+}",
        at=entry.at,
        tone="good" if entry.points > 0 else "bad",
    )


async def _outbox(session: AsyncSession) -> dict[str, Any]:
    newest = select(Outbox).order_by(Outbox.outbox_id.desc()).limit(SHOWN)
    rows = [
        _row(
            row.outbox_id,
            who=row.name.replace(".", ": ").replace("_", " "),
            what=row.error or "due",
            figure=str(row.state).replace("_", " "),
            at=row.due_at,
            tone="bad" if row.state in (RowState.FAILED, RowState.IN_DOUBT) else "",
        )
        for row in (await session.execute(newest)).scalars()
    ]
    about = "What is to be said or done, and when. It is written down before it is sent."
    return _section("Outbox", about, rows, empty="Nothing waits to be said.")


async def _failed(session: AsyncSession) -> dict[str, Any]:
    lost = select(Failures).order_by(Failures.failure_id.desc()).limit(SHOWN)
    refused = select(Rejections).order_by(Rejections.rejection_id.desc()).limit(SHOWN)
    rows = [
        _row(one.failure_id, who=in_all("an update"), what=one.error, figure=one.state, at=one.failed_at, tone="bad")
        for one in (await session.execute(lost)).scalars()
    ]
    rows += [
        _row(one.rejection_id, who=one.method, what=one.reason, figure="refused", at=one.rejected_at, tone="bad")
        for one in (await session.execute(refused)).scalars()
    ]
    about = "Updates that could not be taken in, and calls that Telegram refused."
    return _section("Failures", about, rows, empty="None, as it should be.")


async def _count(session: AsyncSession, table: type) -> int:
    return int((await session.execute(select(func.count()).select_from(table))).scalar_one())


async def _points(session: AsyncSession) -> Any:
    return (await session.execute(select(func.coalesce(func.sum(Ledger.points), 0)))).scalar_one()


def _figure(name: str, value: float) -> dict[str, Any]:
    return {"name": in_all(name), "value": value}


def _section(title: str, about: str, rows: Sequence[dict[str, Any]], *, empty: str) -> dict[str, Any]:
    return {"title": in_all(title), "about": in_all(about), "rows": rows, "empty": in_all(empty)}


def _row(key: int, *, who: Said | str, what: str, figure: str, at: datetime, tone: str) -> dict[str, Any]:
    # The browser's numbers are too small for our ids.
    told = {"who": who, "what": in_all(what), "figure": in_all(figure)}
    return {"key": str(key), **told, "at": at.isoformat(), "tone": tone}
