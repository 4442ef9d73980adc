"""Python's `gql` at both doors of a real zone: over HTTP and the socket. Run by `run.py`, with a Python that has it."""

import importlib.util
import json
import os
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.aiohttp_websockets import AIOHTTPWebsocketsTransport
from gql.transport.exceptions import TransportQueryError

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "frontend"
ZONE = json.loads(os.environ["XIEZHI_ZONE"])
LOOK_UP = {
    "identity": {"residentId": "341021199211209990"},
    "basis": {"caseNumber": "（2025）浙0824执366号", "purpose": "PROPERTY_INVESTIGATION"},
    "scope": {"wholeZone": True},
}
PRESENCE = """($identity: DebtorIdentityInput!, $basis: LegalBasisInput!, $scope: Scope!) {
  debtorPresence(identity: $identity, basis: $basis, scope: $scope) {
    ... on DebtorPresence { openCaseCount coverage { answered complete } }
    ... on Problem { code }
  }
}"""


def over_http(door: str, officer: str) -> Client:
    headers = {"Authorization": "Bearer " + ZONE["tokens"][door][officer]}
    return Client(transport=AIOHTTPTransport(url=ZONE[door] + "/graphql", headers=headers))


@contextmanager
def refused_with(code: str) -> Iterator[None]:
    """The block ends in a refusal with this code."""
    codes: list[str] = []
    try:
        yield
    except TransportQueryError as error:
        codes = [each["extensions"]["code"] for each in error.errors or []]
    assert codes == [code]


def example(name: str) -> Any:
    """The module of an example of docs/frontend.md."""
    spec = importlib.util.spec_from_file_location(name.removesuffix(".py"), EXAMPLES / name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Doors(unittest.IsolatedAsyncioTestCase):
    async def test_the_schema_is_fetched_and_documents_are_held_against_it(self) -> None:
        for door in ("node", "gateway"):
            client = over_http(door, "handler")
            client.fetch_schema_from_transport = True
            async with client as session:
                answer = await session.execute(gql("{ zone { name courtCount } }"))
            assert answer["zone"]["courtCount"] == 8

    async def test_a_clear_document_has_one_answer(self) -> None:
        document = gql("{ zone { name courts { code name county } } }")
        answers = []
        for door in ("node", "gateway"):
            async with over_http(door, "centre") as session:
                answers.append(await session.execute(document))
        assert answers[0] == answers[1]
        assert len(answers[0]["zone"]["courts"]) == 8

    async def test_a_look_up_belongs_to_the_own_court(self) -> None:
        request = gql("query Presence" + PRESENCE)
        request.variable_values = LOOK_UP
        with refused_with("ASK_OWN_COURT"):
            async with over_http("gateway", "handler") as session:
                await session.execute(request)
        async with over_http("node", "handler") as session:
            answer = await session.execute(request)
        assert answer["debtorPresence"]["coverage"] == {"answered": 8, "complete": True}

    async def test_the_example_of_the_page(self) -> None:
        document = (EXAMPLES / "documents" / "node" / "first-look-up.graphql").read_text("utf-8")
        look_up = example("look_up_gql.py").look_up
        profile = await look_up(ZONE["node"], ZONE["tokens"]["node"]["handler"], document, LOOK_UP)
        assert {case["sourceCourt"] for case in profile["cases"]} == {"浙0824", "皖1021", "皖1022", "赣1181"}
        assert profile["coverage"]["complete"]

    async def test_a_live_look_up_grows_over_the_socket(self) -> None:
        request = gql("subscription Live" + PRESENCE)
        request.variable_values = LOOK_UP
        transport = AIOHTTPWebsocketsTransport(
            url=ZONE["node"].replace("http", "ws") + "/graphql",
            init_payload={"authorization": "Bearer " + ZONE["tokens"]["node"]["handler"]},
            subprotocols=["graphql-transport-ws"],
        )
        told: list[dict[str, Any]] = []
        async with Client(transport=transport) as session:
            told.extend([answer async for answer in session.subscribe(request)])
        assert told[-1]["debtorPresence"]["coverage"] == {"answered": 8, "complete": True}


if __name__ == "__main__":
    unittest.main(verbosity=2)
