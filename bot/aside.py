"""Work that is done once, in a process of its own: what it must load would stay in this one's memory for ever.

So a running bot holds neither Alembic, which only a new version's first start needs, nor the library that judges its
configuration.
"""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_THERE = "from bot.aside import answer; answer()"


class WorkBroke(RuntimeError):
    """The work did not come to an end, or raised what cannot be handed over."""


class Aside(Generic[R]):
    """Work that is under way in another process."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def result(self) -> R:
        """Wait for what the work returns; raises what it raised."""
        try:
            told, _ = self._process.communicate()
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise
        if self._process.returncode:
            raise WorkBroke(f"a process for work of its own ended with {self._process.returncode}")
        returned, raised = pickle.loads(told)  # noqa: S301 - told by ourselves, through a pipe of our own
        if raised is not None:
            raise raised
        result: R = returned
        return result


def aside(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Aside[R]:
    """Begin `work`, a function of a module, in a process of its own; what goes in and comes out must be picklable."""
    # Whatever we are made of is found there too: an installation, a checkout, or what a caller has added.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)}
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-P", "-c", _THERE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    assert process.stdin is not None  # noqa: S101 - it was asked for
    # Told at once, so that the work goes on while we do something else.
    process.stdin.write(pickle.dumps((work, args, kwargs)))
    process.stdin.close()
    process.stdin = None
    return Aside(process)


def answer() -> None:
    """The other side: do the work that standard input tells of, and answer on standard output."""
    # Who interrupts means the one that waits for us, and that one ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What the work prints must not get into the answer.
    with contextlib.suppress(BrokenPipeError), os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        work, args, kwargs = pickle.load(sys.stdin.buffer)  # noqa: S301 - told by ourselves, as above
        out.write(_done(partial(work, *args, **kwargs)))


def _done(work: Callable[[], object]) -> bytes:
    try:
        return pickle.dumps((work(), None))
    except Exception as error:  # noqa: BLE001 - whoever waits judges it
        error.add_note("".join(traceback.format_exception(error)))
        told = f"{type(error).__name__}: {error}"
        try:
            # Not every error can be made again from what it keeps, which shows only when it is.
            pickle.loads(handed := pickle.dumps((None, error)))  # noqa: S301 - ours
        except Exception:  # noqa: BLE001 - for whatever reason, it stays here
            return pickle.dumps((None, WorkBroke(told)))
        return handed
