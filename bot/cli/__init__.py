"""The command line: which commands there are, and where each is found when it is called."""

import importlib
import os
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import click
from typing_extensions import override

from bot.cli.exits import Exit
from bot.cli.session import Session

# Name, module and the line in `kith --help`. The modules are imported when their command is called and no earlier:
# the whole program behind them takes half a second to load, and help must not wait for it.
COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "try": ("bot.cli.try_out", "Run Kith against a simulated Telegram; needs no token."),
        "run": ("bot.cli.run", "Run the bot."),
        "check": ("bot.cli.check", "Check configuration, database, token and rights, and say what is missing."),
        "config": ("bot.cli.config", "Print the example of a configuration, or the one in force."),
        "db": ("bot.cli.db", "Bring the database to a version, or tell which it has."),
        "export": ("bot.cli.export", "Write a group's activity or points to standard output."),
        "failures": ("bot.cli.failures", "List what could not be processed; try it again, or drop it."),
        "backup": ("bot.cli.backup", "Copy the database while the bot runs."),
        "restore": ("bot.cli.restore", "Put a backup in the database's place."),
    }
)

HELP = """Kith turns a Telegram group into a community people come back to.

\b
Examples:
  kith try                                  see it work, without a token
  kith config example > config.toml         begin a configuration
  kith check                                what is missing before it can run?
  kith run                                  run the bot
  kith export points --chat -1001234567890  who earned what, as CSV

The configuration is read from config.toml in the working directory and from the environment, where [telegram] token
is KITH_TELEGRAM__TOKEN. `kith config show` tells what is in force and where it comes from.
"""

EPILOG = """\b
Exit codes:
  0  done
  1  the work failed; the reason is on standard error
  2  the configuration or the call is wrong
  3  something needed is missing or cannot be reached (token, database, Telegram)
"""


class Commands(click.Group):
    """A group whose commands are imported when they are called."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(COMMANDS[cmd_name][0]).command
        assert isinstance(command, click.Command)  # noqa: S101 - a module of the table has its command under this name.
        return command

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, told) in COMMANDS.items()])

    @override
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        import difflib

        near = difflib.get_close_matches(args[0], COMMANDS, n=1)
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = f" Did you mean {near[0]}?" if near else " See kith --help."
            ctx.fail(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    @override
    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what nobody expected becomes one line, for the traceback helps few of those who read it."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001 - the edge of the program, where any error is told and ends it.
            _tell(error, session=ctx.ensure_object(Session))
            ctx.exit(Exit.FAILED)


def _tell(error: Exception, *, session: Session) -> None:
    if session.debug:
        click.echo(session.mask("".join(traceback.format_exception(error))), err=True, nl=False)
        return
    told = " ".join(str(error).split())
    line = f"Error: {type(error).__name__}: {told}" if told else f"Error: {type(error).__name__}"
    click.echo(session.mask(line), err=True)
    click.echo("This was not expected. `kith --debug ...` shows where it happened.", err=True)


@click.command(
    cls=Commands,
    help=HELP,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The configuration file. Otherwise the one that KITH_CONFIG names, else config.toml if there is one.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error that was not expected.")
@click.version_option(package_name="kith", message="%(prog)s %(version)s")
@click.pass_context
def kith(ctx: click.Context, config: Path | None, debug: bool) -> None:
    ctx.obj = Session(config=config, debug=debug)


def main() -> None:
    """The `kith` command."""
    # Databases and copies hold who did what: files that Kith makes are for its own user alone.
    os.umask(0o077)
    kith(prog_name="kith", args=sys.argv[1:])
