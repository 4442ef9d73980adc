"""Correcting the list of dishonest debtors (失信名单纠正) as GraphQL objects."""

from datetime import date, datetime
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from db.records.corrections import CorrectionView
from db.records.sanctions import ListedRecord
from enforcement.rules.correction import (
    Corrected,
    CorrectionChannel,
    CorrectionDecision,
    CorrectionGround,
    CorrectionStatus,
    RejectionReason,
    Requester,
)
from schema.case_enums import DishonestGround
from schema.connections import Connection
from schema.enums import described
from schema.federated import Personal
from schema.problems import DuplicateOf, Refusal, StaleVersion, TransitionNotAllowed
from schema.scalars import CaseNumber, CourtCode

described(
    CorrectionGround,
    "Why the entry is disputed. 申请纠正的理由",
    {
        CorrectionGround.SHOULD_NOT_BE_LISTED: "The debtor should not have been listed. 不应纳入失信名单",
        CorrectionGround.INACCURATE: "What is published is not accurate. 公布的信息不准确",
        CorrectionGround.SHOULD_BE_DELETED: "The entry should be deleted by now. 失信信息应予删除",
    },
)
described(
    Requester,
    "Who asked. 申请人",
    {
        Requester.PARTY: "The debtor. 被执行人本人",
        Requester.LEGAL_REPRESENTATIVE: "Who represents the organisation. 法定代表人、负责人",
        Requester.AGENT: "An agent. 委托代理人",
    },
)
described(
    CorrectionChannel,
    "How the request came. 申请方式",
    {
        CorrectionChannel.IN_PERSON: "Handed in at the court. 当面提交",
        CorrectionChannel.BY_POST: "By post. 邮寄",
        CorrectionChannel.ONLINE: "On line. 网上提交",
        CorrectionChannel.HOTLINE: "By the hotline. 12368 热线",
    },
)
described(
    CorrectionDecision,
    "What is decided. 决定",
    {
        CorrectionDecision.REMOVE: "The entry goes. 删除",
        CorrectionDecision.CORRECT: "The entry says something else. 更正",
        CorrectionDecision.REJECT: "The entry stands. 驳回或维持",
    },
)
described(
    RejectionReason,
    "Why a request is rejected. 驳回理由",
    {
        RejectionReason.LISTED_LAWFULLY: "The debtor was listed lawfully. 纳入合法有据",
        RejectionReason.INFORMATION_ACCURATE: "What is published is accurate. 信息准确",
        RejectionReason.NOT_TO_BE_DELETED: "Nothing says that it is to be deleted. 不符合删除条件",
        RejectionReason.NOT_ENTITLED: "Who asked is not entitled to. 申请人不适格",
    },
)
described(
    CorrectionStatus,
    "Where a request stands. 纠正申请状态",
    {
        CorrectionStatus.PENDING: "Under review. 审查中",
        CorrectionStatus.REMOVED: "Upheld: the entry is gone. 已删除",
        CorrectionStatus.CORRECTED: "Upheld: the entry is corrected. 已更正",
        CorrectionStatus.REJECTED: "Rejected. 已驳回",
        CorrectionStatus.RECONSIDERATION: "Before the superior court; the entry stands meanwhile. 复议中",
        CorrectionStatus.CONFIRMED: "The superior court confirmed the rejection. 复议维持",
    },
)


@strawberry.type(description="An entry in force that this court published. 失信名单条目", directives=[Personal()])
class DishonestEntry:
    id: UUID = strawberry.field(description="This court's id. 编号")
    debtor_id: UUID = strawberry.field(description="Which party of the case. 被执行人")
    ground: DishonestGround = strawberry.field(description="Why the debtor is listed. 列入情形")
    decision_no: str = strawberry.field(description="By which decision. 决定书文号")
    published_on: date = strawberry.field(description="Day of publication. 发布日期")
    until_on: date = strawberry.field(description="Last day of the entry. 截止日期")
    revision: int = strawberry.field(description="1 as published; raised by every correction. 修订号")


@strawberry.type(description="The entries of a case, the first published first. 失信名单条目")
class DishonestEntries:
    entries: list[DishonestEntry] = strawberry.field(description="In force today; at most 100. 条目")


@strawberry.type(
    description="A party's request to correct an entry, and what became of it. 纠正申请", directives=[Personal()]
)
class EntryCorrection:
    id: UUID = strawberry.field(description="This court's id. 编号")
    entry_id: UUID = strawberry.field(description="Which entry. 失信名单条目")
    case_number: CaseNumber = strawberry.field(description="In which case the debtor was listed. 案号")
    ground: CorrectionGround = strawberry.field(description="Why it is disputed. 申请理由")
    requester: Requester = strawberry.field(description="Who asked. 申请人")
    channel: CorrectionChannel = strawberry.field(description="How. 申请方式")
    requested_on: date = strawberry.field(description="The day it was asked for. 申请日期")
    application_sha256: str | None = strawberry.field(description="Digest of the written request. 申请书摘要")
    recorded_by: str = strawberry.field(description="Which officer wrote it down for them. 登记人")
    recorded_at: datetime = strawberry.field(description="When. 登记时间")
    due_on: date = strawberry.field(description="Last day of the review, 15 days. 审查期限")
    status: CorrectionStatus = strawberry.field(description="Where it stands. 状态")
    decided_by: str | None = strawberry.field(description="Which officer decided. 决定人")
    decided_at: datetime | None = strawberry.field(description="When. 决定时间")
    rejection_reason: RejectionReason | None = strawberry.field(description="Why it was rejected. 驳回理由")
    correct_by: date | None = strawberry.field(
        description="Last day to correct what was upheld, 3 working days; it is done at once. 纠正期限"
    )
    entry_revision: int | None = strawberry.field(description="The entry's revision by it. 条目修订号")
    served_on: date | None = strawberry.field(description="The day the rejection was served. 驳回决定送达日期")
    reconsideration_on: date | None = strawberry.field(description="When reconsideration was asked for. 申请复议日期")
    superior_court: CourtCode | None = strawberry.field(description="Of which court. 复议法院")
    reconsideration_due_on: date | None = strawberry.field(description="Last day of it, 15 days. 复议期限")
    reconsidered_on: date | None = strawberry.field(description="The day that court decided. 复议决定日期")
    reconsidered_by: str | None = strawberry.field(description="Which officer wrote that down. 复议决定登记人")
    version: int = strawberry.field(description="Raised by every change. 版本")


@strawberry.input(description="Which requests. 筛选条件")
class CorrectionFilter:
    only_open: bool = strawberry.field(default=False, description="Those that wait for a decision. 仅未决")


@strawberry.input(description="A party's request, as an officer writes it down. 登记纠正申请")
class RequestCorrectionInput:
    entry_id: UUID = strawberry.field(description="Which entry. 失信名单条目")
    ground: CorrectionGround = strawberry.field(description="Why it is disputed. 申请理由")
    requester: Requester = strawberry.field(description="Who asked. 申请人")
    channel: CorrectionChannel = strawberry.field(description="How. 申请方式")
    requested_on: date = strawberry.field(description="The day it was asked for. 申请日期")
    idempotency_key: str = strawberry.field(description="The same key again gives the same request. 幂等键")
    application_sha256: str | None = strawberry.field(
        default=None, description="Digest of the written request, 64 lower-case hexadecimal digits. 申请书摘要"
    )


@strawberry.input(description="What an entry says from now on; what is left out stays. 更正内容")
class CorrectedEntryInput:
    ground: DishonestGround | None = strawberry.field(default=None, description="Why the debtor is listed. 列入情形")
    until_on: date | None = strawberry.field(default=None, description="Its last day, never a later one. 截止日期")

    def record(self) -> Corrected:
        """The correction as the rules take it."""
        return Corrected(self.ground, self.until_on)


@strawberry.input(description="What the court decides. 决定纠正申请")
class DecideCorrectionInput:
    id: UUID = strawberry.field(description="About which request. 编号")
    version: int = strawberry.field(description="As it was read. 版本")
    decision: CorrectionDecision = strawberry.field(description="What. 决定")
    rejection_reason: RejectionReason | None = strawberry.field(default=None, description="With REJECT. 驳回理由")
    corrected: CorrectedEntryInput | None = strawberry.field(default=None, description="With CORRECT. 更正内容")


@strawberry.input(description="That a party went to the superior court. 登记复议申请")
class RequestReconsiderationInput:
    id: UUID = strawberry.field(description="About which request. 编号")
    version: int = strawberry.field(description="As it was read. 版本")
    served_on: date = strawberry.field(description="The day the rejection was served. 送达日期")
    requested_on: date = strawberry.field(description="The day reconsideration was asked for. 申请日期")


@strawberry.input(description="What the superior court decided. 登记复议决定")
class RecordReconsiderationInput:
    id: UUID = strawberry.field(description="About which request. 编号")
    version: int = strawberry.field(description="As it was read. 版本")
    decision: CorrectionDecision = strawberry.field(description="What. 决定")
    decided_on: date = strawberry.field(description="When. 决定日期")
    corrected: CorrectedEntryInput | None = strawberry.field(default=None, description="With CORRECT. 更正内容")


DishonestEntriesResult: TypeAlias = Annotated[
    DishonestEntries | Refusal,
    strawberry.union("DishonestEntriesResult", description="The entries, or why you do not see them. 条目查询结果"),
]
CorrectionsResult: TypeAlias = Annotated[
    Connection[EntryCorrection] | Refusal,
    strawberry.union("CorrectionsResult", description="A page of requests, or why there is none. 纠正申请列表结果"),
]
RequestCorrectionResult: TypeAlias = Annotated[
    EntryCorrection | Refusal | DuplicateOf,
    strawberry.union("RequestCorrectionResult", description="The request, or why there is none. 登记结果"),
]
DecideCorrectionResult: TypeAlias = Annotated[
    EntryCorrection | Refusal | StaleVersion | TransitionNotAllowed,
    strawberry.union("DecideCorrectionResult", description="The request, or why it stays as it is. 决定结果"),
]
RequestReconsiderationResult: TypeAlias = Annotated[
    EntryCorrection | Refusal | StaleVersion | TransitionNotAllowed | DuplicateOf,
    strawberry.union("RequestReconsiderationResult", description="The request, or why it stays. 登记结果"),
]
RecordReconsiderationResult: TypeAlias = Annotated[
    EntryCorrection | Refusal | StaleVersion | TransitionNotAllowed,
    strawberry.union("RecordReconsiderationResult", description="The request, or why it stays. 登记结果"),
]


def dishonest_entry(record: ListedRecord) -> DishonestEntry:
    """`record` as a GraphQL object."""
    return DishonestEntry(
        id=record.id,
        debtor_id=record.party_id,
        ground=DishonestGround(record.ground),
        decision_no=record.decision_no,
        published_on=record.published_on,
        until_on=record.until_on,
        revision=record.revision,
    )


def entry_correction(view: CorrectionView) -> EntryCorrection:
    """`view` as a GraphQL object."""
    record = view.correction
    return EntryCorrection(
        id=record.id,
        entry_id=record.entry_id,
        case_number=CaseNumber(view.case_number),
        ground=CorrectionGround(record.ground),
        requester=Requester(record.requester),
        channel=CorrectionChannel(record.channel),
        requested_on=record.requested_on,
        application_sha256=record.application_sha256,
        recorded_by=record.recorded_by,
        recorded_at=record.recorded_at,
        due_on=record.due_on,
        status=CorrectionStatus(record.status),
        decided_by=record.decided_by,
        decided_at=record.decided_at,
        rejection_reason=None if record.rejection_reason is None else RejectionReason(record.rejection_reason),
        correct_by=record.correct_by,
        entry_revision=record.entry_revision,
        served_on=record.served_on,
        reconsideration_on=record.reconsideration_on,
        superior_court=None if record.superior_court is None else CourtCode(record.superior_court),
        reconsideration_due_on=record.reconsideration_due_on,
        reconsidered_on=record.reconsidered_on,
        reconsidered_by=record.reconsidered_by,
        version=record.version,
    )
