"""Which assisting unit (协助执行单位) may be asked for which kind of asset, and how it is reached."""

from collections.abc import Collection, Sequence
from typing import Final

from db.records.units import UnitRecord
from enforcement.rules.refusals import AssistanceOutOfScope, UnitNotNamed
from enforcement.rules.search_results import WITHOUT_UNIT

ONLINE: Final = frozenset({"NATIONAL_NETWORK", "PROVINCIAL_NETWORK"})
"""Channels that answer a program; the others are a counter, and somebody has to go there."""


SEARCH: Final = "SEARCH"
CONTROL: Final = "CONTROL"
"""Codes of the two items (协作事项) that a program asks for."""


def offers(unit: UnitRecord, code: str, kinds: Collection[str]) -> bool:
    """Whether the unit's item `code` covers one of `kinds`."""
    return any(item["code"] == code and kind in kinds for item in unit.items for kind in item["asset_kinds"])


def to_search(units: Sequence[UnitRecord], division: str, kinds: Collection[str]) -> list[UnitRecord]:
    """The units of `division` that can look for any of `kinds`, in the order of their ids.

    There may be none for kinds that no unit keeps: an officer looks for them on the spot.

    Raises:
        AssistanceOutOfScope: there is none, and one should be.
    """
    if WITHOUT_UNIT.isdisjoint(kinds):
        return _offering(units, division, SEARCH, kinds)
    return [unit for unit in units if unit.division == division and offers(unit, SEARCH, kinds)]


def _offering(units: Sequence[UnitRecord], division: str, code: str, kinds: Collection[str]) -> list[UnitRecord]:
    found = [unit for unit in units if unit.division == division and offers(unit, code, kinds)]
    if not found:
        raise AssistanceOutOfScope
    return found


def to_serve(units: Sequence[UnitRecord], division: str, kind: str, unit_id: str | None) -> UnitRecord:
    """The unit of `division` on which a notice about an asset of `kind` is served; the only one when none is named.

    Raises:
        AssistanceOutOfScope: the named one, or any, does not handle the kind here.
        UnitNotNamed: there are several.
    """
    found = _offering(units, division, CONTROL, {kind})
    if unit_id is None:
        if len(found) > 1:
            raise UnitNotNamed
        return found[0]
    for unit in found:
        if unit.id == unit_id:
            return unit
    raise AssistanceOutOfScope("unitId")
