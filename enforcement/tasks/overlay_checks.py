"""What evaluations, complaints and objections between courts may say: words of our enums, days in order, short texts.

Asked of our own before it is signed, and of the other court's when it comes. Invariant: pure.
"""

from datetime import date
from enum import StrEnum
from typing import Final

from db.records.assets import AssetKind
from enforcement.payloads import Payload
from enforcement.rules import evaluation
from enforcement.rules.complaint import ComplaintGround
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

_EARLIEST: Final = date(2000, 1, 1)
_LATEST: Final = date(2200, 1, 1)
_MOST_PARTS: Final = 20


def check(payload: Payload | None) -> None:
    """Return if `payload` says what a court can keep; what is none of these kinds is let through.

    Raises:
        NotAPayload.
    """
    match payload:
        case EvaluationPayload():
            _require(evaluation.LEAST <= payload.score <= evaluation.MOST, len(payload.text) <= MOST_TEXT)
            _require(is_name(payload.officer))
        case ComplaintPayload():
            _require(_is_word(ComplaintGround, payload.ground), is_text(payload.text), is_day(payload.answer_by))
            _require(is_name(payload.officer))
        case ComplaintAnswerPayload():
            _require(is_text(payload.text), is_name(payload.officer))
        case ComplaintClosedPayload():
            _require(len(payload.text) <= MOST_TEXT, is_name(payload.officer))
        case ObjectionPayload():
            _check_objection(payload)
        case ObjectionDecisionPayload():
            _check_decision(payload)


def _check_objection(said: ObjectionPayload) -> None:
    _require(_is_word(ObjectionKind, said.kind), is_day(said.filed_on), is_text(said.text))
    _require(is_name(said.objector), bool(said.objector.strip()), is_name(said.officer))
    if said.asset is not None:
        named = said.asset.identity
        _require(_is_word(AssetKind, said.asset.kind), 0 < len(named) <= _MOST_PARTS)
        _require(all(is_name(part) and is_name(value) for part, value in named.items()))


def _check_decision(said: ObjectionDecisionPayload) -> None:
    _require(_is_word(ObjectionOutcome, said.outcome), is_day(said.decided_on), len(said.text) <= MOST_TEXT)
    _require(is_name(said.officer), is_name(said.ruling_no))
    if said.served_on is not None:
        _require(is_day(said.served_on), said.served_on >= said.decided_on)


def is_day(day: date) -> bool:
    """Whether the day is one that a court could mean, and far enough from the ends of the calendar to reckon with."""
    return _EARLIEST <= day < _LATEST


def _is_word(known: type[StrEnum], said: str) -> bool:
    return said in {member.value for member in known}


def _require(*holds: bool) -> None:
    if not all(holds):
        raise NotAPayload
