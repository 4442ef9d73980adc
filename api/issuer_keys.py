"""The published keys of OpenID issuers: fetched by discovery, kept, and fetched again when an unknown key id appears.

Invariant: an issuer is asked at most every ten seconds, however many tokens name unknown keys; while it is silent the
keys already known stay good for a day.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

import aiohttp
import anyio
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from api.transport import UnsafeTransport, check_peer
from db.clock import monotonic_s

Fetch: TypeAlias = Callable[[str], Awaitable[bytes]]
"""GETs a URL; raises OSError, TimeoutError or ValueError when it cannot."""

_FRESH_S: Final = 3600.0
_STALE_S: Final = 24 * 3600.0
_PAUSE_S: Final = 10.0
_TIMEOUT_S: Final = 3.0
_MOST_BYTES: Final = 256 * 1024
_KINDS: Final = frozenset({"RSA", "EC", "OKP"})


class ProviderUnreachable(Exception):
    """The issuer did not answer as an OpenID provider does, and no usable keys are known."""


class _Discovery(msgspec.Struct):
    issuer: str
    jwks_uri: str


class _KeySet(msgspec.Struct):
    keys: list[dict[str, Any]]


@dataclass(slots=True)
class _Known:
    keys: dict[str | None, Key] = field(default_factory=dict)
    fetched_s: float = float("-inf")
    asked_s: float = float("-inf")
    lock: anyio.Lock = field(default_factory=anyio.Lock)


class IssuerKeys:
    """A cache over `fetch`; one per process."""

    def __init__(self, fetch: Fetch, *, monotonic: Callable[[], float] = monotonic_s) -> None:
        self._fetch = fetch
        self._monotonic = monotonic
        self._known: dict[str, _Known] = {}

    async def key(self, issuer: str, kid: str | None) -> Key | None:
        """The issuer's key of that id (or its only key); None if it publishes no such key.

        Raises:
            ProviderUnreachable: it cannot be asked.
        """
        known = self._known.get(issuer)
        if known is None:
            known = self._known[issuer] = _Known()
        if (found := _pick(known, kid)) and self._age(known) < _FRESH_S:
            return found
        async with known.lock:
            if self._monotonic() - known.asked_s >= _PAUSE_S:
                await self._refresh(issuer, known)
        if (found := _pick(known, kid)) and self._age(known) < _STALE_S:
            return found
        if self._age(known) >= _FRESH_S:
            raise ProviderUnreachable
        return None

    def _age(self, known: _Known) -> float:
        return self._monotonic() - known.fetched_s

    async def _refresh(self, issuer: str, known: _Known) -> None:
        known.asked_s = self._monotonic()
        try:
            known.keys = await self._published(issuer)
        except (OSError, TimeoutError, ValueError, UnsafeTransport, aiohttp.ClientError):
            return
        known.fetched_s = self._monotonic()

    async def _published(self, issuer: str) -> dict[str | None, Key]:
        check_peer(issuer)
        address = issuer.rstrip("/") + "/.well-known/openid-configuration"
        discovery = msgspec.json.decode(await self._fetch(address), type=_Discovery)
        if discovery.issuer != issuer or _origin(discovery.jwks_uri) != _origin(issuer):
            raise ValueError("the discovery document names another issuer")
        published = msgspec.json.decode(await self._fetch(discovery.jwks_uri), type=_KeySet)
        return dict(_usable(published))


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _usable(published: _KeySet) -> list[tuple[str | None, Key]]:
    found: list[tuple[str | None, Key]] = []
    for entry in published.keys:
        if entry.get("kty") in _KINDS and entry.get("use", "sig") == "sig":
            try:
                key = JWKRegistry.import_key(entry)
            except (JoseError, ValueError):
                continue  # a key that we cannot read does not spoil the others
            found.append((entry.get("kid"), key))
    return found


def _pick(known: _Known, kid: str | None) -> Key | None:
    if kid is None and len(known.keys) == 1:
        return next(iter(known.keys.values()))
    return known.keys.get(kid)


def fetch_over(session: aiohttp.ClientSession) -> Fetch:
    """GET within three seconds, at most 256 KiB, no redirects."""

    async def fetch(url: str) -> bytes:
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
        async with session.get(url, timeout=timeout, allow_redirects=False) as answer:
            body = await answer.content.read(_MOST_BYTES)
            while len(body) < _MOST_BYTES and (more := await answer.content.read(_MOST_BYTES - len(body))):
                body += more
            if answer.status != 200 or not answer.content.at_eof():  # noqa: PLR2004 (HTTP OK)
                raise ValueError("not an answer of a provider")
            return body

    return fetch
