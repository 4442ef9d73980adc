"""The gateway's CPU for one clear scatter to eight canned courts, against a raw fan-out without GraphQL.

Product, floor and the signatures alone take turns. The floor asks the same canned courts for the same parts.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

import aiohttp

from api import provider_keys
from api.demo.people import people
from bench import canned_zone, children, closed_loop, report
from bench.canned_zone import CannedZone
from bench.closed_loop import Request, Run
from bench.setting import WARM_UP_S, Setting
from bench.signatures import Alone, Signatures

COURTS: Final = 8
CLIENTS: Final = 8


@dataclass(slots=True)
class Compared:
    """The rounds, side by side."""

    gateway: list[Run] = field(default_factory=list)
    floor: list[Run] = field(default_factory=list)
    alone: list[Alone] = field(default_factory=list)

    @property
    def gateway_ms(self) -> list[float]:
        return [run.cpu_ms for run in self.gateway]

    @property
    def floor_ms(self) -> list[float]:
        return [run.cpu_ms for run in self.floor]

    @property
    def courts_ms(self) -> list[float]:
        return [alone.courts_ms for alone in self.alone]

    def ratio(self) -> list[float]:
        """With the signatures, which the floor has not."""
        return [ours / floor for ours, floor in zip(self.gateway_ms, self.floor_ms, strict=True)]

    def ratio_without(self) -> list[float]:
        """Less the signatures and verifications of the same round."""
        rounds = zip(self.gateway_ms, self.courts_ms, self.floor_ms, strict=True)
        return [(ours - alone) / floor for ours, alone, floor in rounds]


async def measure(setting: Setting) -> str:
    """The table."""
    async with canned_zone.running(setting.port, COURTS, setting.say) as zone:
        with floor(zone) as (request, pid):
            compared = await _compare(zone, request, {"floor": [pid]}, setting)
    return _told(compared, setting)


async def _compare(zone: CannedZone, canned: Request, floor_roots: closed_loop.Roots, setting: Setting) -> Compared:
    ours, compared = zone.request(), Compared()
    alone = await _signatures(zone)
    setting.say("clear scatter, gateway and floor ...")
    for request, roots in ((ours, zone.roots), (canned, floor_roots)):
        await _load(request, WARM_UP_S, roots)
    for _ in range(setting.rounds):
        compared.gateway.append(await _load(ours, setting.seconds, zone.roots))
        compared.floor.append(await _load(canned, setting.seconds, floor_roots))
        compared.alone.append(alone.measure())
    return compared


async def _load(request: Request, seconds: float, roots: closed_loop.Roots) -> Run:
    return await closed_loop.run(lambda _: request, clients=CLIENTS, seconds=seconds, roots=roots)


async def _signatures(zone: CannedZone) -> Signatures:
    async with aiohttp.ClientSession() as session, session.post(next(iter(zone.urls.values())) + "/floor") as answer:
        part = await answer.read()
    keys = provider_keys.read_or_make(zone.zone.provider_keys, [issuer.path for issuer in people().issuers])
    return Signatures(len(zone.urls), part, zone.token, keys["330824"])


@contextmanager
def floor(zone: CannedZone) -> Iterator[tuple[Request, int]]:
    """The floor in front of the same courts: the request to it, and its process id."""
    with ExitStack() as stack:
        listener = stack.enter_context(children.listening())
        command = children.module("bench.floor_scatter", str(listener.fileno()), *zone.urls.values())
        log = zone.zone.folder / "logs" / "floor.log"
        child = stack.enter_context(children.started(command, log, sockets=[listener]))
        yield replace(zone.request(), url=children.url_of(listener) + "/graphql"), child.pid


def _told(found: Compared, setting: Setting) -> str:
    rows: Sequence[tuple[str, str]] = [
        ("gateway: CPU per request, ms", report.spread(found.gateway_ms)),
        ("floor: CPU per request, ms", report.spread(found.floor_ms)),
        (f"{COURTS} signatures and {COURTS} verifications alone, ms", report.spread(found.courts_ms)),
        ("the caller's token, verified alone, ms", report.spread([alone.token_ms for alone in found.alone])),
        ("ratio less these signatures and verifications (aim: 2.5)", report.spread(found.ratio_without())),
        ("ratio with them", report.spread(found.ratio())),
        ("gateway: requests per second", report.spread([run.per_second for run in found.gateway], 0)),
        ("floor: requests per second", report.spread([run.per_second for run in found.floor], 0)),
        ("bytes of an answer: gateway, floor", f"{found.gateway[0].answer_bytes}, {found.floor[0].answer_bytes}"),
    ]
    note = f"{setting.rounds_told} {CLIENTS} clients. The token's verification is not taken off."
    return f"## Clear scatter to {COURTS} canned courts\n\n{report.table(('what', 'value'), rows)}\n\n{note}"
