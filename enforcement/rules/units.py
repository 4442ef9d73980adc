"""Which assisting unit (协助执行单位) may be asked for which kind of asset, and how it is reached."""

from collections.abc import Collection, Sequence
from typing import Final

from db.records.units import UnitRecord
from enforcement.rules.refusals import AssistanceOutOfScope, UnitNotNamed

ONLINE: Final = frozenset({"NATIONAL_NETWORK", "PROVINCIAL_NETWORK"})
"""Channels that answer a program; the others are a counter, and somebody has to go there."""


def offers(unit: UnitRecord, kinds: Collection[str]) -> bool:
    """Whether an item of the unit covers one of `kinds`."""
    return any(kind in kinds for item in unit.items for kind in item["asset_kinds"])


def to_search(units: Sequence[UnitRecord], division: str, kinds: Collection[str]) -> list[UnitRecord]:
    """The units of `division` that cover any of `kinds`, in the order of their ids.

    Raises:
        AssistanceOutOfScope: there is none.
    """
    found = [unit for unit in units if unit.division == division and offers(unit, kinds)]
    if not found:
        raise AssistanceOutOfScope
    return found


def to_serve(units: Sequence[UnitRecord], division: str, kind: str, unit_id: str | None) -> UnitRecord:
    """The unit of `division` on which a notice about an asset of `kind` is served; the only one when none is named.

    Raises:
        AssistanceOutOfScope: the named one, or any, does not handle the kind here.
        UnitNotNamed: there are several.
    """
    found = to_search(units, division, {kind})
    if unit_id is None:
        if len(found) > 1:
            raise UnitNotNamed
        return found[0]
    for unit in found:
        if unit.id == unit_id:
            return unit
    raise AssistanceOutOfScope
