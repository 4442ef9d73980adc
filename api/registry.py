"""The demo's registry process: the units of each county that answer a program, each with books of its own.

Per county a vehicle office, a land registry, the company register, two banks and the provident-fund centre.

A simulator: it stands for the units behind a provincial network, over the HTTP that such a network would offer.
`/` lists the units. `POST /{unit_id}/searches` and `POST /{unit_id}/notices` are idempotent by request id;
`POST /control` (loopback only) makes a unit slow, refusing or unreachable, of all kinds of asset or of some. Nothing
personal is ever logged.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Literal, TypeVar

import anyio
import anyio.to_thread
import msgspec
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import logs, transport
from api.graphql.language import language_of
from api.registry_page import registry_page
from api.registry_records import RegistryUnit
from api.registry_settings import RegistrySettings
from api.registry_store import AnotherRequest, RegistryStore
from db.clock import Clock, OffsetClock, WallClock
from enforcement.channels import KindAnswer, NoticeRequest, SearchRequest

MAX_BODY_BYTES: Final = 64 * 1024
_R = TypeVar("_R", SearchRequest, NoticeRequest)


class Control(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a unit behaves from now on; with `kinds` towards searches for these kinds alone."""

    unit_id: str
    mode: Literal["normal", "slow", "refuse", "down"]
    latency_ms: int = 0
    kinds: list[str] = msgspec.field(default_factory=list)

    @property
    def words(self) -> list[KindAnswer]:
        """What the unit says of these kinds by themselves."""
        if self.mode == "refuse":
            return [KindAnswer(kind=kind, outcome="refused", reason="UNIT_OBJECTS") for kind in self.kinds]
        if self.mode == "down":
            return [KindAnswer(kind=kind, outcome="no_answer", reason="BOOKS_CLOSED") for kind in self.kinds]
        return []


class RegistryData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file from which a new registry is filled."""

    units: list[RegistryUnit]


@dataclass(slots=True)
class Registry:
    """The process: its books, its clock and the faults that were asked for."""

    store: RegistryStore
    clock: Clock
    units: Sequence[RegistryUnit] = ()
    controls: dict[str, Control] = field(default_factory=dict)


class Refused(Exception):
    """The request is answered with this HTTP status and no body."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def open_registry(data: Path, clock: Clock) -> Registry:
    """The registry whose books lie beside `data`; filled from it when they are new."""
    store = RegistryStore(data.with_suffix(".sqlite"))
    units = msgspec.json.decode(data.read_bytes(), type=RegistryData).units
    store.seed(units)
    return Registry(store, clock, [msgspec.structs.replace(unit, holdings=[]) for unit in units])


async def _body(request: Request) -> bytes:
    """The body, at most 64 KiB."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise Refused(413)
    return bytes(body)


async def _accept(registry: Registry, request: Request, kind: type[_R]) -> tuple[str, _R, bool]:
    """The unit, what it is asked and whether it refuses; after the unit's latency, if it answers at all."""
    unit_id = request.path_params["unit_id"]
    try:
        asked = msgspec.json.decode(await _body(request), type=kind)
    except msgspec.MsgspecError as error:
        raise Refused(400) from error
    control = registry.controls.get(unit_id)
    if control is not None:
        if control.mode == "down" and not control.kinds:
            raise Refused(503)
        await anyio.sleep(control.latency_ms / 1000)
    if not await anyio.to_thread.run_sync(registry.store.knows, unit_id):
        raise Refused(404)
    return unit_id, asked, control is not None and control.mode == "refuse" and not control.kinds


async def _searches(registry: Registry, request: Request) -> bytes:
    unit_id, asked, refuses = await _accept(registry, request, SearchRequest)
    now, control = registry.clock.now(), registry.controls.get(unit_id)
    words = [] if control is None else control.words
    answer = await anyio.to_thread.run_sync(
        lambda: registry.store.search(unit_id, asked, now, refuses=refuses, words=words)
    )
    return msgspec.json.encode(answer)


async def _notices(registry: Registry, request: Request) -> bytes:
    unit_id, asked, refuses = await _accept(registry, request, NoticeRequest)
    now = registry.clock.now()
    answer = await anyio.to_thread.run_sync(lambda: registry.store.register(unit_id, asked, now, refuses=refuses))
    return msgspec.json.encode(answer)


async def _control(registry: Registry, request: Request) -> bytes:
    client = request.client
    if client is None or not ip_address(client.host).is_loopback:
        raise Refused(403)
    try:
        control = msgspec.json.decode(await _body(request), type=Control)
    except msgspec.MsgspecError as error:
        raise Refused(400) from error
    if not registry.store.knows(control.unit_id):
        raise Refused(404)
    registry.controls[control.unit_id] = control
    return b"{}"


async def _page(registry: Registry, request: Request) -> Response:
    modes = {unit_id: control.mode for unit_id, control in registry.controls.items()}
    return registry_page(registry.units, modes, language_of(request.headers.get("accept-language")))


async def _ready(_registry: Registry, _request: Request) -> bytes:
    return b'{"ready":true}'


def _endpoint(
    registry: Registry, handle: Callable[[Registry, Request], Awaitable[bytes]]
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return Response(await handle(registry, request), media_type="application/json")
        except Refused as refused:
            return Response(status_code=refused.status)
        except AnotherRequest:
            return Response(status_code=409)

    return endpoint


def registry_app(registry: Registry) -> Starlette:
    """The ASGI application of the registry process."""
    return Starlette(
        routes=[
            Route("/", partial(_page, registry), methods=["GET"]),
            Route("/livez", _endpoint(registry, _ready)),
            Route("/readyz", _endpoint(registry, _ready)),
            Route("/control", _endpoint(registry, _control), methods=["POST"]),
            Route("/{unit_id}/searches", _endpoint(registry, _searches), methods=["POST"]),
            Route("/{unit_id}/notices", _endpoint(registry, _notices), methods=["POST"]),
        ]
    )


def serve(settings: RegistrySettings) -> None:
    """Run until SIGTERM."""
    logs.configure("registry", level=settings.log_level)
    clock = WallClock() if settings.clock_file is None else OffsetClock(settings.clock_file)
    registry = open_registry(settings.registry_data, clock)
    uvloop.run(transport.server(registry_app(registry), settings).serve())
