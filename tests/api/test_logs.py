"""Log lines hold phrases and fields of our own, and of libraries nothing that quotes data."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from api import logs
from api.logs import REQUEST_ID

ID = "330824197903159972"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    kept = (root.handlers[:], root.level)
    stream = io.StringIO()
    logs.configure("node 330824", stream=stream)
    yield stream
    root.handlers[:], root.level = kept
    logging.captureWarnings(capture=False)
    for name in ("strawberry", "strawberry.execution", "uvicorn.access"):
        logging.getLogger(name).disabled = False
        logging.getLogger(name).propagate = True


def written(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_our_lines_are_a_phrase_and_fields(lines: io.StringIO) -> None:
    token = REQUEST_ID.set("abc")
    logging.getLogger("api.request_log").info("request served", extra={"route": "/graphql", "status": 200})
    REQUEST_ID.reset(token)

    (line,) = written(lines)
    assert line.pop("at")
    assert line == {
        "level": "info",
        "program": "node 330824",
        "logger": "api.request_log",
        "event": "request served",
        "route": "/graphql",
        "status": 200,
        "request": "abc",
    }


def test_a_librarys_message_is_not_quoted(lines: io.StringIO) -> None:
    try:
        int(ID + "x")
    except ValueError:
        logging.getLogger("asyncio").exception("Task failed for 330824197903159972: %s", ID)

    (line,) = written(lines)
    assert line["event"] == "library message"
    assert line["exception"] == "ValueError"
    assert "test_logs.py" in str(line["at_code"])
    assert ID not in lines.getvalue()


@pytest.mark.parametrize("name", ["strawberry", "strawberry.execution", "uvicorn.access"])
def test_loggers_that_quote_requests_are_silent(lines: io.StringIO, name: str) -> None:
    logging.getLogger(name).error("query { debtor(id: %s) }", ID)

    assert lines.getvalue() == ""


def test_a_stray_object_shows_only_its_type(lines: io.StringIO) -> None:
    logging.getLogger("db.pool").info("row read", extra={"row": object()})

    assert written(lines)[0]["row"] == "object"
