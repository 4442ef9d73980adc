"""What may be asked and decided about an entry on the list of dishonest debtors, and by when."""

from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from db.records.sanctions import DishonestGround, ListedRecord
from enforcement.rules.correction import (
    MOVES,
    TERMS,
    Corrected,
    CorrectionDecision,
    CorrectionStatus,
    ReconsiderationTooLate,
    RejectionReason,
    Verdict,
    check_move,
    check_reconsideration,
    check_requested,
    check_verdict,
    corrected_entry,
)
from enforcement.rules.refusals import Malformed, TransitionNotAllowed

ENTRY = ListedRecord(
    id=UUID(int=1),
    party_id=UUID(int=2),
    case_id=UUID(int=3),
    ground="ABLE_BUT_REFUSES",
    decision_no="d1",
    published_on=date(2025, 1, 1),
    until_on=date(2026, 12, 31),
    removed_on=None,
    revision=1,
)
HIDING = DishonestGround.EVADES_BY_HIDING_ASSETS
REASON = RejectionReason.LISTED_LAWFULLY
TODAY = date(2025, 7, 14)


def test_requests_move_along_the_table_alone() -> None:
    for current, wanted, of in product(CorrectionStatus, repeat=3):
        if current is of and wanted in MOVES[of]:
            check_move(current, wanted, of=of)
        else:
            with pytest.raises(TransitionNotAllowed):
                check_move(current, wanted, of=of)


def test_every_status_can_be_reached_and_ends() -> None:
    reached = {CorrectionStatus.PENDING}.union(*MOVES.values())

    assert reached == set(CorrectionStatus) == set(MOVES)
    assert {status for status, after in MOVES.items() if not after} == {
        CorrectionStatus.REMOVED,
        CorrectionStatus.CORRECTED,
        CorrectionStatus.CONFIRMED,
    }


def test_a_decision_carries_what_it_needs_and_no_more() -> None:
    """The full product: decision, reason, correction, whose decision."""
    for decision, reason, corrected, with_reason in product(
        CorrectionDecision, (None, REASON), (None, Corrected(HIDING)), (True, False)
    ):
        needs = (
            decision is CorrectionDecision.REJECT and with_reason,
            decision is CorrectionDecision.CORRECT,
        )
        verdict = Verdict(decision, reason, corrected)
        if needs == (reason is not None, corrected is not None):
            check_verdict(verdict, with_reason=with_reason)
        else:
            with pytest.raises(Malformed) as refused:
                check_verdict(verdict, with_reason=with_reason)
            assert refused.value.code == "INVALID_CORRECTION"


@pytest.mark.parametrize(
    ("corrected", "made"),
    [
        (Corrected(ground=HIDING), (HIDING, ENTRY.until_on)),
        (Corrected(until_on=TODAY), (ENTRY.ground, TODAY)),
        (Corrected(HIDING, ENTRY.published_on), (HIDING, ENTRY.published_on)),
    ],
)
def test_entry_is_corrected_as_decided(corrected: Corrected, made: Any) -> None:
    assert corrected_entry(ENTRY, corrected) == made


@pytest.mark.parametrize(
    "corrected",
    [
        Corrected(),
        Corrected(ground=DishonestGround.ABLE_BUT_REFUSES, until_on=ENTRY.until_on),
        Corrected(until_on=ENTRY.until_on + timedelta(days=1)),
        Corrected(HIDING, ENTRY.published_on - timedelta(days=1)),
    ],
)
def test_a_correction_never_burdens_the_debtor_more(corrected: Corrected) -> None:
    with pytest.raises(Malformed):
        corrected_entry(ENTRY, corrected)


@pytest.mark.parametrize(("day", "is_good"), [(-1, False), (0, True), (194, True), (195, False)])
def test_entry_is_disputed_between_publication_and_today(day: int, *, is_good: bool) -> None:
    requested_on = ENTRY.published_on + timedelta(days=day)
    if is_good:
        check_requested(requested_on, ENTRY.published_on, TODAY)
    else:
        with pytest.raises(Malformed):
            check_requested(requested_on, ENTRY.published_on, TODAY)


def test_terms_end_on_working_days() -> None:
    """2025-07-14 is a Monday; the fifteenth day after the 12th is a Sunday, and October begins with eight days off."""
    due = TERMS.calendar.due

    assert due(TODAY, TERMS.review) == date(2025, 7, 29)
    assert due(date(2025, 7, 12), TERMS.review) == date(2025, 7, 28)
    assert due(date(2025, 9, 30), TERMS.correct) == date(2025, 10, 11)
    assert due(date(2025, 7, 18), TERMS.correct) == date(2025, 7, 23)
    assert due(date(2025, 9, 25), TERMS.reconsider) == date(2025, 10, 9)


@pytest.mark.parametrize(
    ("served", "requested", "refusal"),
    [
        (0, 0, None),
        (0, 10, None),
        (5, 15, None),
        (0, 11, ReconsiderationTooLate),
        (-1, 5, Malformed),
        (5, 4, Malformed),
        (0, 31, Malformed),
        (31, 31, Malformed),
    ],
)
def test_reconsideration_is_asked_for_within_ten_days_of_service(served: int, requested: int, refusal: Any) -> None:
    decided_on = date(2025, 7, 14)
    served_on, requested_on = decided_on + timedelta(days=served), decided_on + timedelta(days=requested)
    today = decided_on + timedelta(days=30)
    if refusal is None:
        check_reconsideration(decided_on, served_on, requested_on, today)
    else:
        with pytest.raises(refusal):
            check_reconsideration(decided_on, served_on, requested_on, today)
