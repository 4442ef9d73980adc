"""Answers that officers bring home: from a counter, or from the spot (登门临柜, 现场调查).

Invariant: an answer is written into a row that has none, once; who was there stands beside it. The search is of an own
case in the caller's hands, or of a task of another court that is assigned to them: the same basis as for asking.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from db import cases, events, findings, officers, search_results, searches, units
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.assets import AssetKind
from db.records.audit import AuditAction
from db.records.searches import ResultOutcome, ResultRecord, SearchRecord
from enforcement import audit, basis, once
from enforcement.channels import Holding
from enforcement.court import CourtNode
from enforcement.holdings import checked, finding_of
from enforcement.inquiries import close_if_heard, subject_of
from enforcement.rules import rights
from enforcement.rules.refusals import AssistanceOutOfScope, DuplicateOf, Malformed, NotFound
from enforcement.rules.rights import Act, Caller
from enforcement.rules.search_entries import EnteredOutcome, VisitChannel, check_as_of, check_entry
from enforcement.rules.task_refusals import UnknownOfficer
from enforcement.rules.units import SEARCH, offers
from enforcement.search_answers import code_of
from enforcement.searches import TOPIC
from enforcement.tasks import announcing

_ENTERED: Final = "ENTERED"


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What an officer types in. `officers` were there beside the caller; `place` says where, if no unit does."""

    search_id: UUID
    kind: AssetKind
    channel: VisitChannel
    outcome: EnteredOutcome
    as_of: datetime
    unit_id: str | None = None
    place: str = ""
    officers: tuple[str, ...] = ()
    reason: str | None = None
    holdings: tuple[Holding, ...] = ()


async def record(court: CourtNode, caller: Caller | None, new: NewEntry, *, idempotency_key: str) -> SearchRecord:
    """The search with the answer in it; the same key again changes nothing.

    Raises:
        Forbidden: the caller is no handler.
        NotFound: no such search.
        NotAssigned, CaseNotOpen, TransitionNotAllowed: its case or task is not in the caller's hands, or not worked on.
        Malformed: KINDS, SEARCH_ANSWER, PERIOD, or a holding's part, see enforcement/holdings.py.
        TwoOfficersRequired, UnknownOfficer: who was there.
        AssistanceOutOfScope: the unit is none of this county's that keeps the kind.
        DuplicateOf: the unit's answer at the counter stands already.
    """
    officer = rights.check(caller, Act.RECORD_SEARCH_ANSWER)
    now = court.clock.now()
    there = sorted({officer.officer_id, *new.officers})
    check_entry(
        new.channel,
        new.outcome,
        holdings=len(new.holdings),
        unit_id=new.unit_id,
        place=new.place,
        officers=len(there),
    )
    async with transaction(court.pool) as conn:
        search = await _in_hand(court, conn, officer, new.search_id)
        result_id = new_id(now)
        act = Act.RECORD_SEARCH_ANSWER
        made = await once.claim(court, conn, officer, idempotency_key, act, new, result_id=result_id, now=now)
        if made is not None:
            return search
        if new.kind not in search.kinds:
            raise Malformed("KINDS", "kind")
        check_as_of(new.as_of, requested_at=search.requested_at, now=now)
        await _check_officers(conn, there)
        row = await _written(court, conn, search, _row(court, new, there, result_id, now))
        await _keep(court, conn, search, row, new)
        await events.add(conn, topic=TOPIC, ref=search.id, kind=_ENTERED, now=now)
        await audit.note(court, conn, officer, AuditAction.RECORD_SEARCH_ANSWER, object_id=search.id)
        return search


async def _in_hand(court: CourtNode, conn: Conn, officer: Caller, search_id: UUID) -> SearchRecord:
    """The search, locked, if its basis is the caller's."""
    search = await searches.get(conn, search_id)
    if search is None:
        raise NotFound
    if search.task_id is not None:
        await basis.assigned_task(court, conn, officer, search.task_id)
    else:
        assert search.case_id is not None  # a search is of a case or of a task
        case = await cases.get(conn, search.case_id)
        assert case is not None  # foreign key
        await basis.open_case(court, conn, officer, case.number)
    locked = await searches.lock(conn, search_id)
    assert locked is not None  # searches are never deleted
    return locked


async def _check_officers(conn: Conn, there: list[str]) -> None:
    for officer_id in there:
        known = await officers.get(conn, officer_id)
        if known is None or not known.active:
            raise UnknownOfficer("officers")


def _row(court: CourtNode, new: NewEntry, there: list[str], result_id: UUID, now: datetime) -> ResultRecord:
    return ResultRecord(
        id=result_id,
        search_id=new.search_id,
        inquiry_id=None,
        unit_id=new.unit_id,
        unit_name="",
        kind=new.kind.value,
        channel=new.channel.value,
        outcome=ResultOutcome(new.outcome.value),
        reason=code_of(new.reason),
        source=new.channel.value,
        as_of=new.as_of,
        closed_at=now,
        recorded_by=there,
        place=court.at_rest.encrypt(new.place, context=search_results.PLACE) if new.place.strip() else None,
        digest=None,
    )


async def _written(court: CourtNode, conn: Conn, search: SearchRecord, row: ResultRecord) -> ResultRecord:
    """The row in its place: that of the unit if it waits for an answer, else a new one."""
    if row.unit_id is None:
        await search_results.insert_all(conn, [row])
        return row
    unit = await units.get(conn, row.unit_id)
    if unit is None or unit.division != court.division or not offers(unit, SEARCH, [row.kind]):
        raise AssistanceOutOfScope("unitId")
    row = replace(row, unit_name=unit.name)
    waiting = await search_results.lock_of_unit(conn, search.id, row.kind, row.channel, unit.id)
    if waiting is None:
        await search_results.insert_all(conn, [row])
        return row
    row = replace(row, id=waiting.id, inquiry_id=waiting.inquiry_id)
    if not await search_results.fill(conn, row):
        raise DuplicateOf(waiting.id)
    await close_if_heard(conn, row)
    return row


async def _keep(court: CourtNode, conn: Conn, search: SearchRecord, row: ResultRecord, new: NewEntry) -> None:
    subject, now = subject_of(court, search), court.clock.now()
    name = row.unit_name or (new.place if new.channel is VisitChannel.COUNTER else "")
    for holding in new.holdings:
        if holding.kind != row.kind:
            raise Malformed("SEARCH_ANSWER", "holdings")
        find = finding_of(
            court,
            search,
            subject,
            checked(holding),
            unit=(row.unit_id or "", name),
            source=new.channel.value,
            as_of=new.as_of,
            now=now,
            inquiry_id=row.inquiry_id,
        )
        await findings.insert(conn, find)
    await announcing.announce(court, conn, await announcing.locked(conn, search), now)
