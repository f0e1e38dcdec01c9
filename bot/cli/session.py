"""What one call of the command line knows: where its configuration is, and the configuration once it was wanted."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

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
    import os

    from bot.config import ConfigurationError, load

    session = ctx.ensure_object(Session)
    if session.loaded is None:
        try:
            session.loaded = load(session.config, environment=os.environ)
        except ConfigurationError as error:
            for line in error.lines:
                click.echo(line, err=True)
            ctx.exit(Exit.WRONG)
    return session.loaded
