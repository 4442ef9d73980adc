"""The gateway's CPU for one clear scatter to eight canned courts, against a raw fan-out without GraphQL.

Product, floor and the signatures alone take turns. The floor asks the same canned courts for the same parts.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

import aiohttp

from api import provider_keys
from api.demo.people import people
from bench import canned_zone, children, closed_loop, node_gateway, report
from bench.canned_zone import CannedZone
from bench.closed_loop import Request, Run
from bench.setting import WARM_UP_S, Setting
from bench.signatures import Alone, Signatures

COURTS: Final = 8
CLIENTS: Final = 8
Served: TypeAlias = tuple[Request, int]
"""What is asked of a process, and its id."""


@dataclass(slots=True)
class Compared:
    """The rounds, side by side."""

    gateway: list[Run] = field(default_factory=list)
    floor: list[Run] = field(default_factory=list)
    alone: list[Alone] = field(default_factory=list)
    node: list[Run] = field(default_factory=list)  # of the Node.js gateway; none when it cannot be had

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
    async with (
        canned_zone.running(setting.port, COURTS, setting.say) as zone,
        node_gateway.running(zone, setting) as node,
    ):
        with floor(zone) as of_floor:
            compared = await _compare(zone, of_floor, node, setting)
    return _told(compared, setting)


async def _compare(zone: CannedZone, of_floor: Served, of_node: Served | None, setting: Setting) -> Compared:
    compared, alone = Compared(), await _signatures(zone)
    sides = [(compared.gateway, (zone.request(), zone.gateway_pid)), (compared.floor, of_floor)]
    if of_node is not None:
        sides.append((compared.node, of_node))
    setting.say("clear scatter, gateway and floor ...")
    for _, served in sides:
        await _load(served, WARM_UP_S)
    for _ in range(setting.rounds):
        for runs, served in sides:
            runs.append(await _load(served, setting.seconds))
        compared.alone.append(alone.measure())
    return compared


async def _load(served: Served, seconds: float) -> Run:
    request, pid = served
    return await closed_loop.run(lambda _: request, clients=CLIENTS, seconds=seconds, roots={"measured": [pid]})


async def _signatures(zone: CannedZone) -> Signatures:
    async with aiohttp.ClientSession() as session, session.post(next(iter(zone.urls.values())) + "/floor") as answer:
        part = await answer.read()
    keys = provider_keys.read_or_make(zone.zone.provider_keys, [issuer.path for issuer in people().issuers])
    return Signatures(len(zone.urls), part, zone.token, keys["330824"])


@contextmanager
def floor(zone: CannedZone) -> Iterator[Served]:
    """The floor in front of the same courts: the request to it, and its process id."""
    with ExitStack() as stack:
        listener = stack.enter_context(children.listening())
        command = children.module("bench.floor_scatter", str(listener.fileno()), *zone.urls.values())
        log = zone.zone.folder / "logs" / "floor.log"
        child = stack.enter_context(children.started(command, log, sockets=[listener]))
        yield replace(zone.request(), url=children.url_of(listener) + "/graphql"), child.pid


def _told(found: Compared, setting: Setting) -> str:
    rows = [
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
    if found.node:
        node_ms = [run.cpu_ms for run in found.node]
        over = [ours / theirs for ours, theirs in zip(found.gateway_ms, node_ms, strict=True)]
        rows += [
            ("Node.js gateway (Yoga, stitching), no signatures: CPU per request, ms", report.spread(node_ms)),
            ("gateway, with its signatures, over the Node.js gateway (aim: 0.33)", report.spread(over)),
        ]
    note = f"{setting.rounds_told} {CLIENTS} clients. The token's verification is not taken off."
    return f"## Clear scatter to {COURTS} canned courts\n\n{report.table(('what', 'value'), rows)}\n\n{note}"
