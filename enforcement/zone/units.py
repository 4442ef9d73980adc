"""The assisting units (协助执行单位) of this court, as the whole zone may read them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from db import units
from db.pool import snapshot
from db.records.units import UnitKind, UnitRecord
from enforcement.court import CourtNode
from enforcement.rules import divisions

MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class UnitList:
    """At most `MOST` units, by id, and whether there are more."""

    units: list[UnitRecord]
    has_more: bool
    as_of: datetime


async def assisting_units(court: CourtNode, kind: UnitKind | None, division: str | None) -> UnitList:
    """This court's units of a kind and county.

    Raises:
        Malformed: DIVISION.
    """
    now = court.clock.now()
    county = divisions.check(division)
    async with snapshot(court.pool) as conn:
        found = await units.listed(conn, kind=kind, division=county, limit=MOST + 1)
    return UnitList(found[:MOST], len(found) > MOST, now)
