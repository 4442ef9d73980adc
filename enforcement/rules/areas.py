"""Who may read what: the role matrix, transcribed once. An area is what one right opens; a level is how far it does.

Invariant: whoever holds several offices reads as the most permitting one does. What a level means for one row is said
in scopes.py; which fields are of which area, in schema/areas.txt.
Source: docs/safeguards.md, role matrix.
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from enforcement.rules.rights import Role


class Area(StrEnum):
    """The seven columns of the matrix, the parts of a column that somebody reads alone, and what no column is of."""

    CASE = "CASE"  # 案件
    IDENTITY = "IDENTITY"  # 身份信息: names, numbers, registry numbers, and free text, which may hold any of them
    ASSETS = "ASSETS"  # 财产
    MEASURES = "MEASURES"  # 措施
    TASKS = "TASKS"  # 委托事项
    AUDIT = "AUDIT"  # 查询审计
    MEMBERS = "MEMBERS"  # 成员
    CASE_BRIEF = "CASE_BRIEF"  # 简要案情: of CASE, what a task tells a town's or village's liaison
    TASK_STATUS = "TASK_STATUS"  # 事项状态: of TASKS, what a party may know
    TASK_ROUTING = "TASK_ROUTING"  # 流转信息: of TASKS, what the gateway keeps
    AUDIT_METADATA = "AUDIT_METADATA"  # 传输元数据: of AUDIT, what the gateway keeps
    SEARCHES = "SEARCHES"  # 查控: of ASSETS, what a party would hide if they knew
    ZONE = "ZONE"  # 协作区统计: what the courts count for their zone; it names nobody
    PUBLIC = "PUBLIC"  # 公开: no secret from anybody
    FORM = "FORM"  # 结构: what only carries fields or says why there are none; the field that leads to it has an area


class Level(IntEnum):
    """How far a right goes, from nothing to everything; the names are the matrix's words."""

    NONE = 0  # "–"
    BRIEF = 1  # the part of the column that CASE_BRIEF is
    STATUS = 2  # TASK_STATUS
    ROUTING = 3  # TASK_ROUTING
    METADATA = 4  # AUDIT_METADATA
    MASKED = 5  # "m": every row, what identifies masked
    BY_MATCH = 6  # of the person whose whole number was given
    BY_LOOKUP = 7  # within a mandate
    OWN = 8  # what is in the reader's hands, or theirs
    BELOW = 9  # of the own court and those below it
    COURT = 10  # of the own court
    ALL = 11  # "R": whatever the way to it lets through


_MATRIX: Final = """
                 CASE       IDENTITY  ASSETS     MEASURES  TASKS    AUDIT     MEMBERS
HANDLER          OWN        ALL       ALL        OWN       OWN      OWN       ALL
CLERK            COURT      MASKED    ALL        ALL       ALL      NONE      ALL
BUREAU_CHIEF     COURT      ALL       ALL        ALL       ALL      COURT     ALL
PRESIDENT        ALL        ALL       ALL        ALL       ALL      COURT     ALL
COMMAND_CENTRE   ALL        MASKED    ALL        ALL       ALL      COURT     ALL
SUPERVISOR       BELOW      MASKED    ALL        ALL       ALL      BELOW     ALL
PARTNER_COURT    BY_LOOKUP  BY_MATCH  BY_LOOKUP  OWN       OWN      OWN       ALL
GRASSROOTS       BRIEF      MASKED    NONE       NONE      OWN      NONE      NONE
PARTY            OWN        OWN       OWN        OWN       STATUS   OWN       NONE
GATEWAY_ADMIN    NONE       NONE      NONE       NONE      ROUTING  METADATA  ALL
AUDITOR          ALL        MASKED    ALL        ALL       ALL      ALL       ALL
PROCURATOR       ALL        MASKED    ALL        ALL       ALL      ALL       ALL
LIAISON_OFFICER  NONE       NONE      NONE       NONE      ROUTING  NONE      ALL
DEVELOPER        NONE       NONE      NONE       NONE      NONE     NONE      ALL
"""
"""The source's rows, and two beside them: who follows tasks at the gateway, and who builds front ends.

A clerk reads "own" cases there; no record says which are a clerk's, so that they are the court's.
"""


def _read(text: str) -> Mapping[Role, Mapping[Area, Level]]:
    """The table of a text: the areas of its columns, then a role and its levels in each line."""
    head, *lines = (line.split() for line in text.split("\n") if line.strip())
    columns = [Area(name) for name in head]
    return MappingProxyType(
        {
            Role(role): MappingProxyType(dict(zip(columns, (Level[name] for name in levels), strict=True)))
            for role, *levels in lines
        }
    )


MATRIX: Final = _read(_MATRIX)
_PARTS: Final[Mapping[Area, tuple[Area, Level]]] = MappingProxyType(
    {
        Area.CASE_BRIEF: (Area.CASE, Level.BRIEF),
        Area.TASK_STATUS: (Area.TASKS, Level.STATUS),
        Area.TASK_ROUTING: (Area.TASKS, Level.ROUTING),
        Area.AUDIT_METADATA: (Area.AUDIT, Level.METADATA),
    }
)
"""The column of which each is a part, and the level that reads this part alone."""
_PARTIAL: Final = frozenset(level for _, level in _PARTS.values())
_OPEN: Final = frozenset({Area.PUBLIC, Area.FORM})
_ZONE_READERS: Final = frozenset({Role.COMMAND_CENTRE, Role.LIAISON_OFFICER, Role.SUPERVISOR, Role.GATEWAY_ADMIN})
_COURTS_OWN: Final = frozenset({Level.COURT, Level.BELOW, Level.ALL})


def level_of(role: Role, area: Area) -> Level:
    """How far one role reads an area."""
    if area in _OPEN:
        return Level.ALL
    if area is Area.ZONE:
        return Level.ALL if role in _ZONE_READERS else Level.NONE
    if area is Area.SEARCHES:
        level = MATRIX[role][Area.ASSETS]
        return level if level in _COURTS_OWN else Level.NONE
    column, alone = _PARTS.get(area, (area, Level.NONE))
    level = MATRIX[role][column]
    return Level.NONE if level in _PARTIAL and level is not alone else level


@lru_cache(maxsize=1024)
def level(roles: frozenset[Role], area: Area) -> Level:
    """How far the most permitting of the roles reads an area; without roles, what is open to everybody."""
    if area in _OPEN:
        return Level.ALL
    return max((level_of(role, area) for role in roles), default=Level.NONE)


def reads(roles: frozenset[Role], area: Area) -> bool:
    """Whether any of the roles reads anything of an area."""
    return level(roles, area) is not Level.NONE
