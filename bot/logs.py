"""What the process tells of its work: structlog and the standard library's loggers in one stream, secrets masked."""

import logging
import sys
import threading
from collections.abc import Callable, Collection, Mapping
from types import TracebackType
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger
from typing_extensions import override

from bot.config import Log
from bot.masking import Mask

# The least that these may tell, whatever level is configured. httpx writes the URLs it calls, with the token in them;
# the others write at DEBUG or INFO what people said (the library's arguments, the parameters of statements).
FLOORS: Mapping[str, int] = {
    "aiosqlite": logging.WARNING,
    "alembic": logging.WARNING,
    "apscheduler": logging.WARNING,
    "asyncio": logging.INFO,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "sqlalchemy.engine": logging.WARNING,
    "sqlalchemy.pool": logging.WARNING,
    "telegram": logging.INFO,
    "uvicorn.access": logging.WARNING,
    "uvicorn.error": logging.WARNING,
}


class StandardError(logging.StreamHandler[TextIO]):
    """The one place where a line leaves the process."""

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        """Say that a line was lost, without its arguments: the standard library would print them unmasked."""
        reason = sys.exc_info()[0]
        # A stream that is gone is nobody's to repair, and complaining on it would raise again.
        if reason is None or not issubclass(reason, OSError | ValueError) or not self.stream.closed:
            self.stream.write(f"a line of {record.name} could not be written: {reason and reason.__name__}\n")


class MaskedFormatter(structlog.stdlib.ProcessorFormatter):
    """The rendered line once more through the mask: tracebacks and the words of odd objects appear only there."""

    def __init__(self, *, mask: Mask, foreign: Collection[Processor], processors: Collection[Processor]) -> None:
        super().__init__(processors=list(processors), foreign_pre_chain=list(foreign), use_get_message=True)
        self._mask = mask

    @override
    def format(self, record: logging.LogRecord) -> str:
        return self._mask(super().format(record))


def set_up(log: Log, *, secrets: Collection[str], stream: TextIO | None = None) -> None:
    """Send everything that is logged to `stream` (standard error), in the configured form and from its level on."""
    mask = Mask(secrets)
    target = stream or sys.stderr
    level = logging.getLevelNamesMapping()[log.level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = StandardError(target)
    handler.setFormatter(
        MaskedFormatter(mask=mask, foreign=shared, processors=_rendering(log, mask=mask, target=target))
    )
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, StandardError)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name, floor in FLOORS.items():
        logging.getLogger(name).setLevel(max(level, floor))
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    _take_over_hooks()


def _rendering(log: Log, *, mask: Mask, target: TextIO) -> list[Processor]:
    without_record = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if log.format == "json":
        json_lines = structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=False)
        return [without_record, structlog.processors.format_exc_info, masked_values(mask), json_lines]
    console = structlog.dev.ConsoleRenderer(
        colors=target.isatty(),
        # The plain one: the pretty ones print local variables, and these hold what people wrote.
        exception_formatter=structlog.dev.plain_traceback,
        pad_event_to=0,
    )
    return [without_record, masked_values(mask), console]


def masked_values(mask: Mask) -> Processor:
    """Mask each value before it is rendered, where escaping cannot hide a secret yet."""

    def masked(value: object) -> object:
        if isinstance(value, str):
            return mask(value)
        if isinstance(value, Mapping):
            return {masked(key): masked(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [masked(inner) for inner in value]
        # Numbers and the like hold nothing; any other object is told by its repr, so that is what is masked.
        return value if value is None or isinstance(value, int | float) else mask(repr(value))

    def process(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {key: value if key == "exc_info" else masked(value) for key, value in event.items()}

    return process


def _take_over_hooks() -> None:
    """What nobody caught is logged too; the loop's own handler logs to `asyncio` already."""
    log = logging.getLogger("kith")

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.critical("nobody caught this", exc_info=(kind, error, trace))

    def uncaught_in_thread(told: threading.ExceptHookArgs) -> None:
        if told.exc_value is not None and told.exc_type is not SystemExit:
            log.critical("nobody caught this in a thread", exc_info=(told.exc_type, told.exc_value, told.exc_traceback))

    def unraisable(told: Any) -> None:
        exc_info = (told.exc_type, told.exc_value, told.exc_traceback)
        log.error("could not be raised: %s", told.err_msg or "an exception was ignored", exc_info=exc_info)

    sys.excepthook = uncaught
    threading.excepthook = uncaught_in_thread
    sys.unraisablehook = cast("Callable[[Any], Any]", unraisable)
