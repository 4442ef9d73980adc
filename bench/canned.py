"""Canned courts: tiny programs that answer a signed clear query with a prepared part, signed with their own key.

One process answers for all of them, each on a port of its own, so that whoever asks has as many peers and connections
as there are courts. What a court answers is made from the contract once per selection and kept; per query it only names
the query, and signs. `python -m bench.canned CONFIG`, with the listening sockets inherited.

A POST to `/control` changes how a court answers: `{"delayMs": 25}`, `{"hang": true}`. `/floor` gives the same part
without a signature, and `/graphql` gives it as a plain GraphQL server would.
"""

import asyncio
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import msgspec
import orjson
import uvicorn
import uvloop

from bench import canned_parts, children
from federation.ask.content import Answer
from federation.ask.status import Status
from federation.clear import content
from federation.clear.content import ClearQuery, Told
from federation.graph import contract, render, selection
from federation.wire import keyfile, statement
from federation.wire.keyfile import NodeKeys

_KEEP_ALIVE_S: Final = 75
_JSON: Final = [(b"content-type", b"application/json")]
_BINARY: Final = [(b"content-type", b"application/octet-stream")]
_SUPERGRAPH: Final = Path(__file__).parents[1] / "schema" / "supergraph.graphql"
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Config(msgspec.Struct):
    """Which courts answer, by the descriptor that each listens on; their keys; the directory version they name."""

    key_files: dict[int, str]
    directory: int
    floor_selection: str  # of the part that `/floor` and `/graphql` give


@dataclass(slots=True)
class Court:
    """One canned court, and how it answers just now."""

    keys: NodeKeys
    delay_s: float = 0.0
    hangs: bool = False
    _parts: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def part(self, about: contract.Contract, asked: str, text: str) -> bytes:
        """The court's part of field `asked`, as that selection wants it."""
        if (asked, text) not in self._parts:
            self._parts[asked, text] = _cut(about, asked, text, canned_parts.part(asked, self.keys.court))
        return self._parts[asked, text]

    def told(self, query: ClearQuery) -> Told:
        """What the court answers; a page is made as it is asked for."""
        if query.page is None:
            rows, made, place = canned_parts.ROWS, self.part(_contract(), query.field, query.selection), None
        else:
            whole, place = canned_parts.page(self.keys.court, query.page)
            rows, made = len(place.positions), _cut(_contract(), query.field, query.selection, whole)
        answer = Answer(status=Status.ANSWERED, rows=rows, as_of=canned_parts.AS_OF, data=msgspec.Raw(made))
        return Told(answer, place)


def _cut(about: contract.Contract, asked: str, text: str, whole: dict[str, Any]) -> bytes:
    return orjson.dumps(render.render_whole(about, about.answers[asked], _selection(text), whole).data)


@lru_cache(maxsize=16)
def _selection(text: str) -> selection.Selection:
    return selection.read(text)


@lru_cache(maxsize=1)
def _contract() -> contract.Contract:
    return contract.read(_SUPERGRAPH.read_text(encoding="utf-8"))


class Canned:
    """The ASGI application of all courts; which one is meant says the port."""

    def __init__(self, courts: Mapping[int, Court], config: Config) -> None:
        self._courts, self._config = courts, config

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        court, body = self._courts[scope["server"][1]], await _body(receive)
        if scope["path"] == content.PATH:
            await _wait(court)
            await _respond(send, self._answer(court, body), _BINARY)
        elif scope["path"] == "/control":
            told = orjson.loads(body)
            court.delay_s, court.hangs = told.get("delayMs", 0) / 1000, told.get("hang", False)
            await _respond(send, b"{}", _JSON)
        elif scope["path"] in {"/floor", "/graphql"}:
            part = court.part(_contract(), canned_parts.FIELD, self._config.floor_selection)
            whole = b'{"data":{"' + canned_parts.FIELD.encode() + b'":' + part + b"}}"
            await _respond(send, part if scope["path"] == "/floor" else whole, _JSON)
        else:
            await _respond(send, b"{}", _JSON)

    def _answer(self, court: Court, raw: bytes) -> bytes:
        _, query = content.parse_query(raw)
        return content.write_answer(
            court.told(query),
            re=query.id,
            re_digest=statement.digest(raw),
            author=court.keys.court,
            directory=self._config.directory,
            signer=court.keys.signing,
        )


async def _wait(court: Court) -> None:
    while court.hangs:  # noqa: ASYNC110  (it hangs until told otherwise, whoever has gone meanwhile)
        await asyncio.sleep(1)
    if court.delay_s:
        await asyncio.sleep(court.delay_s)


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _respond(send: Send, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


def main() -> None:
    """Serve until standard input closes."""
    config = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Config)
    children.end_with_parent()
    sockets = [socket.socket(fileno=number) for number in config.key_files]
    courts = {
        listener.getsockname()[1]: Court(keyfile.read(Path(file)))
        for listener, file in zip(sockets, config.key_files.values(), strict=True)
    }
    served = uvicorn.Config(
        Canned(courts, config),
        http="httptools",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
    )
    uvloop.run(uvicorn.Server(served).serve(sockets=sockets))


if __name__ == "__main__":
    main()
