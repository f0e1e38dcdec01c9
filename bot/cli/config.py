"""kith config: the example of a configuration, and the one that is in force."""

import click

from bot.cli.session import configuration


@click.group()
def command() -> None:
    """Print the example of a configuration, or the one in force."""


@command.command(short_help="Print a file with every key, its default and what it means.")
def example() -> None:
    """Print a configuration file with every key, its default and what it means.

    \b
    Example:
      kith config example > config.toml
    """
    from bot.config.handout import example as example_file

    click.echo(example_file(), nl=False)


@command.command(short_help="Print every value in force and where it comes from.")
@click.pass_context
def show(ctx: click.Context) -> None:
    """Print every value in force and where it comes from: a file, a variable, or the default. Secrets are masked."""
    from bot.config.handout import effective

    click.echo(effective(configuration(ctx)), nl=False)
