"""An encrypted look-up over eight nodes: what the asking node spends outside cryptography, and how long it takes.

One court asks all the others, so that its node's CPU is that of the asking side alone. The cryptography of the same
look-up is measured beside each round, in one process.
"""

from dataclasses import dataclass, field
from typing import Final

from bench import closed_loop, crypto, lookups, report, set_l
from bench.closed_loop import Run
from bench.setting import WARM_UP_S, Setting
from bench.zone_l import LZone

COURT: Final = "浙0824"
CLIENTS: Final = (1, 16, 64)
_OTHERS: Final = len(set_l.COURTS) - 1


@dataclass(slots=True)
class AtOnce:
    """The rounds with so many clients: the loop, and the cryptography alone."""

    clients: int
    runs: list[Run] = field(default_factory=list)
    crypto_ms: list[float] = field(default_factory=list)

    @property
    def asking_ms(self) -> list[float]:
        """The asking node's CPU per look-up."""
        return [run.cpu_ms_by["asking"] for run in self.runs]

    @property
    def outside(self) -> list[float]:
        """The asking node's CPU outside cryptography, over that of the cryptography."""
        return [(whole - alone) / alone for whole, alone in zip(self.asking_ms, self.crypto_ms, strict=True)]


async def measure(zone: LZone, setting: Setting) -> str:
    """The table."""
    requests = lookups.requests(zone, lookups.DOCUMENTS["debtorProfile"], (COURT,))
    others = [zone.node_pid(court) for court in set_l.COURTS if court != COURT]
    roots = {"asking": [zone.node_pid(COURT)], "asked": others, "gateway": zone.roots["gateway"]}
    found = [AtOnce(clients) for clients in CLIENTS]
    setting.say(f"encrypted look-ups of one court, {CLIENTS} at once ...")
    zone.next_hour()
    await closed_loop.run(requests, clients=4, seconds=WARM_UP_S, roots=roots)
    for _ in range(setting.rounds):
        for at_once in found:
            zone.next_hour()
            run = await closed_loop.run(requests, clients=at_once.clients, seconds=setting.seconds, roots=roots)
            at_once.runs.append(run)
            at_once.crypto_ms.append(crypto.measure().asking_ms(_OTHERS))
    return _told(found, setting)


def _told(found: list[AtOnce], setting: Setting) -> str:
    head = (
        "clients", "asking node: CPU ms", "cryptography alone, ms", "CPU outside over cryptography (aim: 1)",
        "p50 ms", "p99 ms", "per second",
    )  # fmt: skip
    rows = [
        (
            str(one.clients),
            report.spread(one.asking_ms),
            report.spread(one.crypto_ms),
            report.spread(one.outside),
            report.spread([run.median_ms for run in one.runs], 0),
            report.spread([run.p99_ms for run in one.runs], 0),
            report.spread([run.per_second for run in one.runs], 0),
        )
        for one in found
    ]
    note = f"{setting.rounds_told} All from one court; the clients and all nodes share the machine's cores."
    return f"## Encrypted look-up over eight nodes\n\n{report.table(head, rows)}\n\n{note}"
