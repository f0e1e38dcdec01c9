"""`kith db`: the database's version."""

import asyncio

import click

from bot.cli.exits import Failed, Missing
from bot.cli.session import configuration


@click.group()
def command() -> None:
    """Bring the database to a version, or tell which it has.

    `kith run` brings a new or older database up to date by itself. Make a backup before a downgrade: what a newer
    version had stored in its own tables is gone after it.
    """


def _run(ctx: click.Context, work: str, *, to: str | None = None) -> str | None:
    from sqlalchemy.exc import SQLAlchemyError

    from bot import schema
    from bot.cli.database import reason_of
    from migrations import HEAD

    chosen = configuration(ctx)
    url = chosen.database.url.get_secret_value()
    try:
        if work == "upgrade":
            asyncio.run(schema.upgrade(url, to=to or HEAD))
        elif work == "downgrade":
            copied = schema.copy_aside(url)
            if copied is not None:
                click.echo(f"A copy stands in {copied}.")
            asyncio.run(schema.downgrade(url, to=to or "base"))
        return asyncio.run(schema.current(url))
    except (schema.VersionIsNewer, schema.NoSuchVersion) as error:
        raise Failed(str(error)) from None
    except (SQLAlchemyError, OSError) as error:
        raise Missing(f"The database {chosen.database.shown} cannot be used: {reason_of(error)}") from None


@command.command()
@click.argument("version", required=False)
@click.pass_context
def upgrade(ctx: click.Context, version: str | None) -> None:
    """Bring the database up to VERSION, or to the newest."""
    click.echo(f"The database has version {_run(ctx, 'upgrade', to=version)}.")


@command.command()
@click.argument("version")
@click.confirmation_option(prompt="Tables and columns of newer versions are dropped with what is in them. Go on?")
@click.pass_context
def downgrade(ctx: click.Context, version: str) -> None:
    """Take the database back to VERSION; `base` empties it."""
    now = _run(ctx, "downgrade", to=version)
    click.echo(f"The database has version {now}." if now else "The database is empty.")


@command.command()
@click.pass_context
def current(ctx: click.Context) -> None:
    """Tell which version the database has."""
    from migrations import HEAD

    now = _run(ctx, "current")
    if now is None:
        click.echo(f"The database is new; kith run or kith db upgrade brings it to {HEAD}.")
    else:
        click.echo(f"{now} (the newest)" if now == HEAD else f"{now}; this Kith knows {HEAD}")
