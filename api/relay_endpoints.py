"""The gateway's door of the durable road: messages to carry.

Invariant: who speaks is told by the envelope's signature, not by the connection. Every refusal is written down.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.envelope_http import TOO_LARGE, code_response, envelope_response, read_body, refusal, try_again
from federation.delivery import checks
from federation.delivery.checks import CannotVerifyNow, NotGenuine
from federation.relay import messages
from federation.relay.messages import MessageRelay
from federation.wire.envelope import MAX_MESSAGE

_CUSTODY: Final = 202


def relay_message_routes(relay: MessageRelay) -> list[Route]:
    """`POST /relay/messages`: 200 with the destination's signed answer, 202 in custody, 503 try again, 4xx refused."""

    async def refuse(raw: bytes, code: str) -> Response:
        await checks.note_refused(relay.pool, relay.directory, raw, code, relay.clock.now())
        return refusal(code)

    async def take(request: Request) -> Response:
        raw, within = await read_body(request, MAX_MESSAGE)
        if not within:
            return await refuse(raw, TOO_LARGE)
        try:
            answer = await messages.accept(relay, raw)
        except NotGenuine as error:
            return await refuse(raw, error.code)
        except CannotVerifyNow as error:
            return try_again(error.code)
        return code_response("CUSTODY", _CUSTODY) if answer is None else envelope_response(answer)

    return [Route("/relay/messages", take, methods=["POST"])]
