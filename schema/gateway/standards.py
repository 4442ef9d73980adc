"""Unified standards of delegated matters (委托事项统一标准): proposed here, signed at the courts' own nodes."""

from datetime import date, datetime
from typing import Annotated, Final, Self, TypeAlias
from uuid import UUID

import strawberry

from enforcement.desk import standards
from enforcement.desk.standards import NewStandard, Only
from enforcement.rules.task_standards import Demands
from schema.connections import Connection, connection
from schema.gateway.context import GatewayContext, GatewayInfo
from schema.gateway.courts import MemberCourt, member
from schema.gateway.framework_types import (
    HISTORY,
    KEY,
    NUMBER,
    READ_VERSION,
    RECORDED,
    VERSION,
    After,
    First,
    FrameworkHistoryEntry,
    cursor,
    place,
)
from schema.objects import Node, node_id
from schema.problems import Refusal, StaleVersion, TransitionNotAllowed
from schema.task_enums import DelegatedMatterType, RequiredPaper, StandardStatus

_FIELD: Final = "publishedStandards"


@strawberry.type(description="What the zone's courts demand of a delegated matter beyond the law. 统一标准（委托事项）")
class PublishedStandard(Node):
    id: strawberry.ID = strawberry.field(description=NUMBER)
    matter: DelegatedMatterType = strawberry.field(description="Of which matter. 委托事项")
    province: str | None = strawberry.field(
        description="Character of the entrusted court's province; null for every one without its own. 省份"
    )
    papers: list[RequiredPaper] = strawberry.field(description="Papers on top of those of the law. 增加的应附文书")
    answer_within_days: int | None = strawberry.field(description="Days within which it is answered. 反馈期限（日）")
    sign_for_within_working_days: int | None = strawberry.field(
        description="Working days within which it is signed for. 签收期限（工作日）"
    )
    from_on: date = strawberry.field(name="from", description="First day. 生效日期")
    to_on: date | None = strawberry.field(name="to", description="Last day; null when none is set. 失效日期")
    status: StandardStatus = strawberry.field(description="Whether the courts agreed. 状态")
    in_force: bool = strawberry.field(description="Whether it was agreed upon and holds today. 是否生效")
    proposed_last_day: date | None = strawberry.field(
        description="The last day that the courts are signing; null when none is proposed. 拟终止日期"
    )
    proposed_by: MemberCourt = strawberry.field(description="Which court proposed it. 提出法院")
    digest: str = strawberry.field(description="Digest of the text that is signed now, or was last. 文本摘要")
    signed_by: list[MemberCourt] = strawberry.field(description="Which courts signed that text. 已签署法院")
    signatures_needed: int = strawberry.field(description="How many courts make it hold. 所需签署数")
    recorded_at: datetime = strawberry.field(description=RECORDED)
    version: int = strawberry.field(description=VERSION)
    history: list[FrameworkHistoryEntry] = strawberry.field(description=HISTORY)

    @classmethod
    def of(cls, found: standards.Standard, context: GatewayContext) -> Self:
        """The standard as the desk loaded it."""
        record = found.record
        return cls(
            id=node_id(record.id),
            matter=DelegatedMatterType(record.matter),
            province=record.province,
            papers=[RequiredPaper(paper) for paper in record.papers],
            answer_within_days=record.answer_within_days,
            sign_for_within_working_days=record.sign_for_working_days,
            from_on=record.from_on,
            to_on=record.to_on,
            status=record.status,
            in_force=found.is_in_force,
            proposed_last_day=record.end_on,
            proposed_by=member(context, record.proposed_by),
            digest=found.digest,
            signed_by=[member(context, code) for code in found.signed_by],
            signatures_needed=found.needed,
            recorded_at=record.recorded_at,
            version=record.version,
            history=FrameworkHistoryEntry.of(found.history),
        )


@strawberry.input(description="What is demanded of a matter, beyond the law. 统一标准请求")
class PublishStandardInput:
    matter: DelegatedMatterType = strawberry.field(description="Of which matter. 委托事项")
    province: str | None = strawberry.field(
        default=None, description="Character of the entrusted court's province; null for all. 省份"
    )
    papers: list[RequiredPaper] = strawberry.field(
        default_factory=list, description="Papers on top of those of the law. 增加的应附文书"
    )
    answer_within_days: int | None = strawberry.field(
        default=None, description="1 to 30; to serve documents 1 to 10. 反馈期限（日）"
    )
    sign_for_within_working_days: int | None = strawberry.field(default=None, description="1 to 5. 签收期限（工作日）")
    from_on: date = strawberry.field(name="from", description="First day, today or later. 生效日期")
    to_on: date | None = strawberry.field(name="to", default=None, description="Last day, if set. 失效日期")
    idempotency_key: str = strawberry.field(description=KEY)

    def new(self) -> NewStandard:
        """The standard as the desk takes it."""
        demanded = Demands(
            matter=self.matter,
            province=self.province,
            papers=tuple(self.papers),
            answer_within_days=self.answer_within_days,
            sign_for_working_days=self.sign_for_within_working_days,
        )
        return NewStandard(demanded, self.from_on, self.to_on)


@strawberry.input(description="Which standard ends, and when. 终止统一标准请求")
class EndStandardInput:
    id: UUID = strawberry.field(description=NUMBER)
    last_day: date = strawberry.field(description="Today or later. 失效日期")
    version: int = strawberry.field(description=READ_VERSION)


@strawberry.input(description="Which proposal is taken back. 撤回统一标准请求")
class WithdrawStandardInput:
    id: UUID = strawberry.field(description=NUMBER)
    version: int = strawberry.field(description=READ_VERSION)


PublishedStandardsResult: TypeAlias = Annotated[
    Connection[PublishedStandard] | Refusal,
    strawberry.union("PublishedStandardsResult", description="The standards, or why not. 统一标准列表结果"),
]
PublishStandardResult: TypeAlias = Annotated[
    PublishedStandard | Refusal,
    strawberry.union("PublishStandardResult", description="The standard, or why not. 提出统一标准结果"),
]
ChangeStandardResult: TypeAlias = Annotated[
    PublishedStandard | StaleVersion | TransitionNotAllowed | Refusal,
    strawberry.union("ChangeStandardResult", description="The standard, or why not. 统一标准变更结果"),
]
OfMatter: TypeAlias = Annotated[
    DelegatedMatterType | None, strawberry.argument(description="Of this matter only. 委托事项")
]
OfProvince: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Those of this province and of all. 省份")
]
InStatus: TypeAlias = Annotated[StandardStatus | None, strawberry.argument(description="In this state only. 状态")]
OnDay: TypeAlias = Annotated[date | None, strawberry.argument(description="In force on this day only. 日期")]
Published: TypeAlias = Annotated[PublishStandardInput, strawberry.argument(description="What. 统一标准请求")]
Ended: TypeAlias = Annotated[EndStandardInput, strawberry.argument(description="Which one. 终止统一标准请求")]
Withdrawn: TypeAlias = Annotated[WithdrawStandardInput, strawberry.argument(description="Which. 撤回统一标准请求")]


@strawberry.type
class StandardQuery:
    @strawberry.field(
        description="The standards of delegated matters that the zone's courts proposed or agreed upon, newest first. "
        "统一标准列表（委托事项）"
    )
    async def published_standards(
        self,
        info: GatewayInfo,
        matter: OfMatter = None,
        province: OfProvince = None,
        status: InStatus = None,
        on: OnDay = None,
        first: First = 20,
        after: After = None,
    ) -> PublishedStandardsResult:
        context, only = info.context, Only(matter, province, status, on)
        page = await standards.page(context.gateway, context.caller, only, first=first, after=place(_FIELD, after))
        return connection(
            [PublishedStandard.of(row, context) for row in page.rows],
            [cursor(_FIELD, row.record.recorded_at, row.record.id) for row in page.rows],
            has_next=page.has_next,
        )


@strawberry.type
class StandardMutation:
    @strawberry.mutation(
        description="Propose a standard to the zone's courts, which sign it at their own nodes; for a command centre "
        "or president. 提出统一标准"
    )
    async def publish_standard(self, info: GatewayInfo, input: Published) -> PublishStandardResult:  # noqa: A002
        context = info.context
        made = await standards.publish(
            context.gateway, context.caller, input.new(), idempotency_key=input.idempotency_key
        )
        return PublishedStandard.of(made, context)

    @strawberry.mutation(
        description="Propose the last day of a standard, which the courts sign again; for any court. 提议终止统一标准"
    )
    async def end_standard(self, info: GatewayInfo, input: Ended) -> ChangeStandardResult:  # noqa: A002
        context = info.context
        made = await standards.end(context.gateway, context.caller, input.id, input.version, input.last_day)
        return PublishedStandard.of(made, context)

    @strawberry.mutation(
        description="Take a proposal back that is not agreed upon; for the court that made it. 撤回统一标准提议"
    )
    async def withdraw_standard(self, info: GatewayInfo, input: Withdrawn) -> ChangeStandardResult:  # noqa: A002
        context = info.context
        made = await standards.withdraw(context.gateway, context.caller, input.id, input.version)
        return PublishedStandard.of(made, context)
