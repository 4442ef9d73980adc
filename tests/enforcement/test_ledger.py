"""Several claims in one case: the order in which payments are applied, and what each claim is left with."""

from datetime import date
from decimal import Decimal as Yuan

from hypothesis import given
from hypothesis import strategies as st

from enforcement.rules.claims import ClaimPriority
from enforcement.rules.interest import Pause, YearlyRate
from enforcement.rules.ledger import ClaimDebt, Line, Payment, Rules, outstanding
from enforcement.rules.shares import shares

DUE = date(2024, 1, 31)
ZERO = Yuan(0)


def claim(no: int, principal: int, due_on: date | None = DUE, **changes: object) -> ClaimDebt:
    values: dict[str, object] = {"general_interest": ZERO, "costs": ZERO} | changes
    return ClaimDebt(no, Yuan(principal), due_on=due_on, **values)  # type: ignore[arg-type]  # test data


def left(claims: list[ClaimDebt], payments: list[Payment], as_of: date = DUE) -> dict[int, Yuan]:
    return {each.no: each.judgment_left for each in outstanding(claims, ZERO, payments, as_of).claims}


def test_named_claim_comes_first() -> None:
    claims = [claim(1, 1000), claim(2, 1000)]

    assert left(claims, [Payment(DUE, Yuan(1200), 2)]) == {1: Yuan(800), 2: Yuan(0)}


def test_due_claim_comes_before_one_not_due() -> None:
    claims = [claim(1, 1000, date(2030, 1, 1)), claim(2, 1000)]

    assert left(claims, [Payment(DUE, Yuan(600))]) == {1: Yuan(1000), 2: Yuan(400)}


def test_unsecured_claim_comes_before_a_secured_one() -> None:
    claims = [claim(1, 1000, priority=ClaimPriority.SECURED), claim(2, 1000)]

    assert left(claims, [Payment(DUE, Yuan(600))]) == {1: Yuan(1000), 2: Yuan(400)}


def test_dearer_claim_comes_first() -> None:
    claims = [claim(1, 1000), claim(2, 1000, rate=YearlyRate(Yuan(5), DUE))]

    assert left(claims, [Payment(DUE, Yuan(600))]) == {1: Yuan(1000), 2: Yuan(400)}


def test_equal_claims_share_to_the_cent() -> None:
    claims = [claim(1, 1000), claim(2, 1000), claim(3, 1000)]

    assert left(claims, [Payment(DUE, Yuan(100))]) == {1: Yuan("966.66"), 2: Yuan("966.67"), 3: Yuan("966.67")}


def test_each_part_bears_interest_from_its_own_day() -> None:
    """100,000 in two halves, due a hundred days apart: 110 days of one, 10 of the other."""
    parts = ((DUE, Yuan(50_000)), (date(2024, 5, 10), Yuan(50_000)))

    result = outstanding([claim(1, 100_000, None, dues=parts)], ZERO, [], date(2024, 5, 20))

    due = {line.line: line.due for line in result.lines}
    assert due[Line.DOUBLED_INTEREST] == Yuan("1050.00")  # 50,000 x 0.000175 x 110 + x 10 = 962.50 + 87.50


def test_doubled_interest_may_come_first_by_agreement() -> None:
    """A day of 100,000 is 17.50: paid first, it leaves 17.50 more of the principal."""
    agreed, on = [claim(1, 100_000, doubled_first=True)], date(2024, 2, 1)

    result = outstanding(agreed, ZERO, [Payment(on, Yuan("1017.50"))], on)

    paid = {line.line: line.paid for line in result.lines}
    assert (paid[Line.DOUBLED_INTEREST], paid[Line.PRINCIPAL]) == (Yuan("17.50"), Yuan("1000.00"))


def test_paused_days_bear_no_doubled_interest() -> None:
    rules = Rules(pauses=(Pause(date(2024, 2, 1), date(2024, 2, 11)),))

    result = outstanding([claim(1, 100_000)], ZERO, [], date(2024, 3, 1), rules)

    assert result.left == Yuan("100350.00")  # 20 of 30 days


_cents = st.integers(0, 10**7).map(lambda n: Yuan(n) / 100)


@given(amount=_cents, weights=st.lists(_cents, min_size=1, max_size=8))
def test_shares_sum_to_the_amount(amount: Yuan, weights: list[Yuan]) -> None:
    parts = shares(amount, weights)

    assert sum(parts) == (amount if sum(weights) else 0)
    whole = sum(weights)
    assert all(
        abs(part - amount * weight / whole) < Yuan("0.01") for part, weight in zip(parts, weights, strict=True) if whole
    )


@given(
    principals=st.lists(st.integers(0, 10**6), min_size=1, max_size=4),
    paid=st.lists(st.tuples(st.dates(DUE, date(2026, 1, 1)), _cents.filter(bool)), max_size=5),
    as_of=st.dates(DUE, date(2026, 1, 1)),
    first=st.booleans(),
)
def test_no_payment_is_lost_between_claims(
    principals: list[int], paid: list[tuple[date, Yuan]], as_of: date, first: bool
) -> None:
    claims = [claim(no, principal, doubled_first=first) for no, principal in enumerate(principals, 1)]

    result = outstanding(claims, Yuan(50), [Payment(*each) for each in paid], as_of)

    assert sum(line.paid for line in result.lines) + result.surplus == result.paid
    assert all(0 <= line.paid <= line.due for each in result.claims for line in each.lines)
    assert result.paid == sum(amount for on, amount in paid if on <= as_of)
