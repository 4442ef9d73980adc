"""What binds others, and what an inventory may say."""

from itertools import product

import pytest

from db.records.assets import AssetKind, MeasureKind
from enforcement.rules.refusals import Malformed
from enforcement.rules.seizure import check_custody, proofs


@pytest.mark.parametrize(("inventory", "registration"), list(product([False, True], repeat=2)))
def test_a_seized_vehicle_needs_both(inventory: bool, registration: bool) -> None:
    found = proofs(MeasureKind.SEIZE, AssetKind.VEHICLE, inventory=inventory, registration=registration)

    assert (found.inventory, found.registration) == (inventory, registration)
    assert found.binds_others == (inventory and registration)


@pytest.mark.parametrize(
    ("kind", "asset", "inventory", "registration", "binds"),
    [
        (MeasureKind.SEAL, AssetKind.VEHICLE, False, True, True),  # in the register, not in the court's hands
        (MeasureKind.SEAL, AssetKind.VEHICLE, True, False, False),
        (MeasureKind.SEIZE, AssetKind.SHIP, True, False, False),
        (MeasureKind.SEIZE, AssetKind.MOVABLE, True, False, True),
        (MeasureKind.SEIZE, AssetKind.MOVABLE, False, True, False),
        (MeasureKind.SEAL, AssetKind.MOVABLE, True, False, True),
        (MeasureKind.SEAL, AssetKind.REAL_ESTATE, True, False, False),
        (MeasureKind.FREEZE, AssetKind.BANK_DEPOSIT, False, True, True),
    ],
)
def test_other_things_bind_by_register_or_hands(
    kind: MeasureKind, asset: AssetKind, inventory: bool, registration: bool, binds: bool
) -> None:
    assert proofs(kind, asset, inventory=inventory, registration=registration).binds_others is binds


@pytest.mark.parametrize(
    ("keys", "mileage", "photos", "part"),
    [
        (-1, None, [], "keys"),
        (51, None, [], "keys"),
        (None, -1, [], "mileageKm"),
        (None, 5_000_001, [], "mileageKm"),
        (None, None, ["x"], "photos"),
        (None, None, ["0" * 64] * 51, "photos"),
    ],
)
def test_impossible_custody_is_refused(keys: int | None, mileage: int | None, photos: list[str], part: str) -> None:
    check_custody(2, 84_000, ["0" * 64])

    with pytest.raises(Malformed) as refusal:
        check_custody(keys, mileage, photos)
    assert (refusal.value.code, refusal.value.part) == ("INVALID_INVENTORY", part)
