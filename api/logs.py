"""Logs: JSON lines, each a fixed lower-case phrase plus fields, on standard output.

Invariant: no line holds text that a caller, a peer or an exception composed. Our own loggers write their phrase and
fields; of every other library only its name, level, and an exception's class and place come through, because their
messages quote queries, rows and addresses (a failing field makes strawberry log the query text, literals included).
"""

import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, TextIO

import orjson

REQUEST_ID: Final[ContextVar[str]] = ContextVar("request_id", default="")
"""The id of the request being served; every line written meanwhile carries it."""

_OWN: Final = frozenset({"api", "schema", "enforcement", "federation", "db", "xiezhi"})
_SILENT: Final = ("strawberry", "uvicorn.access")
_PLAIN: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_FRAMES: Final = 6


class JsonLines(logging.Formatter):
    """One record as one line of JSON."""

    def __init__(self, program: str) -> None:
        super().__init__()
        self._program = program

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "program": self._program,
            "logger": record.name,
            "event": "library message",
        }
        if record.name.partition(".")[0] in _OWN:
            line["event"] = str(record.msg)
            line |= {key: value for key, value in record.__dict__.items() if key not in _PLAIN}
        if request_id := REQUEST_ID.get():
            line["request"] = request_id
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            line["at_code"] = places(record.exc_info[2])
        return orjson.dumps(line, default=_type_only, option=orjson.OPT_NON_STR_KEYS).decode()


def _type_only(value: object) -> str:
    return type(value).__name__


def places(trace: TracebackType | None) -> list[str]:
    """The innermost frames of a traceback as `file:line function`; never a value."""
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    return [f"{'/'.join(frame.filename.rsplit('/', 2)[-2:])}:{frame.lineno} {frame.name}" for frame in frames]


def configure(program: str, *, level: str = "info", stream: TextIO | None = None) -> None:
    """Make every logger of the process write JSON lines; silence those that quote what callers sent."""
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(JsonLines(program))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi", "strawberry", "asyncio", "aiohttp"):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = name not in _SILENT
        logger.disabled = name in _SILENT
        logger.setLevel(logging.WARNING)
    for name in list(logging.getLogger().manager.loggerDict):
        if name.startswith("strawberry"):
            logging.getLogger(name).disabled = True
