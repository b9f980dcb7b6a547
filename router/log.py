"""Logs: pretty on a terminal, JSON lines otherwise, always on stderr.

Event names are `noun.verb`. No address, name, e-mail or token is ever logged: ids only.
"""

import logging
import sys
from typing import Any, Literal

import structlog
from structlog.typing import FilteringBoundLogger, Processor

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["auto", "pretty", "json"]

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure(level: Level = "info", form: Format = "auto") -> None:
    """Set up the logs of a server process, those of its libraries included."""
    shared, last = _processors(form)
    _set_up(level, shared, last)
    _adopt_libraries(shared, last)


def get() -> FilteringBoundLogger:
    """The process's logger; quiet where nobody configured it, as inside a test."""
    if not structlog.is_configured():
        _set_up("warning", *_processors("auto"))
    logger: FilteringBoundLogger = structlog.get_logger()
    return logger


def is_debug() -> bool:
    """Whether each call is worth a line."""
    logger: Any = get().bind()
    return bool(logger.is_enabled_for(logging.DEBUG))


def _processors(form: Format) -> tuple[list[Processor], list[Processor]]:
    pretty = sys.stderr.isatty() if form == "auto" else form == "pretty"
    shared: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if pretty:
        return shared, [structlog.dev.ConsoleRenderer()]
    plain: list[Processor] = [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ]
    return shared, plain


def _set_up(level: Level, shared: list[Processor], last: list[Processor]) -> None:
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _adopt_libraries(shared: list[Processor], last: list[Processor]) -> None:
    # Libraries log by the standard library; only their warnings interest an operator.
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
