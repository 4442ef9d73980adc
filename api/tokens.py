"""Tokens of the demo's provider: JWTs signed with RS256. Real providers mint their own."""

import uuid
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import RSAKey

from db.clock import wall_now

ALGORITHM: Final = "RS256"
ACCESS_TYPE: Final = "at+jwt"  # RFC 9068
TOKEN_TTL_S: Final = 8 * 3600


def mint(key: RSAKey, issuer: str, audience: str, sub: str, ttl_s: int = TOKEN_TTL_S, **claims: Any) -> str:
    """An access token: `sub` may act at `audience` for `ttl_s` seconds, says `issuer`. `claims` are added."""
    return _signed(key, ACCESS_TYPE, issuer, audience, sub, ttl_s, claims)


def mint_identity(key: RSAKey, issuer: str, client_id: str, sub: str, ttl_s: int, **claims: Any) -> str:
    """An ID token (OpenID Connect Core 1.0 §2) for the page `client_id`."""
    return _signed(key, "JWT", issuer, client_id, sub, ttl_s, claims)


def _signed(key: RSAKey, kind: str, issuer: str, audience: str, sub: str, ttl_s: int, extra: dict[str, Any]) -> str:
    now = int(wall_now().timestamp())
    claims = {"iss": issuer, "aud": audience, "sub": sub, "iat": now, "exp": now + ttl_s, "jti": str(uuid.uuid4())}
    header = {"alg": ALGORITHM, "typ": kind, "kid": key.kid}
    return jwt.encode(header, {**extra, **claims}, key, algorithms=[ALGORITHM])
