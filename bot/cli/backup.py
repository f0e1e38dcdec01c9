"""`kith backup`: a copy of the database while the bot runs."""

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.exits import Failed, Missing
from bot.cli.session import configuration


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace FILE if it is there.")
@click.pass_context
def command(ctx: click.Context, file: Path | None, overwrite: bool) -> None:
    """Copy the database to FILE; the bot may go on running.

    Without FILE the copy stands in the working directory, named by the moment. SQLite is copied by its online backup,
    PostgreSQL by pg_dump, which must be on the PATH. `kith restore` puts a copy back.
    """
    from bot import backup, schema

    chosen = configuration(ctx)
    url = chosen.database.url.get_secret_value()
    source = schema.sqlite_file(url)
    ending = "db" if source is not None else "dump"
    target = file or Path(f"kith-{datetime.now(UTC):%Y%m%d-%H%M%S}.{ending}")
    if target.exists() and not overwrite:
        raise Failed(f"{target} is there already; name another file, or say --overwrite.")
    try:
        if source is None:
            backup.dump_postgresql(url, target)
        elif not source.exists():
            raise Missing(f"There is no database at {chosen.database.shown} yet.")
        else:
            backup.copy_sqlite(source, target)
    except backup.BackupFailed as failure:
        raise Failed(str(failure)) from None
    click.echo(f"The database was copied to {target} ({target.stat().st_size / 1024:,.0f} KiB).")
