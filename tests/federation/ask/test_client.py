"""The way out for asks: one connection serves look-up after look-up, and nobody is waited for after `End`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest

from db.clock import monotonic_s
from federation.ask import frames
from federation.ask.client import AskClient
from federation.ask.frames import AnswerFrame, End

pytestmark = pytest.mark.anyio
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"
_TURNS = 20


@dataclass(slots=True)
class Relay:
    """Answers every batch with one frame and `End`, and then ends the response or does not."""

    after_end: bytes = LAST_CHUNK
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
                await reader.readexactly(length)
                writer.write(HEAD + _chunk(frames.write(AnswerFrame(b"a"))) + _chunk(frames.write(End())))
                for _ in range(_TURNS):  # the client hears `End` first
                    await asyncio.sleep(0)
                writer.write(self.after_end)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


@asynccontextmanager
async def asking(relay: Relay) -> AsyncIterator[AskClient]:
    server = await asyncio.start_server(relay.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, aiohttp.ClientSession() as session:
        yield AskClient(session, f"http://127.0.0.1:{port}")


async def heard(client: AskClient) -> list[frames.Frame]:
    """The frames up to `End`, as a look-up hears them: it does not listen on."""
    told: list[frames.Frame] = []
    async with aclosing(client.ask([b"ask"], 2000)) as stream:
        async for frame in stream:
            told.append(frame)
            if isinstance(frame, End):
                break
    return told


async def test_next_look_up_uses_the_same_connection() -> None:
    relay = Relay()
    async with asking(relay) as client:
        for _ in range(3):
            assert await heard(client) == [AnswerFrame(b"a"), End()]

    assert relay.connections == 1


@pytest.mark.parametrize("after_end", [b"", _chunk(b"more")])
async def test_stream_that_goes_on_after_its_end_is_left(after_end: bytes) -> None:
    relay, began_s = Relay(after_end), monotonic_s()
    async with asking(relay) as client:
        for _ in range(2):
            assert await heard(client) == [AnswerFrame(b"a"), End()]

    assert relay.connections == 2
    assert monotonic_s() - began_s < 1.0
