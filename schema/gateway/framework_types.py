"""What every record of the framework agreement (框架协议) shows alike: its history, and how lists are asked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, Self, TypeAlias
from uuid import UUID

import strawberry

from db.records.framework import FrameworkAct, FrameworkStep
from enforcement.desk.framework import Place
from enforcement.rules import cursors
from schema.enums import described
from schema.scalars import CourtCode

_S: Final = FrameworkStep

described(
    FrameworkStep,
    "What made a version of a record. 变更事项",
    {
        _S.REGISTERED: "It was registered. 登记",
        _S.HOURS_CHANGED: "Duty hours were changed. 变更值班时间",
        _S.PROPOSED: "It was proposed to the courts. 提出",
        _S.SIGNED: "A court signed it. 签署",
        _S.AGREED: "With this signature enough courts had signed. 达成一致",
        _S.END_PROPOSED: "Its end was proposed to the courts. 提议终止",
        _S.WITHDRAWN: "It, or what was asked or proposed, was taken back. 撤回",
        _S.RECORDED: "It was recorded. 记录",
        _S.DECISION_ADDED: "A decision was added. 增加议定事项",
        _S.STRUCK_OFF: "A decision was struck off. 销号",
        _S.MINUTES_FILED: "The digest of the minutes was filed. 纪要存档",
        _S.RAISED: "A superior court raised it. 发起督办",
        _S.ANSWERED: "It was answered. 答复",
        _S.OFFERED: "It was offered. 提供",
        _S.REQUESTED: "Some of it was asked for. 申请",
        _S.GRANTED: "A request was granted. 同意",
        _S.REFUSED: "A request was refused. 不同意",
        _S.RETURNED: "What was granted came back. 归还",
        _S.ENDED: "Its last day was set. 终止",
        _S.CLOSED: "It was closed. 结束",
    },
)


@strawberry.type(description="Who made a version of a record, and when; never changed or deleted. 变更记录")
class FrameworkHistoryEntry:
    version: int = strawberry.field(description="The version that it made. 版本")
    step: FrameworkStep = strawberry.field(description="What was done. 变更事项")
    item: int | None = strawberry.field(description="Number of the part that it was about. 序号")
    at: datetime = strawberry.field(description="When. 时间")
    court: CourtCode = strawberry.field(description="Of which court. 法院")
    officer_id: strawberry.ID = strawberry.field(description="By which officer. 经办人编号")

    @classmethod
    def of(cls, acts: Sequence[FrameworkAct]) -> list[Self]:
        """The acts, oldest first."""
        return [
            cls(
                version=act.version,
                step=act.step,
                item=act.item,
                at=act.at,
                court=CourtCode(act.court),
                officer_id=strawberry.ID(act.officer_id),
            )
            for act in acts
        ]


HISTORY: Final = "Every version, oldest first. 变更历史"
VERSION: Final = "Give it when you change the record. 版本"
RECORDED: Final = "When it was written down first. 登记时间"
READ_VERSION: Final = "The version that the caller read. 版本"
KEY: Final = "The same key acts once, however often it is sent. 幂等键"
NUMBER: Final = "Its number. 编号"

First: TypeAlias = Annotated[int, strawberry.argument(description="At most so many, up to 100. 条数")]
After: TypeAlias = Annotated[str | None, strawberry.argument(description="The `endCursor` of the page before. 游标")]
OnlyOpen: TypeAlias = Annotated[
    bool | None, strawberry.argument(description="Open ones, or closed ones, alone. 是否未结束")
]


def place(field: str, after: str | None) -> Place | None:
    """Where the page of `field` begins. Raises Malformed: CURSOR."""
    return cursors.read(field, after, cursors.instant, UUID)


def cursor(field: str, recorded_at: datetime, record_id: UUID) -> str:
    """The cursor of that record in the list `field`."""
    return cursors.written(field, recorded_at.isoformat(), record_id)
