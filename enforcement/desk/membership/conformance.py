"""Conformance runs (一致性检测) as the gateway records them: begun by an admin, made by the kit, finished here.

    begin        an unfinished run of the applicant's present court document
    record_run   the kit's report closes it: green, or red with each difference

A red run changes nothing else: the applicant stays PENDING_CONFORMANCE, with the difference shown.
Invariant: differences are codes and paths of the contract, never a node's own words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from db import conformance_runs
from db.ids import new_id
from db.pool import Conn
from db.records.membership import ConformanceFindingRecord, ConformanceRunRecord
from enforcement.desk.membership import history
from enforcement.rules.membership import MembershipAct, MembershipState
from enforcement.rules.membership_refusals import ConformanceRunning
from enforcement.rules.refusals import NotFound
from enforcement.rules.rights import Caller

_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9_.-]{0,63}", re.ASCII)
_PATH: Final = re.compile(r"[A-Za-z0-9_.\[\]<>/:@!()-]{0,200}", re.ASCII)
UNREADABLE: Final = "UNREADABLE"
"""What is kept in the place of what is no code or path."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One check that did not hold: what was expected, what was found (codes), and where (a path, or empty)."""

    check: str
    expected: str
    found: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What the kit says of a node; green when nothing differs."""

    differences: Sequence[Difference]

    @property
    def is_green(self) -> bool:
        return not self.differences


async def begin(conn: Conn, court: str, document_digest: str, by: Caller, now: datetime) -> ConformanceRunRecord:
    """A run that waits for the kit; the use-case `start` in examining.py checks states and rights.

    Raises:
        ConformanceRunning: the court has one.
    """
    run = ConformanceRunRecord(
        id=new_id(now),
        court=court,
        document_digest=document_digest,
        started_at=now,
        started_by=by.officer_id,
        finished_at=None,
        is_green=None,
    )
    if not await conformance_runs.add(conn, run):
        raise ConformanceRunning
    return run


async def record_run(conn: Conn, court: str, report: Report, now: datetime) -> ConformanceRunRecord:
    """The court's unfinished run, finished with the kit's report; call in a transaction.

    Raises:
        NotFound: no run of the court is unfinished.
    """
    waiting = await conformance_runs.lock_open(conn, court)
    if waiting is None:
        raise NotFound
    found = [
        _finding(waiting.id, place, difference)
        for place, difference in enumerate(report.differences[: conformance_runs.MOST_FINDINGS], 1)
    ]
    made = await conformance_runs.finish(conn, waiting.id, found, is_green=report.is_green, now=now)
    assert made is not None  # it is locked, and was not finished
    act = MembershipAct.RECORD_GREEN if report.is_green else MembershipAct.RECORD_RED
    pending = MembershipState.PENDING_CONFORMANCE
    await history.note(conn, act, court, None, now=now, before=pending, after=pending)
    return made


def _finding(run_id: UUID, position: int, difference: Difference) -> ConformanceFindingRecord:
    return ConformanceFindingRecord(
        run_id=run_id,
        position=position,
        check_code=_only(_CODE, difference.check),
        expected=_only(_CODE, difference.expected),
        found=_only(_CODE, difference.found),
        path=_only(_PATH, difference.path),
    )


def _only(form: re.Pattern[str], text: str) -> str:
    return text if form.fullmatch(text) else UNREADABLE
