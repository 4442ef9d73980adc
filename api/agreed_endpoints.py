"""The gateway's doors for texts that courts agree upon: what is to be signed, who signs, and what was agreed.

Invariant: who signs is told by the statement's signature. The texts are codes, days and numbers, as public as the
directory; whoever asks for them proves nothing and learns nothing of a case.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.envelope_http import TOO_LARGE, code_response, envelope_response, read_body, try_again
from enforcement.desk import signing_standards
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules.refusals import NotFound, RuleBroken
from federation.clear import agreed
from federation.clear.agreed import Malformed
from federation.delivery import checks
from federation.wire.errors import UnknownVersion, WireError

_MALFORMED: Final = "MALFORMED"
_BAD: Final = 400
_UNSIGNED: Final = 401
_REFUSED: Final = 403
_MISSING: Final = 404
_TOO_LARGE: Final = 413


def agreed_routes(desk: GatewayDesk) -> list[Route]:
    """200 with a page, a text, or `{code}`: PROPOSED or AGREED; 503 {code}: try again; 4xx {code}: refused."""

    async def texts(request: Request) -> Response:
        raw, _ = await read_body(request, agreed.MAX_ASK)
        try:
            asked = agreed.read_ask_texts(raw)
        except Malformed:
            return code_response(_MALFORMED, _BAD)
        return envelope_response(agreed.write_page(await signing_standards.texts_after(desk, asked.after)))

    async def text(request: Request) -> Response:
        raw, _ = await read_body(request, agreed.MAX_ASK)
        try:
            return envelope_response(await signing_standards.text_to_sign(desk, agreed.read_ask_text(raw).id))
        except Malformed:
            return code_response(_MALFORMED, _BAD)
        except NotFound:
            return code_response(NotFound.code, _MISSING)

    async def sign(request: Request) -> Response:
        raw, within = await read_body(request, agreed.MAX_SIGNATURE)
        return await _sign(desk, raw) if within else await _refused(desk, raw, TOO_LARGE, _TOO_LARGE)

    return [
        Route(agreed.TEXTS_PATH, texts, methods=["POST"]),
        Route(agreed.TEXT_PATH, text, methods=["POST"]),
        Route(agreed.SIGN_PATH, sign, methods=["POST"]),
    ]


async def _sign(desk: GatewayDesk, raw: bytes) -> Response:
    try:
        return code_response(await signing_standards.sign(desk, raw), 200)
    except UnknownVersion as error:
        return try_again(error.code)
    except Malformed:
        return await _refused(desk, raw, _MALFORMED, _BAD)
    except WireError as error:
        return await _refused(desk, raw, error.code, _UNSIGNED)
    except RuleBroken as error:
        return code_response(error.code, _MISSING if isinstance(error, NotFound) else _REFUSED)


async def _refused(desk: GatewayDesk, raw: bytes, code: str, status: int) -> Response:
    await checks.note_refused(desk.pool, desk.directory, raw, code, desk.clock.now())
    return code_response(code, status)
