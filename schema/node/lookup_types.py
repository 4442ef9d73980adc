"""What a look-up answers: presence (counts and flags) and profile (rows by section), as one federated answer each.

Invariant: every field of an answer type carries its merge rule; every row says which court reports it, as of when.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, TypeAlias, cast
from uuid import UUID

import strawberry

from federation.graph.contract import Merge
from schema.domain_enums import (
    AssetKind,
    CaseStatus,
    CaseType,
    ClosingMethod,
    MeasureKind,
    MeasureStatus,
    SettlementStatus,
)
from schema.federated import Personal
from schema.flat_inputs import read_at_once
from schema.node.lookup_enums import LookupPurpose, MatchLevel, SanctionKind
from schema.problems import Refusal
from schema.scalars import BigInt, CaseNumber, CourtCode, CreditCode, Money, ResidentId
from schema.zone.coverage_types import Coverage, NotCovered
from schema.zone.merging import merged


@read_at_once
@strawberry.input(description="Who is looked up: exactly one number; names find nobody. 身份")
class DebtorIdentityInput:
    resident_id: ResidentId | None = strawberry.field(default=None, description="Of a natural person. 公民身份号码")
    credit_code: CreditCode | None = strawberry.field(default=None, description="Of an organisation. 统一社会信用代码")


@read_at_once
@strawberry.input(description="Why somebody may be looked up: a case of this court that is not closed. 查询依据")
class LegalBasisInput:
    case_number: CaseNumber = strawberry.field(description="The case. 案号")
    purpose: LookupPurpose = strawberry.field(description="The purpose. 查询目的")
    remark: str | None = strawberry.field(default=None, description="The officer's note; it stays here. 备注")


@strawberry.interface(description="A row that one court reports of an exactly matched person. 法院报告的记录")
class Reported:
    source_court: CourtCode = strawberry.field(description="Who reports it. 来源法院")
    as_of: datetime = strawberry.field(description="The instant it speaks of. 截至时间")
    match_level: MatchLevel = strawberry.field(description="How the person was matched. 匹配程度")


@strawberry.type(
    description="What one court has of a debtor, in counts and flags. 单个法院的概况", directives=[Personal()]
)
class CourtPresence(Reported):
    has_open_cases: bool = strawberry.field(description="Whether a case is not closed. 有未结案件")
    open_case_count: int = strawberry.field(description="Cases not closed. 未结案件数")
    terminated_case_count: int = strawberry.field(description="Cases terminated for now. 终本案件数")
    controlled_asset_count: int = strawberry.field(description="Assets under its measures. 已控财产数")
    has_controlled_assets: bool = strawberry.field(description="Whether it controls an asset. 有已控财产")
    dishonest: bool = strawberry.field(description="On the list of dishonest debtors, in force. 失信")
    consumption_restricted: bool = strawberry.field(description="Under a consumption restriction. 限制消费")


@strawberry.type(
    description="Where a debtor has cases, and how many: the first step of a look-up. 被执行人概况",
    directives=[Personal()],
)
class DebtorPresence:
    lookup_id: UUID = merged(Merge.DERIVED, "Under which the look-up stands in both courts' logs. 查询流水号")
    has_open_cases: bool = merged(Merge.ANY, "Whether a case is not closed anywhere. 有未结案件")
    open_case_count: BigInt = merged(Merge.SUM, "Cases not closed, over the courts that answered. 未结案件数")
    terminated_case_count: BigInt = merged(Merge.SUM, "Cases terminated for now. 终本案件数")
    controlled_asset_count: BigInt = merged(Merge.SUM, "Assets under the answering courts' measures. 已控财产数")
    has_controlled_assets: bool = merged(Merge.ANY, "Whether an asset is under control. 有已控财产")
    dishonest: bool = merged(Merge.ANY, "On the list of dishonest debtors, in force. 失信")
    consumption_restricted: bool = merged(Merge.ANY, "Under a consumption restriction. 限制消费")
    as_of: datetime = merged(Merge.EARLIEST, "The oldest instant that an answer speaks of. 截至时间")
    courts: list[CourtPresence] = merged(Merge.CONCAT, "The courts that have something, by code. 各法院概况")
    coverage: Coverage = merged(Merge.DERIVED, "For which courts this speaks. 覆盖情况")


def _mark(self: Any) -> strawberry.ID | None:
    return cast("strawberry.ID", self.mark())


def _ref() -> Any:
    """What a client tells the row from others by; made when it is selected. No id: it opens nothing."""
    return strawberry.field(
        resolver=_mark,
        description="The same for the same record in every answer of this court, and good for nothing else: to read it "
        "again, look up again. 记录标记",
    )


@strawberry.type(description="An enforcement case of the debtor. 执行案件", directives=[Personal()])
class ProfileCase(Reported):
    mark: strawberry.Private[Callable[[], strawberry.ID]]
    ref: strawberry.ID | None = _ref()
    case_number: CaseNumber = strawberry.field(description="Number. 案号")
    type: CaseType = strawberry.field(description="Type. 案件类型")
    status: CaseStatus = strawberry.field(description="Status. 案件状态")
    closing_method: ClosingMethod | None = strawberry.field(description="How it was closed. 结案方式")
    cause: str = strawberry.field(description="Cause of action. 案由")
    filed_on: date = strawberry.field(description="Filed on. 立案日期")
    amount_applied: Money = strawberry.field(description="Amount applied for. 申请执行标的额")


@strawberry.type(
    description="An asset under a measure that the reporting court ordered. 已控财产", directives=[Personal()]
)
class ProfileAsset(Reported):
    mark: strawberry.Private[Callable[[], strawberry.ID]]
    ref: strawberry.ID | None = _ref()
    kind: AssetKind = strawberry.field(description="Kind. 财产种类")
    identity: str = strawberry.field(description="Registry identity, masked. 登记信息（脱敏）")
    division: str = strawberry.field(description="Division where it is. 所在地区划")
    measure: MeasureKind = strawberry.field(description="Measure. 措施种类")
    status: MeasureStatus = strawberry.field(description="Status of the measure. 措施状态")
    rank: int | None = strawberry.field(description="Place in the queue; 1 is the first seizure. 轮候顺位")
    effective_at: datetime | None = strawberry.field(description="In effect since. 生效时间")
    expires_on: date | None = strawberry.field(description="Last day. 到期日")
    amount: Money = strawberry.field(description="Amount under control. 控制金额")


@strawberry.type(description="A payment of the debtor. 到账", directives=[Personal()])
class ProfilePayment(Reported):
    mark: strawberry.Private[Callable[[], strawberry.ID]]
    ref: strawberry.ID | None = _ref()
    case_number: CaseNumber = strawberry.field(description="Of the case. 案号")
    amount: Money = strawberry.field(description="Amount. 金额")
    paid_on: date = strawberry.field(description="Paid on. 到账日期")
    venue_court: CourtCode = strawberry.field(description="Where it was paid. 缴纳地法院")


@strawberry.type(description="A settlement with the debtor. 执行和解", directives=[Personal()])
class ProfileSettlement(Reported):
    mark: strawberry.Private[Callable[[], strawberry.ID]]
    ref: strawberry.ID | None = _ref()
    case_number: CaseNumber = strawberry.field(description="Of the case. 案号")
    total: Money = strawberry.field(description="Amount settled. 和解金额")
    signed_on: date = strawberry.field(description="Signed on. 签订日期")
    status: SettlementStatus = strawberry.field(description="Status. 和解状态")


@strawberry.type(description="A sanction in force against the debtor. 惩戒措施", directives=[Personal()])
class ProfileSanction(Reported):
    mark: strawberry.Private[Callable[[], strawberry.ID]]
    ref: strawberry.ID | None = _ref()
    kind: SanctionKind = strawberry.field(description="Kind. 惩戒种类")
    case_number: CaseNumber | None = strawberry.field(description="Of the case. 案号")
    ground: str | None = strawberry.field(description="Ground of the entry. 列入情形")
    since_on: date = strawberry.field(description="Since. 起始日期")
    until_on: date | None = strawberry.field(description="Last day of the entry. 截止日期")
    revision: int | None = strawberry.field(
        description="Of the entry: raised by every correction; null of a restriction. 修订号"
    )


@strawberry.type(description="Where the debtor lives and works, by a court's records. 下落", directives=[Personal()])
class ProfileWhereabouts(Reported):
    mark: strawberry.Private[Callable[[], strawberry.ID]]
    ref: strawberry.ID | None = _ref()
    domicile_division: str = strawberry.field(description="Division of the domicile. 住所地区划")
    address: str | None = strawberry.field(description="Address. 住址")
    workplace: str | None = strawberry.field(description="Workplace. 工作单位")


@strawberry.type(
    description="What the courts have of a debtor, section by section. 被执行人详情", directives=[Personal()]
)
class DebtorProfile:
    lookup_id: UUID = merged(Merge.DERIVED, "Under which the look-up stands in both courts' logs. 查询流水号")
    as_of: datetime = merged(Merge.EARLIEST, "The oldest instant that an answer speaks of. 截至时间")
    cases: list[ProfileCase] | None = merged(Merge.CONCAT, "Cases; null when not asked for. 案件")
    assets_under_control: list[ProfileAsset] | None = merged(
        Merge.CONCAT, "Assets under measures, each reported by the ordering court; null when not asked for. 已控财产"
    )
    payments: list[ProfilePayment] | None = merged(Merge.CONCAT, "Payments; null when not asked for. 到账")
    settlements: list[ProfileSettlement] | None = merged(Merge.CONCAT, "Settlements; null when not asked for. 和解")
    sanctions: list[ProfileSanction] | None = merged(Merge.CONCAT, "Sanctions in force; null when not asked for. 惩戒")
    whereabouts: list[ProfileWhereabouts] | None = merged(
        Merge.CONCAT, "Where the debtor lives and works; null when not asked for. 下落"
    )
    coverage: Coverage = merged(Merge.DERIVED, "For which courts this speaks. 覆盖情况")


DebtorPresenceResult: TypeAlias = Annotated[
    DebtorPresence | Refusal | NotCovered,
    strawberry.union("DebtorPresenceResult", description="A debtor's presence, or why there is none. 概况查询结果"),
]
DebtorProfileResult: TypeAlias = Annotated[
    DebtorProfile | Refusal | NotCovered,
    strawberry.union("DebtorProfileResult", description="A debtor's profile, or why there is none. 详情查询结果"),
]
