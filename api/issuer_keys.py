"""The published keys of OpenID issuers: fetched by discovery, kept, and fetched again when an unknown key id appears.

Invariant: an issuer is asked at most every ten seconds, however many tokens name unknown keys; while it is silent the
keys already known stay good for a day, and nobody who has one of them waits for it but one in ten seconds.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import aiohttp
import anyio
from joserfc.jwk import Key

from api.issuer_documents import Fetch, published
from api.peers import UnsafeTransport
from db.clock import monotonic_s

_FRESH_S: Final = (60.0, 3600.0)  # the shortest and the longest that an issuer may ask for; the longest unless it does
_STALE_S: Final = 24 * 3600.0
_PAUSE_S: Final = 10.0
_PATIENCE_S: Final = 3.0


class ProviderUnreachable(Exception):
    """The issuer did not answer as an OpenID provider does, and no usable keys are known."""


@dataclass(slots=True)
class _Known:
    keys: dict[str | None, Key] = field(default_factory=dict)
    fresh_s: float = 0.0
    fetched_s: float = float("-inf")
    asked_s: float = float("-inf")
    lock: anyio.Lock = field(default_factory=anyio.Lock)

    def pick(self, kid: str | None) -> Key | None:
        if kid is None and len(self.keys) == 1:
            return next(iter(self.keys.values()))
        return self.keys.get(kid)


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
        age_s = self._age(known)
        if (found := known.pick(kid)) and (age_s < known.fresh_s or (known.lock.locked() and age_s < _STALE_S)):
            return found
        async with known.lock:
            if self._monotonic() - known.asked_s >= _PAUSE_S:
                await self._refresh(issuer, known)
        if (found := known.pick(kid)) and self._age(known) < _STALE_S:
            return found
        if self._age(known) >= known.fresh_s:
            raise ProviderUnreachable
        return None

    def _age(self, known: _Known) -> float:
        return self._monotonic() - known.fetched_s

    async def _refresh(self, issuer: str, known: _Known) -> None:
        known.asked_s = self._monotonic()
        try:
            with anyio.fail_after(_PATIENCE_S, shield=True):  # who leaves meanwhile leaves no other without
                found = await published(self._fetch, issuer)
        except (OSError, TimeoutError, ValueError, UnsafeTransport, aiohttp.ClientError):
            return
        least, most = _FRESH_S
        known.keys = found.keys
        known.fresh_s = most if found.max_age_s is None else min(max(found.max_age_s, least), most)
        known.fetched_s = self._monotonic()
