"""The gateway asks in clear over real HTTP: what is no good answer is a named silence."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import msgspec
import orjson
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from db.ids import new_id
from federation.ask.content import Answer
from federation.ask.status import Reason, Reporter, Status
from federation.clear import content
from federation.directory.directory import Directory
from federation.directory.document import KeyEntry
from federation.relay.calls import Calls
from federation.wire.framing import join
from federation.wire.signing import generate_signing, public_text
from tests.conftest import REFERENCE
from tests.federation.clear.courts import ClearZone, hang, stock, told
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio

ANSWERED = (Status.ANSWERED, None, Reporter.COURT)
Reply = Callable[[ClearZone, bytes], Response]


async def test_every_court_is_asked_and_heard(courts: ClearZone) -> None:
    gathering = await courts.ask()

    assert told(gathering) == dict.fromkeys((KAIHUA, CHANGSHAN, SHEXIAN), ANSWERED)
    assert gathering.values == {code: {"count": 3} for code in (KAIHUA, CHANGSHAN, SHEXIAN)}
    assert {court for court, query, _ in courts.received if query.to == court} == {KAIHUA, CHANGSHAN, SHEXIAN}
    assert len({query.id for _, query, _ in courts.received}) == 3
    assert all(0 < budget <= 2000 for _, _, budget in courts.received)


async def test_only_those_asked_are_asked(courts: ClearZone) -> None:
    await courts.ask(SHEXIAN, arguments={"of": "x"}, language="zh")

    ((court, query, _),) = courts.received
    assert (court, query.arguments, query.language) == (SHEXIAN, {"of": "x"}, "zh")


def signed(answer: Answer, **changes: object) -> Reply:
    return lambda made, raw: Response(made.answered(SHEXIAN, raw, answer, **changes))


def data(raw: bytes) -> Answer:
    return Answer(status=Status.ANSWERED, rows=1, data=msgspec.Raw(raw))


async def _cut() -> AsyncIterator[bytes]:
    yield b"\0\0"
    raise ConnectionError


FAULTY, REFUSED, UNSUPPORTED, UNREACHABLE = Status.FAULTY, Status.REFUSED, Status.UNSUPPORTED, Status.UNREACHABLE
COURT, GATEWAY = Reporter.COURT, Reporter.GATEWAY
REPLIES: dict[str, tuple[Reply, tuple[Status, Reason, Reporter]]] = {
    "refusing": (lambda m, r: JSONResponse({"code": "STALE"}, 410), (REFUSED, Reason.STALE, GATEWAY)),
    "refusing in words": (lambda m, r: JSONResponse({"code": "李样甲"}, 403), (REFUSED, Reason.OTHER, GATEWAY)),
    "refusing signed": (
        signed(Answer(status=REFUSED, code="MEMBERSHIP_SUSPENDED")),
        (REFUSED, Reason.MEMBERSHIP_SUSPENDED, COURT),
    ),
    "of an older release": (
        signed(Answer(status=UNSUPPORTED, code="UNSUPPORTED_FIELD")),
        (UNSUPPORTED, Reason.UNSUPPORTED_FIELD, COURT),
    ),
    "failing signed": (signed(Answer(status=FAULTY, code="INTERNAL")), (FAULTY, Reason.INTERNAL, COURT)),
    "saying who else is silent": (signed(Answer(status=Status.TIMED_OUT)), (FAULTY, Reason.BAD_RESPONSE, GATEWAY)),
    "failing": (lambda m, r: Response("李样甲", 500), (FAULTY, Reason.BAD_RESPONSE, GATEWAY)),
    "redirecting": (
        lambda m, r: Response(status_code=307, headers={"location": "/"}),
        (FAULTY, Reason.BAD_RESPONSE, GATEWAY),
    ),
    "empty": (lambda m, r: Response(b""), (FAULTY, Reason.BAD_RESPONSE, GATEWAY)),
    "malformed": (lambda m, r: Response(b"{}"), (FAULTY, Reason.BAD_RESPONSE, GATEWAY)),
    "another statement": (lambda m, r: Response(r), (FAULTY, Reason.BAD_RESPONSE, GATEWAY)),
    "a bomb": (lambda m, r: Response(join(b"[" * 1000, b"", b"")), (FAULTY, Reason.BAD_RESPONSE, GATEWAY)),
    "endless": (lambda m, r: Response(bytes(content.MAX_ANSWER + 1)), (FAULTY, Reason.BAD_RESPONSE, GATEWAY)),
    "wrong shape": (signed(data(b'{"count":"x","who":1}')), (FAULTY, Reason.WRONG_SHAPE, GATEWAY)),
    "not JSON": (signed(data(b"rubbish")), (FAULTY, Reason.WRONG_SHAPE, GATEWAY)),
    "nested": (signed(data(b"[" * 100_000)), (FAULTY, Reason.WRONG_SHAPE, GATEWAY)),
    "doubled": (signed(data(b'{"count":1,"count":2}')), (FAULTY, Reason.WRONG_SHAPE, GATEWAY)),
    "forged": (signed(stock(3), signer=generate_signing()), (FAULTY, Reason.BAD_ANSWER, GATEWAY)),
    "another court's": (lambda m, r: Response(m.answered(CHANGSHAN, r)), (FAULTY, Reason.BAD_RESPONSE, GATEWAY)),
    "in its name": (
        lambda m, r: Response(m.answered(CHANGSHAN, r, author=SHEXIAN)),
        (FAULTY, Reason.BAD_ANSWER, GATEWAY),
    ),
    "to another query": (
        signed(stock(3), re=new_id(REFERENCE), re_digest="0" * 64),
        (FAULTY, Reason.BAD_RESPONSE, GATEWAY),
    ),
    "to other bytes": (signed(stock(3), re_digest="0" * 64), (FAULTY, Reason.BAD_RESPONSE, GATEWAY)),
    "under an unknown directory": (signed(stock(3), directory=9), (FAULTY, Reason.UNKNOWN_DIRECTORY, GATEWAY)),
    "cut": (
        lambda m, r: StreamingResponse(_cut(), headers={"content-length": "500"}),
        (UNREACHABLE, Reason.NO_CONNECTION, GATEWAY),
    ),
}


@pytest.mark.parametrize("kind", REPLIES)
async def test_one_courts_fault_stays_its_own(courts: ClearZone, kind: str) -> None:
    reply, expected = REPLIES[kind]

    async def behave(made: ClearZone, _: str, request: Request) -> Response:
        return reply(made, await request.body())

    courts.behaviour[SHEXIAN] = behave

    gathering = await courts.ask()

    assert told(gathering) == {KAIHUA: ANSWERED, CHANGSHAN: ANSWERED, SHEXIAN: expected}
    assert gathering.values == {KAIHUA: {"count": 3}, CHANGSHAN: {"count": 3}}
    said = orjson.dumps(gathering.coverage().as_data()).decode()
    assert not any(secret in said for secret in ("127.0.0.1", "李样甲", "who"))


async def test_what_nobody_foresaw_stays_one_courts(
    courts: ClearZone, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = Calls.post

    async def post(calls: Calls, court: str, *given: Any, **named: Any) -> bytes:
        if court == SHEXIAN:
            raise ValueError("李样甲")
        return await real(calls, court, *given, **named)

    monkeypatch.setattr(Calls, "post", post)

    gathering = await courts.ask()

    assert told(gathering)[SHEXIAN] == (FAULTY, Reason.BAD_ANSWER, GATEWAY)
    assert set(gathering.values) == {KAIHUA, CHANGSHAN}
    assert "李样甲" not in caplog.text


async def test_court_with_nothing_is_empty(courts: ClearZone) -> None:
    async def behave(made: ClearZone, court: str, request: Request) -> Response:
        empty = Answer(status=Status.EMPTY, data=msgspec.Raw(b'{"count":0}'))
        return Response(made.answered(court, await request.body(), empty))

    courts.behaviour[SHEXIAN] = behave

    assert told(await courts.ask(SHEXIAN)) == {SHEXIAN: (Status.EMPTY, None, Reporter.COURT)}


async def test_hung_court_costs_the_deadline_and_no_more(courts: ClearZone) -> None:
    courts.behaviour[SHEXIAN] = hang

    async with asyncio.timeout(1.5):
        gathering = await courts.ask(budget_ms=300)

    assert told(gathering)[SHEXIAN] == (Status.TIMED_OUT, Reason.DEADLINE, Reporter.GATEWAY)
    assert set(gathering.values) == {KAIHUA, CHANGSHAN}


async def test_a_short_deadline_opens_no_circuit(courts: ClearZone) -> None:
    """How long to wait, each caller chooses: nobody else loses a court by it."""
    courts.behaviour[SHEXIAN] = hang
    for _ in range(4):
        assert told(await courts.ask(budget_ms=150))[SHEXIAN][0] is Status.TIMED_OUT

    del courts.behaviour[SHEXIAN]

    assert set((await courts.ask()).values) == {KAIHUA, CHANGSHAN, SHEXIAN}


async def test_dead_court_opens_its_circuit(courts: ClearZone) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: every connection is refused
        dead = courts.zone.court(SHEXIAN, url=f"http://127.0.0.1:{taken.getsockname()[1]}")
        await newer(courts, dead)

        seen = [told(await courts.ask())[SHEXIAN][:2] for _ in range(3)]

    unreachable = (Status.UNREACHABLE, Reason.NO_CONNECTION)
    assert seen == [unreachable, unreachable, (Status.CIRCUIT_OPEN, Reason.TOO_MANY_FAILURES)]
    assert set((await courts.ask()).values) == {KAIHUA, CHANGSHAN}


async def newer(courts: ClearZone, court: object) -> bytes:
    """Directory version 2, in which 歙县 is as given, accepted at the gateway."""
    directory: Directory = courts.gateway.calls.directory
    others = [directory.current().court(code) for code in (KAIHUA, CHANGSHAN)]
    document = courts.zone.signed(2, courts=[*others, court])
    async with courts.pool.acquire() as conn:
        await directory.accept(conn, document, courts.clock.now())
    return document


async def test_retired_key_signs_nothing_new(courts: ClearZone) -> None:
    entry = courts.gateway.calls.directory.current().court(SHEXIAN)
    at = courts.clock.now() - timedelta(minutes=1)
    keys = [
        msgspec.structs.replace(key, state="RETIRED", retired_at=at) if key.use == "sign" else key for key in entry.keys
    ]
    fresh = generate_signing()
    keys.append(KeyEntry(id=fresh.id, use="sign", public=public_text(fresh.public)))
    await newer(courts, msgspec.structs.replace(entry, keys=keys))

    assert told(await courts.ask(SHEXIAN)) == {SHEXIAN: (Status.FAULTY, Reason.BAD_ANSWER, Reporter.GATEWAY)}


async def test_too_large_question_is_not_sent(courts: ClearZone) -> None:
    gathering = await courts.ask(SHEXIAN, arguments={"of": "x" * 70_000})

    assert told(gathering) == {SHEXIAN: (Status.FAULTY, Reason.TOO_LARGE, Reporter.GATEWAY)}
    assert courts.received == []


async def test_hundred_courts_at_once_are_bounded(courts: ClearZone) -> None:
    """The same court under one gathering asked many times at once never has more than its places under way."""
    under_way, most = 0, 0

    async def slow(made: ClearZone, court: str, request: Request) -> Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.05)
        under_way -= 1
        return Response(made.answered(court, await request.body()))

    courts.behaviour[SHEXIAN] = slow
    gathering = await courts.ask(*(SHEXIAN,) * 100, budget_ms=5000)

    assert told(gathering) == {SHEXIAN: ANSWERED}
    assert 1 < most <= 64
