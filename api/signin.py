"""Who calls: a bearer token is verified against its issuer's published keys; only its issuer and subject count.

Invariant: keys are fetched only from issuers that this program trusts, found before anything is fetched; roles come
from the court's records or the directory, never from a token.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jws import extract_compact
from joserfc.jwt import JWTClaimsRegistry

from api.issuer_keys import IssuerKeys, ProviderUnreachable
from db.clock import wall_now

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "Ed25519", "EdDSA")
CLOCK_SKEW_S: Final = 60
_MOST_BYTES: Final = 8 * 1024


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
    """Verifies access tokens for one audience. One per process."""

    def __init__(self, keys: IssuerKeys, *, audience: str, now: Callable[[], datetime] = wall_now) -> None:
        self._keys = keys
        self._audience = audience
        self._now = now

    async def verify(self, token: str, issuers: Container[str]) -> Identity:
        """The identity in `token`, if one of `issuers` signed it for this audience and it is in force.

        Raises:
            SignInRefused: otherwise, or the issuer's keys cannot be had now.
        """
        issuer, kid = _claimed(token)
        if issuer not in issuers:
            raise SignInRefused("TOKEN_REJECTED")
        try:
            key = await self._keys.key(issuer, kid)
        except ProviderUnreachable:
            raise SignInRefused("SIGN_IN_UNAVAILABLE") from None
        if key is None:
            raise SignInRefused("TOKEN_REJECTED")
        try:
            claims = jwt.decode(token, key, algorithms=ALGORITHMS).claims
            self._registry(issuer).validate(claims)
        except ExpiredTokenError:
            raise SignInRefused("TOKEN_EXPIRED") from None
        except (JoseError, ValueError, TypeError):
            raise SignInRefused("TOKEN_REJECTED") from None
        return Identity(issuer, claims["sub"], float(claims["exp"]))

    def _registry(self, issuer: str) -> JWTClaimsRegistry:
        return JWTClaimsRegistry(
            now=int(self._now().timestamp()),
            leeway=CLOCK_SKEW_S,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": self._audience},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )


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
