"""A node's doors of the durable road: messages come in, answers to our own messages come in.

Invariant: who speaks is told by the envelope's signature, not by the connection. Every refusal is written down.
"""

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.envelope_http import TOO_LARGE, code_response, envelope_response, read_body, refusal, try_again
from federation.delivery import checks, inbox, settle
from federation.delivery.checks import CannotVerifyNow, NotGenuine
from federation.delivery.inbox import Retry
from federation.delivery.node import DeliveryNode, Handler
from federation.wire.envelope import MAX_MESSAGE, MAX_RECEIPT

_STORED: Final = 202
_Take: TypeAlias = Callable[[bytes], Awaitable[Response]]


def message_routes(node: DeliveryNode, handler: Handler) -> list[Route]:
    """`POST /federation/messages` and `POST /federation/receipts`.

    200 with this court's signed answer; 202 {code}: stored, no answer yet; 503 {code}: not stored, try again;
    4xx {code}: refused for good.
    """

    async def take_message(raw: bytes) -> Response:
        answer = await inbox.receive(node, raw, handler)
        if isinstance(answer, Retry):
            return code_response(answer.code, _STORED) if answer.stored else try_again(answer.code)
        return envelope_response(answer)

    async def take_receipt(raw: bytes) -> Response:
        state = await settle.settle(node, raw)
        return code_response(state, 200)

    return [
        Route("/federation/messages", _door(node, MAX_MESSAGE, take_message), methods=["POST"]),
        Route("/federation/receipts", _door(node, MAX_RECEIPT, take_receipt), methods=["POST"]),
    ]


def _door(node: DeliveryNode, limit_bytes: int, take: _Take) -> Callable[[Request], Awaitable[Response]]:
    async def refuse(raw: bytes, code: str) -> Response:
        await checks.note_refused(node.pool, node.directory, raw, code, node.clock.now())
        return refusal(code)

    async def endpoint(request: Request) -> Response:
        raw, within = await read_body(request, limit_bytes)
        if not within:
            return await refuse(raw, TOO_LARGE)
        try:
            return await take(raw)
        except NotGenuine as error:
            return await refuse(raw, error.code)
        except CannotVerifyNow as error:
            return try_again(error.code)

    return endpoint
