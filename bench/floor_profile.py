"""The floor of an own-court look-up: the same statements in the same transactions, and an answer of the same rows.

As "floor" it is a plain ASGI program with orjson: no GraphQL, no token, no rules, no mandate. As "stock" the same
statements stand behind the GraphQL view and the execution that strawberry brings. The identities are decrypted in both:
without that there is no answer. `python -m bench.floor_profile ROLE CONFIG`, with its listening socket inherited.
"""

import socket
import sys
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import orjson
import strawberry
import uvicorn
import uvloop
from strawberry.asgi import GraphQL
from strawberry.types import Info

from bench import children
from bench.profile_statements import Asked, Statements
from db.at_rest import AtRest
from db.clock import OffsetClock
from db.pool import Pool, open_pool
from federation.wire import keyfile

_KEEP_ALIVE_S: Final = 75
_POOL: Final = 8
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Config(msgspec.Struct):
    """Where the court's data is, and the one question that is answered."""

    descriptor: int
    dsn: str
    key_file: str
    clock_file: str
    asked: Asked


class Floor:
    """Decodes the body, runs the statements, encodes the rows."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        orjson.loads(body)
        rows = await self._statements.run()
        coverage = {"inScope": 1, "answered": 1, "complete": True}
        told = {"data": {"debtorProfile": {"assetsUnderControl": rows, "coverage": coverage}}}
        answer = orjson.dumps(told, default=str)
        length = (b"content-length", str(len(answer)).encode())
        head = [(b"content-type", b"application/json"), length]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": answer})


@strawberry.type
class Asset:
    source_court: str
    kind: str
    identity: str
    division: str
    measure: str
    status: str
    rank: int | None
    effective_at: datetime | None
    expires_on: date | None
    amount: Decimal


@strawberry.type
class Coverage:
    in_scope: int
    answered: int
    complete: bool


@strawberry.type
class Problem:
    code: str
    message: str


@strawberry.type
class DebtorProfile:
    assets_under_control: list[Asset]
    coverage: Coverage


ProfileResult = Annotated[DebtorProfile | Problem, strawberry.union("ProfileResult")]


@strawberry.input
class IdentityInput:
    resident_id: str


@strawberry.input
class BasisInput:
    case_number: str
    purpose: str


@strawberry.input
class ScopeInput:
    courts: list[str]


@strawberry.type
class Query:
    @strawberry.field
    async def debtor_profile(
        self,
        info: Info[Any, None],
        identity: IdentityInput,  # noqa: ARG002  (the one question is known; decoding it is what counts)
        basis: BasisInput,  # noqa: ARG002
        sections: list[str],  # noqa: ARG002
        scope: ScopeInput,  # noqa: ARG002
    ) -> ProfileResult:
        rows = await info.context["statements"].run()
        assets = [Asset(**{_SNAKE[name]: value for name, value in row.items()}) for row in rows]
        return DebtorProfile(assets_under_control=assets, coverage=Coverage(in_scope=1, answered=1, complete=True))


_SNAKE: Final = {
    "sourceCourt": "source_court",
    "kind": "kind",
    "identity": "identity",
    "division": "division",
    "measure": "measure",
    "status": "status",
    "rank": "rank",
    "effectiveAt": "effective_at",
    "expiresOn": "expires_on",
    "amount": "amount",
}


class Stock(GraphQL[Any, None]):
    """Strawberry's own view."""

    statements: Statements

    async def get_context(self, request: Any, response: Any) -> Any:  # noqa: ARG002  (strawberry's signature)
        return {"statements": self.statements}


async def _serve(role: str, config: Config) -> None:
    pool: Pool = await open_pool(config.dsn, size=_POOL)
    keys = keyfile.read(Path(config.key_file))
    clock = OffsetClock(Path(config.clock_file))
    statements = Statements(pool, AtRest(keys.storage, keys.index), clock, config.asked)
    app: Any = Floor(statements)
    if role == "stock":
        app = Stock(strawberry.Schema(Query))
        app.statements = statements
    served = uvicorn.Config(
        app,
        http="httptools",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
    )
    await uvicorn.Server(served).serve(sockets=[socket.socket(fileno=config.descriptor)])


def main() -> None:
    """Serve until standard input closes."""
    children.end_with_parent()
    role, file = sys.argv[1:]
    uvloop.run(_serve(role, msgspec.json.decode(Path(file).read_bytes(), type=Config)))


if __name__ == "__main__":
    main()
