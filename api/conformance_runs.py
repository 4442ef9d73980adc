"""The gateway's conformance runs: a queued one is claimed, made by the kit in a process of its own, and recorded.

claimed (locked until its report is written, so that a gateway that dies leaves it queued) -> the application as it was
signed says address and keys -> the kit reads the order, and writes a report -> the report is read strictly.

Invariant: the kit, which decrypts what is answered to the examiner, never runs in the gateway's process. Of a run that
cannot be made something is recorded too: nothing waits for ever, and nothing is green by accident.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from api.conform import address, report
from api.conform.order import Order
from api.settings import GatewaySettings, variable_of
from api.workers import Worker, every
from db import applications, conformance_runs
from db.clock import Clock
from db.pool import Pool, transaction
from db.records.membership import ApplicationRecord, ConformanceRunRecord
from enforcement.desk.gateway import GatewayDesk
from enforcement.desk.membership.conformance import Difference, Report, record_run
from federation.directory import signed
from federation.directory.directory import Directory
from federation.directory.documents import ApplicationDocument
from federation.wire.errors import WireError

LIMIT_S: Final = 120.0
"""Of the kit's process; the kit itself ends before."""
_LOG: Final = logging.getLogger(__name__)
_ROOT: Final = Path(__file__).parents[1]
_KIT: Final = "KIT"
_EVERY_S: Final = 2.0
_KEPT: Final = ("PATH", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR")
_HANDED_ON: Final = ("clock_file", "tls_cert", "tls_key", "tls_ca")


@dataclass(frozen=True, slots=True)
class ConformanceDesk:
    """What the runs need; made once per process. Without the examiner's keys every run says that there are none.

    `is_local` is a gateway that serves its own machine alone: only there may an applicant's node be on the same one.
    """

    pool: Pool
    clock: Clock
    directory: Directory
    examiner_file: Path | None
    environment: Mapping[str, str]
    is_local: bool = False
    limit_s: float = LIMIT_S


def desk_of(settings: GatewaySettings, pool: Pool, clock: Clock, directory: Directory) -> ConformanceDesk:
    """The desk of a gateway; the kit calls with the gateway's own certificate."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    handed_on = {variable_of(name): str(value) for name in _HANDED_ON if (value := getattr(settings, name)) is not None}
    is_local = address.is_loopback(settings.host)
    return ConformanceDesk(pool, clock, directory, settings.examiner_file, kept | handed_on, is_local)


def worker(settings: GatewaySettings, gateway: GatewayDesk) -> Worker:
    """Makes what is queued, for as long as the gateway runs."""
    desk = desk_of(settings, gateway.pool, gateway.clock, gateway.directory)
    return every(_EVERY_S, partial(run_queued, desk))


async def run_queued(desk: ConformanceDesk) -> None:
    """Make every run that is queued, one after another."""
    while await run_next(desk):
        pass


async def run_next(desk: ConformanceDesk) -> bool:
    """Make the oldest run that nobody else makes; False when there is none."""
    async with transaction(desk.pool) as conn:
        run = await conformance_runs.claim_open(conn)
        if run is None:
            return False
        application = await applications.newest(conn, run.court)
        made = await _made(desk, run, application)
        await record_run(conn, run.court, made, desk.clock.now())
    _LOG.info("conformance run recorded", extra={"court": run.court, "green": made.is_green})
    return True


class _CannotRun(Exception):
    """No report can be had: what there should be, and what there is (codes)."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(found)
        self.difference = Difference(_KIT, expected, found)


async def _made(desk: ConformanceDesk, run: ConformanceRunRecord, application: ApplicationRecord | None) -> Report:
    """What the kit says; a run that cannot be made is red."""
    try:
        order = _order(desk, run, application)
        async with asyncio.timeout(desk.limit_s):
            raw = await _kit(desk, order)
        return _differences(report.read(raw), run.court)
    except _CannotRun as error:
        return Report([error.difference])
    except TimeoutError:
        return Report([Difference(_KIT, "REPORT", "TIMED_OUT")])
    except (report.BadReport, OSError):
        return Report([Difference(_KIT, "REPORT", "NO_REPORT")])


def _order(desk: ConformanceDesk, run: ConformanceRunRecord, application: ApplicationRecord | None) -> Order:
    """The order for the run's applicant. Raises _CannotRun."""
    if application is None or application.document_digest != run.document_digest:
        raise _CannotRun("SAME_APPLICATION", "OTHER_APPLICATION")
    if desk.examiner_file is None:
        raise _CannotRun("EXAMINER_KEYS", "NONE")
    try:
        said = signed.read(application.application, ApplicationDocument).document
        url = address.check(said.court.url or "")
    except (WireError, address.BadAddress):
        raise _CannotRun("ADDRESS", "NOT_CALLABLE") from None
    if url.startswith("http:") and not desk.is_local:
        raise _CannotRun("ADDRESS", "NOT_CALLABLE")
    view = desk.directory.current()
    members = [court.code for court in view.courts() if view.is_active(court.code)]
    if not members:
        raise _CannotRun("ACTIVE_MEMBER", "NONE")
    return Order(
        court=application.court,
        url=url,
        keys=said.court.keys,
        version=view.version,
        member=members[0],
    )


async def _kit(desk: ConformanceDesk, order: Order) -> bytes:
    """What the kit's process wrote; no more than a report may have. Its end is waited for, whatever happens."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "api", "conform-order", "--key-file", str(desk.examiner_file)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=dict(desk.environment),
        cwd=_ROOT,
    )
    assert process.stdin is not None and process.stdout is not None  # noqa: PT018 (both are pipes)
    try:
        process.stdin.write(msgspec.json.encode(order))
        process.stdin.close()
        return await _capped(process.stdout)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _capped(stream: asyncio.StreamReader) -> bytes:
    said = bytearray()
    while len(said) <= report.MAX_BYTES and (piece := await stream.read(64 * 1024)):
        said += piece
    return bytes(said)


def _differences(made: report.Report, court: str) -> Report:
    """The report as membership keeps it. Raises BadReport: it is another court's."""
    if made.court != court:
        raise report.BadReport
    return Report(
        [
            Difference(check.code, finding.expected, finding.found, finding.path)
            for check in made.checks
            for finding in check.findings
        ]
    )
