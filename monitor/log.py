"""Logging: who may say what. Logs carry ids and counts; post text, handles and tokens never pass the fence.

`get()` gives a logger and `context()` adds values to every line of a block; `set_up()` is called once by the edges. The
fence hides by key, by type and by pattern, for our own events and for every library that logs through `logging`.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import PurePath
from types import TracebackType
from typing import Any, Literal, TextIO

import structlog
from structlog.contextvars import bound_contextvars as context
from structlog.typing import EventDict, Processor

from monitor.errors import MonitorError

__all__ = ["HIDDEN", "Format", "Level", "clean", "context", "fence", "get", "redact", "set_up"]

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["auto", "json", "pretty"]

HIDDEN = "[hidden]"

_OURS = ("monitor", "classifiers")
_PRIVATE = re.compile(
    r"(texts?|posts?|body|content|payload|raw|message|reply|draft|note|quote|conversation"
    r"|handles?|author|customer|email|phone|(author|user|screen|display)_?name"
    r"|(\w+_)?(tokens?|secrets?|password)|(api|consumer)_key|auth|authorization|headers?|cookie|params|bearer|credentials)",
    re.IGNORECASE,
)
_SENTENCES = frozenset(("event", "error", "reason", "remedy", "exception"))
"""The keys whose values we wrote ourselves: sentences there are kept, after `redact`."""

_WORD = re.compile(r"[A-Za-z0-9_.:/+\-]{1,128}")
_LONGEST = 400
_MANY = 20
_PATTERNS = (
    (re.compile(r"(://)[^/\s@]+@"), r"\1***@"),
    (re.compile(r"(https?://[^\s?#]+)[?#]\S*"), r"\1?***"),
    (re.compile(r"\b(bearer|basic|oauth)\s+\S+", re.IGNORECASE), r"\1 ***"),
    (
        re.compile(r"""((?:token|secret|password|signature|consumer_key|nonce)["']?\s*[=:]\s*["']?)[^\s"',&]+""", re.I),
        r"\1***",
    ),
    (re.compile(r"A{18,}[\w%-]{8,}|\b\d{5,20}-[A-Za-z0-9]{20,}|\beyJ[\w-]{10,}[\w.-]*"), "***"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "***"),
    (re.compile(r"(?<![\w@*])@\w+"), "@***"),
)


def get(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module: `log.get(__name__)`. Events are short and constant; what varies goes into keywords."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def set_up(level: Level = "info", format: Format = "auto", stream: TextIO | None = None) -> None:
    """Send every log line to `stream` (standard error): pretty on a terminal, one JSON object a line elsewhere.

    Libraries are heard from WARNING on, whatever our own level: below it some of them print headers with tokens.
    """
    out = stream or sys.stderr
    pretty = format == "pretty" or (format == "auto" and out.isatty())
    handler = logging.StreamHandler(out)
    handler.addFilter(_clean_foreign)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(pretty, out)],
            foreign_pre_chain=_CHAIN,
        )
    )
    root = logging.getLogger()
    for old in root.handlers[:]:
        if getattr(old, "_complaint_monitor", False):
            root.removeHandler(old)
    handler._complaint_monitor = True  # type: ignore[attr-defined]
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(level.upper())


def _renderer(pretty: bool, out: TextIO) -> Processor:
    if pretty:
        return structlog.dev.ConsoleRenderer(colors=out.isatty(), sort_keys=False)
    return _one_line


def _one_line(_logger: object, _method: str, event: EventDict) -> str:
    """JSON with the same keys first on every line, so that a person can read it too."""
    first = {key: event.pop(key) for key in ("at", "level", "logger", "event") if key in event}
    return json.dumps({**first, **event}, ensure_ascii=False)


def fence(_logger: object, _method: str, event: EventDict) -> EventDict:
    """The last word on what leaves: every value of the event is cleaned, by its key and its type."""
    return {key: value if key.startswith("_") else clean(value, key) for key, value in event.items()}


def clean(value: object, key: str = "") -> Any:
    """`value` as it may appear in a log: numbers, moments and identifiers pass; texts and unknown objects do not."""
    if _PRIVATE.fullmatch(key) and not isinstance(value, int | float | None):
        return HIDDEN
    match value:
        case None | bool() | int() | float():
            return value
        case Mapping():
            return {str(k): clean(v, str(k)) for k, v in list(value.items())[:_MANY]}
        case list() | tuple() | set() | frozenset():
            return [clean(item, key) for item in list(value)[:_MANY]]
        case _:
            return _words(value, key)


def _words(value: object, key: str) -> str:
    """What a single value that is no number looks like in a log."""
    match value:
        case MonitorError():
            return _sentence(str(value))
        case BaseException():
            return type(value).__name__
        case date() | timedelta() | PurePath():
            return str(value)
        case str():
            return _sentence(value, key) if key in _SENTENCES else _identifier(value)
        case _:
            return f"[hidden {type(value).__name__}]"


def redact(text: str) -> str:
    """`text` without tokens, passwords, query strings, e-mail addresses and @handles."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def _sentence(text: str, key: str = "") -> str:
    text = redact(text)
    return text if key == "exception" else " ".join(text.split())[:_LONGEST]


def _identifier(text: str) -> str:
    """An id, a name of ours, a URL; anything that could be somebody's words is hidden."""
    return redact(text) if _WORD.fullmatch(text) else HIDDEN if text else ""


def _clean_foreign(record: logging.LogRecord) -> bool:
    """Clean what a library inserts into its message: the template is constant, the values may be anything."""
    if hasattr(record, "_logger"):
        return True  # one of our own events, fenced already
    if not isinstance(record.msg, str):
        record.msg, record.args = str(clean(record.msg)), ()
    if record.args:
        args = record.args
        cleaned = clean(args) if isinstance(args, Mapping) else tuple(clean(value) for value in args)
        try:
            record.msg, record.args = record.msg % cleaned, ()
        except (TypeError, ValueError):
            record.args = ()
    return True


def _exception(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Replace `exc_info` by where it happened. The message stays only where it is one of ours: others quote data."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_story(error))
    return event


def _story(error: BaseException | None) -> list[str]:
    """The chain of an exception, the first cause first, with frames and without the values in them."""
    if error is None:
        return []
    before = _story(error.__cause__ or (None if error.__suppress_context__ else error.__context__))
    message = f": {error}" if isinstance(error, MonitorError) else ""
    return [*before, *_frames(error.__traceback__), f"{type(error).__name__}{message}"]


def _frames(trace: TracebackType | None) -> list[str]:
    return [f"  {f.filename}:{f.lineno} in {f.name}" for f in traceback.extract_tb(trace, limit=-30)]


_CHAIN: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    _exception,
    fence,
]

# At import, so that a logger used before set_up() never writes to standard output, which belongs to data.
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_CHAIN,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
)
