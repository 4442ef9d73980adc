"""The gateway's door for clear documents that a node passes on: `POST /federation/zone`.

A request is admitted (zone_admission.py) -> the document is executed as at the gateway's own door -> the response goes
back signed, in the words of the node's contract (zone_contracts.py). Invariant: what is answered is neither stored nor
logged.
"""

from dataclasses import replace
from typing import Any, Final

import orjson
import strawberry
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.envelope_http import envelope_response
from api.graphql.errors import RequestRefused, refused
from api.graphql.execution import Engine, Hook
from api.graphql.limits import DocumentLimits
from api.rate_limits import RateLimits
from api.zone_admission import Admitted, admitted
from api.zone_contracts import in_words, refusing
from api.zone_live_endpoint import live_route
from enforcement.desk.gateway import GatewayDesk
from federation.clear import passing
from federation.clear.passing import ZoneAnswer
from federation.wire import errors
from schema.snapshots import zone_of

_ROOTS: Final = ("zone", "node", "nodes")
"""The root fields that a node passes on, one to a document: what is passed on of another is not answered."""
_WRAPPING_TOKENS: Final = 16


def zone_routes(desk: GatewayDesk, schema: strawberry.Schema, hook: Hook, rates: RateLimits) -> list[Route]:
    """200 with a signed GraphQL response, or a row of them; 4xx {code} when nothing was executed.

    What comes last is the own door's.
    """
    zone_of(desk.clear.contract - 1)  # read now rather than in the first request
    engine = Engine(schema, may_introspect=lambda _: False, before_execution=hook, limits=_limits())

    async def take(request: Request) -> Response:
        found = await admitted(desk, rates, request)
        if isinstance(found, Response):
            return found
        return envelope_response(_written(desk, await _execute(engine, found), found))

    return [Route(passing.PATH, take, methods=["POST"]), live_route(desk, schema, engine, rates)]


def _limits() -> DocumentLimits:
    """Those of the gateway's own door, with room for what a node writes around and between what was selected."""
    own = DocumentLimits()
    return replace(
        own, characters=2 * own.characters, tokens=own.tokens + _WRAPPING_TOKENS, definitions=own.definitions + 1
    )


async def _execute(engine: Engine, found: Admitted) -> ZoneAnswer:
    """The response; a request that is refused before execution is a response with errors alone."""
    context = found.context
    try:
        with refusing(found):
            prepared, words = in_words(engine, found, engine.prepare(found.request, context))
            if prepared.subscribes:
                raise refused("SUBSCRIPTION_OVER_HTTP")
            response = words(await engine.run(prepared, context))
    except RequestRefused as refusal:
        response = {"errors": [entry.json(context.language) for entry in refusal.entries]}
    data: dict[str, Any] = response.get("data") or {}
    told: list[dict[str, Any]] = response.get("errors", [])
    value = next((data[root] for root in _ROOTS if root in data), None)
    return ZoneAnswer(orjson.dumps(value), told, response.get("extensions", {}))


def _written(desk: GatewayDesk, answer: ZoneAnswer, found: Admitted) -> bytes:
    """The answer, signed; one that is too long becomes an error."""

    def written(told: ZoneAnswer) -> bytes:
        return passing.write_answer(
            told, re=found.asked.id, re_digest=found.digest, directory=found.version, signer=desk.clear.signer
        )

    try:
        return written(answer)
    except errors.TooLong:
        too_large = refused("DOCUMENT_TOO_LARGE", limit="answer").entries[0].json(found.asked.language)
        return written(ZoneAnswer(b"null", [too_large], {}))
