"""What the demo's zone has agreed upon before it starts: duty hours, signed standards, a meeting, an offer.

Everything is invented, and signed with the demo's keys as the courts' presidents would have signed it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID, uuid5

from api.demo import fixtures
from api.demo.fixtures.facts import CourtFacts, new_uuid, stream
from db import exchange_meetings, framework, liaison_officers, published_standards, resource_offers
from db.pool import Conn
from db.records.framework import (
    AgendaRecord,
    DecisionKind,
    DecisionRecord,
    FrameworkAct,
    FrameworkKind,
    FrameworkStep,
    HolidayRule,
    LiaisonRecord,
    MeetingRecord,
    MeetingTopic,
    OfferRecord,
    ResourceKind,
)
from db.records.standards import RevisionRecord, StandardRecord, StandardStatus
from enforcement.desk.standards import text_of
from enforcement.rules.duty import DutyHours, packed
from enforcement.rules.matter import DelegatedMatterType, RequiredPaper
from federation.clear import agreed
from federation.clear.agreed import SignatureBody
from federation.rules.quorum import threshold
from federation.wire.keyfile import NodeKeys

_SINCE: Final = date(2024, 9, 2)
_AT: Final = datetime(2025, 6, 27, 2, 0, tzinfo=UTC)
"""When all of it was written down: on the day of the meeting."""
_OFFICE: Final = tuple(DutyHours(day, begin, end) for day in range(1, 6) for begin, end in ((510, 720), (840, 1050)))
_WEEKEND: Final = tuple(DutyHours(day, 540, 720) for day in (6, 7))
_S: Final = FrameworkStep


def _id(name: str) -> UUID:
    return uuid5(new_uuid(stream("framework")), name)


def _officer(court: CourtFacts, number: int) -> str:
    return f"o-{court.division}-{number:02d}"


async def load(conn: Conn, keys: Mapping[str, NodeKeys]) -> None:
    """Write the records into the gateway's database; `keys` are those of the courts, by code."""
    courts = fixtures.courts()
    for court in courts:
        await _add_liaison(conn, court)
    in_force, to_come, waiting = _standards()
    enough = courts[: threshold(len(courts))]
    await _add_standard(conn, in_force, enough, keys)
    await _add_standard(conn, to_come, enough, keys)
    await _add_standard(conn, waiting, enough[:-1], keys)
    await _add_meeting(conn, courts, in_force.id)
    await _add_offer(conn, courts[0])


async def _act(
    conn: Conn, record_id: UUID, version: int, kind: FrameworkKind, step: FrameworkStep, court: str, officer: str
) -> None:
    await framework.add_act(conn, FrameworkAct(record_id, version, kind, step, None, _AT, court, officer))


async def _add_liaison(conn: Conn, court: CourtFacts) -> None:
    """Two officers: one in office hours, one on the mornings of weekends and holidays."""
    for number, hours, rule in ((9, _OFFICE, HolidayRule.WORKING_DAYS_ONLY), (10, _WEEKEND, HolidayRule.EVERY_DAY)):
        officer = _officer(court, number)
        record = LiaisonRecord(
            id=_id(f"liaison {officer}"),
            court=court.code,
            officer_id=officer,
            hours=packed(hours),
            holidays=rule,
            from_on=_SINCE,
            to_on=None,
            recorded_at=_AT,
            version=1,
        )
        await liaison_officers.TABLE.add(conn, record)
        await _act(conn, record.id, 1, FrameworkKind.LIAISON_OFFICER, _S.REGISTERED, court.code, officer)


def _standards() -> tuple[StandardRecord, StandardRecord, StandardRecord]:
    """One in force, one to come, and one that waits for the last signature."""
    matter = DelegatedMatterType
    return (
        _standard(matter.ASSIST_VIEWING, None, (), 15, date(2025, 7, 1)),
        _standard(matter.LOCATE_PERSON, "皖", (RequiredPaper.SERVICE_RECEIPT,), 7, date(2025, 8, 1)),
        _standard(matter.ASSIST_DELIVERY, None, (RequiredPaper.SERVICE_RECEIPT,), None, date(2025, 9, 1)),
    )


def _standard(
    matter: DelegatedMatterType,
    province: str | None,
    papers: Sequence[RequiredPaper],
    answer_within_days: int | None,
    from_on: date,
) -> StandardRecord:
    return StandardRecord(
        id=_id(f"standard {matter}"),
        matter=matter,
        province=province,
        papers=sorted(papers),
        answer_within_days=answer_within_days,
        sign_for_working_days=None,
        from_on=from_on,
        to_on=None,
        status=StandardStatus.PROPOSED,
        revision=0,
        end_on=None,
        end_by=None,
        proposed_by=fixtures.courts()[0].code,
        recorded_at=_AT,
        version=1,
    )


async def _add_standard(
    conn: Conn, proposed: StandardRecord, signers: Sequence[CourtFacts], keys: Mapping[str, NodeKeys]
) -> None:
    """The standard, signed by these courts: agreed upon if they are enough."""
    text = text_of(proposed)
    digest, is_agreed = agreed.digest_of(text), len(signers) >= threshold(len(fixtures.courts()))
    version = 1 + len(signers) + is_agreed
    status, revision = (StandardStatus.AGREED, 1) if is_agreed else (StandardStatus.PROPOSED, 0)
    stands = replace(proposed, status=status, revision=revision, version=version)
    await published_standards.TABLE.add(conn, stands)
    await published_standards.add_revision(conn, RevisionRecord(proposed.id, 1, text, digest, None))
    proposer = fixtures.courts()[0]
    kind = FrameworkKind.STANDARD
    await _act(conn, proposed.id, 1, kind, _S.PROPOSED, proposer.code, _officer(proposer, 7))
    for number, court in enumerate(signers, 2):
        president = _officer(court, 6)
        body = SignatureBody(text=proposed.id, revision=1, digest=digest, court=court.code, officer=president, at=_AT)
        statement = agreed.sign(body, directory=1, signer=keys[court.code].signing)
        await published_standards.add_signature(conn, digest, court.code, statement)
        await _act(conn, proposed.id, number, kind, _S.SIGNED, court.code, president)
    if is_agreed:
        await published_standards.agree(conn, proposed.id, digest)
        last = signers[-1]
        await _act(conn, proposed.id, version, kind, _S.AGREED, last.code, _officer(last, 6))


async def _add_meeting(conn: Conn, courts: Sequence[CourtFacts], standard_id: UUID) -> None:
    """One meeting of all courts; the first of its three decisions is struck off."""
    host, last = courts[0], courts[-1]
    meeting = MeetingRecord(
        id=_id("meeting"),
        court=host.code,
        held_on=date(2025, 6, 27),
        courts=sorted(court.code for court in courts),
        minutes_digest=None,
        closed_on=None,
        recorded_at=_AT,
        version=2,
    )
    await exchange_meetings.TABLE.add(conn, meeting)
    topics = ((MeetingTopic.TASK_COORDINATION, None), (MeetingTopic.UNIFIED_STANDARDS, standard_id))
    items = [AgendaRecord(meeting.id, no, topic, about) for no, (topic, about) in enumerate(topics, 1)]
    await exchange_meetings.add_items(conn, items)
    kinds, officer = DecisionKind, _officer(host, 7)
    decisions = [
        DecisionRecord(meeting.id, 1, kinds.PUBLISH_STANDARD, host.code, date(2025, 7, 1), meeting.held_on, officer),
        DecisionRecord(meeting.id, 2, kinds.CLEAR_OVERDUE_TASKS, last.code, date(2025, 7, 31), None, None),
        DecisionRecord(meeting.id, 3, kinds.OFFER_RESOURCES, host.code, date(2025, 7, 18), None, None),
    ]
    await exchange_meetings.add_decisions(conn, decisions)
    await _act(conn, meeting.id, 1, FrameworkKind.MEETING, _S.RECORDED, host.code, officer)
    struck = FrameworkAct(meeting.id, 2, FrameworkKind.MEETING, _S.STRUCK_OFF, 1, _AT, host.code, officer)
    await framework.add_act(conn, struck)


async def _add_offer(conn: Conn, court: CourtFacts) -> None:
    offer = OfferRecord(
        id=_id("offer"),
        court=court.code,
        kind=ResourceKind.VEHICLES,
        to_courts=[],
        quantity=2,
        from_on=date(2025, 7, 1),
        to_on=date(2025, 12, 31),
        closed_on=None,
        recorded_at=_AT,
        version=1,
    )
    await resource_offers.TABLE.add(conn, offer)
    await _act(conn, offer.id, 1, FrameworkKind.RESOURCE_OFFER, _S.OFFERED, court.code, _officer(court, 7))
