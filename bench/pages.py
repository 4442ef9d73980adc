"""A walk through 100,000 rows of eight canned courts, page by page: what the gateway's memory does meanwhile."""

from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import orjson

from bench import canned_parts, canned_zone, process_facts, report
from bench.canned_zone import CannedZone
from bench.closed_loop import WrongAnswer
from bench.growth import MIB
from bench.setting import Setting
from db.clock import monotonic_s

COURTS: Final = 8
_ROWS: Final = COURTS * canned_parts.PAGE_ROWS
_SAMPLES: Final = 10
_PER_PAGE: Final = 100


@dataclass(slots=True)
class Walked:
    """One walk: its pages, its rows, the gateway's memory along the way, the gateway's CPU."""

    pages: int = 0
    rows: int = 0
    distinct: set[tuple[str, str]] = field(default_factory=set)
    rss_bytes: list[int] = field(default_factory=list)
    cpu_s: float = 0.0
    took_s: float = 0.0


async def measure(setting: Setting) -> str:
    """The table. One walk: its ten samples are its rounds."""
    async with canned_zone.running(setting.port, COURTS, setting.say) as zone:
        setting.say(f"a walk through {_ROWS:,} rows ...")
        cpu_before, began_s = process_facts.cpu_s([zone.gateway_pid]), monotonic_s()
        walked = await _walk(zone)
        walked.took_s = monotonic_s() - began_s
        walked.cpu_s = process_facts.cpu_s([zone.gateway_pid]) - cpu_before
    return _told(walked)


async def _walk(zone: CannedZone) -> Walked:
    """Every page, the next one behind the cursor of the one before."""
    walked, after = Walked(), None
    every = _ROWS // _PER_PAGE // _SAMPLES
    async with aiohttp.ClientSession() as session:
        while walked.pages == 0 or after is not None:
            page = await _page(session, zone, after)
            walked.pages += 1
            walked.rows += len(page["nodes"])
            walked.distinct.update((node["sourceCourt"], node["number"]) for node in page["nodes"])
            if walked.pages % every == 0:
                walked.rss_bytes.append(process_facts.memory([zone.gateway_pid]).rss_bytes)
            after = page["pageInfo"]["endCursor"]
    return walked


async def _page(session: aiohttp.ClientSession, zone: CannedZone, after: str | None) -> dict[str, Any]:
    request = zone.page_request(after)
    async with session.post(request.url, data=request.body, headers=request.headers) as response:
        body = await response.read()
    if request.expected not in body:
        raise WrongAnswer(body[:400].decode())
    found: dict[str, Any] = orjson.loads(body)["data"][canned_parts.PAGED]
    return found


def _told(walked: Walked) -> str:
    rows = [
        ("pages", f"{walked.pages:,}"),
        ("rows, and different ones among them", f"{walked.rows:,}, {len(walked.distinct):,}"),
        ("gateway: RSS along the way, MiB (aim: constant)", ", ".join(f"{rss / MIB:.0f}" for rss in walked.rss_bytes)),
        ("gateway: CPU per page, ms", f"{walked.cpu_s / walked.pages * 1000:.1f}"),
        ("time per page, ms", f"{walked.took_s / walked.pages * 1000:.1f}"),
    ]
    note = f"One walk with {_PER_PAGE} rows a page; every court is asked for {_PER_PAGE} rows each time."
    head = f"## A walk through {_ROWS:,} rows of {COURTS} canned courts"
    return f"{head}\n\n{report.table(('what', 'value'), rows)}\n\n{note}"
