"""The calls over TLS, as the gateway sets it up: who the peer is, is known before a word is said."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from api.peers import client_tls
from api.settings import GatewaySettings
from federation.http_client.client import HttpClient, Implementation, NoAnswer
from tests.federation.http_client.clients import opened
from tests.federation.http_client.peers import GOOD, OK, Script, peer, says

pytestmark = pytest.mark.anyio

BODY = OK + b"Content-Length: 20000\r\n\r\n" + b"x" * 15_000


@dataclass(frozen=True, slots=True)
class Authorities:
    """The zone's, and one that nobody in it knows."""

    zone: trustme.CA
    other: trustme.CA

    def court(self, *names: str, issued_by: trustme.CA | None = None, **changes: Any) -> ssl.SSLContext:
        """How a court listens: with a certificate for `names`, asking for one of the zone's."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        (issued_by or self.zone).issue_cert(*names, **changes).configure_cert(context)
        self.zone.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
        return context


@pytest.fixture(scope="module")
def authorities() -> Authorities:
    return Authorities(trustme.CA(), trustme.CA())


@pytest.fixture
def gateway(authorities: Authorities, tmp_path: Path) -> Callable[[trustme.CA], ssl.SSLContext]:
    """How a gateway calls with a certificate of `authority`."""

    def made(authority: trustme.CA) -> ssl.SSLContext:
        own = authority.issue_cert("gateway.example")
        chain, key, ca = tmp_path / "chain.pem", tmp_path / "key.pem", tmp_path / "ca.pem"
        chain.write_bytes(b"".join(blob.bytes() for blob in own.cert_chain_pems))
        own.private_key_pem.write_to_path(str(key))
        authorities.zone.cert_pem.write_to_path(str(ca))
        unused: dict[str, Any] = dict.fromkeys(
            ("dsn", "key_file", "state_dir", "issuer", "directory_root", "directory_file")
        )
        context = client_tls(GatewaySettings(port=0, tls_cert=chain, tls_key=key, tls_ca=ca, **unused))
        assert context is not None
        return context

    return made


@pytest.fixture(params=Implementation)
async def client(
    request: pytest.FixtureRequest, authorities: Authorities, gateway: Callable[[trustme.CA], ssl.SSLContext]
) -> AsyncIterator[HttpClient]:
    async with opened(request.param, gateway(authorities.zone)) as made:
        yield made


async def post(client: HttpClient, url: str, within_s: float = 3.0) -> tuple[int, bytes]:
    return await client.post(url, b"asked", limit_bytes=100_000, within_s=within_s)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
async def test_both_ends_show_their_certificates(client: HttpClient, authorities: Authorities, name: str) -> None:
    shown: list[object] = []

    async def script(writer: asyncio.StreamWriter) -> None:
        shown.append(writer.get_extra_info("peercert")["subjectAltName"])
        writer.write(GOOD)

    async with peer(script, tls=authorities.court(name)) as at:
        for _ in range(3):
            assert await post(client, at.url.replace("127.0.0.1", name)) == (200, b"ab")

        assert at.connections == 1  # kept
    assert shown == [(("DNS", "gateway.example"),)] * 3


LONG_AGO = datetime.now(UTC) - timedelta(days=2)
STRANGERS: dict[str, Callable[[Authorities], ssl.SSLContext]] = {
    "another name": lambda known: known.court("court.example"),
    "another address": lambda known: known.court("127.0.0.2"),
    "unknown authority": lambda known: known.court("127.0.0.1", issued_by=known.other),
    "expired": lambda known: known.court("127.0.0.1", not_before=LONG_AGO - timedelta(days=1), not_after=LONG_AGO),
}


@pytest.mark.parametrize("kind", STRANGERS)
async def test_a_stranger_is_told_nothing(client: HttpClient, authorities: Authorities, kind: str) -> None:
    async with peer(says(GOOD), tls=STRANGERS[kind](authorities)) as at:
        with pytest.raises(NoAnswer) as caught:
            await post(client, at.url)

        assert at.requests == []
    assert str(caught.value) == ""


@pytest.mark.parametrize("which", Implementation)
async def test_a_caller_whom_the_court_does_not_know_gets_no_answer(
    which: Implementation, authorities: Authorities, gateway: Callable[[trustme.CA], ssl.SSLContext]
) -> None:
    async with (
        opened(which, gateway(authorities.other)) as client,
        peer(says(GOOD), tls=authorities.court("127.0.0.1")) as at,
    ):
        with pytest.raises(NoAnswer):
            await post(client, at.url)

        assert at.requests == []


async def test_plain_http_behind_an_https_address(client: HttpClient) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4096)
        writer.write(GOOD)
        writer.close()

    async with await asyncio.start_server(plain, "127.0.0.1", 0) as server:
        with pytest.raises(NoAnswer):
            await post(client, f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")


async def test_dead_idle_connection_is_noticed(client: HttpClient, authorities: Authorities) -> None:
    async with peer(says(GOOD, hang_up=True), tls=authorities.court("127.0.0.1")) as at:
        for _ in range(2):
            assert await post(client, at.url) == (200, b"ab")
            await at.left()

        assert at.connections == 2


def cuts(first: bytes) -> Script:
    """Writes the bytes, then ends the connection beneath TLS, which is told nothing."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.transport.abort()

    return script


@pytest.mark.parametrize("first", [b"", OK, BODY])
async def test_cut_stream_is_no_answer(client: HttpClient, authorities: Authorities, first: bytes) -> None:
    async with peer(cuts(first), tls=authorities.court("127.0.0.1")) as at:
        with pytest.raises(NoAnswer):
            await post(client, at.url)


async def test_deadline_covers_the_handshake(client: HttpClient) -> None:
    came, gone = asyncio.Event(), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.set()
        try:
            while await reader.read(4096):
                pass
        except OSError:
            pass
        gone.set()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        with pytest.raises(TimeoutError):
            await post(client, f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/", 0.3)

        assert loop.time() - began_s < 1.0
        assert came.is_set()
        await asyncio.wait_for(gone.wait(), 2)
