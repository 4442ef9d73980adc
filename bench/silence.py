"""One court that hangs, seven that answer: when the answer comes, and what it costs the healthy courts' parts.

Undegraded and degraded rounds take turns, with requests at the same even pace in both. A canned court answers after a
while, as a real one does, so that its part has a time to compare. A court that hangs is soon not asked for a while (the
circuit breaker), so a round lasts as long as the deadline, and the breaker closes before the next.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

import aiohttp
import orjson

from bench import canned_parts, canned_zone, report
from bench.canned_zone import CannedZone
from bench.closed_loop import Request, WrongAnswer
from bench.setting import Setting
from db.clock import monotonic_s
from federation.ask.breaker import Breaker

COURTS: Final = 8
HANGING: Final = "浙0824"
_REQUESTS: Final = 20  # of a round, evenly over the deadline
_DEADLINE_MS: Final = 1000
_COURT_MS: Final = 50
_HEALTHY: Final = frozenset({"ANSWERED"})


@dataclass(slots=True)
class Round:
    """What one round of requests heard: whole answers, healthy courts' parts, in ms."""

    answers_ms: list[float] = field(default_factory=list)
    parts_ms: list[int] = field(default_factory=list)
    timed_out: int = 0

    @property
    def p99_part_ms(self) -> float:
        return sorted(self.parts_ms)[len(self.parts_ms) * 99 // 100]

    @property
    def median_part_ms(self) -> float:
        return median(self.parts_ms)


async def measure(setting: Setting) -> str:
    """The table."""
    whole, degraded = [], []
    async with canned_zone.running(setting.port, COURTS, setting.say) as zone:
        setting.say("one court hangs, seven answer ...")
        for code in zone.urls:
            await zone.control(code, delayMs=_COURT_MS)
        await _round(zone)
        for _ in range(setting.rounds):
            whole.append(await _round(zone))
            await zone.control(HANGING, delayMs=_COURT_MS, hang=True)
            degraded.append(await _round(zone))
            await zone.control(HANGING, delayMs=_COURT_MS)
            await asyncio.sleep(Breaker().pause_s)
            await _round(zone)  # the probe, and the others beside it
    return _told(whole, degraded, setting)


async def _round(zone: CannedZone) -> Round:
    found = Round()
    request = zone.request(deadline_ms=_DEADLINE_MS, expected=b'"data"')
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_REQUESTS)) as session,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(_REQUESTS):
            group.create_task(_ask(session, request, found))
            await asyncio.sleep(_DEADLINE_MS / 1000 / _REQUESTS)
    return found


async def _ask(session: aiohttp.ClientSession, request: Request, found: Round) -> None:
    sent_s = monotonic_s()
    async with session.post(request.url, data=request.body, headers=request.headers) as response:
        body = await response.read()
    found.answers_ms.append((monotonic_s() - sent_s) * 1000)
    answer: dict[str, Any] = orjson.loads(body)
    if "errors" in answer:
        raise WrongAnswer(body[:400].decode())
    for court in answer["data"][canned_parts.FIELD]["coverage"]["courts"]:
        if court["status"] in _HEALTHY and court["court"]["code"] != HANGING:
            found.parts_ms.append(court["tookMs"])
        found.timed_out += court["status"] == "TIMED_OUT"


def _told(whole: Sequence[Round], degraded: Sequence[Round], setting: Setting) -> str:
    pairs = list(zip(degraded, whole, strict=True))
    over = [max(each.answers_ms) - _DEADLINE_MS for each in degraded]
    rows = [
        ("answers that one court kept until the deadline", f"{sum(each.timed_out for each in degraded)}"),
        ("slowest answer, ms after the deadline (aim: 50)", report.spread(over, 0)),
        ("healthy parts undegraded, median ms", report.spread([each.median_part_ms for each in whole], 0)),
        ("healthy parts undegraded, p99 ms", report.spread([each.p99_part_ms for each in whole], 0)),
        ("healthy parts beside a hanging court, p99 ms", report.spread([each.p99_part_ms for each in degraded], 0)),
        ("p99, degraded over undegraded (aim: 1.10)", report.spread([d.p99_part_ms / w.p99_part_ms for d, w in pairs])),
    ]
    note = (
        f"Medians of {setting.rounds} alternated rounds with the lowest and the highest: {_REQUESTS} requests evenly"
        f" over a deadline of {_DEADLINE_MS} ms; a canned court answers after {_COURT_MS} ms."
    )
    return f"## One court hangs, seven answer\n\n{report.table(('what', 'value'), rows)}\n\n{note}"
