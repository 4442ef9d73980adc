"""Whatever goes wrong with a document, no value in it reaches a log or an answer, and every error has a code."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import msgspec
import orjson
import pytest

from api import logs
from api.error_codes import DOORS, PROBLEMS
from api.graphql.errors import RequestRefused
from api.graphql.execution import Engine, GraphQLRequest
from tests.api.graphql.server import HANDLER, SmallContext, schema

NEEDLE = "330824197903159972"
NAME = "王小明"
BOTH = f"{NAME} {NEEDLE}"

REQUESTS: dict[str, tuple[str, object]] = {
    "failing resolver, literal": (f'{{ broken(secret: "{NAME}") }}', {}),
    "long number, literal": (f'{{ broken(secret: "{BOTH}") }}', {}),
    "failing resolver, variable": ("query ($s: String!) { broken(secret: $s) }", {"s": BOTH}),
    "failing resolver, default": (f'query ($s: String! = "{NAME}") {{ broken(secret: $s) }}', {}),
    "failing subscription": ("subscription { failing }", {}),
    "failing with fragments": (f'{{ ...F }} fragment F on Query {{ broken(secret: """{NAME}""") }}', {}),
    "syntax, in a string": (f'{{ broken(secret: "{BOTH}', {}),
    "syntax, in a name": (f"{{ zone {NEEDLE} }}", {}),
    "syntax, a character": (f"{{ zone {NAME} }}", {}),
    "syntax, an escape": (f'{{ broken(secret: "\\u{NEEDLE}") }}', {}),
    "wrong type of literal": (f'{{ people(n: "{NAME}", person: {{number: null}}) }}', {}),
    "wrong number": (f"{{ people(n: {NEEDLE}) }}", {}),
    "wrong enum": (f"{{ people(n: V{NEEDLE}) }}", {}),
    "wrong money": (f'{{ double(amount: "{NAME}") }}', {}),
    "wrong object": (f'{{ double(amount: {{a: "{NAME}"}}) }}', {}),
    "literal of an unknown field": (f'{{ nothing(secret: "{BOTH}") }}', {}),
    "literal of an unknown directive": (f'{{ zone @nothing(secret: "{BOTH}") }}', {}),
    "identifier": (f'{{ people(person: {{number: "{BOTH}"}}) }}', {}),
    "coercion of a scalar": ("query ($a: Money!) { double(amount: $a) }", {"a": BOTH}),
    "coercion of a number": ("query ($n: Int!) { people(n: $n, person: {}) }", {"n": BOTH}),
    "coercion of an object": ("query ($p: Person!) { people(person: $p) }", {"p": BOTH}),
    "coercion of an unknown member": ("query ($p: Person!) { people(person: $p) }", {"p": {NEEDLE: BOTH}}),
    "null where none may be": (
        "query ($n: Int = 1, $p: Person!) { people(n: $n, person: $p) }",
        {"n": None, "p": {"number": BOTH}},
    ),
    "variables that are no object": ("{ zone }", [BOTH]),
    "variables beyond a limit": ("{ zone }", {"a": [BOTH] * 1001}),
    "an unknown operation": ("query A { zone } query B { zone }", {"a": BOTH}),
    "a comment in a document too large": (f"# {BOTH}\n{{ {'zone ' * 100} }}", {}),
}  # fmt: skip


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The program's log, with nothing held back by its level."""
    root = logging.getLogger()
    kept = (root.handlers[:], root.level)
    stream = io.StringIO()
    logs.configure("node 330824", level="debug", stream=stream)
    yield stream
    root.handlers[:], root.level = kept
    logging.captureWarnings(capture=False)
    for name in logging.getLogger().manager.loggerDict:
        logging.getLogger(name).disabled = False
        logging.getLogger(name).propagate = True


async def answers(document: str, variables: object) -> list[dict[str, Any]]:
    engine = Engine(schema, may_introspect=lambda _: False)
    context = SmallContext(HANDLER, "en", "request")
    request = GraphQLRequest(document, variables=msgspec.Raw(orjson.dumps(variables)))
    try:
        prepared = engine.prepare(request, context)
        return [answer async for answer in engine.stream(prepared, context)]
    except RequestRefused as refusal:
        return [{"errors": [entry.json("en") for entry in refusal.entries]}]


@pytest.mark.parametrize("name", REQUESTS)
def test_no_value_is_repeated_and_every_error_has_a_code(
    name: str, lines: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        found = asyncio.run(answers(*REQUESTS[name]))
    errors = found[-1]["errors"]
    whole = json.dumps(found, ensure_ascii=False) + lines.getvalue() + "".join(str(vars(r)) for r in caplog.records)

    assert errors
    assert {error["extensions"]["code"] for error in errors} <= {*DOORS, *PROBLEMS}
    assert NEEDLE not in whole
    assert NAME not in whole


def test_faults_are_found_in_the_log_by_their_request(lines: io.StringIO) -> None:
    token = logs.REQUEST_ID.set("request-7")
    (answer,) = asyncio.run(answers(*REQUESTS["failing resolver, literal"]))
    logs.REQUEST_ID.reset(token)

    (error,) = answer["errors"]
    (line,) = [json.loads(line) for line in lines.getvalue().splitlines() if "field failed" in line]
    assert error["extensions"] == {"requestId": "request-7", "code": "INTERNAL"}
    assert (line["request"], line["exception"], line["field"]) == ("request-7", "ValueError", "broken")


def test_a_null_where_none_may_be_is_the_callers(lines: io.StringIO) -> None:
    (answer,) = asyncio.run(answers(*REQUESTS["null where none may be"]))

    assert [error["extensions"] for error in answer["errors"]] == [{"variable": "n", "code": "VARIABLES_INVALID"}]
    assert lines.getvalue() == ""


def test_ten_errors_and_how_many_more() -> None:
    document = "{" + " ".join(f"b{n}: maybe(n: {n})" for n in range(40)) + "}"

    (answer,) = asyncio.run(answers(document, {}))

    assert len(answer["errors"]) == 10
    assert answer["extensions"]["errorsOmitted"] == 30
