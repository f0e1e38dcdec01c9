"""`kith export`: what a group's members did and earned, as a table on standard output."""

import csv
import json
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

import click

from bot.cli.database import community_of, with_database

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from models.database import Database

ACTIVITY = (
    "user_id",
    "messages",
    "replies",
    "reactions_given",
    "reactions_received",
    "reactions_withdrawn",
    "votes",
    "joins",
    "leaves",
)
POINTS = ("entry_id", "user_id", "action", "points", "source", "at", "reverses")

Row = Sequence[Any]


@click.group()
def command() -> None:
    """Write a group's activity or points to standard output.

    \b
    Examples:
      kith export activity --chat -1001234567890 > activity.csv
      kith export points --chat -1001234567890 --format json
    """


_chat = click.option("--chat", "chat_id", type=int, required=True, help="The group's id, as Telegram gives it.")
_format = click.option(
    "--format", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True, help="How it is written."
)


@command.command()
@_chat
@_format
@click.pass_context
def activity(ctx: click.Context, chat_id: int, form: str) -> None:
    """A row per member: what everybody did, as it was told, before any rule or cap.

    Replies are among the messages. A reaction counts for each emoji newly set.
    """
    _export(ctx, ACTIVITY, _activity, chat_id=chat_id, form=form)


@command.command()
@_chat
@_format
@click.pass_context
def points(ctx: click.Context, chat_id: int, form: str) -> None:
    """A row per entry of the ledger, the oldest first; points with their decimals, times in UTC."""
    _export(ctx, POINTS, _points, chat_id=chat_id, form=form)


async def _activity(session: "AsyncSession", community_id: int) -> AsyncIterator[Row]:
    from models import activity as model

    for row in await model.totals(session, community_id=community_id):
        yield row


async def _points(session: "AsyncSession", community_id: int) -> AsyncIterator[Row]:
    from models import points as model
    from models.rules.points import as_points

    async for e in model.entries(session, community_id=community_id):
        points = float(as_points(e.points))
        yield (e.entry_id, e.user_id, e.action, points, e.source, e.at.isoformat(), e.reverses)


def _export(
    ctx: click.Context,
    names: Sequence[str],
    rows: "Callable[[AsyncSession, int], AsyncIterator[Row]]",
    *,
    chat_id: int,
    form: str,
) -> None:
    async def work(database: "Database") -> None:
        async with database.reading() as session:
            community_id = await community_of(session, chat_id=chat_id)
            await write(names, rows(session, community_id), form=form, to=sys.stdout)

    with_database(ctx, work)
    # Flushed here and not at the end of the process, where nobody would catch that the reader has gone.
    sys.stdout.flush()


async def write(names: Sequence[str], rows: AsyncIterator[Row], *, form: str, to: TextIO) -> None:
    """Write the rows under their names, as CSV or as a JSON list of objects, one after the other."""
    if form == "csv":
        table = csv.writer(to, lineterminator="\n")
        table.writerow(names)
        async for row in rows:
            table.writerow(["" if value is None else value for value in row])
        return
    between = "[\n"
    async for row in rows:
        to.write(between + json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False))
        between = ",\n"
    to.write("[]\n" if between == "[\n" else "\n]\n")
