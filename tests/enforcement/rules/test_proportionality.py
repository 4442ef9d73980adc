"""No more is controlled than is owed, but for what cannot be divided when nothing else covers the debt; exemptions."""

from decimal import Decimal as Yuan

import pytest

from db.records.assets import AssetKind
from enforcement.rules.exemption import FUNDS, ExemptionGround, ImmuneFund, check_exempt, check_record, may_dispose
from enforcement.rules.proportionality import INDIVISIBLE, Estate, Verdict, check_proportion, net, weigh
from enforcement.rules.refusals import ExceedsClaim, ExemptProperty, Malformed

HOUSE = [AssetKind.REAL_ESTATE]
# outstanding, controlled, requested, kinds, other assets -> verdict, reason, ratio; SC-20 is the first and the second
VECTORS = [
    ("100000", ["90000"], "900000", HOUSE, ["20000"], "EXCEEDS", "OTHER_ASSETS_SUFFICE", "9.9000"),
    ("100000", ["90000"], "900000", HOUSE, [], "INDIVISIBLE_ALLOWED", "NOTHING_ELSE_COVERS", "9.9000"),
    ("100000", ["90000"], "900000", HOUSE, ["9999.99"], "INDIVISIBLE_ALLOWED", "NOTHING_ELSE_COVERS", "9.9000"),
    ("100000", ["90000"], "900000", HOUSE, ["10000"], "EXCEEDS", "OTHER_ASSETS_SUFFICE", "9.9000"),
    ("100000", ["90000"], "900000", HOUSE, [None], "EXCEEDS", "OTHER_ASSETS_NOT_VALUED", "9.9000"),
    ("100000", ["90000"], "10000", HOUSE, [], "OK", "WITHIN_CLAIM", "1.0000"),
    ("100000", ["90000"], "10000.01", HOUSE, [], "INDIVISIBLE_ALLOWED", "NOTHING_ELSE_COVERS", "1.0000"),
    ("100000", ["60000", "40000"], "1", HOUSE, [], "EXCEEDS", "CLAIM_IS_COVERED", "1.0000"),
    ("100000", [], "100001", [AssetKind.BANK_DEPOSIT], [], "EXCEEDS", "DIVISIBLE", "1.0000"),
    ("100000", [], "300000", [AssetKind.REAL_ESTATE, AssetKind.VEHICLE], [], "EXCEEDS", "DIVISIBLE", "3.0000"),
    ("0", [], "1", HOUSE, [], "EXCEEDS", "CLAIM_IS_COVERED", None),
    ("0", [], "0", HOUSE, [], "OK", "WITHIN_CLAIM", None),
]


@pytest.mark.parametrize(("owed", "controlled", "asked", "kinds", "others", "verdict", "reason", "ratio"), VECTORS)
def test_verdict_follows_from_the_figures(
    owed: str,
    controlled: list[str],
    asked: str,
    kinds: list[AssetKind],
    others: list[str | None],
    verdict: str,
    reason: str,
    ratio: str | None,
) -> None:
    estate = Estate(kinds, [None if value is None else Yuan(value) for value in others])

    check = weigh(Yuan(owed), map(Yuan, controlled), Yuan(asked), estate)

    assert (check.verdict, check.reason) == (verdict, reason)
    assert check.ratio == (None if ratio is None else Yuan(ratio))


@pytest.mark.parametrize("kind", AssetKind)
def test_only_what_cannot_be_divided_is_an_exception(kind: AssetKind) -> None:
    check = weigh(Yuan(100), [], Yuan(101), Estate([kind]))

    assert (check.verdict is Verdict.INDIVISIBLE_ALLOWED) == (kind in INDIVISIBLE)


def test_over_sealing_shows_figures() -> None:
    check = weigh(Yuan("100000.00"), [Yuan("90000.00")], Yuan("900000.00"), Estate(HOUSE))

    check_proportion(check, as_indivisible=True)
    with pytest.raises(ExceedsClaim) as refusal:
        check_proportion(check)
    found = refusal.value
    assert (found.claim, found.controlled, found.requested) == (Yuan(100000), Yuan(90000), Yuan(900000))


def test_what_exceeds_is_no_exception() -> None:
    check = weigh(Yuan(100000), [Yuan(90000)], Yuan(900000), Estate(HOUSE, [Yuan(10000)]))

    with pytest.raises(ExceedsClaim):
        check_proportion(check, as_indivisible=True)


def test_burdens_leave_nothing_below_zero() -> None:
    assert net(Yuan(900000), Yuan(500000), Yuan(90000)) == Yuan(310000)
    assert net(Yuan(900000), Yuan(500000), Yuan("400000.01")) == 0


@pytest.mark.parametrize("ground", ExemptionGround)
def test_exemption_cannot_be_overridden(ground: ExemptionGround) -> None:
    check_exempt([])

    with pytest.raises(ExemptProperty) as refusal:
        check_exempt([ground])
    assert refusal.value.ground == ground


@pytest.mark.parametrize("ground", ExemptionGround)
def test_a_fund_is_named_with_its_ground_alone(ground: ExemptionGround) -> None:
    is_fund = ground is ExemptionGround.SPECIAL_PURPOSE_ACCOUNT
    check_record(ground, ImmuneFund.PARTY_DUES if is_fund else None)

    with pytest.raises(Malformed) as refusal:
        check_record(ground, None if is_fund else ImmuneFund.PARTY_DUES)
    assert (refusal.value.code, refusal.value.part) == ("INVALID_EXEMPTION", "fund")


def test_every_fund_has_its_law() -> None:
    assert set(FUNDS) == set(ImmuneFund)
    assert all(rule.legal_basis for rule in FUNDS.values())


def test_an_only_home_may_be_sealed_not_sold() -> None:
    check_exempt([])

    assert may_dispose(exempt=False, only_home=False)
    assert not may_dispose(exempt=False, only_home=True)
    assert not may_dispose(exempt=True, only_home=False)
