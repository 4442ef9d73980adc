"""What a level of a right means for one row: pure predicates over the reader and what the row says of itself.

Invariant: a node holds what its own court has, so that whoever reads the court's, or those below, reads all of a node;
whoever reads "own" reads what is in their hands, and a party what is theirs. Areas and levels: areas.py.
"""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from db.records.assets import AssetStatus, MeasureStatus, Owned
from enforcement.rules.areas import Area, Level, level
from enforcement.rules.rights import Caller, Role
from enforcement.rules.task_status import ENDED

NOBODY: Final = UUID(int=0)
_COURTS: Final = frozenset({Level.BELOW, Level.COURT, Level.ALL})
_TOLD_OF_ASSETS: Final = (AssetStatus.CONTROLLED, AssetStatus.RELEASED, AssetStatus.DISPOSED)
_TOLD_OF_MEASURES: Final = (
    MeasureStatus.EFFECTIVE,
    MeasureStatus.WAITING,
    MeasureStatus.RENEWED,
    MeasureStatus.LIFTED,
    MeasureStatus.EXPIRED,
    MeasureStatus.EXTINGUISHED,
    MeasureStatus.CONVERTED,
)
"""What a party is told of: who hears of a find, or of a ruling before it took effect, could still empty the account."""


def reads_court(caller: Caller, area: Area) -> bool:
    """Whether the reader reads a court's rows of an area, not only their own."""
    return level(caller.roles, area) in _COURTS


def reads_identity(caller: Caller | None, party_id: UUID | None = None) -> bool:
    """Whether names and numbers are shown whole: by office, or because they are the reader's own."""
    if caller is None:
        return False
    reach = level(caller.roles, Area.IDENTITY)
    return reach is Level.ALL or (reach is Level.OWN and party_id is not None and party_id == caller.party_id)


def opens_case(caller: Caller, case_id: UUID, handler_id: str | None) -> bool:
    """Whether a case may be opened: any of the court's, an own one, or one in which the reader stands as a party."""
    if reads_court(caller, Area.CASE):
        return True
    if level(caller.roles, Area.CASE) is not Level.OWN:
        return False
    return case_id in caller.own_cases or (Role.HANDLER in caller.roles and handler_id == caller.officer_id)


def knows_task(caller: Caller, *, hands: Collection[str | None], case_id: UUID | None, status: str) -> bool:
    """Whether the reader may know of a task; `hands` are who handles it and who drafted it.

    A party knows of what was asked for in their case once it is over: before, it could be thwarted.
    """
    if reads_court(caller, Area.TASKS):
        return True
    if level(caller.roles, Area.TASKS) is Level.OWN:
        return caller.officer_id in hands
    return level(caller.roles, Area.TASK_STATUS) is Level.STATUS and case_id in caller.own_cases and status in ENDED


def sees_search(caller: Caller, requested_by: str | None) -> bool:
    """Whether the reader may see a search and what it brought: the own ones, or all who read the court's cases."""
    if level(caller.roles, Area.SEARCHES) is Level.NONE:
        return False
    return requested_by == caller.officer_id or reads_court(caller, Area.CASE)


def owned_assets(caller: Caller) -> Owned | None:
    """Which assets of an opened case are shown; None means all. A party's own, once they were under a measure."""
    return _owned(caller, Area.ASSETS, _TOLD_OF_ASSETS)


def owned_measures(caller: Caller) -> Owned | None:
    """Which measures of an opened case are shown; None means all. Those on a party's own assets, once in effect."""
    return _owned(caller, Area.MEASURES, _TOLD_OF_MEASURES)


def _owned(caller: Caller, area: Area, statuses: tuple[str, ...]) -> Owned | None:
    is_party = Role.PARTY in caller.roles and not reads_court(caller, Area.CASE)
    if level(caller.roles, area) is not Level.OWN or not is_party:
        return None
    return Owned(caller.party_id or NOBODY, statuses)
