"""Who has signed in at the demo's provider in which browser: for sign-ins that show nothing (`prompt=none`).

Invariant: a session is one issuer's; its cookie is sent to no other, and to no page of another site.
"""

import secrets
from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from api.provider_people import Issuer
from db.clock import monotonic_s

COOKIE: Final = "xiezhi-signed-in"
_MOST: Final = 1000


class Sessions:
    """Sessions of `life_s` seconds, in this process's memory; the oldest goes when there are too many."""

    def __init__(self, life_s: float, monotonic: Callable[[], float] = monotonic_s) -> None:
        self._life_s = life_s
        self._monotonic = monotonic
        self._open: dict[str, tuple[float, str, str]] = {}

    def begin(self, answer: Response, issuer: Issuer, officer: str) -> None:
        """Let the browser that gets `answer` be known as `officer` at `issuer`."""
        while len(self._open) >= _MOST:
            del self._open[next(iter(self._open))]
        name = secrets.token_urlsafe(32)
        self._open[name] = (self._monotonic() + self._life_s, issuer.path, officer)
        answer.set_cookie(COOKIE, name, path=f"/{issuer.path}", httponly=True, samesite="lax")

    def holder(self, request: Request, issuer: Issuer) -> str | None:
        """The officer as whom the browser that sent `request` is known at `issuer`."""
        until, path, officer = self._open.get(request.cookies.get(COOKIE, ""), (0.0, "", ""))
        return officer if path == issuer.path and self._monotonic() < until else None

    def end(self, request: Request, answer: Response, issuer: Issuer) -> None:
        """Forget the browser that sent `request`."""
        self._open.pop(request.cookies.get(COOKIE, ""), None)
        answer.delete_cookie(COOKIE, path=f"/{issuer.path}", httponly=True, samesite="lax")
