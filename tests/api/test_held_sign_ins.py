"""What is held open at the gateway ends when the directory drops its officer, and when the officer's token is over."""

from collections.abc import AsyncIterator

import pytest

from api.gateway_signin import GatewaySignIn
from api.held_connections import ConnectionLimits, HeldConnections
from api.tokens import mint
from db.clock import wall_now
from tests.api.graphql import server
from tests.api.graphql.server import application, served
from tests.api.graphql.test_over_sse import code, events, stream
from tests.api.graphql.test_over_websocket import closed_with, connected, subscribe
from tests.api.issuers import ELSEWHERE, GATEWAY, OTHER, Web, verifier
from tests.api.test_gateway_signin import Zone

pytestmark = pytest.mark.anyio

OFFICER = "o-330822-07"
FOREVER = "subscription { forever }"


class Directory:
    """The directory that the gateway knows now."""

    def __init__(self) -> None:
        self.now = Zone()

    def drop(self) -> None:
        self.now = Zone()
        self.now.drop(OFFICER)

    def suspend(self) -> None:
        self.now = Zone("SUSPENDED")

    def withdraw(self) -> None:
        self.now = Zone("WITHDRAWN")


@pytest.fixture
def directory() -> Directory:
    return Directory()


@pytest.fixture
async def address(anyio_backend: str, directory: Directory, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """A door behind the gateway's sign-in, which looks again often."""
    checks = verifier(Web({ELSEWHERE: [OTHER]}), GATEWAY)
    sign_in = GatewaySignIn(checks, current=lambda: directory.now)  # type: ignore[arg-type,return-value]
    monkeypatch.setattr(server, "authenticate", sign_in)
    async with served(application(held=HeldConnections(ConnectionLimits(look_again_s=0.1)))) as found:
        yield found


def token(ttl_s: int = 600) -> str:
    return "Bearer " + mint(OTHER, ELSEWHERE, GATEWAY, OFFICER, ttl_s)


@pytest.mark.parametrize("change", ["drop", "suspend", "withdraw"])
async def test_a_stream_ends_with_its_officers_place(address: str, directory: Directory, change: str) -> None:
    async with stream(f"http://{address}/graphql", FOREVER, {"authorization": token()}) as answer:
        await answer.content.readuntil(b"\n\n")
        getattr(directory, change)()
        told = [event for event in await events(answer) if event[0] != ":"]

    assert (code(told[0]), told[1]) == ("TOKEN_REJECTED", ("complete", None))


@pytest.mark.parametrize("change", ["drop", "suspend", "withdraw"])
async def test_a_socket_ends_with_its_officers_place(address: str, directory: Directory, change: str) -> None:
    init = {"type": "connection_init", "payload": {"authorization": token()}}
    async with connected(f"ws://{address}/graphql", init, subscribe(FOREVER)) as socket:
        assert (await socket.receive_json())["type"] == "connection_ack"
        assert (await socket.receive_json())["type"] == "next"
        getattr(directory, change)()

        assert await closed_with(socket) == 4403


async def test_a_new_directory_alone_ends_nothing(address: str, directory: Directory) -> None:
    init = {"type": "connection_init", "payload": {"authorization": token(2)}}
    began = wall_now().timestamp()
    async with connected(f"ws://{address}/graphql", init, subscribe(FOREVER)) as socket:
        directory.now = Zone()

        assert await closed_with(socket) == 4403

    assert wall_now().timestamp() - began > 0.9  # the token's end, not the directory's


async def test_a_stream_ends_with_its_token(address: str) -> None:
    async with stream(f"http://{address}/graphql", FOREVER, {"authorization": token(1)}) as answer:
        told = [event for event in await events(answer) if event[0] != ":"]

    assert (code(told[-2]), told[-1]) == ("TOKEN_EXPIRED", ("complete", None))
