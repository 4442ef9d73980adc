"""A zone of canned courts: the product's gateway and its provider as they are in use, and courts that only answer."""

import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import aiohttp
import anyio
import asyncpg
import msgspec

from api.demo import directory as demo_directory
from api.demo import fixtures
from api.demo.running import token_minter
from api.demo.zone import Zone, lay_out
from bench import canned_parts, children
from bench.closed_loop import Request
from db import migrate
from federation.directory.document import CourtEntry, KeyEntry
from federation.directory.publish import DirectoryContent
from federation.wire import keyfile
from federation.wire.keyfile import NodeKeys
from federation.wire.signing import public_text

_OFFICER: Final = ("330824", "o-330824-07")  # of a command centre, which reads the whole zone
_FURTHER: Final = "川"
_FIRST_FURTHER: Final = 1000
_DIRECTORY: Final = 1
LIMITS: Final = {"XIEZHI_REQUESTS_PER_MINUTE_CALLER": "100000000", "XIEZHI_REQUESTS_PER_MINUTE_COURT": "100000000"}
"""Counted as in use, and never reached by a benchmark."""


@dataclass(frozen=True, slots=True)
class CannedZone:
    """The gateway in front of canned courts."""

    zone: Zone
    urls: dict[str, str]  # of the canned courts, by code
    token: str
    canned_pid: int

    @property
    def gateway_pid(self) -> int:
        process = self.zone.programs.programs["gateway"].process
        assert process is not None  # it was started
        return process.pid

    @property
    def roots(self) -> dict[str, list[int]]:
        """The one process that is measured."""
        return {"gateway": [self.gateway_pid]}

    def request(self, *, deadline_ms: int = 20_000, expected: bytes = b'"complete":true') -> Request:
        """The clear question to every court."""
        scope = {"wholeZone": True, "deadlineMs": deadline_ms}
        return self._posted(canned_parts.DOCUMENT, {"scope": scope}, expected)

    def page_request(self, after: str | None) -> Request:
        """The page of the public list behind a cursor."""
        variables = {"scope": {"wholeZone": True, "deadlineMs": 20_000}, "after": after}
        return self._posted(canned_parts.PAGED_DOCUMENT, variables, b'"complete":true')

    def _posted(self, document: str, variables: dict[str, Any], expected: bytes) -> Request:
        body = msgspec.json.encode({"query": document, "variables": variables})
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return Request(self.zone.addresses.gateway + "/graphql", body, headers, expected)

    async def control(self, code: str, **told: Any) -> None:
        """Tell a canned court how to answer from now on: `delayMs`, `hang`."""
        async with aiohttp.ClientSession() as session, session.post(self.urls[code] + "/control", json=told) as done:
            done.raise_for_status()


@asynccontextmanager
async def running(base_port: int, courts: int, say: Callable[[str], None]) -> AsyncIterator[CannedZone]:
    """A gateway, a provider, and so many canned courts; all of it goes at the end."""
    say(f"starting a gateway in front of {courts} canned courts ...")
    zone = lay_out(base_port)
    try:
        with ExitStack() as stack:
            listeners = [stack.enter_context(children.listening()) for _ in range(courts)]
            signing = dict(_courts(zone, listeners))
            _publish(zone, listeners, signing)
            config = zone.folder / "canned.json"
            config.write_bytes(msgspec.json.encode(_config(zone, listeners, signing)))
            command = children.module("bench.canned", str(config))
            child = stack.enter_context(
                children.started(command, zone.folder / "logs" / "canned.log", sockets=listeners)
            )
            await _start(zone)
            urls = {code: children.url_of(each) for code, each in zip(signing, listeners, strict=True)}
            yield CannedZone(zone, urls, token_minter(zone)(zone.addresses.gateway, *_OFFICER), child.pid)
    finally:
        await anyio.to_thread.run_sync(zone.close, abandon_on_cancel=False)


def _courts(zone: Zone, listeners: list[socket.socket]) -> Iterator[tuple[str, NodeKeys]]:
    """Codes and keys: the zone's eight first, then as many more as are wanted."""
    known = list(zone.keys.items())
    for place in range(len(listeners)):
        code = f"{_FURTHER}{_FIRST_FURTHER + place}"
        yield known[place] if place < len(known) else (code, keyfile.generate(code))


def _publish(zone: Zone, listeners: list[socket.socket], signing: dict[str, NodeKeys]) -> None:
    """The directory with the canned courts' addresses and keys."""
    document = demo_directory.content(zone.addresses, zone.keys, zone.gateway_key, zone.clock.now())
    known = {entry.code: entry for entry in document.courts}
    entries = []
    for (code, keys), listener in zip(signing.items(), listeners, strict=True):
        entry = known.get(code) or _further(document, code, keys)
        entries.append(msgspec.structs.replace(entry, url=children.url_of(listener)))
    told = msgspec.structs.replace(document, version=_DIRECTORY, courts=entries)
    zone.publish(told, signing)


def _further(document: DirectoryContent, code: str, keys: NodeKeys) -> CourtEntry:
    listed = [
        KeyEntry(id=keys.signing.id, use="sign", public=public_text(keys.signing.public)),
        KeyEntry(id=keys.box.id, use="box", public=public_text(keys.box.public)),
    ]
    division = f"51{code[1:]}"
    return msgspec.structs.replace(document.courts[0], code=code, division=division, name_zh=code, keys=listed)


def _config(zone: Zone, listeners: list[socket.socket], signing: dict[str, NodeKeys]) -> dict[str, Any]:
    files = {}
    divisions = {court.code: court.division for court in fixtures.courts()}
    for (code, keys), listener in zip(signing.items(), listeners, strict=True):
        file = zone.folder / f"{divisions.get(code, code[1:])}.keys"
        if not file.exists():
            keyfile.write(file, keys)
        files[listener.fileno()] = str(file)
    selected = f"{{ {canned_parts.SELECTION} }}"
    return {"key_files": files, "directory": _DIRECTORY, "floor_selection": selected}


async def _start(zone: Zone) -> None:
    """Only the gateway has a database here; the provider publishes the keys of the officer's token."""
    conn = await asyncpg.connect(zone.server.dsn())
    try:
        await conn.execute("CREATE DATABASE gateway")
    finally:
        await conn.close()
    migrate.upgrade(zone.server.dsn("gateway"), "gateway")
    async with aiohttp.ClientSession() as session:
        gateway = zone.programs.programs["gateway"]
        zone.programs.programs["gateway"] = replace(gateway, environment={**gateway.environment, **LIMITS})
        for name in ("provider", "gateway"):
            zone.programs.programs[name].start()
            await zone.programs.programs[name].ready(session)
