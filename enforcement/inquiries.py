"""One unit's part of an asset search: ask, and record what the unit said, or that it said nothing.

Invariant: an answer is recorded once, with its finds, in one transaction; silence never becomes "nothing found".
"""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from db import events, findings, searches
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.searches import FindingRecord, InquiryOutcome, InquiryRecord, SearchRecord
from enforcement.channels import Holding, NoAnswer, SearchAnswer, SearchChannel, SearchRequest, Subject
from enforcement.court import CourtNode
from enforcement.payloads import FindingPayload
from enforcement.rules.search import is_given_up, pause_after
from enforcement.searches import TOPIC

_OUTCOMES: Final = {
    "found": InquiryOutcome.FOUND,
    "nothing": InquiryOutcome.NOTHING,
    "refused": InquiryOutcome.REFUSED,
}


async def ask(court: CourtNode, channel: SearchChannel, inquiry: InquiryRecord, jitter: float) -> None:
    """Ask the unit of a claimed inquiry and record what it said, or that it said nothing."""
    async with court.pool.acquire() as conn:
        search = await searches.get(conn, inquiry.search_id)
    assert search is not None  # an inquiry's search is never deleted
    try:
        answer = await channel.search(inquiry.unit_id, request_for(court, search, inquiry.id))
    except NoAnswer as silence:
        await _note_silence(court, inquiry, silence, jitter)
    else:
        await _note_answer(court, search, inquiry, answer)


def request_for(court: CourtNode, search: SearchRecord, inquiry_id: UUID) -> SearchRequest:
    """What the unit is asked: the same bytes at every attempt."""
    return SearchRequest(
        id=inquiry_id,
        court=court.code,
        case_number=court.at_rest.text(search.case_number, context=searches.CASE_NUMBER),
        subject=msgspec.json.decode(searches.subject(court.at_rest, search), type=Subject),
        kinds=search.kinds,
    )


async def _note_silence(court: CourtNode, inquiry: InquiryRecord, silence: NoAnswer, jitter: float) -> None:
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        if not is_given_up(inquiry.attempts):
            until = now + pause_after(inquiry.attempts, jitter)
            await searches.postpone(conn, inquiry.id, until=until, reason=silence.reason)
        elif await searches.answer(conn, inquiry.id, InquiryOutcome.NO_ANSWER, now=now, reason=silence.reason):
            await _announce(conn, inquiry.search_id, InquiryOutcome.NO_ANSWER, now)


async def _note_answer(court: CourtNode, search: SearchRecord, inquiry: InquiryRecord, answer: SearchAnswer) -> None:
    """One transaction: the answer, its finds, and DONE if it was the last. A second answer changes nothing."""
    now = court.clock.now()
    outcome = _OUTCOMES[answer.outcome]
    async with transaction(court.pool) as conn:
        recorded = await searches.answer(
            conn, inquiry.id, outcome, now=now, source=answer.source, as_of=answer.as_of, reason=answer.reason
        )
        if recorded is None:
            return
        for holding in answer.holdings:
            if holding.kind in search.kinds:
                await findings.insert(conn, _finding(court, search, inquiry, answer, holding, now))
        await _announce(conn, search.id, outcome, now)


async def _announce(conn: Conn, search_id: UUID, outcome: InquiryOutcome, now: datetime) -> None:
    await events.add(conn, topic=TOPIC, ref=search_id, kind=outcome.value, now=now)
    if await searches.close_if_answered(conn, search_id, now):
        await events.add(conn, topic=TOPIC, ref=search_id, kind="DONE", now=now)


def _finding(
    court: CourtNode,
    search: SearchRecord,
    inquiry: InquiryRecord,
    answer: SearchAnswer,
    holding: Holding,
    now: datetime,
) -> FindingRecord:
    payload = FindingPayload(
        id=new_id(now),
        kind=holding.kind,
        identity=holding.identity,
        division=holding.division,
        description=holding.description,
        unit_id=inquiry.unit_id,
        unit_name=inquiry.unit_name,
        source=answer.source,
        as_of=answer.as_of,
        estimated_value=holding.estimated_value,
        prior_measures=holding.prior_measures,
    )
    return FindingRecord(
        id=payload.id,
        inquiry_id=inquiry.id,
        case_id=search.case_id,
        task_id=search.task_id,
        court=court.code,
        kind=payload.kind,
        content=court.at_rest.encrypt(msgspec.json.encode(payload), context=findings.CONTENT),
        source=payload.source,
        as_of=payload.as_of,
        recorded_at=now,
        asset_id=None,
        adopted_by=None,
        adopted_at=None,
    )
