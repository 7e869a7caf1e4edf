"""Logs: text or JSON lines on stderr, each naming its request, none with a password."""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from typing import Any, Literal

from pythonjsonlogger.json import JsonFormatter

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request being answered; threads that answer it inherit it."""

_PASSWORD = re.compile(r"(://[^\s:/@]*:)[^\s/]+@")
_CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if code != 10}


def mask_passwords(text: str) -> str:
    """The text with the password of every URL in it masked."""
    return _PASSWORD.sub(r"\1***@", text)


class TextLines(logging.Formatter):
    """Lines for people: level, message, request."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the traceback where there is one."""
        named = request_id.get()
        # What clients send must not look like lines of ours.
        text = super().format(record).translate(_CONTROL)
        first, *rest = text.split("\n")
        return mask_passwords("\n".join([f"{first} [{named}]" if named else first, *rest]))


class JsonLines(JsonFormatter):
    """Lines for programs: one JSON object each."""

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Time, level, logger and message, whatever else was logged, and the request."""
        super().add_fields(log_data, record, message_dict)
        if named := request_id.get():
            log_data.setdefault("request_id", named)

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        return mask_passwords(super().format(record))


def describe_logging(lines: Literal["text", "json"]) -> dict[str, Any]:
    """What `logging.config.dictConfig` takes; uvicorn applies it in every process."""
    formatter: dict[str, Any] = {"()": "api.logs.TextLines", "fmt": "%(levelname)s %(message)s"}
    if lines == "json":
        formatter = {
            "()": "api.logs.JsonLines",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
        }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {"opis": {"level": "INFO"}},
    }
