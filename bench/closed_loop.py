"""A closed loop: so many clients, each sends its next request when it has its answer, for so many seconds."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final, TypeAlias

import aiohttp

from bench import process_facts
from db.clock import monotonic_s

_TIMEOUT_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Request:
    """One request; its answer must hold `expected`."""

    url: str
    body: bytes
    headers: dict[str, str]
    expected: bytes = b""


@dataclass(frozen=True, slots=True)
class Run:
    """What one loop measured: wall times in ms, CPU of the server processes in ms per request, by what they are."""

    requests: int
    per_second: float
    median_ms: float
    p95_ms: float
    p99_ms: float
    cpu_ms_by: Mapping[str, float]
    answer_bytes: int

    @property
    def cpu_ms(self) -> float:
        """Of all serving processes together."""
        return sum(self.cpu_ms_by.values())


class WrongAnswer(Exception):
    """A measured request was not answered as it should be."""


Roots: TypeAlias = Mapping[str, Sequence[int]]
"""The processes that serve, by what they are; their children count too."""


async def run(requests: Callable[[int], Request], *, clients: int, seconds: float, roots: Roots) -> Run:
    """Measure `clients` at once; `requests` gives the n-th request.

    Raises:
        WrongAnswer: an answer was not 200 with what was expected in it.
    """
    times_s: list[float] = []
    sizes: list[int] = []
    numbers = count()
    timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=clients)) as session:
        cpu_before, began_s = _cpu_s(roots), monotonic_s()
        until_s = began_s + seconds

        async def client() -> None:
            while (sent_s := monotonic_s()) < until_s:
                sizes.append(await _send(session, requests(next(numbers))))
                times_s.append(monotonic_s() - sent_s)

        async with asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(client())
        took_s = monotonic_s() - began_s
        cpu_after = _cpu_s(roots)
    times_s.sort()
    return Run(
        requests=len(times_s),
        per_second=len(times_s) / took_s,
        median_ms=times_s[len(times_s) // 2] * 1000,
        p95_ms=times_s[len(times_s) * 95 // 100] * 1000,
        p99_ms=times_s[len(times_s) * 99 // 100] * 1000,
        cpu_ms_by={name: (cpu_after[name] - cpu_before[name]) / len(times_s) * 1000 for name in roots},
        answer_bytes=sum(sizes) // len(sizes),
    )


def _cpu_s(roots: Roots) -> dict[str, float]:
    return {name: process_facts.cpu_s(pids) for name, pids in roots.items()}


async def _send(session: aiohttp.ClientSession, request: Request) -> int:
    async with session.post(request.url, data=request.body, headers=request.headers) as response:
        body = await response.read()
    if response.status != 200 or request.expected not in body:  # noqa: PLR2004
        raise WrongAnswer(f"{response.status} {body[:400]!r}")
    return len(body)
