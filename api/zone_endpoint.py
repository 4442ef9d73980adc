"""The gateway's door for clear documents that a node passes on: `POST /federation/zone`.

A request arrives -> size, form, the directory (fetched first when a newer one is named), member state, signature,
freshness (a refusal here is a plain code, and one row in `refused_envelopes`) -> the officer's offices are read in the
directory -> it is counted among the officer's and the court's requests, those at the gateway's own door included -> the
document is executed as there -> the response goes back signed.

Invariant: nothing in the request says what the officer may do. What is answered is neither stored nor logged.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import msgspec
import orjson
import strawberry
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.envelope_http import code_response, envelope_response, read_body
from api.graphql.door import address_of
from api.graphql.errors import RequestRefused, refused
from api.graphql.execution import Engine, GraphQLRequest, Hook
from api.graphql.limits import DocumentLimits
from api.logs import REQUEST_ID
from api.rate_limits import RateLimits
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules.rights import Caller, Role
from federation.ask.refusing import Rejected
from federation.ask.status import Reason
from federation.clear import passing
from federation.clear.passing import ZoneAnswer, ZoneRequest
from federation.delivery.checks import CannotVerifyNow, fresh_view, note_refused
from federation.directory.view import DirectoryView
from federation.rules.freshness import is_fresh
from federation.wire import errors, statement
from federation.wire.statement import Statement
from schema.gateway.context import GatewayContext

_STATUS: Final[Mapping[str, int]] = {
    Reason.TOO_LARGE: 413,
    Reason.MALFORMED: 400,
    Reason.UNKNOWN_DIRECTORY: 409,
    Reason.BAD_SIGNATURE: 401,
    Reason.STALE: 410,
}
_FORBIDDEN: Final = "FORBIDDEN"
_ROLES: Final = frozenset(Role)
_ZONE: Final = "zone"
_WRAPPING_TOKENS: Final = 16


def zone_routes(desk: GatewayDesk, schema: strawberry.Schema, hook: Hook, rates: RateLimits) -> list[Route]:
    """200 with a signed GraphQL response; 4xx {code} when nothing was executed. What comes last is the own door's."""
    engine = Engine(schema, may_introspect=lambda _: False, before_execution=hook, limits=_limits())

    async def take(request: Request) -> Response:
        raw, _ = await read_body(request, passing.MAX_REQUEST + 1)
        now = desk.clock.now()
        try:
            said, asked, view = await _admit(desk, raw, now)
        except Rejected as rejected:
            await note_refused(desk.pool, desk.directory, raw, rejected.reason, now)
            return code_response(rejected.reason, _STATUS.get(rejected.reason, 403))
        caller = _officer(view, said.author, asked.officer)
        if caller is None:
            return code_response(_FORBIDDEN, 403)
        try:
            await rates.spend(caller, address_of(request.scope))
        except RequestRefused as refusal:
            return _too_many(refusal)
        answer = await _execute(engine, GatewayContext(desk, caller, asked.language, REQUEST_ID.get()), asked)
        return envelope_response(_written(desk, answer, asked, raw, view.version))

    return [Route(passing.PATH, take, methods=["POST"])]


def _too_many(refusal: RequestRefused) -> Response:
    (entry,) = refusal.entries
    answer = code_response(entry.code, refusal.status)
    answer.headers["retry-after"] = str(entry.extensions["retryAfterS"])
    return answer


def _limits() -> DocumentLimits:
    """Those of the gateway's own door, with room for what a node writes around and between what was selected."""
    own = DocumentLimits()
    return replace(
        own, characters=2 * own.characters, tokens=own.tokens + _WRAPPING_TOKENS, definitions=own.definitions + 1
    )


async def _admit(desk: GatewayDesk, raw: bytes, now: datetime) -> tuple[Statement, ZoneRequest, DirectoryView]:
    """The request of an active member, signed and fresh.

    Raises:
        Rejected: it is not.
    """
    if len(raw) > passing.MAX_REQUEST:
        raise Rejected(Reason.TOO_LARGE)
    try:
        said, asked = passing.parse_request(raw)
        view = await fresh_view(desk.directory, desk.clear.fetch, now, at_least=said.directory)
        view.court(said.author)
        desk.directory.verify_said(said, asked.issued)
    except passing.Malformed:
        raise Rejected(Reason.MALFORMED) from None
    except (errors.UnknownVersion, CannotVerifyNow):
        raise Rejected(Reason.UNKNOWN_DIRECTORY) from None
    except errors.UnknownCourt:
        raise Rejected(Reason.UNKNOWN_COURT) from None
    except errors.WireError:
        raise Rejected(Reason.BAD_SIGNATURE) from None
    if not view.is_active(said.author):
        raise Rejected(Reason.MEMBERSHIP_SUSPENDED)
    if not is_fresh(asked.issued, asked.expires, now):
        raise Rejected(Reason.STALE)
    return said, asked, view


def _officer(view: DirectoryView, court: str, officer: str) -> Caller | None:
    """The officer with the offices that the directory lists; None when that court has no such officer."""
    entry = view.officer(court, officer)
    if entry is None:
        return None
    return Caller(entry.id, court, frozenset(Role(role) for role in entry.roles if role in _ROLES))


async def _execute(engine: Engine, context: GatewayContext, asked: ZoneRequest) -> ZoneAnswer:
    """The response; a request that is refused before execution is a response with errors alone."""
    try:
        request = GraphQLRequest(asked.document, None, msgspec.Raw(orjson.dumps(asked.variables)))
        prepared = engine.prepare(request, context)
        if prepared.subscribes:
            raise refused("SUBSCRIPTION_OVER_HTTP")
        response = await engine.run(prepared, context)
    except RequestRefused as refusal:
        response = {"errors": [entry.json(context.language) for entry in refusal.entries]}
    data: dict[str, Any] = response.get("data") or {}
    told: list[dict[str, Any]] = response.get("errors", [])
    return ZoneAnswer(orjson.dumps(data.get(_ZONE)), told, response.get("extensions", {}))


def _written(desk: GatewayDesk, answer: ZoneAnswer, asked: ZoneRequest, raw: bytes, version: int) -> bytes:
    """The answer, signed; one that is too long becomes an error."""

    def written(told: ZoneAnswer) -> bytes:
        digest = statement.digest(raw)
        return passing.write_answer(told, re=asked.id, re_digest=digest, directory=version, signer=desk.clear.signer)

    try:
        return written(answer)
    except errors.TooLong:
        too_large = refused("DOCUMENT_TOO_LARGE", limit="answer").entries[0].json(asked.language)
        return written(ZoneAnswer(b"null", [too_large], {}))
