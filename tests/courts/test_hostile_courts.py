"""A court that misbehaves, asked in clear or encrypted, in a real zone: its own silence, and no other's rows.

In the place of 婺源's node stands a program that has its key and its address, and does as the test says.
"""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from api.demo import fixtures
from api.demo.client import Client
from api.demo.zone import Zone
from db.ids import new_id
from federation.ask.content import Answer, encode
from federation.ask.status import Status
from federation.clear import content
from federation.clear.content import Told
from federation.rules.freshness import FRESH
from federation.wire import encryption, envelope, statement
from federation.wire.header import Header
from federation.wire.signing import SigningKey, generate_signing
from tests.courts.desks import CENTRE, HANDLER, Desks, stopped
from tests.enforcement.lookup_zone import bound, serving

pytestmark = pytest.mark.anyio

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
KAIHUA, WUYUAN = "浙0824", "赣1130"
SECRET, PLAUSIBLE = "李样甲-341021197903159972", b'{"rows":[]}'
MATRIX = """query Matrix($scope: Scope!) {
  zone {
    crossBorderMatrix(scope: $scope) { ... on CrossBorderMatrix { rows { sourceCourt } } ... on Problem { code } }
  }
}"""
ASKED = {"query": MATRIX, "variables": {"scope": {"wholeZone": True, "deadlineMs": 1500}}}
CASE_OF_ANOTHER: dict[str, Any] = {
    "lookupId": "019815ce-3099-7ed3-a3c9-379aa1e0d445",
    "cases": [{"sourceCourt": KAIHUA, "caseNumber": SECRET, "status": "IN_PROGRESS", "amountApplied": "1.00"}],
    "assetsUnderControl": [],
}
"""A well-formed part of the documentation's first look-up, with a row in another court's name."""
Behaviour = Callable[["Impostor", Request, bytes], Any]


def is_clear(raw: bytes) -> bool:
    """Whether the gateway asks in clear, and not another court by an envelope."""
    try:
        content.parse_query(raw)
    except content.Malformed:
        return False
    return True


class Impostor:
    """What stands in the place of a court's node."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.key: SigningKey = zone.keys[WUYUAN].signing
        self.behaviour: Behaviour = hang

    async def take(self, request: Request) -> Response:
        response: Response = await self.behaviour(self, request, await request.body())
        return response

    def signed(self, raw: bytes, data: bytes, status: Status = Status.ANSWERED, **changes: Any) -> Response:
        """What it says of itself, to the gateway's query or to another court's ask."""
        answer = Answer(status=status, rows=int(status is Status.ANSWERED), data=msgspec.Raw(data))
        if not is_clear(raw):
            return Response(self._encrypted(raw, answer, **changes))
        _, query = content.parse_query(raw)
        given: dict[str, Any] = {
            "re": query.id,
            "re_digest": statement.digest(raw),
            "author": WUYUAN,
            "directory": 1,
            "signer": self.key,
        }
        return Response(content.write_answer(Told(answer), **(given | changes)))

    def _encrypted(
        self, raw: bytes, answer: Answer, *, author: str = WUYUAN, signer: SigningKey | None = None
    ) -> bytes:
        ask = envelope.parse(raw).header
        box, now = self.zone.keys[ask.sender].box, self.zone.clock.now()
        head = Header(
            kind="answer",
            id=new_id(now),
            epoch=1,
            sender=author,
            to=ask.sender,
            issued=now,
            expires=now + FRESH,
            directory=1,
            signing_key=self.key.id,
            box_key=box.id,
            re=ask.id,
            re_digest=envelope.digest(raw),
        )
        key = self.key if signer is None else SigningKey(self.key.id, signer.private)
        return encryption.write(head, encode(answer), recipient=box.public, signer=key)


async def hang(_: Impostor, request: Request, __: bytes) -> Response:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response()


async def refuse(_: Impostor, __: Request, ___: bytes) -> Response:
    return JSONResponse({"code": "STALE", "message": SECRET}, 410)


async def talk(_: Impostor, __: Request, ___: bytes) -> Response:
    return Response(SECRET)


async def misshape(self: Impostor, _: Request, raw: bytes) -> Response:
    return self.signed(raw, json.dumps({"rows": [{"sourceCourt": 1, "who": SECRET}]}).encode())


async def forge(self: Impostor, _: Request, raw: bytes) -> Response:
    return self.signed(raw, PLAUSIBLE, signer=generate_signing())


async def report_for_another(self: Impostor, _: Request, raw: bytes) -> Response:
    part = {"rows": [{"sourceCourt": KAIHUA}]} if is_clear(raw) else CASE_OF_ANOTHER
    return self.signed(raw, json.dumps(part, separators=(",", ":"), ensure_ascii=False).encode())


async def list_what_it_denies(self: Impostor, _: Request, raw: bytes) -> Response:
    case = {**CASE_OF_ANOTHER["cases"][0], "sourceCourt": WUYUAN}
    part = {"rows": [{"sourceCourt": WUYUAN}]} if is_clear(raw) else {**CASE_OF_ANOTHER, "cases": [case]}
    data = json.dumps(part, separators=(",", ":"), ensure_ascii=False).encode()
    return self.signed(raw, data, status=Status.EMPTY)


async def speak_for_another(self: Impostor, _: Request, raw: bytes) -> Response:
    return self.signed(raw, PLAUSIBLE, author=KAIHUA)


async def cut(_: Impostor, __: Request, ___: bytes) -> Response:
    async def some() -> AsyncIterator[bytes]:
        yield b"\0\0"
        raise ConnectionError

    return StreamingResponse(some(), headers={"content-length": "500"})


BEHAVIOURS: dict[str, tuple[Behaviour, str, str]] = {
    "hung": (hang, "TIMED_OUT", "DEADLINE"),
    "refusing": (refuse, "REFUSED", "STALE"),
    "cut": (cut, "UNREACHABLE", "NO_CONNECTION"),
    "malformed": (talk, "FAULTY", "BAD_RESPONSE"),
    "wrong shape": (misshape, "FAULTY", "WRONG_SHAPE"),
    "forged": (forge, "FAULTY", "BAD_ANSWER"),
    "in another's name": (speak_for_another, "FAULTY", "BAD_RESPONSE"),
    "reporting for another": (report_for_another, "FAULTY", "BAD_ANSWER"),
    "listing what it denies": (list_what_it_denies, "FAULTY", "WRONG_SHAPE"),
}
"""Each with what the coverage says; those that fail come between those that speak, so that the circuit stays closed."""


@pytest.fixture(scope="module")
async def impostor(zone: Zone) -> AsyncIterator[Impostor]:
    made = Impostor(zone)
    division = next(facts.division for facts in fixtures.courts() if facts.code == WUYUAN)
    port = urlsplit(zone.addresses.node(division)).port
    assert port is not None
    async with stopped(zone, WUYUAN):
        with bound(port) as sock:
            doors: list[BaseRoute] = [
                Route(path, made.take, methods=["POST"]) for path in (content.PATH, "/federation/ask")
            ]
            async with serving(doors, sock):
                yield made


def said(status: int, body: bytes) -> tuple[set[str], list[tuple[str, str, str]]]:
    """Whose rows are there, and who is silent, why; the answer names nothing that it should not."""
    text = body.decode()
    assert status == 200, text
    assert not any(hidden in text for hidden in ("127.0.0.1", "李样甲", "341021197903159972", "who"))
    answer = json.loads(body)
    assert "errors" not in answer
    rows = {row["sourceCourt"] for row in answer["data"]["zone"]["crossBorderMatrix"]["rows"]}
    silent = [c for c in answer["extensions"]["coverage"]["courts"] if c["status"] not in {"ANSWERED", "EMPTY"}]
    return rows, [(c["court"]["code"], c["status"], c["reason"]) for c in silent]


@pytest.mark.parametrize("kind", BEHAVIOURS)
async def test_one_courts_misbehaviour_is_its_own_silence(impostor: Impostor, client: Client, kind: str) -> None:
    impostor.behaviour, status, reason = BEHAVIOURS[kind]
    desks = Desks(impostor.zone, client)
    others = {facts.code for facts in fixtures.courts() if facts.code != WUYUAN}

    at_gateway = said(*await desks.gateway(KAIHUA, CENTRE).whole(ASKED))
    at_node = said(*await desks.at(KAIHUA, CENTRE).whole(ASKED))

    assert at_gateway == at_node == (others, [(WUYUAN, status, reason)])


ENCRYPTED = {
    **{kind: (status, reason) for kind, (_, status, reason) in BEHAVIOURS.items()},
    "cut": ("UNREACHABLE", "NO_CONNECTION"),
    "wrong shape": ("FAULTY", "WRONG_SHAPE"),
    "forged": ("FAULTY", "BAD_ANSWER"),
}
"""The same behaviours towards a look-up: what is clear to the gateway it says, the rest the asking court finds out."""


@pytest.mark.parametrize("kind", ENCRYPTED)
async def test_a_look_up_loses_one_courts_rows_alone(impostor: Impostor, client: Client, kind: str) -> None:
    impostor.behaviour = BEHAVIOURS[kind][0]
    desk = Desks(impostor.zone, client).at(KAIHUA, HANDLER)
    variables = json.loads((EXAMPLES / "first-look-up.variables.json").read_text("utf-8"))
    variables["scope"] = {"wholeZone": True, "deadlineMs": 1500}
    document = (EXAMPLES / "first-look-up.graphql").read_text("utf-8")

    status, body = await desk.whole({"query": document, "variables": variables})

    text, answer = body.decode(), json.loads(body)
    assert status == 200, text
    assert not any(hidden in text for hidden in ("127.0.0.1", "李样甲", "341021197903159972", "who"))
    assert "errors" not in answer
    rows = answer["data"]["debtorProfile"]["cases"]
    assert [row["sourceCourt"] for row in rows] == [KAIHUA, "皖1021", "皖1022", "赣1181"]
    silent = [c for c in answer["extensions"]["coverage"]["courts"] if c["status"] not in {"ANSWERED", "EMPTY"}]
    assert [(c["court"]["code"], c["status"], c["reason"]) for c in silent] == [(WUYUAN, *ENCRYPTED[kind])]


async def test_nothing_that_it_said_stays_in_the_gateways_log(impostor: Impostor, client: Client) -> None:
    desks = Desks(impostor.zone, client)
    for behaviour, _, _ in (BEHAVIOURS["wrong shape"], BEHAVIOURS["malformed"], BEHAVIOURS["refusing"]):
        impostor.behaviour = behaviour
        await desks.gateway(KAIHUA, CENTRE).whole(ASKED)

    assert SECRET.encode() not in impostor.zone.programs.programs["gateway"].log.read_bytes()
