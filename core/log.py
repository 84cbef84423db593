"""Structured logs, one line an event, without personal data: names and words of people are dropped, numbers of accounts stay."""

import json
import logging
import sys
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

PERSONAL = frozenset({
    "authorization", "cookie", "email", "full_name", "login", "name", "password", "person", "phone", "secret", "session",
    "token", "username", "why",
})  # fmt: skip
QUIET = (
    "asyncio",
    "tortoise",
    "arq.worker",
    "uvicorn.access",
    "uvicorn.error",
    "httpx",
    "httpcore",
    "tortoise.db_client",
)


def configure(level: str = "info", form: str = "json", stream: TextIO = sys.stderr) -> None:
    """Send our own and the libraries' records through one chain to one stream."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_personal_data,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(form)],
    ))  # fmt: skip
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def without_personal_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drop the fields that could name a person."""
    return {key: value for key, value in event.items() if key not in PERSONAL}


def logger(name: str) -> Any:  # noqa: ANN401 - structlog's own bound loggers are made lazily
    """Return the logger of a module."""
    return structlog.get_logger(name)


def _renderer(form: str) -> Processor:
    if form == "text":
        return structlog.dev.ConsoleRenderer(colors=False)
    return structlog.processors.JSONRenderer(serializer=_json)


def _json(event: EventDict, **_options: object) -> str:
    return json.dumps(event, ensure_ascii=False, default=repr)
