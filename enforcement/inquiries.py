"""One unit's part of an asset search: ask, and record what the unit said, or that it said nothing.

Invariant: an answer is recorded once, with its finds, in one transaction; silence never becomes "nothing found".
"""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from db import events, findings, search_results, searches
from db.pool import Conn, transaction
from db.records.searches import InquiryOutcome, InquiryRecord, ResultRecord, SearchRecord
from enforcement.channels import NoAnswer, SearchAnswer, SearchChannel, SearchRequest, Subject
from enforcement.court import CourtNode, OwnRecords
from enforcement.holdings import finding_of
from enforcement.rules.search import is_given_up, pause_after
from enforcement.rules.search_results import outcome_of_unit
from enforcement.search_answers import hear
from enforcement.searches import TOPIC, asked_row
from enforcement.tasks import announcing

_LATE: Final = "TIMED_OUT"


async def ask(court: CourtNode, channel: SearchChannel, inquiry: InquiryRecord, jitter: float) -> None:
    """Ask the unit of a claimed inquiry and record what it said, or that it said nothing.

    Who is asked by file is due on the last promised day, and is asked nothing then: nobody answered in time.
    """
    if inquiry.unit_id in court.file_units:
        await _lapse(court, inquiry)
        return
    async with court.pool.acquire() as conn:
        search = await searches.get(conn, inquiry.search_id)
    assert search is not None  # an inquiry's search is never deleted
    try:
        answer = await channel.search(inquiry.unit_id, request_for(court, search, inquiry.id))
    except NoAnswer as silence:
        await _note_silence(court, inquiry, silence, jitter)
    else:
        await _note_answer(court, search, inquiry, answer)


def request_for(court: OwnRecords, search: SearchRecord, inquiry_id: UUID) -> SearchRequest:
    """What the unit is asked: the same bytes at every attempt."""
    return SearchRequest(
        id=inquiry_id,
        court=court.code,
        case_number=court.at_rest.text(search.case_number, context=searches.CASE_NUMBER),
        subject=subject_of(court, search),
        kinds=search.kinds,
    )


def subject_of(court: OwnRecords, search: SearchRecord) -> Subject:
    """Whom the search is about, in clear."""
    return msgspec.json.decode(searches.subject(court.at_rest, search), type=Subject)


async def _note_silence(court: CourtNode, inquiry: InquiryRecord, silence: NoAnswer, jitter: float) -> None:
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        if not is_given_up(inquiry.attempts):
            until = now + pause_after(inquiry.attempts, jitter)
            await searches.postpone(conn, inquiry.id, until=until, reason=silence.reason)
        else:
            await give_up(conn, inquiry, silence.reason, now)


async def _lapse(court: CourtNode, inquiry: InquiryRecord) -> None:
    async with transaction(court.pool) as conn:
        await give_up(conn, inquiry, _LATE, court.clock.now())


async def give_up(conn: Conn, inquiry: InquiryRecord, reason: str, now: datetime) -> None:
    """Nobody waits for the unit any more; a second time changes nothing."""
    if await searches.answer(conn, inquiry.id, InquiryOutcome.NO_ANSWER, now=now, reason=reason):
        await search_results.give_up(conn, inquiry.id, reason=reason, now=now)
        await announce(conn, inquiry.search_id, InquiryOutcome.NO_ANSWER, now)


async def _note_answer(court: CourtNode, search: SearchRecord, inquiry: InquiryRecord, answer: SearchAnswer) -> None:
    """One transaction: the answer, its finds, and DONE if it was the last. A second answer changes nothing."""
    async with transaction(court.pool) as conn:
        await note(court, conn, search, inquiry, answer)


async def note(
    court: CourtNode,
    conn: Conn,
    search: SearchRecord,
    inquiry: InquiryRecord,
    answer: SearchAnswer,
    *,
    is_late: bool = False,
) -> None:
    """Record, in the caller's transaction, what the unit said of the kinds that are open; late ones if `is_late`."""
    now = court.clock.now()
    task = await announcing.locked(conn, search)
    await searches.lock(conn, search.id)  # before its rows: what refers to it would else hold up who closes it
    rows = await search_results.lock_of_inquiry(conn, inquiry.id)
    rows += await _unexpected(conn, search, inquiry, rows, answer, now)
    heard = hear([row for row in rows if row.outcome is None or (is_late and search_results.is_open(row))], answer, now)
    outcome = outcome_of_unit([*heard.rows, *(row for row in rows if not _is_among(row, heard.rows))])
    assert outcome is not None  # every row is closed now
    recorded = await searches.answer(
        conn,
        inquiry.id,
        outcome,
        now=now,
        source=answer.source,
        as_of=answer.as_of,
        reason=next((row.reason for row in heard.rows if str(row.outcome) == str(outcome)), answer.reason),
        is_late=is_late,
    )
    if recorded is None:
        return
    for row in heard.rows:
        await search_results.fill(conn, row)
    subject = subject_of(court, search)
    for holding in heard.holdings:
        found = finding_of(
            court,
            search,
            subject,
            holding,
            unit=(inquiry.unit_id, inquiry.unit_name),
            source=answer.source,
            as_of=answer.as_of,
            now=now,
            inquiry_id=inquiry.id,
        )
        await findings.insert(conn, found)
    await announcing.announce(court, conn, task, now)
    await announce(conn, search.id, outcome, now)


async def _unexpected(
    conn: Conn,
    search: SearchRecord,
    inquiry: InquiryRecord,
    rows: list[ResultRecord],
    answer: SearchAnswer,
    now: datetime,
) -> list[ResultRecord]:
    """Rows for kinds that are searched for, and that the unit keeps although its own entry does not say so."""
    kept = {holding.kind for holding in answer.holdings} & set(search.kinds) - {row.kind for row in rows}
    new = [asked_row(search, inquiry, kind, now) for kind in sorted(kept)]
    await search_results.insert_all(conn, new)
    return new


def _is_among(row: ResultRecord, rows: list[ResultRecord]) -> bool:
    return any(other.id == row.id for other in rows)


async def close_if_heard(conn: Conn, row: ResultRecord) -> None:
    """The unit's own row says what it said, once no kind of it is open. `row` was just filled, by hand or by file."""
    if row.inquiry_id is None or row.closed_at is None:
        return
    outcome = outcome_of_unit(await search_results.lock_of_inquiry(conn, row.inquiry_id))
    if outcome is None:
        return
    await searches.answer(
        conn,
        row.inquiry_id,
        outcome,
        now=row.closed_at,
        source=row.source,
        as_of=row.as_of,
        reason=row.reason,
        is_late=True,
    )
    await announce(conn, row.search_id, outcome, row.closed_at)


async def announce(conn: Conn, search_id: UUID, outcome: InquiryOutcome, now: datetime) -> None:
    """Tell who waits for the search; DONE when it was the last row."""
    await events.add(conn, topic=TOPIC, ref=search_id, kind=outcome.value, now=now)
    if await searches.close_if_answered(conn, search_id, now):
        await events.add(conn, topic=TOPIC, ref=search_id, kind="DONE", now=now)
