"""`kith restore`: a backup in the database's place."""

from pathlib import Path

import click

from bot.cli.exits import Failed
from bot.cli.session import configuration


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def command(ctx: click.Context, file: Path, yes: bool) -> None:
    """Put the backup FILE in the database's place; what happened since it was made is lost.

    The bot must be stopped. A backup of an older version is brought up to date by the next `kith run`.
    """
    from bot import backup, schema

    chosen = configuration(ctx)
    url = chosen.database.url.get_secret_value()
    target = schema.sqlite_file(url)
    if not yes:
        click.confirm(f"Replace {chosen.database.shown} by {file}?", abort=True)
    try:
        if target is None:
            backup.restore_postgresql(url, file)
        else:
            backup.restore_sqlite(file, target)
    except backup.BackupFailed as failure:
        raise Failed(str(failure)) from None
    click.echo(f"{chosen.database.shown} holds what {file} held.")
