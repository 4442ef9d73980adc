"""Paper receipts and objections of assisting units, as the node shows and takes them."""

from datetime import date, datetime
from uuid import UUID

import strawberry

from db.records.searches import ObjectionDecision, UnitObjectionRecord
from enforcement.rules.unit_answers import UnitAnswer, UnitReason
from schema.enums import described
from schema.federated import Personal

described(
    UnitAnswer,
    "What an assisting unit says to a notice. 协助单位的答复",
    {
        UnitAnswer.REGISTERED: "It registered the measure. 已登记",
        UnitAnswer.REFUSED: "It refuses. 拒绝协助",
        UnitAnswer.OBJECTED: "It objects, and waits for the court's answer. 提出异议",
    },
)
described(
    UnitReason,
    "Why a unit refuses or objects. 理由",
    {
        UnitReason.NOT_ON_OUR_BOOKS: "It knows no such asset. 无此财产",
        UnitReason.NOT_THE_DEBTORS: "It is registered for somebody else. 登记在他人名下",
        UnitReason.DISPOSED_BEFORE: "It was disposed of before. 此前已处分",
        UnitReason.PRIOR_RIGHT: "Somebody has a prior right. 存在优先权利",
        UnitReason.EXEMPT: "The law exempts it. 依法不得执行",
        UnitReason.PAPERS_DEFICIENT: "Papers are missing. 文书不全",
        UnitReason.OUT_OF_SCOPE: "It is not the unit's business. 不属本单位职责",
        UnitReason.OTHER: "Something else. 其他",
    },
)
described(
    ObjectionDecision,
    "How the court answers a unit's objection. 异议答复",
    {
        ObjectionDecision.UPHOLD: "The objection is founded: the notice counts as refused. 异议成立",
        ObjectionDecision.DISMISS: "It is not: the unit has to answer the notice. 驳回异议",
    },
    name="UnitObjectionDecision",
)


@strawberry.type(
    description="An assisting unit's objection to a notice; the court answers until its day. 协助单位异议",
    directives=[Personal()],
)
class UnitObjection:
    id: UUID = strawberry.field(description="This court's id. 编号")
    reason: str = strawberry.field(description="A code: why. 理由代码")
    raised_at: datetime = strawberry.field(description="When this court had it. 提出时间")
    due_on: date = strawberry.field(description="By when the court answers. 答复期限")
    decision: ObjectionDecision | None = strawberry.field(description="The answer; null while it waits. 答复")
    decided_by: str | None = strawberry.field(description="Who answered. 答复人")
    decided_at: datetime | None = strawberry.field(description="When. 答复时间")
    version: int = strawberry.field(description="Raised by every change. 版本")


def objection_of(record: UnitObjectionRecord) -> UnitObjection:
    """The GraphQL object of an objection."""
    return UnitObjection(
        id=record.id,
        reason=record.reason,
        raised_at=record.raised_at,
        due_on=record.due_on,
        decision=record.decision,
        decided_by=record.decided_by,
        decided_at=record.decided_at,
        version=record.version,
    )


@strawberry.input(description="What stands on a unit's paper. 登记回执")
class RecordAssistanceReceiptInput:
    notice_id: UUID = strawberry.field(description="The notice. 协助执行通知")
    answer: UnitAnswer = strawberry.field(description="What the unit says. 答复")
    receipt_no: str = strawberry.field(description="The number on the paper. 回执号")
    brought_by: str = strawberry.field(description="The officer of this court who brought it. 取回人员")
    paper_sha256: str = strawberry.field(description="Digest of the paper. 回执摘要")
    idempotency_key: str = strawberry.field(description="The same key again changes nothing. 幂等键")
    rank: int | None = strawberry.field(default=None, description="With REGISTERED alone: 1 is the first. 顺位")
    registered_at: datetime | None = strawberry.field(default=None, description="With REGISTERED alone. 登记时间")
    reason: UnitReason | None = strawberry.field(default=None, description="With REFUSED and OBJECTED alone. 理由")


@strawberry.input(description="The court's answer to a unit's objection. 答复协助单位异议")
class AnswerUnitObjectionInput:
    id: UUID = strawberry.field(description="The objection. 异议")
    version: int = strawberry.field(description="As it was read. 版本")
    decision: ObjectionDecision = strawberry.field(description="Founded or not. 答复")
    paper_sha256: str = strawberry.field(description="Digest of the written answer. 答复文书摘要")
