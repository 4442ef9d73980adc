"""What a court looks through every so often: one list of sweeps, each of which finds what is due and says so.

Invariant: a sweep does what is due once, however often and by however many processes it runs: it locks what it changes
and raises each warning by a key. One that fails is logged by its name and stops no other. Every timer: docs/timers.md.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from enforcement import clues, measure_sweeps, notice_timers, over_freezing
from enforcement.case_money import performance
from enforcement.case_money.distribution import paying
from enforcement.case_transfers import holding
from enforcement.case_transfers import reading as case_transfers
from enforcement.corrections import timers as corrections
from enforcement.court import CourtNode
from enforcement.sweeping import code_of
from enforcement.tasks import announcing, complaining, objecting, overdue, taking
from enforcement.transfers import timers as transfers

_LOG: Final = logging.getLogger(__name__)
Sweep: TypeAlias = Callable[[CourtNode], Awaitable[object]]

SWEEPS: Final[Mapping[str, Sweep]] = MappingProxyType(
    {
        "corrections": corrections.warn,
        "clues": clues.warn,
        "lost courts": taking.sweep,
        "tasks": overdue.sweep,
        "finds": announcing.sweep,
        "measures": measure_sweeps.sweep,
        "complaints": complaining.warn,
        "objections": objecting.warn,
        "transfer requests": transfers.sweep,
        "over-freezing": over_freezing.warn,
        "notices": notice_timers.sweep,
        "settlements": performance.warn,
        "payouts": paying.warn,
        "case transfers": case_transfers.warn,
        "measures held for others": holding.tell,
    }
)
"""By name, in the order in which they run. A new one is one line here and its rows in docs/timers.md."""


async def sweep(court: CourtNode, sweeps: Mapping[str, Sweep] = SWEEPS) -> None:
    """Run each sweep once."""
    for name, run in sweeps.items():
        try:
            await run(court)
        except Exception as error:  # noqa: BLE001 (whatever it was, the others must run)
            _LOG.error("sweep failed", extra={"sweep": name, "code": code_of(error)})
