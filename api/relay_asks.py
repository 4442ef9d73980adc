"""The gateway's door for asks: `POST /relay/asks` takes a batch and streams frames back as courts answer.

Invariant: the gateway can decrypt nothing of it, and the asker's disconnect cancels what is under way.
"""

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.envelope_http import code_response, read_body
from api.streamed import Emit, Streamed
from db.pool import Pool
from federation.ask import frames
from federation.ask.client import budget_ms
from federation.ask.frames import MAX_BATCH, BadFrame
from federation.ask.status import Reason
from federation.delivery.checks import note_refused
from federation.relay.asks import AskRelay, BatchRefused, carry, check
from federation.wire.envelope import MAX_ASK

_LARGEST_ASK: Final = MAX_ASK + frames.OVERHEAD
_STATUS: Final[Mapping[Reason, int]] = {
    Reason.TOO_LARGE: 413,
    Reason.MALFORMED: 400,
    Reason.UNKNOWN_DIRECTORY: 409,
    Reason.BAD_SIGNATURE: 401,
    Reason.STALE: 410,
}
_FORBIDDEN: Final = 403


def relay_ask_routes(relay: AskRelay, pool: Pool) -> list[Route]:
    """200 with a stream of frames, `END` last; 4xx {code} when the batch is refused and nothing was sent."""

    async def refuse(raw: bytes, reason: Reason) -> Response:
        await note_refused(pool, relay.directory, raw, reason, relay.clock.now())
        return code_response(reason, _STATUS.get(reason, _FORBIDDEN))

    async def take(request: Request) -> Response:
        body, within = await read_body(request, _most_bytes(relay))
        if not within:
            return await refuse(body, Reason.TOO_LARGE)
        try:
            batch = frames.read_batch(body)
        except BadFrame:
            return await refuse(body, Reason.MALFORMED)
        try:
            asks = await check(relay, batch)
        except BatchRefused as refused:
            return await refuse(batch[0], refused.reason)
        within_ms = budget_ms(request.headers)

        async def make(emit: Emit) -> None:
            await carry(relay, asks, within_ms, lambda frame: emit(frames.write(frame)))

        return Streamed(make, "application/octet-stream")

    return [Route("/relay/asks", take, methods=["POST"])]


def _most_bytes(relay: AskRelay) -> int:
    """An ask for each court that there is: more is not read of a sender who is not proved yet."""
    return _LARGEST_ASK * min(MAX_BATCH, len(relay.directory.current().courts()))
