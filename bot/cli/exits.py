"""How a command ends: the exit codes, and the errors that carry them."""

from enum import IntEnum
from typing import ClassVar

import click


class Exit(IntEnum):
    """What the exit code says to a script."""

    DONE = 0
    FAILED = 1
    WRONG = 2
    MISSING = 3


class Failed(click.ClickException):
    """The work was begun and did not succeed; the message says why."""

    exit_code: ClassVar[int] = Exit.FAILED


class Wrong(click.ClickException):
    """The configuration or the call is wrong; the message says where."""

    exit_code: ClassVar[int] = Exit.WRONG


class Missing(click.ClickException):
    """Something that the command needs is not there or cannot be reached; the message says how to get it."""

    exit_code: ClassVar[int] = Exit.MISSING
