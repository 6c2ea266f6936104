"""Logs: one JSON object per line with an `action` for machines, or a few plain words for a person who tries it out."""

import logging
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.hush import Hush

log = structlog.get_logger()

_FRAMES = 3


def for_machines(*first: Processor) -> None:
    """``first`` see each line as it was said."""
    _set_up(logging.INFO, _named, structlog.processors.JSONRenderer(ensure_ascii=False), first=first)


def for_people() -> None:
    """Only what went wrong."""
    _set_up(logging.WARNING, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()))


class _Stderr(logging.Handler):
    """Whatever stderr is at that moment, so that a stream which somebody closed is never written to."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(f"{self.format(record)}\n")


def _set_up(level: int, *rendering: Processor, first: Sequence[Processor] = ()) -> None:
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*first, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = _Stderr()
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[remove, *rendering], foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # Both tell of every look at the clock and every step of a migration.
    for chatty in ("apscheduler", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("aiohttp.server").filters = [_Unread()]


class _Unread(logging.Filter):
    """What aiohttp could not read: it would log a trace with the sender's bytes in it, each time (SEC-014).

    Says it in one short line without them, and lets nothing else through.
    """

    def __init__(self) -> None:
        super().__init__()
        self._hush = Hush()

    def filter(self, record: logging.LogRecord) -> bool:
        source = str(record.args[0])[:45] if isinstance(record.args, tuple) and record.args else ""
        unsaid = self._hush.unsaid(source, now=time.monotonic())
        if unsaid is not None:
            reason = _reason(record.exc_info[1] if record.exc_info else None)
            log.warning("http_unread", action="http_unread", reason=reason, source=source, unsaid=unsaid)
        return False


def _reason(problem: BaseException | None) -> str:
    """The kind of error alone, since its words quote what was sent; for a bug of ours also where it is."""
    # Only who serves needs aiohttp, and who serves has it.
    from aiohttp.http_exceptions import HttpProcessingError

    if problem is None:
        return "no answer"
    name = type(problem).__name__[:40]
    if isinstance(problem, HttpProcessingError):
        return f"{name} {problem.code}"
    frames = traceback.extract_tb(problem.__traceback__)[-_FRAMES:]
    return " ".join([name, *(f"{Path(frame.filename).name[:25]}:{frame.lineno}" for frame in frames)])


def _named(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Every line says what was done under `action`; the sentence beside it is left out where it says no more."""
    sentence = event.pop("event", "")
    event.setdefault("action", sentence)
    if sentence != event["action"]:
        event["message"] = sentence
    return event
