"""Answers read from a file, in one transaction: all of it, or with one fault none of it.

Rows are not independent: the rows of one request and kind make one answer, and a find that is missing would make a part
look whole. Invariant: the same answer again changes nothing; another answer to what was answered is a fault; no fault
holds a value of the file.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec

from db import audit, findings, search_results, searches
from db.pool import Conn, Pool, transaction
from db.records.assets import AssetKind
from db.records.audit import AuditAction, AuditEntry
from db.records.searches import InquiryRecord, ResultOutcome, ResultRecord, SearchRecord
from enforcement.answer_files.sheet import ANSWERS, TABLE
from enforcement.channels import Holding
from enforcement.court import OwnRecords
from enforcement.court_files import reading
from enforcement.court_files.cells import Intake
from enforcement.court_files.faults import Fault, Faults
from enforcement.court_files.sheet import row
from enforcement.holdings import finding_of
from enforcement.inquiries import close_if_heard, subject_of
from enforcement.rules.handling import CLOCKS
from enforcement.rules.search_entries import EnteredOutcome

MOST_ROWS: Final = 20_000
_DIGEST: Final = "SEARCH_ANSWER"


@dataclass(slots=True)
class Imported:
    """What became of a file: refused if it has faults; `known` answers were there before."""

    faults: Faults = field(default_factory=Faults)
    rows: int = 0
    answers: int = 0
    finds: int = 0
    known: int = 0

    @property
    def refused(self) -> bool:
        return self.faults.count > 0


@dataclass(slots=True)
class _Answer:
    """What the rows of one request and kind say together."""

    line: int
    request_id: UUID
    kind: AssetKind
    outcome: EnteredOutcome
    as_of: datetime
    reason: str | None
    holdings: list[Holding]


class _Undo(Exception):
    """Takes back what a refused file wrote."""


async def take(court: OwnRecords, pool: Pool, intake: Intake, path: Path) -> Imported:
    """Read the answers in `path` and write them, wholly or not at all."""
    report = Imported()
    try:
        answers = _read(path, intake, report)
    except OSError:
        report.faults.add(Fault(0, "", "UNREADABLE_FILE"))
        return report
    if report.refused:
        return report
    try:
        async with transaction(pool) as conn:
            await _write(court, conn, answers, report)
    except _Undo:
        report.answers = report.finds = 0
    return report


def _read(path: Path, intake: Intake, report: Imported) -> list[_Answer]:
    """The answers of the file; what is wrong with a row is added to the report."""
    found: dict[tuple[UUID, AssetKind], _Answer] = {}
    for raw in reading.rows(path, {TABLE: ANSWERS}, report.faults):
        report.rows += 1
        if report.rows > MOST_ROWS:
            report.faults.add(Fault(0, "", "TOO_MANY_ROWS"))
            break
        said = row(ANSWERS, raw.line, raw.cells, intake)
        if isinstance(said, list):
            for fault in said:
                report.faults.add(fault)
        else:
            _join(found, said, report.faults)
    return sorted(found.values(), key=lambda answer: (answer.request_id, answer.kind))


def _join(found: dict[tuple[UUID, AssetKind], _Answer], said: tuple[Any, ...], faults: Faults) -> None:
    line, request_id, kind, outcome, as_of, reason, holding = said
    known = found.get((request_id, kind))
    if known is None:
        holdings = [] if holding is None else [holding]
        found[request_id, kind] = _Answer(line, request_id, kind, outcome, as_of, reason, holdings)
    elif holding is None or known.outcome is not EnteredOutcome.FOUND:
        faults.add(Fault(line, "outcome", "CONTRADICTS_ROW"))
    elif as_of != known.as_of:
        faults.add(Fault(line, "as_of", "CONTRADICTS_ROW"))
    elif holding.identity in [other.identity for other in known.holdings]:
        faults.add(Fault(line, "kind", "DOUBLED_ROW"))
    else:
        known.holdings.append(holding)


async def _write(court: OwnRecords, conn: Conn, answers: list[_Answer], report: Imported) -> None:
    """Raises _Undo: the database knows something against one of the answers."""
    by_request: dict[UUID, list[_Answer]] = {}
    for answer in answers:
        by_request.setdefault(answer.request_id, []).append(answer)
    known = {inquiry.id: inquiry for inquiry in await searches.inquiries_of_ids(conn, list(by_request))}
    found = {s.id: s for s in await searches.of_ids(conn, sorted({i.search_id for i in known.values()}))}
    for request_id, said in by_request.items():
        inquiry = known.get(request_id)
        if inquiry is None:
            _refuse(report, said, "request_id", "UNKNOWN_REQUEST")
        else:
            await _write_request(court, conn, inquiry, found[inquiry.search_id], said, report)
    if report.refused:
        raise _Undo
    entry = AuditEntry(at=court.clock.now(), officer=None, action=AuditAction.IMPORT_ANSWERS, rows=report.answers)
    await audit.note(conn, entry)


def _refuse(report: Imported, said: Iterable[_Answer], column: str, code: str) -> None:
    for answer in said:
        report.faults.add(Fault(answer.line, column, code))


async def _write_request(
    court: OwnRecords,
    conn: Conn,
    inquiry: InquiryRecord,
    search: SearchRecord,
    said: list[_Answer],
    report: Imported,
) -> None:
    waiting = {row.kind: row for row in await search_results.lock_of_inquiry(conn, inquiry.id)}
    last: ResultRecord | None = None
    for answer in said:
        here = waiting.get(answer.kind)
        digest = _digest(court, answer)
        if here is None:
            _refuse(report, [answer], "kind", "NOT_ASKED_FOR")
        elif here.digest == digest:
            report.known += 1
        elif not search_results.is_open(here):
            _refuse(report, [answer], "outcome", "ANSWERED_BEFORE")
        elif answer.as_of < search.requested_at - CLOCKS:
            _refuse(report, [answer], "as_of", "DATES_OUT_OF_ORDER")
        else:
            last = await _fill(court, conn, inquiry, search, here, answer, digest)
            report.answers += 1
            report.finds += len(answer.holdings)
    if last is not None:
        await close_if_heard(conn, last)


async def _fill(
    court: OwnRecords,
    conn: Conn,
    inquiry: InquiryRecord,
    search: SearchRecord,
    here: ResultRecord,
    answer: _Answer,
    digest: bytes,
) -> ResultRecord:
    now = court.clock.now()
    filled = replace(
        here,
        outcome=ResultOutcome(answer.outcome.value),
        reason=answer.reason,
        source=inquiry.channel,
        as_of=answer.as_of,
        closed_at=now,
        digest=digest,
    )
    await search_results.fill(conn, filled)
    subject = subject_of(court, search)
    for holding in answer.holdings:
        found = finding_of(
            court,
            search,
            subject,
            holding,
            unit=(inquiry.unit_id, inquiry.unit_name),
            source=inquiry.channel,
            as_of=answer.as_of,
            now=now,
            inquiry_id=inquiry.id,
        )
        await findings.insert(conn, found)
    return filled


def _digest(court: OwnRecords, answer: _Answer) -> bytes:
    """The same for the same answer, whatever the order of its rows; under the court's own key."""
    holdings = sorted(msgspec.json.encode(holding, order="sorted").decode() for holding in answer.holdings)
    parts = [answer.outcome.value, answer.as_of.isoformat(), answer.reason or "", *holdings]
    return court.at_rest.blind(_DIGEST, msgspec.json.encode(parts).decode())
