"""No algorithm, key or header makes a token of what the issuer did not sign; clocks may differ by a minute."""

import base64
import json
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from api.signin import SignInRefused, TokenVerifier
from tests.api.issuers import DOOR, ISSUER, KEY, OTHER, Web

pytestmark = pytest.mark.anyio

CURVE, EDWARDS = ECKey.generate_key("P-256", {"kid": "ec"}), OKPKey.generate_key("Ed25519", {"kid": "ed"})
PLAIN = RSAKey.generate_key(2048, {"kid": "plain"})  # for any algorithm of RSA
WEB = Web({ISSUER: [KEY, PLAIN, CURVE, EDWARDS]})
NOW = datetime.now(UTC)


def claims(**changes: Any) -> dict[str, Any]:
    now = int(NOW.timestamp())
    return {"iss": ISSUER, "aud": DOOR, "sub": "o", "iat": now, "exp": now + 60, **changes}


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def signed(header: dict[str, Any], key: Any) -> str:
    with warnings.catch_warnings(category=SecurityWarning, action="ignore"):  # of "EdDSA", which providers still write
        return jwt.encode(header, claims(), key, algorithms=[header["alg"]])


async def outcome(token: str, now: Callable[[], datetime] = lambda: NOW) -> str:
    try:
        await TokenVerifier(WEB.keys(), audience=DOOR, now=now).verify(token, {ISSUER})
    except SignInRefused as refused:
        return refused.code
    return "TAKEN"


@pytest.mark.parametrize(
    ("alg", "key"), [("RS256", KEY), ("PS256", PLAIN), ("ES256", CURVE), ("Ed25519", EDWARDS), ("EdDSA", EDWARDS)]
)
async def test_the_issuers_own_are_taken(alg: str, key: Any) -> None:
    assert await outcome(signed({"alg": alg, "kid": key.kid}, key)) == "TAKEN"


def public_as_secret(form: str) -> OctKey:
    text = KEY.as_pem(private=False) if form == "pem" else json.dumps(KEY.as_dict(private=False)).encode()
    return OctKey.import_key(base64.urlsafe_b64encode(text).decode())


FORGED: dict[str, Callable[[], str]] = {
    "unsigned": lambda: f"{part({'alg': 'none'})}.{part(claims())}.",
    "unsigned, with a key id": lambda: f"{part({'alg': 'none', 'kid': KEY.kid})}.{part(claims())}.",
    "unsigned, in capitals": lambda: f"{part({'alg': 'NONE', 'kid': KEY.kid})}.{part(claims())}.",
    "without an algorithm": lambda: f"{part({'kid': KEY.kid})}.{part(claims())}.AAAA",
    "an algorithm that is a list": lambda: f"{part({'alg': ['RS256'], 'kid': KEY.kid})}.{part(claims())}.AAAA",
    "HS256 with the public key, as PEM": lambda: signed({"alg": "HS256", "kid": KEY.kid}, public_as_secret("pem")),
    "HS256 with the public key, as JWK": lambda: signed({"alg": "HS256", "kid": KEY.kid}, public_as_secret("jwk")),
    "RS512, which we do not take": lambda: signed({"alg": "RS512", "kid": "plain"}, PLAIN),
    "RS256 by another key": lambda: signed({"alg": "RS256", "kid": KEY.kid}, OTHER),
    "RS256 named as an elliptic key": lambda: signed({"alg": "RS256", "kid": "ec"}, KEY),
    "ES256 named as an RSA key": lambda: signed({"alg": "ES256", "kid": KEY.kid}, CURVE),
    "ES256 named as an Edwards key": lambda: signed({"alg": "ES256", "kid": "ed"}, CURVE),
    "EdDSA named as an elliptic key": lambda: signed({"alg": "EdDSA", "kid": "ec"}, EDWARDS),
    "with its own key in the header": lambda: signed(
        {"alg": "RS256", "kid": KEY.kid, "jwk": OTHER.as_dict(private=False)}, OTHER
    ),
    "with the address of its key": lambda: signed(
        {"alg": "RS256", "kid": KEY.kid, "jku": "http://127.0.0.1:9/jwks", "x5u": "http://127.0.0.1:9/c"}, OTHER
    ),
    "without a key id, of several": lambda: signed({"alg": "RS256"}, KEY),
    "with a key id that is a path": lambda: signed({"alg": "RS256", "kid": "../../etc/passwd"}, OTHER),
    "cut": lambda: signed({"alg": "RS256", "kid": KEY.kid}, KEY)[:-8],
    "other claims": lambda: _with_payload(claims(sub="o-2")),
    "claims that are a list": lambda: _with_payload([]),
    "nested without end": lambda: f"{part({'alg': 'RS256'})}.{_b64(b'[' * 5000)}.AAAA",
}


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _with_payload(payload: Any) -> str:
    header, _, signature = signed({"alg": "RS256", "kid": KEY.kid}, KEY).split(".")
    return f"{header}.{part(payload)}.{signature}"


@pytest.mark.parametrize("forged", FORGED)
async def test_what_the_issuer_did_not_sign_is_refused(forged: str) -> None:
    assert await outcome(FORGED[forged]()) == "TOKEN_REJECTED"


async def test_a_critical_header_that_we_do_not_know_is_refused() -> None:
    """RFC 7515 §4.1.11: even if the issuer signed it."""
    header = {"alg": "RS256", "kid": KEY.kid, "crit": ["http://example/x"], "http://example/x": True}
    body = f"{part(header)}.{part(claims())}"
    signature = _signature(KEY, body)

    assert await outcome(f"{body}.{signature}") == "TOKEN_REJECTED"


def _signature(key: RSAKey, body: str) -> str:
    assert key.private_key is not None
    return _b64(key.private_key.sign(body.encode(), PKCS1v15(), SHA256()))


@pytest.mark.parametrize(
    ("ahead_s", "expected"),
    [(0, "TAKEN"), (59, "TAKEN"), (119, "TAKEN"), (121, "TOKEN_EXPIRED"), (-59, "TAKEN"), (-61, "TOKEN_REJECTED")],
)
async def test_clocks_may_differ_by_a_minute(ahead_s: int, expected: str) -> None:
    """The token is of now and lives a minute; the door's clock is so far ahead of the provider's, or behind."""
    token = signed({"alg": "RS256", "kid": KEY.kid}, KEY)

    assert await outcome(token, lambda: NOW + timedelta(seconds=ahead_s)) == expected


@pytest.mark.parametrize("claim", ["exp", "iat", "nbf"])
@pytest.mark.parametrize("value", ["soon", True, [], {}, 1e400])
async def test_an_instant_that_is_none_is_refused(claim: str, value: Any) -> None:
    whole = claims(**{claim: value})
    body = f"{part({'alg': 'RS256', 'kid': KEY.kid})}.{part(whole)}"

    assert await outcome(f"{body}.{_signature(KEY, body)}") in {"TOKEN_REJECTED", "TOKEN_EXPIRED"}
