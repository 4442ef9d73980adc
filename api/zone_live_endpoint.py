"""The gateway's door for live twins that a node passes on: `POST /federation/zone/live`.

A request is admitted (zone_admission.py) -> the document is subscribed to as at the gateway's own door -> each response
goes back signed, as it comes, in the words of the node's contract (zone_contracts.py); the last frame says that it was
all.

Invariant: a live twin of a clear field and nothing else is passed on, so that every row ends by itself. When nobody
listens any more, or the asker's time is over, the courts are asked no further.
"""

import asyncio
from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing, suppress
from typing import Any, Final

import orjson
import strawberry
from graphql import FieldNode
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.graphql.errors import RequestRefused, refused
from api.graphql.execution import Engine, Prepared
from api.rate_limits import RateLimits
from api.streamed import Emit, Streamed
from api.zone_admission import Admitted, admitted
from api.zone_contracts import in_words, refusing
from enforcement.desk.gateway import GatewayDesk
from federation.ask.client import budget_ms
from federation.clear import passing_live
from federation.clear.passing import ZoneAnswer
from federation.clear.passing_live import END, Place
from federation.delivery.post import MEDIA_TYPE
from federation.graph.contract import Carry
from federation.wire import errors
from schema.engine import engine_of

_SLACK_S: Final = 0.25


def live_route(desk: GatewayDesk, schema: strawberry.Schema, engine: Engine, rates: RateLimits) -> Route:
    """200 with a stream of signed GraphQL responses; 4xx {code} when nothing was executed."""
    clear = frozenset(name for name, carry in engine_of(schema).contract.carry.items() if carry is Carry.CLEAR)

    async def take(request: Request) -> Response:
        found = await admitted(desk, rates, request)
        if isinstance(found, Response):
            return found
        within_s = budget_ms(request.headers) / 1000 + _SLACK_S
        frames = _Frames(desk, found, _responses(engine, found, clear), within_s)
        return Streamed(frames.write, MEDIA_TYPE)

    return Route(passing_live.PATH, take, methods=["POST"])


async def _responses(engine: Engine, found: Admitted, clear: Collection[str]) -> AsyncGenerator[dict[str, Any], None]:
    """The responses; a request that is refused before execution has one, with errors alone."""
    context = found.context
    try:
        with refusing(found):
            prepared, words = in_words(engine, found, engine.prepare(found.request, context))
            if not _is_twin(prepared, clear):
                raise refused("DOCUMENT_INVALID")
            async with aclosing(engine.stream(prepared, context)) as responses:
                async for response in responses:
                    yield words(response)
    except RequestRefused as refusal:
        yield {"errors": [entry.json(context.language) for entry in refusal.entries]}


def _is_twin(prepared: Prepared, clear: Collection[str]) -> bool:
    roots = prepared.operation.selection_set.selections
    return prepared.subscribes and all(isinstance(root, FieldNode) and root.name.value in clear for root in roots)


class _Frames:
    """What is written of one request."""

    def __init__(
        self, desk: GatewayDesk, found: Admitted, responses: AsyncGenerator[dict[str, Any], None], within_s: float
    ) -> None:
        self._desk, self._found, self._responses, self._within_s = desk, found, responses, within_s

    async def write(self, emit: Emit) -> None:
        """Emit each frame as it comes; a stream whose time is over stops without its last frame."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._within_s), aclosing(self._responses) as responses:
                number = 0
                async for response in responses:
                    await emit(self._frame(_answer(response), number))
                    number += 1
                await emit(self._frame(END, number, is_last=True))

    def _frame(self, answer: ZoneAnswer, number: int, *, is_last: bool = False) -> bytes:
        """The frame as it goes into the stream; one that is too long becomes an error."""
        place = Place(self._found.asked.id, self._found.digest, number)

        def written(told: ZoneAnswer) -> bytes:
            version, signer = self._found.version, self._desk.clear.signer
            return passing_live.write_frame(told, place, directory=version, signer=signer, is_last=is_last)

        try:
            return passing_live.delimited(written(answer))
        except errors.TooLong:
            too_large = refused("DOCUMENT_TOO_LARGE", limit="answer").entries[0].json(self._found.asked.language)
            return passing_live.delimited(written(ZoneAnswer(b"null", [too_large], {})))


def _answer(response: dict[str, Any]) -> ZoneAnswer:
    """A response as it is passed back: the value of its one root field."""
    data: dict[str, Any] = response.get("data") or {}
    value = next(iter(data.values()), None)
    return ZoneAnswer(orjson.dumps(value), response.get("errors", []), response.get("extensions", {}))
