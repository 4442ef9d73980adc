"""Asset searches (查控): asked on a basis, one inquiry per assisting unit, one row for each kind that it is asked for.

Life of a search
    requestAssetSearch       search and one inquiry per unit, in one transaction; the worker is woken
    unit_worker claims       the attempt is counted and committed before the unit is asked
    the unit answers         kind by kind FOUND (with finds), NOTHING or REFUSED, with its source and `as_of`
    the unit stays silent    asked again after 1 s, doubled, at most 5 min; NO_ANSWER after the last attempt
    an officer was there     recordSearchAnswer, see enforcement/search_entries.py
    all inquiries closed     DONE
    adoptFinding             a find becomes an Asset of the case, see enforcement/findings.py

Invariant: "nothing found" of a kind is only ever a channel's own word about that kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from db import events, parties, search_results, searches, units
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.assets import AssetKind
from db.records.audit import AuditAction
from db.records.parties import PartyRecord
from db.records.searches import (
    InquiryOutcome,
    InquiryRecord,
    ResultOutcome,
    ResultRecord,
    SearchRecord,
    SearchStatus,
)
from db.records.units import UnitRecord
from enforcement import audit, basis, once
from enforcement.channels import Subject
from enforcement.court import CourtNode
from enforcement.payloads import TaskContent
from enforcement.rules import rights, scopes
from enforcement.rules.deadlines import Term, Unit, WorkCalendar, end_of
from enforcement.rules.refusals import Malformed, NotFound
from enforcement.rules.rights import Act, Caller
from enforcement.rules.search_results import NO_CHANNEL, KindCoverage, coverage
from enforcement.rules.units import ONLINE, SEARCH, offers, to_search

TOPIC: Final = "search"
"""Topic of `events` rows about searches."""


@dataclass(frozen=True, slots=True)
class NewSearch:
    """What an officer asks for: in an own case, or for a task; never both."""

    case_number: str | None
    task_id: UUID | None
    debtor_id: UUID | None
    kinds: tuple[AssetKind, ...]


@dataclass(frozen=True, slots=True)
class _About:
    """Whom and for what a search is, by its basis."""

    subject: Subject
    case_number: str
    case_id: UUID | None
    task_id: UUID | None
    party_id: UUID | None


async def request(court: CourtNode, caller: Caller | None, new: NewSearch, *, idempotency_key: str) -> SearchRecord:
    """A new search; the same key again gives the search it made.

    Raises:
        Forbidden: the caller is no handler.
        Malformed: neither or both of case and task, or no kinds.
        RuleBroken: no basis (see `basis`), no unit for any of the kinds (AssistanceOutOfScope).
    """
    officer = rights.check(caller, Act.REQUEST_ASSET_SEARCH)
    if (new.case_number is None) == (new.task_id is None):
        raise Malformed("BASIS", "caseNumber")
    if not new.kinds:
        raise Malformed("KINDS", "kinds")
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        search_id = new_id(now)
        made = await once.claim(
            court, conn, officer, idempotency_key, Act.REQUEST_ASSET_SEARCH, new, result_id=search_id, now=now
        )
        if made is not None:
            return await _known(conn, made)
        about = await _about(court, conn, officer, new)
        kinds = sorted({kind.value for kind in new.kinds})
        asked = to_search(await units.listed(conn, division=court.division), court.division, kinds)
        search = _search(court, search_id, about, kinds, officer, now)
        sent = [_inquiry(court, search, unit, now) for unit in asked]
        await searches.insert(conn, search, sent)
        await search_results.insert_all(conn, _rows(search, asked, sent, now))
        await events.add(conn, topic=TOPIC, ref=search.id, kind="REQUESTED", now=now)
        await audit.note(court, conn, officer, AuditAction.REQUEST_SEARCH, object_id=search.id)
        await searches.close_if_answered(conn, search.id, now)
        return await _known(conn, search.id)


async def _known(conn: Conn, search_id: UUID) -> SearchRecord:
    search = await searches.get(conn, search_id)
    if search is None:
        raise NotFound
    return search


async def _about(court: CourtNode, conn: Conn, officer: Caller, new: NewSearch) -> _About:
    if new.case_number is not None:
        case = await basis.open_case(court, conn, officer, new.case_number)
        debtor = await basis.debtor_of(conn, case, new.debtor_id)
        return _About(_subject_of_party(court, debtor), case.number, case.id, None, debtor.id)
    assert new.task_id is not None  # checked by the caller
    task, content = await basis.assigned_task(court, conn, officer, new.task_id)
    return _About(_subject_of_task(content), content.case_number, None, task.id, None)


def _subject_of_party(court: CourtNode, party: PartyRecord) -> Subject:
    number = parties.identifier(court.at_rest, party)
    return Subject(kind=party.kind, name=party.name, identifier_kind=party.identifier_kind, identifier=number)


def _subject_of_task(content: TaskContent) -> Subject:
    debtor = content.debtor
    return Subject(
        kind=debtor.kind, name=debtor.name, identifier_kind=debtor.identifier_kind, identifier=debtor.identifier
    )


def _search(
    court: CourtNode, search_id: UUID, about: _About, kinds: list[str], officer: Caller, now: datetime
) -> SearchRecord:
    return SearchRecord(
        id=search_id,
        case_id=about.case_id,
        task_id=about.task_id,
        party_id=about.party_id,
        subject=court.at_rest.encrypt(msgspec.json.encode(about.subject), context=searches.SUBJECT),
        case_number=court.at_rest.encrypt(about.case_number, context=searches.CASE_NUMBER),
        kinds=kinds,
        requested_by=officer.officer_id,
        requested_at=now,
        status=SearchStatus.OPEN,
        done_at=None,
    )


def _inquiry(court: CourtNode, search: SearchRecord, unit: UnitRecord, now: datetime) -> InquiryRecord:
    """Due at once; asked by file, due when the unit's days are over; who has to be visited is closed at once."""
    due_at = None
    if unit.id in court.file_units:
        due_at = _answer_by(unit, now)
    elif unit.channel in ONLINE and unit.id in court.registries:
        due_at = now
    return InquiryRecord(
        id=new_id(now),
        search_id=search.id,
        unit_id=unit.id,
        unit_name=unit.name,
        channel=unit.channel,
        attempts=0,
        next_attempt_at=due_at,
        outcome=None if due_at else InquiryOutcome.NO_ANSWER,
        reason=None if due_at else NO_CHANNEL,
        source=None,
        as_of=None,
        answered_at=None if due_at else now,
    )


def _answer_by(unit: UnitRecord, now: datetime) -> datetime:
    """The end of the last of the working days that the unit promises."""
    return end_of(WorkCalendar().due(civil_date(now), Term(unit.promised_days, Unit.WORKING_DAYS)))


def _rows(
    search: SearchRecord, asked: list[UnitRecord], sent: list[InquiryRecord], now: datetime
) -> list[ResultRecord]:
    """A row for each kind that each unit keeps; who has to be visited was not asked yet."""
    return [
        asked_row(search, inquiry, kind, now)
        for unit, inquiry in zip(asked, sent, strict=True)
        for kind in search.kinds
        if offers(unit, SEARCH, [kind])
    ]


def asked_row(search: SearchRecord, inquiry: InquiryRecord, kind: str, now: datetime) -> ResultRecord:
    """One kind's row of a unit."""
    is_asked = inquiry.next_attempt_at is not None or inquiry.reason != NO_CHANNEL
    return ResultRecord(
        id=new_id(now),
        search_id=search.id,
        inquiry_id=inquiry.id,
        unit_id=inquiry.unit_id,
        unit_name=inquiry.unit_name,
        kind=kind,
        channel=inquiry.channel,
        outcome=None if is_asked else ResultOutcome.NOT_ASKED,
        reason=None if is_asked else NO_CHANNEL,
        source=None,
        as_of=None,
        closed_at=None if is_asked else now,
        recorded_by=[],
        place=None,
        digest=None,
    )


async def read(court: CourtNode, caller: Caller | None, search_id: UUID) -> SearchRecord:
    """A search of this court: the officer's own, or any for those who read the whole court.

    Raises:
        Forbidden, NotFound.
    """
    officer = rights.check(caller, Act.READ_CASE)
    async with court.pool.acquire() as conn:
        search = await _known(conn, search_id)
    if not scopes.sees_search(officer, search.requested_by):
        raise NotFound
    return search


async def results(court: CourtNode, search: SearchRecord) -> list[KindCoverage]:
    """What is known of each kind that the search is for: see `read`."""
    async with court.pool.acquire() as conn:
        return coverage(search.kinds, await search_results.of_searches(conn, [search.id]))


async def inquiries(court: CourtNode, search_ids: Sequence[UUID]) -> list[InquiryRecord]:
    """Every unit's row of these searches, answered or not."""
    async with court.pool.acquire() as conn:
        return await searches.inquiries(conn, list(search_ids))
