"""One POST of the gateway to a court within a deadline, behind that court's circuit breaker.

Invariant: no more of an answer is held than its limit; a redirect is never followed; of a refusal only a code of ours
is kept, and no other word of the court's.
"""

from dataclasses import dataclass, field
from typing import Final

import msgspec

from db.clock import monotonic_s
from federation.ask.breaker import Breaker
from federation.ask.status import Reason, Status, reason_of
from federation.directory.directory import Directory
from federation.http_client.client import OK, HttpClient, NoAnswer, Unread

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
    http: HttpClient
    breaker: Breaker = field(default_factory=Breaker)

    async def post(self, court: str, path: str, body: bytes, *, limit_bytes: int, deadline_s: float) -> bytes:
        """The body of the court's 200, of at most `limit_bytes`; `deadline_s` is monotonic.

        Raises:
            Unheard: with the status and the reason.
        """
        if not self.directory.current().is_active(court):
            raise Unheard(Status.NOT_ASKED, Reason.MEMBERSHIP_SUSPENDED)
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
        except Unread:
            self.breaker.succeeded(court)
            raise Unheard(Status.FAULTY, Reason.BAD_RESPONSE) from None
        except NoAnswer:
            self.breaker.failed(court, monotonic_s(), began_s=began_s)
            raise Unheard(Status.UNREACHABLE, Reason.NO_CONNECTION) from None
        self.breaker.succeeded(court)
        return raw

    async def _post(self, court: str, path: str, body: bytes, limit_bytes: int, left_s: float) -> bytes:
        url = self.directory.current().node_url(court) + path
        status, answer = await self.http.post(url, body, limit_bytes=limit_bytes, within_s=left_s)
        if status == OK:
            return answer
        if 400 <= status < 500:  # noqa: PLR2004 - the asked court refused by a plain code
            raise Unheard(Status.REFUSED, _code(answer))
        raise Unheard(Status.FAULTY, Reason.BAD_RESPONSE)


def _code(body: bytes) -> Reason:
    try:
        return reason_of(msgspec.json.decode(body, type=_Problem).code)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Reason.OTHER
