"""Physical seizure (扣押): what an inventory may say further, and what binds others.

A vehicle that is seized binds third persons only when both are there: the inventory of the physical seizure, and the
vehicle office's registration. Source: 查封规定 arts. 7, 9, 18, 26; 民诉法 art. 256.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from db.records.assets import AssetKind, MeasureKind
from enforcement.payloads import SeizureInventory
from enforcement.rules.refusals import Malformed


class NotifiedPerson(StrEnum):
    """Who was told to be there (到场通知)."""

    DEBTOR = "DEBTOR"  # 被执行人
    ADULT_RELATIVE = "ADULT_RELATIVE"  # 成年家属
    REPRESENTATIVE = "REPRESENTATIVE"  # 法定代表人、主要负责人
    REFUSED_TO_COME = "REFUSED_TO_COME"  # 拒不到场


_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MOST_KEYS: Final = 50
_MOST_KM: Final = 5_000_000
_MOST_PHOTOS: Final = 50
_REGISTERED: Final = frozenset({AssetKind.VEHICLE, AssetKind.SHIP})
"""Movables with a register: physical control does not show in it, and registration leaves the thing at large."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """Which of the two proofs of a measure are there, and whether it binds others."""

    inventory: bool
    registration: bool
    binds_others: bool


def proofs(kind: MeasureKind, asset: AssetKind, *, inventory: bool, registration: bool) -> Proofs:
    """What binds others: of a seized vehicle or ship both; of a movable the inventory; of all else the register."""
    if kind is MeasureKind.SEIZE:
        binds = inventory and (registration or asset not in _REGISTERED)
    elif asset is AssetKind.MOVABLE:
        binds = inventory or registration
    else:
        binds = registration
    return Proofs(inventory, registration, binds)


def check_custody(keys: int | None, mileage_km: int | None, photos: list[str]) -> None:
    """Return if a thing may be kept so. Raises Malformed: INVENTORY; part keys, mileageKm or photos."""
    if keys is not None and not 0 <= keys <= _MOST_KEYS:
        raise Malformed("INVENTORY", "keys")
    if mileage_km is not None and not 0 <= mileage_km <= _MOST_KM:
        raise Malformed("INVENTORY", "mileageKm")
    if len(photos) > _MOST_PHOTOS or not all(_DIGEST.fullmatch(photo) for photo in photos):
        raise Malformed("INVENTORY", "photos")


def check_further(inventory: SeizureInventory) -> None:
    """Return if what an inventory says beyond its list is possible. Raises Malformed: INVENTORY."""
    if inventory.notified is not None and inventory.notified not in set(NotifiedPerson):
        raise Malformed("INVENTORY", "notified")
    check_custody(inventory.keys, inventory.mileage_km, inventory.photos)
