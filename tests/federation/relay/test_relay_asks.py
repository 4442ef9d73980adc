"""The gateway's relay of asks over real HTTP, with courts that answer, refuse, dawdle, break or talk rubbish."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

import aiohttp
import msgspec
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.relay_asks import relay_ask_routes
from db.clock import SetClock
from db.pool import Pool
from federation.ask import frames
from federation.ask.asking import AskingCourt, SentAsk, write_ask
from federation.ask.breaker import Breaker
from federation.ask.client import AskClient
from federation.ask.content import Answer, Ask
from federation.ask.frames import AnswerFrame, End, Frame, StatusFrame
from federation.ask.status import Reason, Status
from federation.directory.directory import Directory
from federation.http_client.client import Implementation
from federation.relay.asks import AskRelay
from federation.relay.calls import Calls
from federation.wire import envelope
from federation.wire.envelope import MAX_ANSWER
from federation.wire.framing import join
from federation.wire.signing import generate_signing
from tests.enforcement.lookup_zone import listener, serving
from tests.federation.ask.test_gather import Scene
from tests.federation.http_client.clients import opened
from tests.federation.zone import CHANGSHAN, DIVISIONS, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio

Behaviour = Callable[[bytes], Awaitable[Response]]


@dataclass(slots=True)
class Hanging:
    """A court that takes an ask and says nothing until the gateway hangs up."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def hang(self, request: Request) -> Response:
        self.asked.set()
        while (await request.receive())["type"] != "http.disconnect":
            pass
        self.left.set()
        return Response()


@dataclass(slots=True)
class Relayed:
    """A gateway between 开化 and two courts, whose behaviour the test sets."""

    scene: Scene
    client: AskClient
    url: str
    session: aiohttp.ClientSession
    pool: Pool
    relay: AskRelay
    noted: list[dict[str, Any]]
    behaviour: dict[str, Behaviour] = field(default_factory=dict)
    received: list[tuple[str, bytes, str]] = field(default_factory=list)
    hanging: dict[str, "Hanging"] = field(default_factory=dict)
    newer: bytes | None = None

    async def fetch(self) -> None:
        """The gateway gets the newest directory, when there is one."""
        if self.newer is not None:
            async with self.pool.acquire() as conn:
                await self.relay.directory.accept(conn, self.newer, self.scene.clock.now())

    async def ask(self, *raw: bytes, budget_ms: int = 2000) -> list[Frame]:
        batch = raw or tuple(ask.raw for ask in self.scene.sent)
        return [frame async for frame in self.client.ask(batch, budget_ms)]

    async def post(self, body: bytes) -> tuple[int, Any]:
        async with self.session.post(self.url + "/relay/asks", data=body) as response:
            return response.status, await response.json()

    async def refusals(self) -> list[str]:
        async with self.pool.acquire() as conn:
            return [row["reason"] for row in await conn.fetch("SELECT reason FROM refused_envelopes ORDER BY number")]

    async def good(self, court: str, raw: bytes) -> Response:
        (ask,) = [ask for ask in self.scene.sent if ask.raw == raw]
        return Response(self.scene.answer(ask, Answer(status=Status.EMPTY)).raw)


@pytest.fixture(params=Implementation)
async def relayed(gateway_pool: Pool, clock: SetClock, request: pytest.FixtureRequest) -> AsyncIterator[Relayed]:
    zone, noted = Zone(), list[dict[str, Any]]()
    async with AsyncExitStack() as stack:
        listeners = {code: stack.enter_context(listener()) for code in (*DIVISIONS, "gateway")}
        urls = {code: f"http://127.0.0.1:{sock.getsockname()[1]}" for code, sock in listeners.items()}
        directory = Directory(zone.root, clock)
        courts = [zone.court(code, url=urls[code]) for code in DIVISIONS]
        async with gateway_pool.acquire() as conn:
            await directory.accept(conn, zone.signed(courts=courts), clock.now())
        session = await stack.enter_async_context(aiohttp.ClientSession())
        http = await stack.enter_async_context(opened(request.param))

        async def note(**told: Any) -> None:
            noted.append(told)

        async def fetch() -> None:
            await made.fetch()

        relay = AskRelay(Calls(directory, http, Breaker(threshold=2, pause_s=60.0)), clock, note, fetch)
        keys = zone.keys[KAIHUA]
        court = AskingCourt(KAIHUA, clock, directory, keys.signing, keys.box, cast("AskClient", None), 1)
        client = AskClient(session, urls["gateway"])
        made = Relayed(Scene(zone, court, clock), client, urls["gateway"], session, gateway_pool, relay, noted)
        for code in (CHANGSHAN, SHEXIAN):
            await stack.enter_async_context(serving([_door(made, code)], listeners[code]))
        gateway_routes = relay_ask_routes(relay, gateway_pool)
        await stack.enter_async_context(serving([*gateway_routes], listeners["gateway"]))
        yield made


def _door(made: Relayed, code: str) -> Route:
    async def take(request: Request) -> Response:
        raw = await request.body()
        made.received.append((code, raw, request.headers["xiezhi-budget-ms"]))
        if code in made.hanging:
            return await made.hanging[code].hang(request)
        behaviour = made.behaviour.get(code)
        return await (behaviour(raw) if behaviour else made.good(code, raw))

    return Route("/federation/ask", take, methods=["POST"])


def statuses(frames_: list[Frame]) -> dict[str, tuple[Status, Reason]]:
    return {frame.court: (frame.status, frame.reason) for frame in frames_ if isinstance(frame, StatusFrame)}


async def test_answers_come_as_they_are_and_end(relayed: Relayed) -> None:
    answer = await relayed.ask()

    assert [type(frame) for frame in answer] == [AnswerFrame, AnswerFrame, End]
    assert {raw for _, raw, _ in relayed.received} == {ask.raw for ask in relayed.scene.sent}
    assert all(int(budget) <= 2000 for _, _, budget in relayed.received)
    kinds = sorted((told["kind"], told["outcome"]) for told in relayed.noted)
    assert kinds == [("answer", "CARRIED")] * 2 + [("ask", "ANSWERED")] * 2


async def test_frames_come_in_order_of_arrival(relayed: Relayed) -> None:
    gate = asyncio.Event()

    async def late(raw: bytes) -> Response:
        await gate.wait()
        return await relayed.good(CHANGSHAN, raw)

    relayed.behaviour[CHANGSHAN] = late
    seen = []
    async for frame in relayed.client.ask([ask.raw for ask in relayed.scene.sent], 5000):
        if isinstance(frame, AnswerFrame):
            seen.append(envelope.parse(frame.raw).header.sender)
            gate.set()

    assert seen == [SHEXIAN, CHANGSHAN]


def _answering(response: Callable[[], Response]) -> Behaviour:
    async def behave(_: bytes) -> Response:
        return response()

    return behave


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (lambda: JSONResponse({"code": "BAD_SIGNATURE"}, 401), (Status.REFUSED, Reason.BAD_SIGNATURE)),
        (lambda: JSONResponse({"code": "my own words"}, 400), (Status.REFUSED, Reason.OTHER)),
        (lambda: Response("<html>", 404), (Status.REFUSED, Reason.OTHER)),
        (lambda: Response("x" * 5000, 404), (Status.FAULTY, Reason.BAD_RESPONSE)),
        (lambda: Response("oops", 500), (Status.FAULTY, Reason.BAD_RESPONSE)),
        (lambda: Response(status_code=307, headers={"location": "/elsewhere"}), (Status.FAULTY, Reason.BAD_RESPONSE)),
        (lambda: Response(b""), (Status.FAULTY, Reason.BAD_RESPONSE)),
        (lambda: Response(b'{"x":' + b"[" * 1019, 400), (Status.REFUSED, Reason.OTHER)),
        (lambda: Response(join(b'{"v":1,"x":' + b"[" * 4000, b"", b"")), (Status.FAULTY, Reason.BAD_RESPONSE)),
        (lambda: Response(b"x" * (MAX_ANSWER + 1)), (Status.FAULTY, Reason.BAD_RESPONSE)),
    ],
)
async def test_bad_response_is_a_status(
    relayed: Relayed, response: Callable[[], Response], expected: tuple[Status, Reason]
) -> None:
    relayed.behaviour[SHEXIAN] = _answering(response)

    answer = await relayed.ask()

    assert statuses(answer) == {SHEXIAN: expected}
    assert isinstance(answer[-1], End)


async def test_another_asks_answer_is_no_answer(relayed: Relayed) -> None:
    other = relayed.scene.sent[0]

    async def swapped(_: bytes) -> Response:
        return Response(relayed.scene.answer(other, Answer(status=Status.EMPTY)).raw)

    relayed.behaviour[SHEXIAN] = swapped

    assert statuses(await relayed.ask()) == {SHEXIAN: (Status.FAULTY, Reason.BAD_RESPONSE)}


async def test_what_nobody_foresaw_stays_one_courts(relayed: Relayed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a court makes the client raise, the others' answers come, and the end of the stream."""
    real = Calls.post

    async def post(calls: Calls, court: str, *given: Any, **named: Any) -> bytes:
        if court == SHEXIAN:
            raise ValueError("李样甲")
        return await real(calls, court, *given, **named)

    monkeypatch.setattr(Calls, "post", post)

    answer = await relayed.ask()

    assert statuses(answer) == {SHEXIAN: (Status.FAULTY, Reason.BAD_RESPONSE)}
    assert [type(frame) for frame in answer if not isinstance(frame, StatusFrame)] == [AnswerFrame, End]


async def test_suspended_court_is_not_asked(relayed: Relayed, gateway_pool: Pool) -> None:
    """Though the asking court did not know yet that it is: the gateway says so, and that it asked nobody."""
    directory, zone = relayed.relay.directory, relayed.scene.zone
    courts = [
        msgspec.structs.replace(directory.current().court(code), state="SUSPENDED" if code == SHEXIAN else "ACTIVE")
        for code in DIVISIONS
    ]
    async with gateway_pool.acquire() as conn:
        await directory.accept(conn, zone.signed(2, courts=courts), relayed.scene.clock.now())

    answer = await relayed.ask()

    assert statuses(answer) == {SHEXIAN: (Status.NOT_ASKED, Reason.MEMBERSHIP_SUSPENDED)}
    assert {court for court, _, _ in relayed.received} == {CHANGSHAN}


async def test_late_court_times_out_alone(relayed: Relayed) -> None:
    relayed.hanging[SHEXIAN] = Hanging()

    answer = await relayed.ask(budget_ms=300)

    assert statuses(answer) == {SHEXIAN: (Status.TIMED_OUT, Reason.DEADLINE)}
    assert [type(frame) for frame in answer] == [AnswerFrame, StatusFrame, End]


async def test_row_of_failures_opens_the_circuit(relayed: Relayed) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: every connection is refused
        court = relayed.scene.zone.court(SHEXIAN, url=f"http://127.0.0.1:{taken.getsockname()[1]}")
        others = [relayed.relay.directory.current().court(code) for code in (KAIHUA, CHANGSHAN)]
        async with relayed.pool.acquire() as conn:
            newer = relayed.scene.zone.signed(2, courts=[*others, court])
            await relayed.relay.directory.accept(conn, newer, relayed.scene.clock.now())

        seen = [statuses(await relayed.ask())[SHEXIAN][0] for _ in range(3)]

    assert seen == [Status.UNREACHABLE, Status.UNREACHABLE, Status.CIRCUIT_OPEN]


async def test_askers_disconnect_cancels_the_asks(relayed: Relayed) -> None:
    relayed.hanging = {SHEXIAN: Hanging(), CHANGSHAN: Hanging()}
    stream = relayed.client.ask([ask.raw for ask in relayed.scene.sent], 5000)
    first = asyncio.ensure_future(anext(stream))
    async with asyncio.timeout(3):
        for court in relayed.hanging.values():
            await court.asked.wait()

        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await stream.aclose()

        for court in relayed.hanging.values():
            await court.left.wait()
    assert relayed.noted == []


async def test_newer_directory_is_fetched_before_a_refusal(relayed: Relayed, node_pool: Pool) -> None:
    scene, current = relayed.scene, relayed.relay.directory.current()
    newer = scene.zone.signed(2, courts=list(current.courts()))
    ahead = Directory(scene.zone.root, scene.clock)
    async with node_pool.acquire() as conn:
        for document in (scene.zone.signed(1, courts=list(current.courts())), newer):
            await ahead.accept(conn, document, scene.clock.now())
    ask = Ask(field="stock", contract=1, arguments={}, selection="{ a }", mandate=b"")
    sent = write_ask(replace(scene.court, directory=ahead), SHEXIAN, ask, scene.clock.now())
    scene.sent.append(sent)

    assert await relayed.post(frames.write_batch([sent.raw])) == (409, {"code": "UNKNOWN_DIRECTORY"})
    relayed.newer = newer
    assert [type(frame) for frame in await relayed.ask(sent.raw)] == [AnswerFrame, End]


def forged(relayed: Relayed, **changes: Any) -> bytes:
    court = relayed.scene.court
    ask = Ask(field="stock", contract=1, arguments={}, selection="{ a }", mandate=b"")
    at = changes.pop("at", court.clock.now())
    return write_ask(replace(court, **changes), SHEXIAN, ask, at).raw


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (lambda r: b"rubbish", 400, "MALFORMED"),
        (lambda r: b"", 400, "MALFORMED"),
        (lambda r: frames.write_batch([b"rubbish"]), 400, "MALFORMED"),
        (lambda r: frames.write_batch([join(b'{"v":1,"x":' + b"[" * 4000, b"", b"")]), 400, "MALFORMED"),
        (lambda r: bytes(len(DIVISIONS) * frames.MAX_FRAME), 413, "TOO_LARGE"),
        (lambda r: frames.write_batch([r.scene.sent[0].raw] * 2), 400, "MALFORMED"),
        (lambda r: frames.write_batch([r.scene.sent[0].raw, forged(r, code=CHANGSHAN)]), 400, "MALFORMED"),
        (lambda r: frames.write_batch([forged(r, signer=generate_signing())]), 401, "BAD_SIGNATURE"),
        (lambda r: frames.write_batch([forged(r, code=CHANGSHAN)]), 401, "BAD_SIGNATURE"),
        (lambda r: frames.write_batch([forged(r, code="京0101")]), 403, "UNKNOWN_COURT"),
        (
            lambda r: frames.write_batch([forged(r, at=r.scene.clock.now() - timedelta(minutes=6))]),
            410,
            "STALE",
        ),
    ],
)
async def test_bad_batch_is_refused_whole(relayed: Relayed, body: Any, status: int, code: str) -> None:
    assert await relayed.post(body(relayed)) == (status, {"code": code})
    assert (relayed.received, relayed.noted) == ([], [])
    assert await relayed.refusals() == [code]


async def test_refused_batch_is_a_cut_stream_for_the_asker(relayed: Relayed) -> None:
    assert await relayed.ask(forged(relayed, signer=generate_signing())) == []


async def test_retry_carries_the_same_envelope(relayed: Relayed) -> None:
    ask: SentAsk = relayed.scene.sent[0]

    await relayed.ask(ask.raw)
    await relayed.ask(ask.raw)

    assert [raw for _, raw, _ in relayed.received] == [ask.raw, ask.raw]
