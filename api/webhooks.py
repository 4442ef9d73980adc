"""Webhooks of a node: the operator's file of endpoints, the HTTP call, the worker.

The file is a JSON list of {"name", "url", "secret", "events"}; it holds secrets and may be read by its owner alone.
"""

import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import aiohttp
import anyio
import msgspec

from api import peers
from api.peers import UnsafeTransport
from api.settings import BadSetting
from api.workers import Worker
from enforcement import happenings, webhooks
from enforcement.court import CourtNode
from enforcement.rules.webhooks import BadWebhook, check_name, check_wanted, key_of
from enforcement.webhooks import Call, Webhook

_TIMEOUT_S: Final = 15.0
_POLL_S: Final = 1.0
_TAKEN: Final = 2  # hundred and something
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    url: str
    secret: str
    events: list[str]


def read(path: Path | None) -> list[Webhook]:
    """The endpoints in the file; none without one.

    Raises:
        BadSetting: the file cannot be read, is open to others, is malformed, or an endpoint's part is wrong; never
            with what stands there.
    """
    if path is None:
        return []
    try:
        if path.stat().st_mode & _OTHERS:
            raise BadSetting("XIEZHI_WEBHOOKS_FILE may be read by others: mode 0600 is needed")
        entries = msgspec.json.decode(path.read_bytes(), type=list[_Entry])
    except OSError:
        raise BadSetting("XIEZHI_WEBHOOKS_FILE cannot be read") from None
    except msgspec.MsgspecError:
        raise BadSetting("XIEZHI_WEBHOOKS_FILE is not a list of name, url, secret and events") from None
    if len({entry.name for entry in entries}) != len(entries):
        raise BadSetting("XIEZHI_WEBHOOKS_FILE has a name twice")
    return [_webhook(number, entry) for number, entry in enumerate(entries, 1)]


def _webhook(number: int, entry: _Entry) -> Webhook:
    try:
        check_name(entry.name)
        check_wanted(entry.events, happenings.types())
        peers.check_peer(entry.url)
        return Webhook(entry.name, entry.url, key_of(entry.secret), tuple(entry.events))
    except BadWebhook as error:
        raise BadSetting(f"XIEZHI_WEBHOOKS_FILE: endpoint {number}: {error} is wrong") from None
    except UnsafeTransport:
        raise BadSetting(f"XIEZHI_WEBHOOKS_FILE: endpoint {number}: url must be HTTPS, or of this machine") from None


def call_over(session: aiohttp.ClientSession) -> Call:
    """POSTs over a session of the process: no redirect is followed, what is answered is not read."""
    timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)

    async def call(url: str, body: bytes, headers: Mapping[str, str]) -> bool:
        sent = {"content-type": "application/json", **headers}
        try:
            async with session.post(url, data=body, headers=sent, timeout=timeout, allow_redirects=False) as response:
                return response.status // 100 == _TAKEN
        except (TimeoutError, aiohttp.ClientError, OSError):
            return False

    return call


def worker(court: CourtNode, known: Sequence[Webhook], call: Call) -> Worker:
    """Tells what is due until it is stopped; at its beginning it makes the endpoints known. None waits for another."""

    async def tell(endpoint: Webhook, stop: anyio.Event) -> None:
        while not stop.is_set():
            if not await webhooks.tell(court, endpoint, call):
                with anyio.move_on_after(_POLL_S):
                    await stop.wait()

    async def work(stop: anyio.Event) -> None:
        await webhooks.know(court.pool, known)
        async with anyio.create_task_group() as group:
            for endpoint in known:
                group.start_soon(tell, endpoint, stop)
            await stop.wait()

    return work
