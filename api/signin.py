"""Who calls: a bearer token is verified against its issuer's published keys; only its issuer and subject count.

A signature is verified once for each token and key; what changes with time, each time. The audience is the public URL
of this very door: who is shown a token at one door cannot use it at another.

Invariant: keys are fetched only from issuers that this program trusts, found before anything is fetched; roles come
from the court's records or the directory, never from a token.
"""

import warnings
from collections import OrderedDict
from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError, SecurityWarning
from joserfc.jwk import Key
from joserfc.jws import extract_compact
from joserfc.jwt import JWTClaimsRegistry

from api.issuer_keys import IssuerKeys, ProviderUnreachable
from db.clock import wall_now

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "Ed25519", "EdDSA")
CLOCK_SKEW_S: Final = 60
_MOST_BYTES: Final = 8 * 1024
_MOST_KEPT: Final = 1024


class SignInRefused(Exception):
    """The token does not open this door. `code`: TOKEN_REJECTED, TOKEN_EXPIRED or SIGN_IN_UNAVAILABLE."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom an issuer vouches for, until when (wall clock, Unix seconds)."""

    issuer: str
    subject: str
    expires_at: float


class _Signed(NamedTuple):
    """What a token says, and the key that its signature was found to be of."""

    issuer: str
    kid: str | None
    key: Key
    claims: dict[str, Any]


def bearer(authorization: str | None) -> str | None:
    """The token of an Authorization header; None without one.

    Raises:
        SignInRefused: it is not a bearer token.
    """
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip() or len(token) > _MOST_BYTES:
        raise SignInRefused("TOKEN_REJECTED")
    return token.strip()


class TokenVerifier:
    """Verifies access tokens for one audience, the door's own public URL. One per process."""

    def __init__(self, keys: IssuerKeys, *, audience: str, now: Callable[[], datetime] = wall_now) -> None:
        self._keys = keys
        self._audience = audience.rstrip("/")
        self._now = now
        self._signed: OrderedDict[bytes, _Signed] = OrderedDict()  # by the token's digest: the last ones used

    async def verify(self, token: str, issuers: Container[str], other_doors: Container[str] = ()) -> Identity:
        """The identity in `token`, if one of `issuers` signed it for this audience and it is in force.

        A token that names one of `other_doors` too is of a provider that tells no doors apart: it is refused.

        Raises:
            SignInRefused: otherwise, or the issuer's keys cannot be had now.
        """
        digest = sha256(token.encode()).digest()
        known = self._signed.get(digest)
        issuer, kid = _claimed(token) if known is None else known[:2]
        if issuer not in issuers:
            raise SignInRefused("TOKEN_REJECTED")
        try:
            key = await self._keys.key(issuer, kid)
        except ProviderUnreachable:
            raise SignInRefused("SIGN_IN_UNAVAILABLE") from None
        if key is None:
            raise SignInRefused("TOKEN_REJECTED")
        try:
            claims = known.claims if known is not None and known.key is key else _verified(token, key)
            self._registry(issuer).validate(claims)
            self._check_doors(claims["aud"], other_doors)
        except ExpiredTokenError:
            raise SignInRefused("TOKEN_EXPIRED") from None
        except (JoseError, ValueError, TypeError):
            raise SignInRefused("TOKEN_REJECTED") from None
        self._keep(digest, _Signed(issuer, kid, key, claims))
        return Identity(issuer, claims["sub"], float(claims["exp"]))

    def _check_doors(self, audience: str | list[str], other_doors: Container[str]) -> None:
        """Return if no other door's URL is among the audiences; this door is no other one, whoever claims its URL.

        Raises:
            ValueError: one is.
        """
        named = [audience] if isinstance(audience, str) else audience
        others = {one.rstrip("/") for one in named if isinstance(one, str)} - {self._audience}
        if any(one in other_doors for one in others):
            raise ValueError("the token opens several doors")

    def _keep(self, digest: bytes, signed: _Signed) -> None:
        self._signed[digest] = signed
        self._signed.move_to_end(digest)
        if len(self._signed) > _MOST_KEPT:
            self._signed.popitem(last=False)

    def _registry(self, issuer: str) -> JWTClaimsRegistry:
        return JWTClaimsRegistry(
            now=int(self._now().timestamp()),
            leeway=CLOCK_SKEW_S,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "values": [self._audience, self._audience + "/"]},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )


def _verified(token: str, key: Key) -> dict[str, Any]:
    """The claims, if the signature is `key`'s."""
    with warnings.catch_warnings(category=SecurityWarning, action="ignore"):  # of "EdDSA", which providers still write
        return jwt.decode(token, key, algorithms=ALGORITHMS).claims


def _claimed(token: str) -> tuple[str, str | None]:
    """The issuer and the key id that an unverified token names: only to choose among trusted issuers."""
    try:
        parts = extract_compact(token.encode())
        claims: Any = msgspec.json.decode(parts.payload)
        header = parts.headers()
        issuer, kid = claims.get("iss"), header.get("kid")
    except (JoseError, ValueError, AttributeError, RecursionError):
        raise SignInRefused("TOKEN_REJECTED") from None
    if not isinstance(issuer, str) or not isinstance(kid, str | None):
        raise SignInRefused("TOKEN_REJECTED")
    return issuer, kid
