"""Logs: one event a line, keys and identifiers, never a citizen's words or address, never a secret.

Every record of the process goes through here, those of libraries too. Tracebacks name files and functions, without the
values of variables; the words of an exception are kept only when they are ours, for anybody else's may quote a message.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterable, MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from app.sensitive import masked

HIDDEN = "[hidden]"
_DEEP = 6
_FRAMES = 40
# Chatty at best; at worst they log addresses (mail.log), statements, or addresses of providers with a token in them.
_QUIET = ("aiosmtpd", "alembic", "asyncio", "httpcore", "httpx", "mail", "procrastinate", "sqlalchemy", "uvicorn")
_MUTE = ("mail.log", "mail.debug", "opentelemetry")  # that a collector is away is told once, by ourselves
_SECRET_NAME = re.compile(
    r"(?:^|_)(?:secret|secrets|password|passwd|token|tokens|authorization|cookie|api_key|credential|credentials|dsn)(?:$|_)"
)
_HUSH = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"\bparvis_[\w-]{16,}"), HIDDEN),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?"), HIDDEN),
    (re.compile(r"://[^\s/@:]*:[^\s/@]+@"), f"://{HIDDEN}@"),
    (re.compile(r"[^\s<>\"'(),;:=]{1,64}@[\w.-]{1,255}\.[A-Za-z]{2,}"), "[address]"),
    (re.compile(r"(?<![\w.:/-])(?:\+|00)\d[\d .-]{7,16}\d(?![\w-])"), "[number]"),
    (re.compile(r"\b(?:\[SQL|\[parameters|DETAIL|CONTEXT):?.*", re.DOTALL), HIDDEN),
)
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {
    9: "\\t",
    10: "\\n",
    13: "\\r",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}
_known: list[str] = []
_state = {"done": False, "debugging": False}


def configure(
    *, level: str = "info", form: str = "json", secrets: Iterable[str] = (), stream: TextIO | None = None
) -> None:
    """Sends every log of the process to `stream` (stderr), as JSON lines or for a console; `secrets` never appear."""
    out, number = stream or sys.stderr, logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    _known[:] = sorted({secret for secret in secrets if len(secret) >= 6}, key=len, reverse=True)
    _state.update(done=True, debugging=number <= logging.DEBUG)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _told_exception,
        redact,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    renderer: Processor = structlog.processors.JSONRenderer()
    if form == "console":
        renderer = structlog.dev.ConsoleRenderer(colors=out.isatty())
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            keep_exc_info=False,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    for name in _MUTE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    logging.captureWarnings(True)


def configure_unless_done() -> None:
    """Configures with what needs no setting, for a command that ends before it read any."""
    if not _state["done"]:
        configure(level="error")


def debugging() -> bool:
    return _state["debugging"]


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hides secrets, addresses and numbers wherever they stand, and keeps every value on its line."""
    return {str(_scrubbed(str(key), 0)): _clean(str(key), value) for key, value in event.items()}


def _clean(name: str, value: Any) -> Any:
    if name.startswith("_") or (name in {"timestamp", "level", "logger"} and isinstance(value, str)):
        return value
    if _SECRET_NAME.search(name.lower()) and value is not None and not isinstance(value, bool | int | float):
        return HIDDEN
    return _scrubbed(value, 0)


def _scrubbed(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth > _DEEP:
        return HIDDEN
    if isinstance(value, MutableMapping | dict):
        return {str(_scrubbed(str(key), depth + 1)): _clean(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_scrubbed(inner, depth + 1) for inner in value]
    return _hushed(value if isinstance(value, str) else str(value))


def _hushed(text: str) -> str:
    text = text[:4000]
    for secret in _known:
        text = text.replace(secret, HIDDEN)
    for pattern, instead in _HUSH:
        text = pattern.sub(instead, text)
    return masked(text).translate(_CONTROLS)


def _told_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replaces `exc_info` by the exception's type, its words when they are ours, and where it came from."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if isinstance(given, tuple):
        error = given[1]
    if error is None:
        return event
    event["exception"] = " < ".join(_named(link) for link in _chain(error))
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    event["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and len(chain) < _DEEP and link not in chain:
        chain.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return chain


def _named(error: BaseException) -> str:
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    if kind.__module__.startswith("app.") or _state["debugging"]:
        return f"{name}: {error}"
    if isinstance(error, OSError) and error.strerror:
        return f"{name}: {error.strerror}"
    return name
