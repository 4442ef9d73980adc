"""A node's door for other courts' asks: `POST /federation/ask`.

Invariant: the body is capped while it is read; who asks is told by the envelope's signature. A refusal before that is
a code and a status, never a word of what was sent; after it, a signed answer.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

import strawberry
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.envelope_http import code_response, envelope_response, read_body
from db.pool import Conn
from enforcement.court import CourtNode
from enforcement.lookup_admission import check_admitted
from enforcement.lookup_parts import Partner
from federation.ask.admission import admit
from federation.ask.arrival import Admitted, AskedCourt
from federation.ask.client import budget_ms
from federation.ask.content import Answer
from federation.ask.refusing import Rejected
from federation.ask.status import Reason, Status
from federation.wire.envelope import MAX_ASK
from schema.engine import engine_of
from schema.lookup_engine import part

_STATUS: Final[Mapping[Reason, int]] = {
    Reason.TOO_LARGE: 413,
    Reason.MALFORMED: 400,
    Reason.UNKNOWN_DIRECTORY: 409,
    Reason.BAD_SIGNATURE: 401,
}
_FORBIDDEN: Final = 403


def ask_routes(court: CourtNode, schema: strawberry.Schema) -> list[Route]:
    """200 with a signed, encrypted answer, which may be a refusal; 4xx {code} while the sender is not proved."""
    asked = AskedCourt(
        code=court.code,
        pool=court.pool,
        clock=court.clock,
        at_rest=court.at_rest,
        directory=court.directory,
        signer=court.signer,
        box=court.box,
        epoch=court.epoch,
        looks_per_hour_officer=court.limits.looks_per_hour_officer,
        fetch=court.fetch,
        contract=court.contract,
    )
    engine = engine_of(schema, court.contract)
    engine.warm()

    async def take(request: Request) -> Response:
        raw, _ = await read_body(request, MAX_ASK + 1)  # one byte more tells admission that it is too long
        left_s = budget_ms(request.headers) / 1000

        async def execute(admitted: Admitted, conn: Conn) -> Answer:
            check_admitted(admitted.ask.field, admitted.mandate)
            try:
                async with asyncio.timeout(left_s):
                    return await part(engine, court, Partner(admitted.mandate, conn), admitted.ask)
            except TimeoutError:
                return Answer(status=Status.FAULTY, code=Reason.DEADLINE)

        try:
            return envelope_response(await admit(asked, raw, execute))
        except Rejected as rejected:
            return code_response(rejected.reason, _STATUS.get(rejected.reason, _FORBIDDEN))

    return [Route("/federation/ask", take, methods=["POST"])]
