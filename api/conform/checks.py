"""What a check is, and how a run makes them all: each bounded in time, several at once.

Invariant: a check that cannot be made has failed; nothing is green because it was not looked at.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from api.conform.kit import ANSWER_S, Kit, NoAnswer
from api.conform.report import MOST_FINDINGS, MOST_PATH, Checked, Finding, Outcome, Report
from db.clock import monotonic_s
from federation.ask.content import CONTRACT

_AT_ONCE: Final = 6
LIMIT_S: Final = 2 * ANSWER_S
"""Of a check that says nothing else."""


@dataclass(slots=True)
class Seen:
    """What a check found: failures, and notes, which are none."""

    findings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)

    def expect(self, found: str, *expected: str, path: str = "") -> None:
        """A failure, unless `found` is one of what was expected."""
        if found not in expected:
            self.findings.append(Finding(expected=expected[0], found=found, path=path[:MOST_PATH]))


Run: TypeAlias = Callable[[Kit, Seen], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the table: its stable code, what it proves in both languages, and how it is made."""

    code: str
    zh: str
    en: str
    run: Run = field(repr=False)
    limit_s: float = LIMIT_S
    waits: bool = False  # for the node's own time-outs: made beside the others


async def run(kit: Kit, checks: Sequence[Check]) -> Report:
    """Every check, made; in the order of the table."""
    started_at = kit.clock.now()
    places = asyncio.Semaphore(_AT_ONCE)
    made: dict[str, Checked] = {}

    async def make(check: Check) -> None:
        if check.waits:
            made[check.code] = await _made(kit, check)
            return
        async with places:
            made[check.code] = await _made(kit, check)

    async with asyncio.TaskGroup() as group:
        for check in checks:
            group.create_task(make(check))
    return Report(
        court=kit.examined.court,
        contract=CONTRACT,
        started_at=started_at,
        ended_at=kit.clock.now(),
        checks=[made[check.code] for check in checks],
    )


async def _made(kit: Kit, check: Check) -> Checked:
    seen, began_s = Seen(), monotonic_s()
    try:
        async with asyncio.timeout(check.limit_s):
            await check.run(kit, seen)
    except NoAnswer:
        seen.expect("NO_ANSWER", "ANSWER")
    except TimeoutError:
        seen.expect("TIMED_OUT", "ANSWER")
    return Checked(
        code=check.code,
        outcome=Outcome.FAILED if seen.findings else Outcome.PASSED,
        took_ms=int((monotonic_s() - began_s) * 1000),
        findings=seen.findings[:MOST_FINDINGS],
        notes=seen.notes[:MOST_FINDINGS],
    )
