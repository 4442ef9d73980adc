"""Calls of the commands to a gateway: one GraphQL document, one answer; and the directory.

Invariant: HTTPS anywhere, plain HTTP on loopback; a gateway's own words reach the terminal only by its stable codes.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import orjson

from api import peers
from api.membership.words import plain
from schema.messages import TEXTS, message

_TIMEOUT: Final = aiohttp.ClientTimeout(total=30)
_MOST_BYTES: Final = 64 * 1024 * 1024
_OK: Final = 200


class Unreachable(Exception):
    """The gateway does not answer, or not as one."""


class Refused(Exception):
    """The gateway answered with a stable code; `current` is the version now, of a stale one."""

    def __init__(self, code: str, part: str | None = None, current: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.part = part
        self.current = current

    def words(self, language: str) -> str:
        """The code, with our own text of it."""
        told = message(self.code, language) if self.code in TEXTS else ""
        return plain(f"{self.code}{f'({self.part})' if self.part else ''} {told}".rstrip())


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway's address, and how it is called."""

    url: str
    token: str = field(default="", repr=False)
    ca: str = ""  # file of the authorities; empty: the machine's

    async def directory(self) -> bytes:
        """The bundle that it serves.

        Raises:
            Unreachable, UnsafeTransport.
        """
        return await self._exchange("GET", "/directory", None)

    async def one(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The object under the document's only root field.

        Raises:
            Refused: it is a problem, or the document was refused. Unreachable, UnsafeTransport.
        """
        raw = await self._exchange("POST", "/graphql", {"query": document, "variables": dict(variables)})
        return _only(raw)

    async def _exchange(self, method: str, path: str, body: object) -> bytes:
        peers.check_peer(self.url)
        tls = ssl.create_default_context(cafile=self.ca or None)
        headers = {"Authorization": f"Bearer {self.token}"} if self.token and body is not None else {}
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT, connector=aiohttp.TCPConnector(ssl=tls)) as session,
                session.request(method, self.url.rstrip("/") + path, json=body, headers=headers) as response,
            ):
                raw = await response.content.read(_MOST_BYTES)
                if body is None and response.status != _OK:
                    raise Unreachable
                return raw
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise Unreachable from None


def _only(raw: bytes) -> dict[str, Any]:
    answer = _json(raw)
    errors = answer.get("errors")
    if errors:
        raise Refused(str(errors[0].get("extensions", {}).get("code", "INTERNAL")))
    data = answer.get("data")
    found = next(iter(data.values()), None) if isinstance(data, dict) else None
    if found is None:
        raise Refused("NOT_FOUND")
    if "code" in found and "message" in found:
        raise Refused(str(found["code"]), found.get("part"), found.get("current"))
    return dict(found)


def _json(raw: bytes) -> dict[str, Any]:
    try:
        answer = orjson.loads(raw)
    except ValueError:
        raise Unreachable from None
    if not isinstance(answer, dict):
        raise Unreachable
    return answer
