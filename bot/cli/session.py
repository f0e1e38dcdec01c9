"""What one call of the command line knows: where its configuration is, and the configuration once it was wanted."""

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.aside import aside
from bot.cli.exits import Exit
from bot.masking import Mask

if TYPE_CHECKING:
    from bot.config import Configuration


@dataclass
class Session:
    """The state of one call, kept in click's context."""

    config: Path | None = None
    debug: bool = False
    loaded: "Configuration | None" = None

    @property
    def mask(self) -> Mask:
        """Hides what is known to be secret so far."""
        return Mask(self.loaded.secrets if self.loaded else ())


def configuration(ctx: click.Context) -> "Configuration":
    """The configuration of this call, read once; what is wrong with it is said, and the program ends with 2."""
    session = ctx.ensure_object(Session)
    if session.loaded is None:
        with _refusals_told(ctx):
            session.loaded = _read(session.config)
    return session.loaded


def configuration_read_aside(ctx: click.Context, *, meanwhile: Callable[[], None]) -> "Configuration":
    """The same for a command that goes on for long: a process of its own reads, while this one does something else."""
    session = ctx.ensure_object(Session)
    reading = aside(_read, session.config)
    meanwhile()
    with _refusals_told(ctx):
        session.loaded = reading.result()
    return session.loaded


def _read(file: Path | None) -> "Configuration":
    from bot.config.loading import load

    return load(file, environment=os.environ)


@contextlib.contextmanager
def _refusals_told(ctx: click.Context) -> Iterator[None]:
    from bot.config import ConfigurationError

    try:
        yield
    except ConfigurationError as error:
        for line in error.lines:
            click.echo(line, err=True)
        ctx.exit(Exit.WRONG)
