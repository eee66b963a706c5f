"""Structured logs: one event per line, readable on a console or as JSON for a collector."""

from __future__ import annotations

import logging.config
import re
from typing import Any

import structlog

#: What looks like an e-mail address. A failure deep in a library may name one; no log may.
_ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(\.[\w-]+)+")
#: What looks like the secret part of a link in a mail: signed (value:time:signature), or drawn.
_LINK = re.compile(r"[\w-]{8,}:[\w-]{6}:[\w-]{43}|(?<![\w-])[\w-]{43}(?![\w-])")


def without_secrets(_logger: Any, _name: str, line: str) -> str:
    """The line without e-mail addresses and links that open something.

    Logs are kept where nothing can be erased, and read by people who may not open everything.
    """
    return _LINK.sub("[link]", _ADDRESS.sub("[address]", line))


def logging_config(form: str, level: str) -> dict[str, Any]:
    """Configure structlog and the standard library's logging alike; returns the dict in force.

    Args:
        form: ``console`` or ``json``.
        level: least severe level that is written.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    last: list[Any] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if form == "json"
        # Plain: the other forms print the values of variables, and with them what people wrote.
        else [
            structlog.dev.ConsoleRenderer(
                colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    config: dict[str, Any] = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *last,
                    without_secrets,
                ],
                "foreign_pre_chain": shared,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"level": "WARNING"},
            # Its warnings name the address that was tried; the audit log has the lock without it.
            "axes": {"level": "ERROR"},
            # The operations room logs every request and every error once, with the request's id.
            "django.request": {"level": "CRITICAL"},
            # Names the whole address, and with it the secret of a link. The request's own line
            # says that it was refused.
            "django.security.csrf": {"level": "CRITICAL"},
            "django_tasks": {"level": "WARNING"},
            "django_tasks_db": {"level": "ERROR"},
        },
    }
    logging.config.dictConfig(config)
    return config
