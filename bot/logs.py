"""Logs: one JSON object per line with an `action` for machines, or a few plain words for a person who tries it out."""

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger


def for_machines() -> None:
    _set_up(logging.INFO, _named, structlog.processors.JSONRenderer(ensure_ascii=False))


def for_people() -> None:
    """Only what went wrong."""
    _set_up(logging.WARNING, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()))


class _Stderr(logging.Handler):
    """Whatever stderr is at that moment, so that a stream which somebody closed is never written to."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(f"{self.format(record)}\n")


def _set_up(level: int, *rendering: Processor) -> None:
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
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


def _named(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Every line says what was done under `action`; the sentence beside it is left out where it says no more."""
    sentence = event.pop("event", "")
    event.setdefault("action", sentence)
    if sentence != event["action"]:
        event["message"] = sentence
    return event
