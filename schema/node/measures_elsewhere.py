"""Measures that another court holds for a case that is here, at the node's door."""

from datetime import date, datetime
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from db.records.assets import AssetKind, MeasureKind, MeasureStatus
from enforcement.case_transfers import asking
from enforcement.case_transfers.asking import NewRequest
from enforcement.case_transfers.contents import HeldMeasure
from enforcement.rules.refusals import RuleBroken
from schema.connections import page_info
from schema.context import NodeContext
from schema.federated import Personal
from schema.node.asset_types import AssetIdentityPart, identity_parts
from schema.problems import Refusal, TransitionNotAllowed, problem_of
from schema.scalars import Money
from schema.transfer_enums import MeasureElsewhereAct
from schema.zone.page_types import After, First, PageInfo

InfoNode: TypeAlias = Info[NodeContext, None]


@strawberry.type(
    description="A measure that the other court of a transfer holds for the case here. 对方法院所采取措施",
    directives=[Personal()],
)
class MeasureElsewhere:
    measure_id: UUID = strawberry.field(description="The other court's id of it. 措施编号")
    kind: MeasureKind = strawberry.field(description="Which kind. 措施种类")
    status: MeasureStatus = strawberry.field(description="How it stands, by that court's last word. 状态")
    rank: int | None = strawberry.field(description="Its place in the queue, which the transfer leaves as it is. 顺位")
    ruling_no: str = strawberry.field(description="The ruling that it was registered by. 裁定文号")
    effective_at: datetime | None = strawberry.field(description="Since when it binds. 生效时间")
    expires_on: date | None = strawberry.field(description="Its last day, unless it is renewed. 届满日")
    value: Money = strawberry.field(description="What it controls. 金额")
    asset_kind: AssetKind = strawberry.field(description="On what. 财产种类")
    identity: list[AssetIdentityPart] = strawberry.field(description="What names it in its registry. 财产标识")
    division: str = strawberry.field(description="The county where it lies. 所在地")
    description: str = strawberry.field(description="In words. 描述")


def elsewhere_of(held: HeldMeasure) -> MeasureElsewhere:
    """The GraphQL object of a measure elsewhere."""
    return MeasureElsewhere(
        measure_id=held.measure_id,
        kind=MeasureKind(held.kind),
        status=MeasureStatus(held.status),
        rank=held.rank,
        ruling_no=held.ruling_no,
        effective_at=held.effective_at,
        expires_on=held.expires_on,
        value=Money(held.value),
        asset_kind=AssetKind(held.asset.kind),
        identity=identity_parts(held.asset.identity),
        division=held.asset.division,
        description=held.asset.description,
    )


@strawberry.type(description="Measures elsewhere, by their ids. 对方法院所采取措施列表", directives=[Personal()])
class MeasureElsewhereList:
    measures: list[MeasureElsewhere] = strawberry.field(description="At most as many as asked for. 列表")
    page_info: PageInfo = strawberry.field(description="Where the page ends. 分页信息")


@strawberry.input(description="What the court that holds a measure should do with it. 请求续行、解除")
class RequestMeasureElsewhereInput:
    transfer_id: UUID = strawberry.field(description="Of which transfer. 委托执行编号")
    measure_id: UUID = strawberry.field(description="Which measure. 措施编号")
    act: MeasureElsewhereAct = strawberry.field(description="What. 请求事项")
    idempotency_key: str = strawberry.field(description="The same key again asks once. 幂等键")


MeasuresElsewhereResult: TypeAlias = Annotated[
    MeasureElsewhereList | Refusal,
    strawberry.union("MeasuresElsewhereResult", description="The measures, or why you see none. 列表结果"),
]
RequestMeasureElsewhereResult: TypeAlias = Annotated[
    MeasureElsewhere | Refusal | TransitionNotAllowed,
    strawberry.union("RequestMeasureElsewhereResult", description="The measure, or why nothing is asked. 请求结果"),
]


@strawberry.type
class MeasureElsewhereQuery:
    """What the other court holds."""

    @strawberry.field(description="Measures that the other court holds for the case of a transfer. 对方法院所采取措施")
    async def measures_elsewhere(
        self,
        info: InfoNode,
        transfer_id: Annotated[UUID, strawberry.argument(description="Of which transfer. 委托执行编号")],
        first: First = 50,
        after: After = None,
    ) -> MeasuresElsewhereResult:
        try:
            found = await asking.page(info.context.court, info.context.caller, transfer_id, first=first, after=after)
        except RuleBroken as refusal:
            return cast("MeasuresElsewhereResult", problem_of(refusal, info.context.language))
        return MeasureElsewhereList(
            measures=[elsewhere_of(each) for each in found.rows],
            page_info=page_info(found.cursors, has_next=found.has_next),
        )


@strawberry.type
class MeasureElsewhereMutation:
    """What it is asked for."""

    @strawberry.mutation(description="Ask the court that holds a measure to renew or lift it. 请求续行、解除")
    async def request_measure_elsewhere(
        self,
        info: InfoNode,
        input: Annotated[RequestMeasureElsewhereInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> RequestMeasureElsewhereResult:
        court, caller, given = info.context.court, info.context.caller, input
        new = NewRequest(given.transfer_id, given.measure_id, given.act)
        try:
            return elsewhere_of(await asking.ask(court, caller, new, idempotency_key=given.idempotency_key))
        except RuleBroken as refusal:
            return cast("RequestMeasureElsewhereResult", problem_of(refusal, info.context.language))
