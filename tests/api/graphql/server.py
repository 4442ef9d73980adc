"""A small schema behind the real doors, on a real socket."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp
from strawberry.schema.config import StrawberryConfig

from api.graphql.over_http import graphql_routes
from api.request_log import RequestLog
from api.signin import SignInRefused
from enforcement.rules.refusals import Forbidden
from enforcement.rules.rights import Caller, Role
from schema.scalars import SCALARS, CaseNumber, Money, ResidentId
from schema.selected_areas import Refused
from tests.listening import listening


@dataclass(slots=True)
class SmallContext:
    caller: Caller | None
    language: str
    request_id: str
    extensions: dict[str, Any] = field(default_factory=dict)
    refused: Refused | None = None


@strawberry.input
class Person:
    number: ResidentId
    age: int = 0


@strawberry.type
class Small:
    ran: strawberry.Private[list[str]]

    @strawberry.field
    def again(self) -> "Small":
        return Small(ran=self.ran)

    @strawberry.field
    def name(self) -> str:
        return "獬豸"


@strawberry.type
class Query:
    @strawberry.field
    def zone(self, info: strawberry.Info) -> str:
        return f"zone {info.context.language}"

    @strawberry.field
    def small(self) -> Small:
        return Small(ran=[])

    @strawberry.field
    def hall(self, first: int = 20) -> list[Small]:
        return [Small(ran=[])] * first

    @strawberry.field
    def people(self, person: Person, n: int = 0, case: CaseNumber | None = None) -> str:
        return "seen"

    @strawberry.field
    def double(self, amount: Money) -> Money:
        return Money(amount * 2)

    @strawberry.field
    def broken(self, secret: str) -> str:
        raise ValueError(f"secret {secret}")

    @strawberry.field
    def refused(self) -> str:
        raise Forbidden

    @strawberry.field
    def maybe(self, n: int) -> str | None:
        raise ValueError(f"secret {n}")

    @strawberry.field
    async def covered(self, info: strawberry.Info) -> int:
        info.context.extensions["coverage"] = {"complete": True}
        return 7


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int) -> AsyncGenerator[int, None]:
        for number in range(to):
            yield number

    @strawberry.subscription
    async def forever(self) -> AsyncGenerator[int, None]:
        yield 0
        await asyncio.sleep(3600)

    @strawberry.subscription
    async def flood(self) -> AsyncGenerator[str, None]:
        while True:
            yield "x" * 100_000
            await asyncio.sleep(0)

    @strawberry.subscription
    async def failing(self) -> AsyncGenerator[int, None]:
        yield 0
        raise ValueError("secret 330824197903159972")


@strawberry.type
class Mutation:
    @strawberry.mutation
    def mark(self) -> bool:
        return True


schema = strawberry.Schema(
    query=Query, mutation=Mutation, subscription=Subscription, config=StrawberryConfig(scalar_map=SCALARS), types=[]
)

HANDLER = Caller("o-330824-01", "浙0824", frozenset({Role.HANDLER}))
DEVELOPER = Caller("o-330824-11", "浙0824", frozenset({Role.DEVELOPER}))


async def authenticate(header: str | None) -> Caller | None:
    """`Bearer handler`, `Bearer developer`, `Bearer until-<Unix seconds>`."""
    if header is None:
        return None
    name = header.removeprefix("Bearer ")
    if expiry := re.fullmatch(r"until-([\d.]+)", name):
        return Caller("o-330824-01", "浙0824", frozenset({Role.HANDLER}), float(expiry.group(1)))
    try:
        return {"handler": HANDLER, "developer": DEVELOPER}[name]
    except KeyError:
        raise SignInRefused("TOKEN_REJECTED") from None


def application(**options: Any) -> ASGIApp:
    return RequestLog(Starlette(routes=graphql_routes(schema, authenticate, SmallContext, **options)))


@asynccontextmanager
async def served(app: ASGIApp, **options: Any) -> AsyncIterator[str]:
    """Serve on an ephemeral port; gives `127.0.0.1:port`; stops after the block."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, ws="websockets-sansio", **options)
    async with listening(uvicorn.Server(config)) as address:
        yield address
