"""The gateway's door for what courts fetch of their own tasks' supervisions: asked and answered under signatures."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.envelope_http import TOO_LARGE, code_response, envelope_response, read_body, try_again
from enforcement.desk import marks as desk_marks
from enforcement.desk.gateway import GatewayDesk
from federation.clear import marks
from federation.delivery import checks
from federation.wire.errors import UnknownVersion, WireError

_MALFORMED: Final = "MALFORMED"


def marks_route(desk: GatewayDesk) -> Route:
    """200 with the answer; 503 {code}: try again; 4xx {code}: refused."""

    async def answer(request: Request) -> Response:
        raw, within = await read_body(request, marks.MAX_REQUEST)
        return await _answer(desk, raw) if within else await _refused(desk, raw, TOO_LARGE, 413)

    return Route(marks.PATH, answer, methods=["POST"])


async def _answer(desk: GatewayDesk, raw: bytes) -> Response:
    try:
        return envelope_response(await desk_marks.answer(desk, raw))
    except UnknownVersion as error:
        return try_again(error.code)
    except marks.Malformed:
        return await _refused(desk, raw, _MALFORMED, 400)
    except marks.Stale as error:
        return await _refused(desk, raw, error.code, 410)
    except WireError as error:
        return await _refused(desk, raw, error.code, 401)


async def _refused(desk: GatewayDesk, raw: bytes, code: str, status: int) -> Response:
    await checks.note_refused(desk.pool, desk.directory, raw, code, desk.clock.now())
    return code_response(code, status)
