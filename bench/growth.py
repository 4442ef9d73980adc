"""Eight and a hundred canned courts: how the gateway's CPU, memory and sockets grow with their number."""

from dataclasses import dataclass, field
from typing import Final

from bench import canned_zone, closed_loop, process_facts, report
from bench.canned_zone import CannedZone
from bench.closed_loop import Run
from bench.setting import WARM_UP_S, Setting

FEW: Final = 8
MANY: Final = 100
CLIENTS: Final = 4
MIB: Final = 1024 * 1024


@dataclass(slots=True)
class Grown:
    """The rounds with one number of courts: CPU, and after each the sockets that the gateway holds."""

    courts: int
    runs: list[Run] = field(default_factory=list)
    sockets: list[int] = field(default_factory=list)
    rss_bytes: int = 0

    @property
    def cpu_ms(self) -> list[float]:
        return [run.cpu_ms for run in self.runs]


async def measure(setting: Setting) -> str:
    """The table. The two numbers of courts are two zones side by side, so that their rounds take turns."""
    few, many = Grown(FEW), Grown(MANY)
    async with (
        canned_zone.running(setting.port, FEW, setting.say) as small,
        canned_zone.running(setting.port + 20, MANY, setting.say) as large,
    ):
        zones = ((small, few), (large, many))
        setting.say(f"clear scatter to {FEW} and to {MANY} courts ...")
        for zone, _ in zones:
            await _load(zone, WARM_UP_S)
        for _ in range(setting.rounds):
            for zone, grown in zones:
                grown.runs.append(await _load(zone, setting.seconds))
                grown.sockets.append(process_facts.sockets(zone.gateway_pid))
        for zone, grown in zones:
            grown.rss_bytes = process_facts.memory([zone.gateway_pid]).rss_bytes
    return _told(few, many, setting)


async def _load(zone: CannedZone, seconds: float) -> Run:
    request = zone.request()
    return await closed_loop.run(lambda _: request, clients=CLIENTS, seconds=seconds, roots=zone.roots)


def _told(few: Grown, many: Grown, setting: Setting) -> str:
    growth = [large / small for large, small in zip(many.cpu_ms, few.cpu_ms, strict=True)]
    rows = [
        *((f"{each.courts} courts: CPU per request, ms", report.spread(each.cpu_ms)) for each in (few, many)),
        (f"growth of CPU (aim: at most {many.courts / few.courts:g}, as the courts grow)", report.spread(growth, 1)),
        *((f"{each.courts} courts: sockets after each round", _in_turn(each.sockets)) for each in (few, many)),
        *((f"{each.courts} courts: RSS, MiB (aim: under 150)", f"{each.rss_bytes / MIB:.0f}") for each in (few, many)),
    ]
    note = f"{setting.rounds_told} {CLIENTS} clients; {MANY} courts give {MANY // FEW} times the rows."
    return f"## {FEW} and {MANY} canned courts\n\n{report.table(('what', 'value'), rows)}\n\n{note}"


def _in_turn(counts: list[int]) -> str:
    return ", ".join(str(count) for count in counts)
