"""Distribution to the cent: the vector, tiers, order of seizure, and which period runs until when."""

from datetime import date, timedelta
from decimal import Decimal as Yuan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.records.parties import IdentifierKind
from enforcement.rules.claims import ClaimPriority
from enforcement.rules.distribution import (
    MOVES,
    Claimant,
    DistributionBasis,
    DistributionStatus,
    Objection,
    basis_for,
    check_final,
    check_in_time,
    check_move,
    divide,
    last_day,
)
from enforcement.rules.refusals import DistributionNotFinal, Malformed, ObjectionTooLate, TransitionNotAllowed

ORDINARY, SECURED, STATUTORY = ClaimPriority.ORDINARY, ClaimPriority.SECURED, ClaimPriority.STATUTORY_PRIORITY
PRO_RATA, BY_SEIZURE = DistributionBasis.PRO_RATA, DistributionBasis.ORDER_OF_SEIZURE


def claimant(amount: str, priority: ClaimPriority = ORDINARY, rank: int | None = None) -> Claimant:
    return Claimant(priority, Yuan(amount), rank)


def split(proceeds: str, costs: str, *claimants: Claimant, by: DistributionBasis = PRO_RATA) -> list[str]:
    return [str(share) for share in divide(Yuan(proceeds), Yuan(costs), claimants, by).shares]


def test_vector_to_the_cent() -> None:
    claims = [claimant("120000.00", SECURED), claimant("100000.00"), claimant("200000.00"), claimant("60000.00")]

    assert split("300000.00", "6000.00", *claims) == ["120000.00", "48333.33", "96666.67", "29000.00"]


def test_enterprise_s_creditors_are_paid_by_order_of_seizure() -> None:
    claims = [claimant("100.00", rank=3), claimant("100.00", rank=1), claimant("100.00"), claimant("100.00", rank=2)]

    assert split("250.00", "0.00", *claims, by=BY_SEIZURE) == ["50.00", "100.00", "0.00", "100.00"]


def test_statutory_priority_comes_before_the_mortgage() -> None:
    assert split("100.00", "0.00", claimant("80.00", SECURED), claimant("70.00", STATUTORY)) == ["30.00", "70.00"]


def test_what_nobody_is_owed_is_left_over() -> None:
    assert divide(Yuan("100.00"), Yuan("1.00"), [claimant("40.00")], PRO_RATA).surplus == Yuan("59.00")


@pytest.mark.parametrize(
    ("proceeds", "costs", "claims"),
    [("0.00", "0.00", 1), ("1.00", "1.01", 1), ("1.00", "-0.01", 1), ("1.00", "0.00", 0)],
)
def test_nothing_to_divide_is_refused(proceeds: str, costs: str, claims: int) -> None:
    with pytest.raises(Malformed):
        divide(Yuan(proceeds), Yuan(costs), [claimant("1.00")] * claims, PRO_RATA)


@pytest.mark.parametrize(
    ("debtors", "basis"),
    [
        ([(IdentifierKind.USCC, "91330824FAKE000139")], BY_SEIZURE),
        ([(IdentifierKind.USCC, "92330824FAKE000139")], PRO_RATA),
        ([(IdentifierKind.ID_NUMBER, "341021197903159972")], PRO_RATA),
        ([(IdentifierKind.USCC, "91330824FAKE000139"), (IdentifierKind.ID_NUMBER, "341021197903159972")], PRO_RATA),
        ([], PRO_RATA),
    ],
)
def test_basis_follows_the_debtors(debtors: list[tuple[IdentifierKind, str]], basis: DistributionBasis) -> None:
    assert basis_for(debtors) is basis


SERVED = date(2025, 7, 14)  # a Monday; the fifteenth day is Tuesday the 29th


def test_fifteenth_day_is_in_time() -> None:
    check_in_time(SERVED, SERVED + timedelta(days=15))
    with pytest.raises(ObjectionTooLate) as refusal:
        check_in_time(SERVED, SERVED + timedelta(days=16))
    assert refusal.value.last_day == date(2025, 7, 29)


def test_fifteenth_day_off_runs_on_to_the_next_working_day() -> None:
    assert last_day(date(2025, 7, 11)) == date(2025, 7, 28)  # the 26th is a Saturday


OVER = date(2025, 9, 30)


@pytest.mark.parametrize(
    ("objection", "waits_for"),
    [
        (Objection(SERVED), "NOTICE_OF_OBJECTION"),
        (Objection(SERVED, notified_on=OVER), "OPPOSITION_PERIOD"),
        (Objection(SERVED, notified_on=SERVED), "UNOPPOSED_OBJECTION"),
        (Objection(SERVED, SERVED, SERVED), "NOTICE_OF_OPPOSITION"),
        (Objection(SERVED, SERVED, SERVED, OVER), "SUIT_PERIOD"),
        (Objection(SERVED, SERVED, SERVED, SERVED, SERVED), "SUIT"),
    ],
)
def test_open_objection_keeps_the_plan_open(objection: Objection, waits_for: str) -> None:
    with pytest.raises(DistributionNotFinal) as refusal:
        check_final([SERVED], [objection], OVER)
    assert refusal.value.part == waits_for


def test_original_plan_stands_when_the_objector_does_not_sue() -> None:
    with pytest.raises(DistributionNotFinal):
        check_final([SERVED, SERVED], [Objection(SERVED, SERVED, SERVED, SERVED)], date(2025, 7, 29))
    check_final([SERVED, SERVED], [Objection(SERVED, SERVED, SERVED, SERVED)], date(2025, 7, 30))


@pytest.mark.parametrize(("served", "part"), [([SERVED, None], "SERVICE"), ([SERVED, OVER], "OBJECTION_PERIOD")])
def test_plan_waits_for_service_and_its_period(served: list[date | None], part: str) -> None:
    with pytest.raises(DistributionNotFinal) as refusal:
        check_final(served, [], OVER)
    assert refusal.value.part == part


@pytest.mark.parametrize("current", DistributionStatus)
@pytest.mark.parametrize("wanted", DistributionStatus)
def test_moves_are_those_of_the_table(current: DistributionStatus, wanted: DistributionStatus) -> None:
    if wanted in MOVES[current]:
        check_move(current, wanted)
    else:
        with pytest.raises(TransitionNotAllowed):
            check_move(current, wanted)


_cents = st.integers(1, 10**8).map(lambda n: Yuan(n) / 100)
_claimants = st.lists(
    st.builds(Claimant, st.sampled_from(ClaimPriority), _cents, st.none() | st.integers(1, 3)), min_size=1, max_size=8
)


@given(proceeds=_cents, claims=_claimants, by=st.sampled_from(DistributionBasis))
def test_shares_and_surplus_are_the_proceeds(proceeds: Yuan, claims: list[Claimant], by: DistributionBasis) -> None:
    division = divide(proceeds, Yuan("0.00"), claims, by)

    assert sum(division.shares) + division.surplus == proceeds
    assert all(0 <= share <= claim.claim for share, claim in zip(division.shares, claims, strict=True))
    assert division.surplus == 0 or sum(division.shares) == sum(claim.claim for claim in claims)
