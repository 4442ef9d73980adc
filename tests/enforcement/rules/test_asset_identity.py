"""Plates, VINs, unit numbers, accounts."""

import pytest

from db.records.assets import AssetKind
from enforcement.rules import asset_identity
from enforcement.rules.refusals import Malformed

UNIT_NO = "341021001001GB00001F00010001"


@pytest.mark.parametrize("text", ["皖JX0365", "浙HX0001", "皖j·x0365", "浙AD12345"])
def test_plate_is_accepted(text: str) -> None:
    assert asset_identity.plate(text) == text.upper().replace("·", "")


@pytest.mark.parametrize(
    ("text", "part"), [("", "PROVINCE"), ("JX0365", "PROVINCE"), ("皖IX0365", "ZONE"), ("皖JO0365", "SERIAL")]
)
def test_plate_refusal_names_part(text: str, part: str) -> None:
    with pytest.raises(Malformed) as refused:
        asset_identity.plate(text)

    assert (refused.value.code, refused.value.part) == ("INVALID_PLATE", part)


@pytest.mark.parametrize("number", ["LFAKE0A1XR0000001", "LFAKE0A11R0000002", "1M8GDM9AXKP042788"])
def test_vin_check_digit_holds(number: str) -> None:
    assert asset_identity.vin(number) == number
    assert asset_identity.vin_check_holds(number)


def test_vin_with_failing_check_is_only_a_warning() -> None:
    assert asset_identity.vin("LFAKE0A12R0000001")
    assert not asset_identity.vin_check_holds("LFAKE0A12R0000001")


@pytest.mark.parametrize(("text", "part"), [("LFAKE", "LENGTH"), ("LFAKE0A1XR000000Q", "CHARACTERS")])
def test_vin_refusal_names_part(text: str, part: str) -> None:
    with pytest.raises(Malformed) as refused:
        asset_identity.vin(text)

    assert (refused.value.code, refused.value.part) == ("INVALID_VIN", part)


def test_unit_number_has_28_characters() -> None:
    assert asset_identity.unit_number(UNIT_NO) == UNIT_NO
    for text in (UNIT_NO[:-1], UNIT_NO.replace("F", "X")):
        with pytest.raises(Malformed) as refused:
            asset_identity.unit_number(text)
        assert refused.value.code == "INVALID_UNIT_NUMBER"


def test_cards_pass_luhn_and_accounts_need_not() -> None:
    for card in ("6299993308240000016", "6299993410210000016"):
        assert asset_identity.account(card) == card
    assert asset_identity.account("3308240000000001")
    with pytest.raises(Malformed) as refused:
        asset_identity.account("6299993308240000017")
    assert (refused.value.code, refused.value.part) == ("INVALID_ACCOUNT", "CHECK_DIGIT")


def test_asset_is_named_by_its_registry() -> None:
    vehicle = {"plate": "皖JX0365", "vin": "LFAKE0A1XR0000001"}

    assert asset_identity.named_by(AssetKind.VEHICLE, vehicle) == ("VEHICLE vin", "LFAKE0A1XR0000001")
    assert asset_identity.named_by(AssetKind.VEHICLE, {"plate": "皖JX0365"}) == ("VEHICLE plate", "皖JX0365")
    assert asset_identity.named_by(AssetKind.MOVABLE, {"b": "2", "a": "1"}) == ("MOVABLE", '{"a": "1", "b": "2"}')


def test_canonical_identity_checks_every_part() -> None:
    found = asset_identity.canonical({"plate": "皖j x0365", "vin": "", "engine_no": " A1 "})

    assert found == {"plate": "皖JX0365", "engine_no": "A1"}
    with pytest.raises(Malformed):
        asset_identity.canonical({"uscc": "91330824FAKE000138"})
