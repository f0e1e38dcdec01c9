"""`kith failures`: updates that could not be taken in, and messages that Telegram refused."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from bot.cli.database import with_database
from bot.cli.exits import Failed

if TYPE_CHECKING:
    from models.database import Database
    from models.failures import Failures
    from models.rejections import Rejections


@click.group()
def command() -> None:
    """List what could not be processed; try it again, or drop it.

    An update that could not be taken in ("told" or "asked"), or a message of Kith's own that Telegram refused as wrong
    in itself ("said"), is kept for 14 days with all words made unreadable. The rest went on.
    """


@command.command("list")
@click.option("--full", is_flag=True, help="With the whole update, its texts masked, as JSON.")
@click.pass_context
def list_(ctx: click.Context, full: bool) -> None:
    """Show the failures, the newest first."""
    found, refused = with_database(ctx, _listed)
    if not found and not refused:
        click.echo("No failures.")
    for failure in found:
        asked = " · will be tried again" if failure.state == "again" else ""
        tries = f" · tried {failure.attempts} times" if failure.attempts > 1 else ""
        when = failure.failed_at.strftime("%Y-%m-%d %H:%M:%S")
        click.echo(f"{failure.failure_id}  {when} UTC  {failure.part}  {failure.error}{tries}{asked}")
        if full:
            click.echo(json.dumps(failure.payload, ensure_ascii=False, indent=2))
    for one in refused:
        when = one.rejected_at.strftime("%Y-%m-%d %H:%M:%S")
        news = f" · {one.event_name}" if one.event_name else ""
        click.echo(f"{one.rejection_id}  {when} UTC  said  {one.method} to {one.chat_id}: {one.reason}{news}")
        if full:
            click.echo(json.dumps(one.arguments, ensure_ascii=False, indent=2))


async def _listed(database: "Database") -> "tuple[Sequence[Failures], Sequence[Rejections]]":
    from models import failures, rejections

    async with database.reading() as session:
        return await failures.listed(session), await rejections.listed(session)


def _chosen(ids: Sequence[int], every: bool, known: Sequence[int]) -> list[int]:
    if every == bool(ids):
        raise click.UsageError("Name the failures by their ids, or say --all.")
    unknown = [number for number in ids if number not in known]
    if unknown:
        raise Failed(f"There is no failure {', '.join(map(str, unknown))}; see kith failures list.")
    return list(known) if every else list(ids)


_ids = click.argument("ids", nargs=-1, type=int)
_all = click.option("--all", "every", is_flag=True, help="All of them.")


@command.command()
@_ids
@_all
@click.pass_context
def retry(ctx: click.Context, ids: Sequence[int], every: bool) -> None:
    """Have updates tried again by the Kith that runs, or by the next one that starts.

    A refused message is not: the same would be refused again.
    """

    async def work(database: "Database") -> int:
        from models import failures

        async with database.writing() as session:
            known = [failure.failure_id for failure in await failures.listed(session)]
            return len(await failures.ask_again(session, failure_ids=_chosen(ids, every, known)))

    count = with_database(ctx, work)
    click.echo(f"{count} will be tried again within seconds by the running Kith, or when it starts.")


@command.command()
@_ids
@_all
@click.pass_context
def drop(ctx: click.Context, ids: Sequence[int], every: bool) -> None:
    """Delete failures."""

    async def work(database: "Database") -> int:
        from models import failures, rejections

        async with database.writing() as session:
            known = [failure.failure_id for failure in await failures.listed(session)]
            known += [one.rejection_id for one in await rejections.listed(session)]
            chosen = _chosen(ids, every, known)
            gone = await failures.drop(session, failure_ids=chosen)
            return len(gone) + len(await rejections.drop(session, rejection_ids=chosen))

    click.echo(f"{with_database(ctx, work)} dropped.")
