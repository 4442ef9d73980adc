"""What evaluations, complaints, objections and word of units may say: words of our enums, days in order, short texts.

Asked of our own before it is signed, and of the other court's when it comes. Invariant: pure.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from db.clock import civil_date
from db.records.assets import AssetKind
from enforcement.payloads import Payload
from enforcement.rules import evaluation, objection
from enforcement.rules.complaint import ComplaintGround
from enforcement.rules.handling import CLOCKS
from enforcement.rules.objection import ObjectionKind, ObjectionOutcome
from enforcement.tasks.contents import NotAPayload
from enforcement.tasks.statement_contents import (
    MOST_TEXT,
    ComplaintAnswerPayload,
    ComplaintClosedPayload,
    ComplaintPayload,
    EvaluationPayload,
    ObjectionDecisionPayload,
    ObjectionPayload,
    is_name,
    is_text,
)
from enforcement.tasks.unit_statements import UnitObjectedPayload, UnitObjectionAnsweredPayload, UnitSilentPayload

_EARLIEST: Final = date(2000, 1, 1)
_LATEST: Final = date(2200, 1, 1)
_MOST_PARTS: Final = 20
_LONGEST_ANSWER: Final = timedelta(days=366)  # what any release may set; beyond, nobody meant it


def check(payload: Payload | None, now: datetime) -> None:
    """Return if `payload` says what a court can keep; what is none of these kinds is let through.

    Days that lie ahead of `now` are a hearer's too: by then they have come nearer.

    Raises:
        NotAPayload.
    """
    match payload:
        case EvaluationPayload():
            _require(evaluation.LEAST <= payload.score <= evaluation.MOST, len(payload.text) <= MOST_TEXT)
            _require(is_name(payload.officer))
        case ComplaintPayload():
            _require(_is_word(ComplaintGround, payload.ground), is_text(payload.text), is_name(payload.officer))
            _require(is_day(payload.answer_by), payload.answer_by <= civil_date(now) + _LONGEST_ANSWER)
        case ComplaintAnswerPayload():
            _require(is_text(payload.text), is_name(payload.officer))
        case ComplaintClosedPayload():
            _require(len(payload.text) <= MOST_TEXT, is_name(payload.officer))
        case ObjectionPayload():
            _check_objection(payload, civil_date(now + CLOCKS))
        case ObjectionDecisionPayload():
            _check_decision(payload, civil_date(now + CLOCKS))
        case UnitSilentPayload():
            _require(is_name(payload.unit_name), is_day(payload.since))
        case UnitObjectedPayload():
            _require(is_name(payload.unit_name), is_day(payload.due_on), len(payload.reason) <= MOST_TEXT)
        case UnitObjectionAnsweredPayload():
            _require(is_name(payload.unit_name), len(payload.decision) <= MOST_TEXT)


def _check_objection(said: ObjectionPayload, today: date) -> None:
    _require(_is_word(ObjectionKind, said.kind), is_text(said.text), is_day(said.filed_on), said.filed_on <= today)
    _require(is_name(said.objector), bool(said.objector.strip()), is_name(said.officer))
    if said.asset is not None:
        named = said.asset.identity
        _require(_is_word(AssetKind, said.asset.kind), 0 < len(named) <= _MOST_PARTS)
        _require(all(is_name(part) and is_name(value) for part, value in named.items()))


def _check_decision(said: ObjectionDecisionPayload, today: date) -> None:
    """A ruling has its number; a dismissal begins the objector's time to sue, so that it says when it was served."""
    _require(_is_word(ObjectionOutcome, said.outcome), is_day(said.decided_on), said.decided_on <= today)
    _require(is_name(said.officer), is_name(said.ruling_no), len(said.text) <= MOST_TEXT)
    _require(bool(said.ruling_no.strip()) or said.outcome not in objection.RULED)
    _require(said.served_on is not None or said.outcome != ObjectionOutcome.DISMISSED)
    if said.served_on is not None:
        _require(is_day(said.served_on), said.decided_on <= said.served_on <= today)


def is_day(day: date) -> bool:
    """Whether the day is one that a court could mean, and far enough from the ends of the calendar to reckon with."""
    return _EARLIEST <= day < _LATEST


def _is_word(known: type[StrEnum], said: str) -> bool:
    return said in {member.value for member in known}


def _require(*holds: bool) -> None:
    if not all(holds):
        raise NotAPayload
