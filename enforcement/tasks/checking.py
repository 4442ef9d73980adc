"""What a payload between courts may say: words of our enums, instants with an offset, figures that a table holds.

A payload that breaks this is refused when it comes. Otherwise it would lie here for ever, and each list of tasks or
finds that it stands in would fail. The same is asked of our own before it is signed: an event that the other court
could not take in would part the two logs. Invariant: pure.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from db.records.assets import AssetKind, MeasureKind
from db.records.clues import ClueKind, ClueReliability, ClueUrgency
from db.records.delivery import DeliveryState
from db.records.parties import IdentifierKind, PartyKind
from db.records.searches import ReceiptResult, ResultOutcome
from db.records.tasks import TaskRecord
from enforcement.payloads import (
    AssistanceReceiptPayload,
    ChannelWord,
    FeedbackPayload,
    FindingPayload,
    HandlingStep,
    MeasureReportPayload,
    Payload,
    TaskContent,
)
from enforcement.rules import asset_facts, courts, handling, matter, seizure, term
from enforcement.rules.feedback import FeedbackResult, StepKind
from enforcement.rules.handling import CLOCKS, Handled
from enforcement.rules.matter import RequiredPaper
from enforcement.rules.measure_queue import STANDINGS
from enforcement.rules.money import LARGEST, positive
from enforcement.rules.refusals import RuleBroken
from enforcement.rules.search import OwnerMatch, SearchControlChannel
from enforcement.rules.statements import CommunicationChannel
from enforcement.rules.task_clocks import TaskTerm
from enforcement.rules.task_log import EventType
from enforcement.rules.task_refusals import CommunicationRequiredBeforeReturn
from enforcement.tasks import overlay_checks, projection
from enforcement.tasks.contents import GroundsPayload, NotAPayload, SupplementRequestPayload
from enforcement.tasks.seizure_statements import HandOverPayload
from enforcement.tasks.statement_contents import (
    MOST_FINDS,
    MOST_PROOFS,
    MOST_TEXT,
    CallRecordPayload,
    FoundPayload,
    NotePayload,
    NotesReadPayload,
    SilencePayload,
    are_ids,
    is_name,
    is_text,
)

_MOST: Final = 2**31 - 1
_MOST_PLACE: Final = 200
_MOST_PEOPLE: Final = 20
_MOST_PLACES: Final = 12
_OLDEST_YEAR: Final = 1900
_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The escape of U+0000, which no text column holds; after an odd number of backslashes it is printable text."""


def check_payload(raw: bytes, payload: Payload | None, now: datetime) -> None:
    """Return if `payload`, written as `raw`, may be signed, sent and kept.

    Raises:
        NotAPayload.
    """
    _require(_NUL.search(raw) is None)
    match payload:
        case TaskContent():
            _check_content(payload)
        case MeasureReportPayload():
            _check_report(payload, now)
        case HandlingStep():
            _require_words(StepKind, [payload.kind])
            _check_receipts([] if payload.receipt is None else [payload.receipt], now)
        case FeedbackPayload():
            _require_words(FeedbackResult, [payload.result])
            _check_findings(payload.findings, now)
            _check_receipts(payload.receipts, now)
            _check_words(payload.words, now)
        case SupplementRequestPayload():
            _require_words(RequiredPaper, payload.papers)
        case FoundPayload():
            _require(0 < len(payload.findings) <= MOST_FINDS)
            _check_findings(payload.findings, now)
        case _:
            _check_statement(payload, now)


def _check_statement(payload: Payload | None, now: datetime) -> None:
    """The conversation of the handlers, evidence of silence, and what the courts say of each other."""
    match payload:
        case NotePayload():
            _require(is_text(payload.text) and is_name(payload.officer))
        case CallRecordPayload():
            _require_words(CommunicationChannel, [payload.channel])
            _require(_is_past(payload.at, now) and len(payload.text) <= MOST_TEXT)
            _require(is_name(payload.counterpart) and is_name(payload.officer))
        case NotesReadPayload():
            _require(are_ids(payload.statements) and is_name(payload.officer))
        case SilencePayload():
            _check_silence(payload, now)
        case HandOverPayload():
            _check_hand_over(payload, now)
        case _:
            overlay_checks.check(payload, now)


def check_work(task: TaskRecord, event_type: EventType, payload: Payload | None, at: datetime) -> None:
    """Return if the event that is signed at `at` may say this of the work on `task`; both courts ask it.

    The payload has passed `check_payload`. A conversation is grounds where the entrusted court asks or returns; beside
    a withdrawal it says nothing.

    Raises:
        RuleBroken: see enforcement/rules/handling.py.
    """
    handled = Handled(task.received_at, at)
    match payload:
        case HandlingStep():
            handling.check_step(payload, handled)
        case FeedbackPayload():
            handling.check_feedback(matter.rule(projection.task_matter(task)), payload, handled)
        case SupplementRequestPayload():
            if payload.communication is None:
                raise CommunicationRequiredBeforeReturn
            handling.check_instant(payload.communication.at, handled, "communication")
        case GroundsPayload() if payload.communication is not None and event_type is EventType.RETURNED:
            handling.check_instant(payload.communication.at, handled, "communication")


def _check_silence(silence: SilencePayload, now: datetime) -> None:
    _require_words(TaskTerm, [silence.term])
    _require_words(DeliveryState, [proof.state for proof in silence.messages])
    _require(_is_past(silence.missed_at, now) and len(silence.messages) <= MOST_PROOFS)
    _require(overlay_checks.is_day(silence.due_on))
    for proof in silence.messages:
        _require(is_name(proof.event) and 1 <= proof.seq <= _MOST)
        _require(proof.at is None or _is_past(proof.at, now))
        _require(all(is_name(text or "") for text in (proof.digest, proof.receipt)))


def _check_content(content: TaskContent) -> None:
    _require_words(PartyKind, [content.debtor.kind])
    _require_words(IdentifierKind, [content.debtor.identifier_kind])
    _require_words(AssetKind, content.kinds)
    longest = term.LONGEST
    if content.asset is not None:
        _require_words(AssetKind, [content.asset.kind])
        longest = term.MAX_YEARS[AssetKind(content.asset.kind)]
    if content.measure_kind is not None:
        _require_words(MeasureKind, [content.measure_kind])
    _require(content.term_years is None or 1 <= content.term_years <= longest)
    if content.amount is not None:
        try:
            positive(content.amount)
        except RuleBroken:
            raise NotAPayload from None
    for clue in content.clues:
        _require_words(ClueKind, [clue.kind])
        _require_words(ClueReliability, [clue.reliability])
        _require_words(ClueUrgency, [clue.urgency])


def _check_findings(findings: Iterable[FindingPayload], now: datetime) -> None:
    for found in findings:
        _require_words(AssetKind, [found.kind])
        _require_words(SearchControlChannel, [found.source])
        _require(_is_past(found.as_of, now) and 0 <= found.prior_measures <= _MOST)
        value = found.estimated_value
        _require(value is None or (value.is_finite() and Decimal(0) <= value <= LARGEST and _is_short(value)))
        _require_words(OwnerMatch, [found.owner])
        _check_said(found)


def _check_said(found: FindingPayload) -> None:
    """Facts of the find's own kind, and measures of courts."""
    try:
        if found.facts is not None:
            asset_facts.check(AssetKind(found.kind), found.facts)
        for prior in found.prior:
            courts.level(prior.court)
            _require(1 <= prior.rank <= _MOST)
            _require(prior.registered_at is None or prior.registered_at.tzinfo is not None)
    except RuleBroken:
        raise NotAPayload from None


def _check_words(words: Iterable[ChannelWord], now: datetime) -> None:
    for word in words:
        _require_words(AssetKind, [word.kind])
        _require_words(SearchControlChannel, [word.channel])
        _require_words(ResultOutcome, [word.outcome])
        _require(word.as_of is None or _is_past(word.as_of, now))


def _check_report(report: MeasureReportPayload, now: datetime) -> None:
    _require(1 <= report.version <= _MOST and _is_past(report.as_of, now) and len(report.steps) > 0)
    for place in (report.rank, *(entry.rank for entry in report.entries)):
        _require(place is None or 1 <= place <= _MOST)
    said = [*(step.status for step in report.steps), *(entry.status for entry in report.entries)]
    _require(set(said) <= STANDINGS)
    _require_words(MeasureKind, [entry.kind for entry in report.entries])
    _require(all(_is_past(step.at, now) for step in report.steps))
    steps, entries = report.steps, report.entries
    begun = [*(step.effective_at for step in steps), *(entry.effective_at for entry in entries)]
    ends = [*(step.expires_on for step in steps), *(entry.expires_on for entry in entries)]
    told = [report.as_of, *(step.at for step in steps), *(entry.registered_at for entry in entries)]
    _require(all(at is None or _is_instant(at) for at in (*begun, *told)))
    _require(all(day is None or overlay_checks.is_day(day) for day in ends))
    _require(all(entry.term_years is None or 1 <= entry.term_years <= term.LONGEST for entry in report.entries))


def _check_receipts(receipts: Iterable[AssistanceReceiptPayload], now: datetime) -> None:
    for receipt in receipts:
        _require_words(ReceiptResult, [receipt.result])
        _require(receipt.rank is None or 1 <= receipt.rank <= _MOST)
        _require(receipt.registered_at is None or _is_past(receipt.registered_at, now))


def _check_hand_over(said: HandOverPayload, now: datetime) -> None:
    _require(_is_past(said.at, now) and _is_instant(said.at) and is_text(said.place, most=_MOST_PLACE))
    for people in (said.handed_by, said.received_by):
        _require(0 < len(people) <= _MOST_PEOPLE and all(is_name(name) for name in people))
    try:
        seizure.check_custody(said.keys, said.mileage_km, said.photos)
    except RuleBroken:
        raise NotAPayload from None


def _is_instant(at: datetime) -> bool:
    return at.tzinfo is not None and overlay_checks.is_day(at.date())


def _is_past(at: datetime, now: datetime) -> bool:
    return at.tzinfo is not None and at.year >= _OLDEST_YEAR and at <= now + CLOCKS


def _is_short(value: Decimal) -> bool:
    """Whether a table can round it: a figure of thousands of places is none."""
    return int(value.as_tuple().exponent) >= -_MOST_PLACES


def _require_words(known: type[StrEnum], said: Iterable[str]) -> None:
    _require(set(said) <= {member.value for member in known})


def _require(holds: bool) -> None:
    if not holds:
        raise NotAPayload
