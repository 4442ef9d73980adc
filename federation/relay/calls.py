"""One POST of the gateway to a court within a deadline, behind that court's circuit breaker.

Invariant: no more of an answer is held than its limit; a redirect is never followed; of a refusal only a code of ours
is kept, and no other word of the court's.
"""

from dataclasses import dataclass, field
from math import inf
from typing import Final

import aiohttp
import msgspec

from db.clock import monotonic_s
from federation.ask.breaker import Breaker
from federation.ask.client import BUDGET_HEADER
from federation.ask.status import Reason, Status, reason_of
from federation.delivery.post import MEDIA_TYPE
from federation.directory.directory import Directory

_MAX_CODE: Final = 1024
FAIR_S: Final = 1.0
"""A court that was given less is not found slow by its silence: how long to wait, each caller chooses."""


class Unheard(Exception):
    """The court gave no answer."""

    def __init__(self, status: Status, reason: Reason) -> None:
        super().__init__(status)
        self.status = status
        self.reason = reason


class _Problem(msgspec.Struct):
    """The body of a court's plain refusal."""

    code: str = ""


@dataclass(frozen=True, slots=True)
class Calls:
    """The way out to the courts. The breaker is this way's own: who is slow in one kind of question answers another."""

    directory: Directory
    session: aiohttp.ClientSession
    breaker: Breaker = field(default_factory=Breaker)

    async def post(self, court: str, path: str, body: bytes, *, limit_bytes: int, deadline_s: float) -> bytes:
        """The body of the court's 200, of at most `limit_bytes`; `deadline_s` is monotonic.

        Raises:
            Unheard: with the status and the reason.
        """
        if not self.directory.current().is_active(court):
            raise Unheard(Status.REFUSED, Reason.MEMBERSHIP_SUSPENDED)
        began_s = monotonic_s()
        left_s = deadline_s - began_s
        if left_s <= 0:
            raise Unheard(Status.TIMED_OUT, Reason.DEADLINE)
        if not self.breaker.allows(court, began_s):
            raise Unheard(Status.CIRCUIT_OPEN, Reason.TOO_MANY_FAILURES)
        try:
            raw = await self._post(court, path, body, limit_bytes, left_s)
        except TimeoutError:
            if left_s >= FAIR_S:
                self.breaker.failed(court, monotonic_s(), began_s=began_s)
            raise Unheard(Status.TIMED_OUT, Reason.DEADLINE) from None
        except Unheard:
            self.breaker.succeeded(court)  # it spoke, if not well
            raise
        except (aiohttp.ClientError, OSError):
            self.breaker.failed(court, monotonic_s(), began_s=began_s)
            raise Unheard(Status.UNREACHABLE, Reason.NO_CONNECTION) from None
        self.breaker.succeeded(court)
        return raw

    async def _post(self, court: str, path: str, body: bytes, limit_bytes: int, left_s: float) -> bytes:
        url = self.directory.current().court(court).url.rstrip("/") + path
        headers = {BUDGET_HEADER: str(round(left_s * 1000)), "Content-Type": MEDIA_TYPE}
        timeout = aiohttp.ClientTimeout(total=left_s, ceil_threshold=inf)
        async with self.session.post(
            url, data=body, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            if response.status == 200:  # noqa: PLR2004 - the one good status
                return await _read(response, limit_bytes)
            if 400 <= response.status < 500:  # noqa: PLR2004 - the asked court refused by a plain code
                raise Unheard(Status.REFUSED, _code(await _read(response, _MAX_CODE)))
            raise Unheard(Status.FAULTY, Reason.BAD_RESPONSE)


async def _read(response: aiohttp.ClientResponse, limit_bytes: int) -> bytes:
    """The body, of which no more is held than the limit."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit_bytes:
            raise Unheard(Status.FAULTY, Reason.BAD_RESPONSE)
    return bytes(body)


def _code(body: bytes) -> Reason:
    try:
        return reason_of(msgspec.json.decode(body, type=_Problem).code)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Reason.OTHER
