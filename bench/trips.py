"""The floor of a delegated task: bare signed HTTP round trips, each with a commit or without.

It verifies the body's signature, writes the body down where the path says so, and signs its answer: no GraphQL, no
token, no rules, no encryption. `python -m bench.trips CONFIG`, with its listening socket inherited.
"""

import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
import uvicorn
import uvloop
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bench import children
from db.pool import Pool, open_pool

SIGNATURE_BYTES: Final = 64
COMMITTED: Final = "/commit"
_KEEP_ALIVE_S: Final = 75
_TABLE: Final = "CREATE TABLE IF NOT EXISTS trips (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea)"
_ADD: Final = "INSERT INTO trips (body) VALUES ($1)"
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Config(msgspec.Struct):
    """The socket, the database, and the keys: of who calls the public one, of who answers the private one, raw."""

    descriptor: int
    dsn: str
    caller: bytes
    own: bytes


class Trips:
    """Signed in, signed out."""

    def __init__(self, pool: Pool, config: Config) -> None:
        self._pool = pool
        self._caller = Ed25519PublicKey.from_public_bytes(config.caller)
        self._own = Ed25519PrivateKey.from_private_bytes(config.own)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        status = 200
        try:
            self._caller.verify(body[:SIGNATURE_BYTES], body[SIGNATURE_BYTES:])
        except InvalidSignature:
            status = 401
        if status == 200 and scope["path"] == COMMITTED:  # noqa: PLR2004
            await self._pool.execute(_ADD, body)
        answer = self._own.sign(body) + body[SIGNATURE_BYTES:]
        headers = [(b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer})


async def _serve(config: Config) -> None:
    pool = await open_pool(config.dsn)
    await pool.execute(_TABLE)
    server = uvicorn.Server(
        uvicorn.Config(
            Trips(pool, config),
            http="httptools",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_S,
        )
    )
    await server.serve(sockets=[socket.socket(fileno=config.descriptor)])


def main() -> None:
    """Serve until standard input closes."""
    children.end_with_parent()
    uvloop.run(_serve(msgspec.json.decode(sys.argv[1], type=Config)))


if __name__ == "__main__":
    main()
