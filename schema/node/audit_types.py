"""The audit trail (审计日志) as GraphQL objects. Whoever was looked up stands in it as a keyed hash alone."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from db.records import audit as records
from db.records.audit import AuditAction
from db.records.delivery import RefusedEnvelope
from schema.enums import described
from schema.federated import Personal
from schema.problems import Refusal
from schema.scalars import BigInt, CaseNumber, CourtCode
from schema.zone.page_types import PageInfo

described(
    AuditAction,
    "What somebody did. 操作",
    {
        AuditAction.LOOK_UP: "An officer of this court looked somebody up, or was refused. 发起查询",
        AuditAction.LOOK_UP_ENDED: "The look-up ended. 查询结束",
        AuditAction.ANSWER: "Another court asked, and was answered or refused. 外院查询",
        AuditAction.READ_ACCESSES: "Somebody asked who had looked at a person. 核查查询人",
        AuditAction.READ_AUDIT: "Somebody read the audit trail. 调阅审计日志",
        AuditAction.TASK_ACT: "An act in a delegated task; the outcome names it. 委托事项办理",
        AuditAction.REFUSED_ACT: "An act was refused; the outcome is the code, `sections` the act. 操作被拒绝",
        AuditAction.REQUEST_SEARCH: "A search for assets was asked for. 发起财产查询",
        AuditAction.RECORD_SEARCH_ANSWER: "What a counter said, or was seen on the spot, was typed in. 录入查询结果",
        AuditAction.EXPORT_REQUESTS: "Requests to units were written into a file. 导出查询请求",
        AuditAction.IMPORT_ANSWERS: "A file of answers was read in. 导入查询结果",
        AuditAction.SUBMIT_CLUE: "A clue was written down. 登记线索",
        AuditAction.VERIFY_CLUE: "A clue was verified. 核实线索",
        AuditAction.ADOPT_FINDING: "What a search found was taken over as an asset. 采用查询结果",
        AuditAction.RULE_MEASURE: "A control measure was ruled. 裁定控制措施",
        AuditAction.DECIDE_MEASURE: "An exception was approved or not; the outcome says which. 审批控制措施",
        AuditAction.RECORD_EXEMPTION: "An asset was written down as exempt; the outcome says why. 登记豁免财产",
        AuditAction.REQUEST_TRANSFER: "A sealed thing was asked for. 商请移送执行",
        AuditAction.TRANSFER_ACT: "An act on such a request; the outcome says where it stands. 移送执行办理",
        AuditAction.RECORD_DISPOSAL: "A disposal began; the outcome says how. 登记处置公告",
        AuditAction.RECORD_RECEIPT: "A unit's paper was written down; the outcome says what it said. 登记回执",
        AuditAction.ANSWER_UNIT_OBJECTION: "A unit's objection was answered; the outcome says how. 答复协助单位异议",
        AuditAction.RENEW_MEASURE: "A measure was ordered to go on. 续行措施",
        AuditAction.RECORD_OVER_FREEZING: "A ruling found equity frozen beyond the debt. 登记超标的冻结",
        AuditAction.RELEASE_EXCESS: "What was frozen beyond the debt was released. 解除超标的部分",
        AuditAction.LIFT_MEASURE: "A measure was ordered to end. 解除措施",
        AuditAction.DISPOSE_MEASURE: "An asset under a measure was disposed of. 处置后消灭措施",
        AuditAction.CONVERT_MEASURE: "A preservation measure became one of enforcement. 保全转执行",
        AuditAction.RECORD_SEIZURE: "The inventory of a seizure was written down. 登记扣押清单",
        AuditAction.SERVE_NOTICE: "A notice of assistance was served. 送达协助执行通知书",
        AuditAction.RECORD_PAYMENT: "A payment was written down. 登记到账",
        AuditAction.RECORD_SETTLEMENT: "A settlement was written down. 登记和解",
        AuditAction.REQUEST_DEFERRAL: "A request for deferral was written down. 登记暂缓申请",
        AuditAction.RECORD_CLAIMS: "Claims were written down. 登记债权",
        AuditAction.SUSPEND_CASE: "A case was suspended, deferred, or went on. 中止、暂缓执行及恢复",
        AuditAction.DECIDE_SETTLEMENT: "A settlement was found broken, void or revoked. 认定和解违约、无效、撤销",
        AuditAction.RESUME_CASE: "A case was resumed out of a settlement. 恢复执行",
        AuditAction.CLOSE_CASE: "A case was closed; the outcome says how. 结案",
        AuditAction.DISTRIBUTE: "Something was done in a distribution. 案款分配",
        AuditAction.APPROVE_DISTRIBUTION: "A payout was approved. 审批案款发放",
        AuditAction.TRANSFER_CASE: "Something was done in the transfer of a case. 委托执行",
        AuditAction.CROSS_ENFORCEMENT: "Cross-enforcement was proposed, or decided. 交叉执行建议",
        AuditAction.DECLARE_RELATIVE: "An officer declared somebody whom they may not look up unseen. 回避申报",
        AuditAction.END_DECLARATION: "An officer ended such a declaration. 撤销回避申报",
        AuditAction.ACKNOWLEDGE_WARNING: "A warning was acknowledged. 确认预警",
        AuditAction.REQUEST_CORRECTION: "A party's request to correct a list entry was written down. 登记纠正申请",
        AuditAction.DECIDE_CORRECTION: "A request for correction was decided; the outcome says how. 决定纠正申请",
        AuditAction.REQUEST_RECONSIDERATION: "A party went to the superior court. 登记复议申请",
        AuditAction.RECORD_RECONSIDERATION: "The superior court's decision was written down. 登记复议决定",
    },
)


@strawberry.type(description="One event, at its place in the chain. 审计事件", directives=[Personal()])
class AuditEvent:
    seq: BigInt = strawberry.field(description="Its number, from 1 without a gap. 序号")
    at: datetime = strawberry.field(description="When. 时间")
    court: CourtCode = strawberry.field(description="Whose officer. 法院")
    officer_id: str | None = strawberry.field(description="Who; null when a refused ask did not prove it. 人员")
    roles: list[str] | None = strawberry.field(description="With which offices then; null if unknown. 岗位")
    action: AuditAction = strawberry.field(description="What. 操作")
    outcome: str = strawberry.field(description="What came of it: a status, or the code of the refusal. 结果")
    subject: str | None = strawberry.field(
        description="About whom, as a hash that only this court can make. 对象（带密钥哈希）"
    )
    case_number: CaseNumber | None = strawberry.field(description="For which case. 案号")
    purpose: str | None = strawberry.field(description="For which purpose. 查询目的")
    sections: list[str] | None = strawberry.field(
        description="Which sections; of a refused act, its mutation. 查询内容"
    )
    lookup_id: UUID | None = strawberry.field(description="Of which look-up. 查询流水号")
    object_id: UUID | None = strawberry.field(description="Of which ask, task, measure or record. 标的对象")
    rows: int | None = strawberry.field(description="How many records were shown. 记录数")
    prev_hash: str = strawberry.field(description="The hash of the event before; empty at the first. 前一哈希")
    hash: str = strawberry.field(description="SHA-256 over this event and `prevHash`. 哈希")


@strawberry.type(description="The last place of the chain: keep it, and no earlier event can change unseen. 链首")
class AuditHead:
    seq: BigInt = strawberry.field(description="Its number; 0 of an empty chain. 序号")
    digest: str = strawberry.field(description="Its hash. 哈希")


@strawberry.type(description="A page of the audit trail, newest first. 审计日志")
class AuditTrail:
    entries: list[AuditEvent] = strawberry.field(description="At most as many as asked for. 记录")
    page_info: PageInfo = strawberry.field(description="Where the page ends. 分页信息")
    head: AuditHead = strawberry.field(description="The end of the whole chain now. 链首")


@strawberry.type(description="An envelope that was refused before its sender was proved. 拒收的报文")
class RefusedEnvelopeEntry:
    at: datetime = strawberry.field(description="When. 时间")
    claimed_court: CourtCode | None = strawberry.field(
        description="Which member it says it is of, unproved; null of a stranger. 自称的法院"
    )
    code: str = strawberry.field(description="Why it was refused. 代码")
    digest: str = strawberry.field(description="SHA-256 of its bytes, which are not kept. 摘要")
    size_bytes: int = strawberry.field(description="Its length. 字节数")


@strawberry.type(description="Refused envelopes, newest first. 拒收的报文")
class RefusedEnvelopes:
    entries: list[RefusedEnvelopeEntry] = strawberry.field(description="At most as many as asked for. 记录")
    page_info: PageInfo = strawberry.field(description="Where the page ends. 分页信息")


AuditTrailResult: TypeAlias = Annotated[
    AuditTrail | Refusal,
    strawberry.union("AuditTrailResult", description="The audit trail, or why not. 审计日志结果"),
]
RefusedEnvelopesResult: TypeAlias = Annotated[
    RefusedEnvelopes | Refusal,
    strawberry.union("RefusedEnvelopesResult", description="The envelopes, or why not. 拒收的报文结果"),
]


def audit_event(event: records.AuditEvent) -> AuditEvent:
    """`event` as a GraphQL object."""
    entry = event.entry
    return AuditEvent(
        seq=BigInt(event.seq),
        at=entry.at,
        court=CourtCode(entry.court or ""),
        officer_id=entry.officer,
        roles=entry.roles,
        action=entry.action,
        outcome=entry.outcome,
        subject=None if entry.subject is None else entry.subject.hex(),
        case_number=None if entry.case_number is None else CaseNumber(entry.case_number),
        purpose=entry.purpose,
        sections=entry.sections,
        lookup_id=entry.lookup_id,
        object_id=entry.object_id,
        rows=entry.rows,
        prev_hash=event.prev,
        hash=event.digest,
    )


def refused_envelope(record: RefusedEnvelope) -> RefusedEnvelopeEntry:
    """`record` as a GraphQL object."""
    return RefusedEnvelopeEntry(
        at=record.at,
        claimed_court=None if record.sender_claimed is None else CourtCode(record.sender_claimed),
        code=record.reason,
        digest=record.digest,
        size_bytes=record.size_bytes,
    )
