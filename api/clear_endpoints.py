"""A node's door for the gateway's clear queries: `POST /federation/clear`.

Invariant: the body is capped while it is read; who asks is told by the statement's signature. A refusal before the
field is executed is a code and a status; after it, a signed answer.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

import strawberry
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.envelope_http import code_response, envelope_response, read_body
from enforcement.court import CourtNode
from federation.ask.client import budget_ms
from federation.ask.content import Answer
from federation.ask.refusing import Rejected
from federation.ask.status import Reason, Status
from federation.clear import content
from federation.clear.admission import ClearCourt, admit
from federation.clear.content import ClearQuery, Told
from schema.engine import Engine, engine_of
from schema.node.zone_part import ZonePartContext

_STATUS: Final[Mapping[Reason, int]] = {
    Reason.TOO_LARGE: 413,
    Reason.MALFORMED: 400,
    Reason.UNKNOWN_DIRECTORY: 409,
    Reason.BAD_SIGNATURE: 401,
    Reason.STALE: 410,
}
_FORBIDDEN: Final = 403
_SCOPE: Final = "scope"


def clear_routes(court: CourtNode, schema: strawberry.Schema) -> list[Route]:
    """200 with a signed answer, which may be a refusal; 4xx {code} while nothing was executed."""
    asked = ClearCourt(court.code, court.pool, court.clock, court.directory, court.signer, court.fetch, court.contract)
    engine = engine_of(schema, court.contract)
    engine.warm()

    async def take(request: Request) -> Response:
        raw, _ = await read_body(request, content.MAX_QUERY + 1)  # one byte more tells admission that it is too long
        left_s = budget_ms(request.headers) / 1000

        async def execute(query: ClearQuery) -> Told:
            try:
                async with asyncio.timeout(left_s):
                    return await _part(engine, court, query)
            except TimeoutError:
                return Told(Answer(status=Status.FAULTY, code=Reason.DEADLINE))

        try:
            return envelope_response(await admit(asked, raw, execute))
        except Rejected as rejected:
            return code_response(rejected.reason, _STATUS.get(rejected.reason, _FORBIDDEN))

    return [Route(content.PATH, take, methods=["POST"])]


async def _part(engine: Engine, court: CourtNode, query: ClearQuery) -> Told:
    """This court's part; the scope is this court, whatever the gateway would say."""
    context = ZonePartContext(court, query.language, query.page)
    given = {_SCOPE: {"courts": [court.code]}} if engine.takes(query.field, _SCOPE) else {}
    return Told(await engine.part(query, context, context, given=given), context.page_answer)
