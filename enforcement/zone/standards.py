"""The unified standards (统一标准) that this court applies."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from db import unified_standards
from db.clock import civil_date
from db.pool import snapshot
from db.records.zone import StandardMatter, UnifiedStandardRecord
from enforcement.court import CourtNode

MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class StandardList:
    """At most `MOST` standards in force or to come, and whether there are more."""

    standards: list[UnifiedStandardRecord]
    has_more: bool
    as_of: datetime


async def standards_applied(court: CourtNode, matter: StandardMatter | None) -> StandardList:
    """This court's standards of a matter; those that ended are left out."""
    now = court.clock.now()
    async with snapshot(court.pool) as conn:
        found = await unified_standards.standing(conn, matter, on=civil_date(now), limit=MOST + 1)
    return StandardList(found[:MOST], len(found) > MOST, now)
