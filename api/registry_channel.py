"""The HTTP way to assisting units: one POST per request, strict answers, capped bodies, nothing retried here."""

from collections.abc import Mapping
from typing import Final, TypeVar

import aiohttp
import msgspec

from api import peers
from enforcement.channels import NoAnswer, NoticeAnswer, NoticeRequest, SearchAnswer, SearchRequest

MAX_ANSWER_BYTES: Final = 256 * 1024
DEFAULT_TIMEOUT_S: Final = 5.0
_OK: Final = 200
_A = TypeVar("_A", SearchAnswer, NoticeAnswer)


class HttpSearchChannel:
    """`SearchChannel` over HTTP. `registries` maps a unit's id to the base URL under which that unit answers."""

    def __init__(
        self, session: aiohttp.ClientSession, registries: Mapping[str, str], *, timeout_s: float = DEFAULT_TIMEOUT_S
    ) -> None:
        """Raises UnsafeTransport: plain HTTP would leave this machine."""
        for url in registries.values():
            peers.check_peer(url)
        self._session = session
        self._registries = registries
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)

    async def search(self, unit_id: str, request: SearchRequest) -> SearchAnswer:
        """Raises NoAnswer."""
        return await self._post(unit_id, "searches", request, SearchAnswer)

    async def serve(self, unit_id: str, request: NoticeRequest) -> NoticeAnswer:
        """Raises NoAnswer."""
        return await self._post(unit_id, "notices", request, NoticeAnswer)

    async def _post(self, unit_id: str, what: str, request: msgspec.Struct, kind: type[_A]) -> _A:
        base = self._registries.get(unit_id)
        if base is None:
            raise NoAnswer("UNREACHABLE")
        try:
            async with self._session.post(
                f"{base}/{what}",
                data=msgspec.json.encode(request),
                headers={"content-type": "application/json"},
                timeout=self._timeout,
                allow_redirects=False,
            ) as response:
                if response.status != _OK:
                    raise NoAnswer("UNREACHABLE" if response.status in {502, 503, 504} else "FAULTY")
                body = await response.content.read(MAX_ANSWER_BYTES + 1)
                while len(body) <= MAX_ANSWER_BYTES and not response.content.at_eof():
                    body += await response.content.read(MAX_ANSWER_BYTES + 1 - len(body))
        except TimeoutError as error:
            raise NoAnswer("TIMED_OUT") from error
        except aiohttp.ClientError as error:
            raise NoAnswer("UNREACHABLE") from error
        if len(body) > MAX_ANSWER_BYTES:
            raise NoAnswer("FAULTY")
        try:
            return msgspec.json.decode(body, type=kind)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise NoAnswer("FAULTY") from error
