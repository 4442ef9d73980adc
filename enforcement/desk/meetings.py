"""定期交流会议: which courts met, on what, and what they decided; a decision has an owner and is struck off when done.

Invariant: a closed meeting has no open decision. Its minutes are texts of the courts; here stands their digest alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from db import exchange_meetings
from db import framework as framework_tables
from db.exchange_meetings import TABLE
from db.pool import Conn, snapshot, transaction
from db.records.framework import (
    AgendaRecord,
    DecisionKind,
    DecisionRecord,
    FrameworkAct,
    FrameworkKind,
    FrameworkStep,
    MeetingRecord,
    MeetingTopic,
)
from enforcement.desk import framework
from enforcement.desk.framework import Hand, Page, Place
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules.framework import check_ahead, check_courts, check_past
from enforcement.rules.framework_refusals import DecisionsOpen, NotAParty, RecordClosed
from enforcement.rules.paging import check_first
from enforcement.rules.refusals import Malformed, NotFound
from enforcement.rules.rights import Act, Caller

MOST_ON_AGENDA: Final = 50
MOST_DECISIONS: Final = 100
_KIND: Final = FrameworkKind.MEETING
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class NewItem:
    """One item of the agenda; `about` is the id of another record."""

    topic: MeetingTopic
    about: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewDecision:
    """What is to be done, by which court, by when."""

    kind: DecisionKind
    owner_court: str
    due_on: date


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """A meeting that was held."""

    held_on: date
    courts: tuple[str, ...]
    agenda: tuple[NewItem, ...]
    decisions: tuple[NewDecision, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A record with its parts and its history."""

    record: MeetingRecord
    agenda: Sequence[AgendaRecord]
    decisions: Sequence[DecisionRecord]
    history: Sequence[FrameworkAct]
    today: date


async def record(desk: GatewayDesk, caller: Caller | None, new: NewMeeting, *, idempotency_key: str) -> Meeting:
    """Record a meeting in which the caller's court took part; the same key again gives it again.

    Raises:
        NotSignedIn, Forbidden, UnknownCourt: see `framework.hand`; a court that is no member.
        NotAParty: the own court, or the owner of a decision, did not take part.
        NotFound: an item of the agenda is about a record that there is not.
        Malformed: COURTS, AGENDA, DECISIONS, PERIOD, KEY.
        IdempotencyKeyReused.
    """
    by = framework.hand(desk, caller, Act.HOLD_MEETING, _KIND)
    async with transaction(desk.pool) as conn:
        meeting_id, is_made = await framework.claim(conn, by, idempotency_key, new)
        if not is_made:
            await _check(desk, conn, by, new)
            meeting = MeetingRecord(
                id=meeting_id,
                court=by.who.court,
                held_on=new.held_on,
                courts=sorted(new.courts),
                minutes_digest=None,
                closed_on=None,
                recorded_at=by.now,
                version=1,
            )
            await TABLE.add(conn, meeting)
            items = [AgendaRecord(meeting_id, no, item.topic, item.about) for no, item in enumerate(new.agenda, 1)]
            await exchange_meetings.add_items(conn, items)
            await exchange_meetings.add_decisions(
                conn, [_decision(meeting_id, no, decision) for no, decision in enumerate(new.decisions, 1)]
            )
            await by.note(conn, meeting_id, 1, FrameworkStep.RECORDED)
        (made,) = await load(conn, await TABLE.several(conn, [meeting_id]), by.today)
    return made


async def _check(desk: GatewayDesk, conn: Conn, by: Hand, new: NewMeeting) -> None:
    check_past(new.held_on, by.today, "heldOn")
    check_courts(new.courts, fewest=2)
    framework.check_members(desk, new.courts, "courts")
    if by.who.court not in new.courts:
        raise NotAParty("courts")
    if not 1 <= len(new.agenda) <= MOST_ON_AGENDA:
        raise Malformed("AGENDA", "agenda")
    if len(new.decisions) > MOST_DECISIONS:
        raise Malformed("DECISIONS", "decisions")
    for decision in new.decisions:
        _check_decision(decision, new.courts, new.held_on)
    about = {item.about for item in new.agenda if item.about is not None}
    if about - (await framework_tables.kinds(conn, sorted(about))).keys():
        raise NotFound


def _check_decision(new: NewDecision, courts: Sequence[str], held_on: date) -> None:
    if new.owner_court not in courts:
        raise NotAParty("ownerCourt")
    check_ahead(new.due_on, held_on, "dueOn")


def _decision(meeting_id: UUID, no: int, new: NewDecision) -> DecisionRecord:
    return DecisionRecord(meeting_id, no, new.kind, new.owner_court, new.due_on, None, None)


async def add_decision(
    desk: GatewayDesk, caller: Caller | None, meeting_id: UUID, version: int, new: NewDecision
) -> Meeting:
    """Add a decision to an open meeting of the caller's court.

    Raises:
        NotFound: there is none, or the caller's court took no part in it.
        StaleVersion, RecordClosed, NotAParty.
        Malformed: PERIOD; DECISIONS, it has as many as it may have.
    """
    by = framework.hand(desk, caller, Act.HOLD_MEETING, _KIND)
    async with transaction(desk.pool) as conn:
        meeting = await _open(conn, by, meeting_id, version)
        _check_decision(new, meeting.courts, meeting.held_on)
        no = len((await exchange_meetings.decisions(conn, [meeting_id]))[meeting_id]) + 1
        if no > MOST_DECISIONS:
            raise Malformed("DECISIONS", "decisions")
        await exchange_meetings.add_decisions(conn, [_decision(meeting_id, no, new)])
        return await _keep(conn, by, meeting, FrameworkStep.DECISION_ADDED, no)


async def strike_off(
    desk: GatewayDesk, caller: Caller | None, meeting_id: UUID, version: int, no: int, done_on: date
) -> Meeting:
    """Strike a decision off (销号): its owner carried it out on that day.

    Raises:
        NotFound: no such meeting, or no such decision in it.
        NotAParty: another court owns the decision.
        StaleVersion, RecordClosed: the meeting, or this decision.
        Malformed: PERIOD.
    """
    by = framework.hand(desk, caller, Act.HOLD_MEETING, _KIND)
    async with transaction(desk.pool) as conn:
        meeting = await _open(conn, by, meeting_id, version)
        decisions = {each.no: each for each in (await exchange_meetings.decisions(conn, [meeting_id]))[meeting_id]}
        decision = framework.found(decisions.get(no))
        if decision.owner_court != by.who.court:
            raise NotAParty("no")
        if decision.done_on is not None:
            raise RecordClosed
        if not meeting.held_on <= done_on <= by.today:
            raise Malformed("PERIOD", "doneOn")
        await exchange_meetings.strike(conn, replace(decision, done_on=done_on, done_by=by.who.officer_id))
        return await _keep(conn, by, meeting, FrameworkStep.STRUCK_OFF, no)


async def file_minutes(
    desk: GatewayDesk, caller: Caller | None, meeting_id: UUID, version: int, digest: str
) -> Meeting:
    """Keep the digest of the minutes, which the court that recorded the meeting keeps as a text.

    Raises:
        NotFound, StaleVersion, RecordClosed.
        NotAParty: another court recorded the meeting.
        Malformed: DOCUMENT; no SHA-256 in 64 hexadecimal digits.
    """
    by = framework.hand(desk, caller, Act.HOLD_MEETING, _KIND)
    if not _DIGEST.fullmatch(digest):
        raise Malformed("DOCUMENT", "digest")
    async with transaction(desk.pool) as conn:
        meeting = await _open(conn, by, meeting_id, version)
        if meeting.court != by.who.court:
            raise NotAParty("id")
        return await _keep(conn, by, replace(meeting, minutes_digest=digest), FrameworkStep.MINUTES_FILED)


async def close(desk: GatewayDesk, caller: Caller | None, meeting_id: UUID, version: int) -> Meeting:
    """Close a meeting whose every decision is struck off; for the court that recorded it.

    Raises:
        NotFound, StaleVersion, RecordClosed.
        NotAParty: another court recorded the meeting.
        DecisionsOpen: not all is done.
    """
    by = framework.hand(desk, caller, Act.HOLD_MEETING, _KIND)
    async with transaction(desk.pool) as conn:
        meeting = await _open(conn, by, meeting_id, version)
        if meeting.court != by.who.court:
            raise NotAParty("id")
        decisions = (await exchange_meetings.decisions(conn, [meeting_id]))[meeting_id]
        if any(decision.done_on is None for decision in decisions):
            raise DecisionsOpen
        return await _keep(conn, by, replace(meeting, closed_on=by.today), FrameworkStep.CLOSED)


async def _open(conn: Conn, by: Hand, meeting_id: UUID, version: int) -> MeetingRecord:
    meeting = framework.found(await TABLE.lock(conn, meeting_id))
    if by.who.court not in meeting.courts:
        raise NotFound
    framework.check_version(meeting.version, version)
    if meeting.closed_on is not None:
        raise RecordClosed
    return meeting


async def _keep(conn: Conn, by: Hand, meeting: MeetingRecord, step: FrameworkStep, item: int | None = None) -> Meeting:
    kept = replace(meeting, version=meeting.version + 1)
    await TABLE.save(conn, kept)
    await by.note(conn, kept.id, kept.version, step, item)
    (made,) = await load(conn, [kept], by.today)
    return made


async def load(conn: Conn, records: Sequence[MeetingRecord], today: date) -> list[Meeting]:
    """The records with their parts and histories."""
    ids = [meeting.id for meeting in records]
    agenda = await exchange_meetings.agenda(conn, ids)
    decisions = await exchange_meetings.decisions(conn, ids)
    acts = await framework_tables.acts(conn, ids)
    return [Meeting(each, agenda[each.id], decisions[each.id], acts[each.id], today) for each in records]


async def several(desk: GatewayDesk, caller: Caller, meeting_ids: Sequence[UUID]) -> list[Meeting]:
    """Those of the meetings that the caller may know of.

    Raises:
        Forbidden.
    """
    reader = framework.reads(desk, caller)
    async with snapshot(desk.pool) as conn:
        records = [each for each in await TABLE.several(conn, meeting_ids) if reader.sees(*each.courts)]
        return await load(conn, records, reader.today)


async def page(
    desk: GatewayDesk, caller: Caller | None, *, is_open: bool | None, first: int, after: Place | None
) -> Page[Meeting]:
    """The meetings in which the caller's court took part; a supervisor's courts below, for an admin all.

    Raises:
        NotSignedIn, Forbidden.
        Malformed: PAGE.
    """
    reader, size = framework.reads(desk, caller), check_first(first)
    async with snapshot(desk.pool) as conn:
        rows = await exchange_meetings.page(conn, parties=reader.listed, is_open=is_open, after=after, limit=size + 1)
        return Page(await load(conn, rows[:size], reader.today), has_next=len(rows) > size)
