"""Authorization requests and codes.

Invariant: a code is good once, for a minute, for the verifier that asked, and for one door: the `resource` (RFC 8707).
"""

import base64
import hmac
import re
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import ImmutableMultiDict

from api.peers import is_loopback
from db.clock import monotonic_s

CLIENT_ID: Final = "xiezhi-page"
_PATHS: Final = frozenset({"/", "/graphiql", "/signed-in"})
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}\Z")
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}\Z")
_OPAQUE: Final = re.compile(r"[\x21-\x7e]{8,512}\Z")
_LIFE_S: Final = 60.0
_MOST_OPEN: Final = 1000


@dataclass(frozen=True, slots=True)
class Authorization:
    """A well-formed authorization request."""

    client_id: str
    redirect_uri: str
    state: str = field(repr=False)
    nonce: str = field(default="", repr=False)
    challenge: str = field(default="", repr=False)
    resource: str = ""
    is_silent: bool = False  # answered without showing anything, or not at all


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code stands for."""

    issuer_path: str
    officer_id: str
    asked: Authorization


class WrongRequest(Exception):
    """A malformed request; with `back`, the page that sent it is told (RFC 6749 §4.1.2.1), else nobody but the user."""

    def __init__(self, error: str, back: Authorization | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.back = back


def check_authorization(
    query: ImmutableMultiDict[str, str], origins: Collection[str], resources: Collection[str]
) -> Authorization:
    """The request in `query`, whose answer may go to a page of `origins` and whose token to one of `resources`.

    Raises:
        WrongRequest: it is not one that this provider answers.
    """
    client_id, redirect_uri, state = (query.get(name, "") for name in ("client_id", "redirect_uri", "state"))
    if client_id != CLIENT_ID or not may_return(redirect_uri, origins) or not _OPAQUE.match(state):
        raise WrongRequest("invalid_request")
    nonce, challenge = query.get("nonce", ""), query.get("code_challenge", "")
    wanted, is_silent = query.getlist("resource"), query.get("prompt") == "none"
    asked = Authorization(client_id, redirect_uri, state, nonce, challenge, "".join(wanted[:1]), is_silent)
    if query.get("response_type") != "code":
        raise WrongRequest("unsupported_response_type", asked)
    if "openid" not in query.get("scope", "").split():
        raise WrongRequest("invalid_scope", asked)
    if query.get("code_challenge_method") != "S256" or not _CHALLENGE.match(challenge) or not _OPAQUE.match(nonce):
        raise WrongRequest("invalid_request", asked)
    if len(wanted) != 1 or asked.resource not in resources:  # RFC 8707 §2: "missing, unknown, or malformed"
        raise WrongRequest("invalid_target", asked)
    return asked


def may_return(uri: str, origins: Collection[str]) -> bool:
    """Whether a browser may be sent there: to one of our own pages' paths, on one of `origins`, on this machine."""
    parts = urlsplit(uri)
    origin = f"{parts.scheme}://{parts.netloc}"
    plain = uri == origin + parts.path
    return plain and origin in origins and is_loopback(parts.hostname or "") and parts.path in _PATHS


def return_to(asked: Authorization, **answer: str) -> str:
    """The redirect URI with the answer and the state."""
    return f"{asked.redirect_uri}?{urlencode({**answer, 'state': asked.state})}"


class Codes:
    """Codes that are out, in this process's memory."""

    def __init__(self, monotonic: Callable[[], float] = monotonic_s) -> None:
        self._monotonic = monotonic
        self._open: dict[str, tuple[float, Grant]] = {}

    def issue(self, grant: Grant) -> str:
        """A fresh code for `grant`."""
        now = self._monotonic()
        self._open = {code: entry for code, entry in self._open.items() if entry[0] > now}
        while len(self._open) >= _MOST_OPEN:
            del self._open[next(iter(self._open))]
        code = secrets.token_urlsafe(32)
        self._open[code] = (now + _LIFE_S, grant)
        return code

    def redeem(self, form: Mapping[str, str]) -> Grant | None:
        """The grant of the code in `form`; None unless everything fits. Either way the code is spent."""
        until, grant = self._open.pop(form.get("code", ""), (0.0, None))
        verifier = form.get("code_verifier", "")
        if grant is None or until <= self._monotonic() or not _VERIFIER.match(verifier):
            return None
        challenge = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
        fits = hmac.compare_digest(challenge, grant.asked.challenge)
        same = form.get("redirect_uri") == grant.asked.redirect_uri and form.get("client_id") == grant.asked.client_id
        return grant if fits and same else None
