"""What the gateway checks of a request that a node passes on, whichever way it is answered.

A request arrives -> size, form, the directory (fetched first when a newer one is named), member state, signature,
freshness, a contract that we speak (a refusal here is a plain code, and one row in `refused_envelopes`) -> the
officer's offices are read in the directory -> it is counted among the officer's and the court's requests, those at the
gateway's own door included.

Invariant: nothing in the request says what the officer may do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import msgspec
import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.envelope_http import code_response, read_body
from api.graphql.door import address_of
from api.graphql.errors import RequestRefused
from api.graphql.execution import GraphQLRequest
from api.logs import REQUEST_ID
from api.rate_limits import RateLimits
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules.rights import OFFICES, Caller, Role
from federation.ask.refusing import Rejected
from federation.ask.status import Reason
from federation.clear import passing
from federation.clear.passing import ZoneRequest
from federation.delivery.checks import CannotVerifyNow, fresh_view, note_refused
from federation.directory.view import DirectoryView
from federation.graph.skew import is_spoken
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


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request of an active member in the name of an officer whom it has.

    `version` is the directory's, `contract` the one of our release. Courts are asked in the older of both contracts.
    """

    asked: ZoneRequest
    digest: str
    context: GatewayContext
    version: int
    contract: int

    @property
    def is_behind(self) -> bool:
        """Whether the node is of the release before ours: it is answered in its contract."""
        return self.asked.contract < self.contract

    @property
    def is_ahead(self) -> bool:
        """Whether the node may ask for what we do not have yet."""
        return self.asked.contract > self.contract

    @property
    def request(self) -> GraphQLRequest:
        """The document and its variables, as the engine takes them."""
        return GraphQLRequest(self.asked.document, None, msgspec.Raw(orjson.dumps(self.asked.variables)))


async def admitted(desk: GatewayDesk, rates: RateLimits, request: Request) -> Admitted | Response:
    """The request in `request`; or 4xx {code}, when nothing is executed. `rates` are the own door's."""
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
    own = desk.clear.contract
    if asked.contract < own:
        desk = replace(desk, clear=replace(desk.clear, contract=asked.contract))
    context = GatewayContext(desk, caller, asked.language, REQUEST_ID.get())
    return Admitted(asked, statement.digest(raw), context, view.version, own)


def _too_many(refusal: RequestRefused) -> Response:
    (entry,) = refusal.entries
    answer = code_response(entry.code, refusal.status)
    answer.headers["retry-after"] = str(entry.extensions["retryAfterS"])
    return answer


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
    if not is_spoken(desk.clear.contract, asked.contract):
        raise Rejected(Reason.UNSUPPORTED_CONTRACT)
    return said, asked, view


def _officer(view: DirectoryView, court: str, officer: str) -> Caller | None:
    """The officer with the offices that the directory lists; None when that court has no such officer."""
    entry = view.officer(court, officer)
    if entry is None:
        return None
    return Caller(entry.id, court, frozenset(Role(role) for role in entry.roles if role in OFFICES))
