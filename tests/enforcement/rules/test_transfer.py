"""When a sealed thing may be asked for, and what may follow what."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest

from enforcement.rules.claims import ClaimPriority
from enforcement.rules.refusals import Malformed, TransitionNotAllowed
from enforcement.rules.transfer import (
    MOVES,
    OPEN,
    TERMS,
    ClaimNotPrior,
    DeclineReason,
    PriorityKind,
    TransferAnswer,
    TransferStatus,
    TransferTooEarly,
    check_answer,
    check_digest,
    check_dispute,
    check_move,
    check_prior,
    check_waited,
)

TODAY = date(2025, 7, 14)


@pytest.mark.parametrize(("days", "allowed"), [(0, False), (59, False), (60, False), (61, True), (400, True)])
def test_sixty_days_must_be_exceeded(days: int, allowed: bool) -> None:
    sealed_on = TODAY - timedelta(days=days)
    if allowed:
        check_waited(sealed_on, TODAY)
        return
    with pytest.raises(TransferTooEarly) as refusal:
        check_waited(sealed_on, TODAY)
    assert refusal.value.from_on == sealed_on + timedelta(days=61)
    check_waited(sealed_on, refusal.value.from_on)


def test_a_seal_of_the_future_is_none() -> None:
    with pytest.raises(Malformed) as refusal:
        check_waited(TODAY + timedelta(days=1), TODAY)
    assert (refusal.value.code, refusal.value.part) == ("INVALID_PERIOD", "firstSealedOn")


def test_the_answer_is_due_on_the_fifteenth_day() -> None:
    assert TERMS.answer_due(TODAY) == date(2025, 7, 29)
    assert TERMS.answer_due(date(2025, 9, 18)) == date(2025, 10, 9)  # the fifteenth is in the holidays


@pytest.mark.parametrize(("current", "wanted"), list(product(TransferStatus, TransferStatus)))
def test_only_listed_moves_pass(current: TransferStatus, wanted: TransferStatus) -> None:
    if wanted in MOVES[current]:
        check_move(current, wanted)
    else:
        with pytest.raises(TransitionNotAllowed):
            check_move(current, wanted)


def test_what_is_over_stays_over() -> None:
    ended = {TransferStatus.NOT_ACCEPTED, TransferStatus.TRANSFERRED, TransferStatus.ORDERED, TransferStatus.UPHELD}

    assert set(TransferStatus) - OPEN == ended


@pytest.mark.parametrize("status", TransferStatus)
def test_a_dispute_follows_refusal_or_silence(status: TransferStatus) -> None:
    for due_on in (None, TODAY, TODAY - timedelta(days=1)):
        is_late = status is TransferStatus.PENDING and due_on is not None and due_on < TODAY
        if status is TransferStatus.DECLINED or is_late:
            check_dispute(status, due_on, TODAY)
        else:
            with pytest.raises(TransitionNotAllowed):
                check_dispute(status, due_on, TODAY)


@pytest.mark.parametrize("reason", DeclineReason)
def test_keeping_has_a_reason_and_a_transfer_none(reason: DeclineReason) -> None:
    check_answer(TransferAnswer.KEEP, reason)
    check_answer(TransferAnswer.TRANSFER, None)

    for answer, given in ((TransferAnswer.KEEP, None), (TransferAnswer.TRANSFER, reason)):
        with pytest.raises(Malformed) as refusal:
            check_answer(answer, given)
        assert refusal.value.code == "INVALID_TRANSFER"


@pytest.mark.parametrize("text", ["", "0" * 63, "0" * 65, "G" * 64, "A" * 64, "0" * 64 + "\n"])
def test_a_digest_has_its_form(text: str) -> None:
    check_digest("0" * 64)

    with pytest.raises(Malformed):
        check_digest(text)


@pytest.mark.parametrize(("kind", "priority"), list(product(PriorityKind, ClaimPriority)))
def test_a_prior_claim_is_one_of_the_case(kind: PriorityKind, priority: ClaimPriority) -> None:
    """Up to the cent that is left of claims with that very priority; an ordinary claim makes none."""
    left = {priority: Decimal("100.00")}
    by_statute = kind is PriorityKind.STATUTORY
    if priority is (ClaimPriority.STATUTORY_PRIORITY if by_statute else ClaimPriority.SECURED):
        check_prior(kind, Decimal("100.00"), left)
    else:
        left = {priority: Decimal("1000000.00")}
    with pytest.raises(ClaimNotPrior):
        check_prior(kind, Decimal("100.01"), left)
