"""The directory over HTTP: the gateway serves it to everybody, a court's node witnesses new versions for the gateway.

Invariant: nothing here is believed for where it comes from; what is served proves itself, what is offered is checked.
"""

from typing import Final

import anyio
import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.envelope_http import TOO_LARGE, code_response, read_body
from api.graphql.door import address_of
from api.graphql.errors import RequestRefused
from api.held_connections import ConnectionLimits, HeldConnections
from db.clock import Clock
from federation.delivery.post import MEDIA_TYPE
from federation.directory import witnessing
from federation.directory.directory import Directory
from federation.directory.fetch import PATH, Fetch, nothing_newer
from federation.directory.witnessing import Witness
from federation.wire.errors import WireError

WAITING_PER_ADDRESS: Final = 64
_MOST_WAIT_S: Final = 30
_NOT_MODIFIED: Final = 304
_REFUSED: Final = 409
_WITNESSED_AT_ONCE: Final = 2
_DIGITS: Final = 16


def held_requests() -> HeldConnections:
    """Counts the requests that wait for a change."""
    return HeldConnections(ConnectionLimits(per_caller=WAITING_PER_ADDRESS))


def directory_routes(
    directory: Directory, held: HeldConnections, clock: Clock, *, fetch: Fetch = nothing_newer
) -> list[Route]:
    """`GET /directory`: the newest bundle, public; `?since=VERSION` leaves out what that version has.

    With its entity tag in `If-None-Match` and `Prefer: wait=SECONDS` (RFC 7240) the answer comes when something is
    newer, or is 304. An expired directory is first issued anew by `fetch`.
    """

    async def read(request: Request) -> Response:
        since, wait_s = _number(request.query_params.get("since")), _wait_of(request)
        if directory.held is not None and clock.now() >= directory.held.expires_at:
            await fetch()
        if directory.held is None:
            return code_response("NO_DIRECTORY", 503)
        applied = {}
        if wait_s and request.headers.get("if-none-match") == directory.held.tag:
            applied = {"Preference-Applied": f"wait={wait_s}"}
            try:
                await _wait(request, directory, held, wait_s)
            except RequestRefused as refusal:
                return code_response(refusal.entries[0].code, refusal.status)
        headers = {"ETag": directory.held.tag, "Cache-Control": "no-cache", **applied}
        if request.headers.get("if-none-match") == directory.held.tag:
            return Response(status_code=_NOT_MODIFIED, headers=headers)
        return Response(directory.bundle(since), media_type=MEDIA_TYPE, headers=headers)

    return [Route(PATH, read, methods=["GET"])]


async def _wait(request: Request, directory: Directory, held: HeldConnections, wait_s: int) -> None:
    """Return when something is newer, when the time is over, or when the program stops.

    Raises:
        RequestRefused: too many requests from that address wait already.
    """
    changed = directory.changed
    with anyio.move_on_after(wait_s) as scope, held.hold(f"address {address_of(request.scope)}", scope):
        await changed.wait()


def _wait_of(request: Request) -> int:
    """The seconds in `Prefer: wait=N`, as far as they are granted."""
    for preference in request.headers.get("prefer", "").split(","):
        name, _, value = preference.partition("=")
        if name.strip().lower() == "wait":
            return min(_number(value.strip()) or 0, _MOST_WAIT_S)
    return 0


def _number(text: str | None) -> int | None:
    return int(text) if text and len(text) <= _DIGITS and text.isascii() and text.isdigit() else None


def witness_routes(court: Witness) -> list[Route]:
    """`POST /federation/directory/witness`: 200 with this court's signature, 409 {code} when it does not sign."""
    limiter = anyio.CapacityLimiter(_WITNESSED_AT_ONCE)

    async def take(request: Request) -> Response:
        raw, within = await read_body(request, witnessing.MAX_OFFER_BYTES)
        if not within:
            return code_response(TOO_LARGE, 413)
        try:
            async with limiter:
                signature = await witnessing.witness(court, raw)
        except WireError as error:
            return code_response(error.code, _REFUSED)
        return Response(msgspec.json.encode(signature), media_type="application/json")

    return [Route(witnessing.PATH, take, methods=["POST"])]
