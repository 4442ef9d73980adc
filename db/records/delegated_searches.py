"""Searches delegated to several courts (委托查询), as written down: who is searched is a party of the own case."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class DelegatedSearchStatus(StrEnum):
    """委托查询状态: how far the whole came inside this court; how far each court came is said by its task."""

    DRAFT = "DRAFT"  # 草稿: sent back by the chief
    PENDING_APPROVAL = "PENDING_APPROVAL"  # 待审批
    APPROVED = "APPROVED"  # 已批准
    DISPATCHED = "DISPATCHED"  # 已发出
    WITHDRAWN = "WITHDRAWN"  # 已撤回


@dataclass(frozen=True, slots=True)
class DelegatedSearchRecord:
    """One search: for which debtor and kinds, asked of which courts."""

    id: UUID
    case_id: UUID
    party_id: UUID
    kinds: list[str]
    courts: list[str]
    status: DelegatedSearchStatus
    created_by: str
    created_at: datetime
    dispatched_at: datetime | None
    changed_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class SearchTaskRecord:
    """Which task asks which court; of one court's tasks the one with the highest number counts."""

    task_id: UUID
    search_id: UUID
    court: str
    no: int
