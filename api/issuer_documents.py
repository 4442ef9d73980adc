"""What an OpenID issuer publishes, read as a stranger's: its discovery document and its signing keys.

Invariant: nothing but the issuer's own origin is asked, over HTTPS (plain HTTP on loopback), without redirects, and at
most 256 KiB of an answer are read. A key that cannot be read, or is too weak or too slow to verify with, is left out.
Source: OpenID Connect Discovery 1.0 §4; RFC 7517; RFC 9111 §5.2.2.1 (`max-age`).
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final, NamedTuple, TypeAlias
from urllib.parse import urlsplit

import aiohttp
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from api.peers import check_peer

_TIMEOUT_S: Final = 3.0
_MOST_BYTES: Final = 256 * 1024
_MAX_AGE: Final = re.compile(r"(?:\A|[\s,])max-age=\"?([0-9]{1,9})\"?(?:\Z|[\s,])", re.IGNORECASE)
_RSA: Final = ("RSA", None)
_CURVES: Final = frozenset({_RSA, ("EC", "P-256"), ("OKP", "Ed25519")})
_RSA_BITS: Final = range(2048, 8192 + 1)
OK: Final = 200


class Fetched(NamedTuple):
    """The body of an answer, and for how many seconds it says that it holds."""

    body: bytes
    max_age_s: float | None = None


Fetch: TypeAlias = Callable[[str], Awaitable[Fetched]]
"""GETs a URL; raises OSError, TimeoutError, aiohttp.ClientError or ValueError when it cannot."""


class Published(NamedTuple):
    """The signing keys of an issuer by id, and for how many seconds it says that they hold."""

    keys: dict[str | None, Key]
    max_age_s: float | None


class _Discovery(msgspec.Struct):
    issuer: str
    jwks_uri: str


class _KeySet(msgspec.Struct):
    keys: list[dict[str, Any]]


async def published(fetch: Fetch, issuer: str) -> Published:
    """What `issuer` publishes now.

    Raises:
        UnsafeTransport: it would be asked in clear.
        ValueError: what it answers is not a provider's, or another's.
    """
    check_peer(issuer)
    told = await fetch(issuer.rstrip("/") + "/.well-known/openid-configuration")
    discovery = _decoded(told.body, _Discovery)
    if discovery.issuer != issuer or _origin(discovery.jwks_uri) != _origin(issuer):
        raise ValueError("the discovery document names another issuer")
    answer = await fetch(discovery.jwks_uri)
    return Published(dict(_usable(_decoded(answer.body, _KeySet))), answer.max_age_s)


def _decoded(body: bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _usable(key_set: _KeySet) -> Iterator[tuple[str | None, Key]]:
    for entry in key_set.keys:
        kid = entry.get("kid")
        if isinstance(kid, str | None) and (key := _key(entry)) is not None:
            yield kid, key


def _key(entry: dict[str, Any]) -> Key | None:
    """The key, if tokens may be signed with it: one that we cannot use does not spoil the others."""
    try:
        kind = entry.get("kty"), entry.get("crv")
        if kind not in _CURVES or entry.get("use", "sig") != "sig":
            return None
        if kind == _RSA and _bits(entry["n"]) not in _RSA_BITS:
            return None
        return JWKRegistry.import_key(entry)
    except (JoseError, KeyError, ValueError, TypeError):
        return None


def _bits(number: str) -> int:
    return int.from_bytes(urlsafe_b64decode(number + "==")).bit_length()


def fetch_over(session: aiohttp.ClientSession) -> Fetch:
    """GET within three seconds, at most 256 KiB, no redirects."""

    async def fetch(url: str) -> Fetched:
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
        async with session.get(url, timeout=timeout, allow_redirects=False) as answer:
            body = await answer.content.read(_MOST_BYTES)
            while len(body) < _MOST_BYTES and (more := await answer.content.read(_MOST_BYTES - len(body))):
                body += more
            if answer.status != OK or not answer.content.at_eof():
                raise ValueError("not an answer of a provider")
            return Fetched(body, _max_age_s(answer.headers.get("cache-control", "")))

    return fetch


def _max_age_s(cache_control: str) -> float | None:
    if re.search(r"\bno-(?:store|cache)\b", cache_control, re.IGNORECASE):
        return 0.0
    found = _MAX_AGE.search(cache_control)
    return None if found is None else float(found[1])
