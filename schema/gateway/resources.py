"""What courts lend each other (资源协同): officers, vehicles, venues, equipment, places of custody."""

from datetime import date, datetime
from typing import Annotated, Final, Self, TypeAlias
from uuid import UUID

import strawberry

from db.records.framework import RequestRecord, RequestStatus, ResourceKind
from enforcement.desk import lending, resources
from enforcement.desk.lending import Which
from enforcement.desk.resources import NewOffer, NewRequest
from schema.connections import Connection, connection
from schema.enums import described
from schema.gateway.context import GatewayContext, GatewayInfo
from schema.gateway.courts import MemberCourt, member
from schema.gateway.framework_types import (
    HISTORY,
    KEY,
    NUMBER,
    READ_VERSION,
    RECORDED,
    After,
    First,
    FrameworkHistoryEntry,
    OnlyOpen,
    cursor,
    place,
)
from schema.objects import Node, node_id
from schema.problems import Refusal, StaleVersion, TransitionNotAllowed
from schema.scalars import CourtCode

_FIELD: Final = "resourceOffers"
_K: Final = ResourceKind
_R: Final = RequestStatus

described(
    ResourceKind,
    "What is lent. 资源类型",
    {
        _K.OFFICERS: "Officers. 人员",
        _K.VEHICLES: "Vehicles. 车辆",
        _K.VENUE: "Rooms. 场所",
        _K.EQUIPMENT: "Equipment. 装备",
        _K.CUSTODY_SITE: "Places where things are kept. 保管场所",
    },
)
described(
    RequestStatus,
    "Where a request stands. 申请状态",
    {
        _R.REQUESTED: "Waits for an answer. 已申请",
        _R.GRANTED: "Was granted, and is not returned. 已同意",
        _R.REFUSED: "Was refused. 不同意",
        _R.WITHDRAWN: "Was taken back. 已撤回",
        _R.RETURNED: "What was granted came back. 已归还",
    },
)


@strawberry.type(description="A court asks for some of an offer. 资源申请")
class ResourceRequest:
    no: int = strawberry.field(description="Its number within the offer, from 1. 序号")
    court: MemberCourt = strawberry.field(description="Who asks. 申请法院")
    quantity: int = strawberry.field(description="How many are asked for. 申请数量")
    from_on: date = strawberry.field(name="from", description="First day. 起始日期")
    to_on: date = strawberry.field(name="to", description="Last day. 截止日期")
    status: RequestStatus = strawberry.field(description="Where it stands. 状态")
    granted: int | None = strawberry.field(description="How many were granted. 同意数量")
    ended_on: date | None = strawberry.field(description="When it was refused, withdrawn or returned. 结束日期")

    @classmethod
    def of(cls, request: RequestRecord, context: GatewayContext) -> Self:
        """The request as the desk loaded it."""
        return cls(
            no=request.no,
            court=member(context, request.court),
            quantity=request.quantity,
            from_on=request.from_on,
            to_on=request.to_on,
            status=request.status,
            granted=request.granted,
            ended_on=request.ended_on,
        )


@strawberry.type(description="What a court offers to others, for some days. 资源协同")
class ResourceOffer(Node):
    id: strawberry.ID = strawberry.field(description=NUMBER)
    court: MemberCourt = strawberry.field(description="Who offers. 提供法院")
    kind: ResourceKind = strawberry.field(description="What. 资源类型")
    to_courts: list[MemberCourt] = strawberry.field(description="To whom; none means every court. 面向法院")
    quantity: int = strawberry.field(description="How many. 数量")
    left_today: int = strawberry.field(description="How many are not lent today. 今日剩余")
    from_on: date = strawberry.field(name="from", description="First day. 起始日期")
    to_on: date = strawberry.field(name="to", description="Last day. 截止日期")
    closed_on: date | None = strawberry.field(description="When it was closed; null while it is open. 结束日期")
    requests: list[ResourceRequest] = strawberry.field(description="Who asks for some of it. 申请")
    recorded_at: datetime = strawberry.field(description=RECORDED)
    version: int = strawberry.field(description="Counts the changes of its requests too; give it with each. 版本")
    history: list[FrameworkHistoryEntry] = strawberry.field(description=HISTORY)

    @classmethod
    def of(cls, found: resources.Offer, context: GatewayContext) -> Self:
        """The offer as the desk loaded it."""
        record = found.record
        return cls(
            id=node_id(record.id),
            court=member(context, record.court),
            kind=record.kind,
            to_courts=[member(context, code) for code in record.to_courts],
            quantity=record.quantity,
            left_today=found.left_today,
            from_on=record.from_on,
            to_on=record.to_on,
            closed_on=record.closed_on,
            requests=[ResourceRequest.of(request, context) for request in found.requests],
            recorded_at=record.recorded_at,
            version=record.version,
            history=FrameworkHistoryEntry.of(found.history),
        )


@strawberry.input(description="What is offered, to whom, and when. 提供资源请求")
class OfferResourceInput:
    kind: ResourceKind = strawberry.field(description="What. 资源类型")
    to_courts: list[CourtCode] = strawberry.field(
        default_factory=list, description="To whom; none means every court. 面向法院"
    )
    quantity: int = strawberry.field(description="How many. 数量")
    from_on: date = strawberry.field(name="from", description="First day, today or later. 起始日期")
    to_on: date = strawberry.field(name="to", description="Last day. 截止日期")
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="What is asked for of an offer. 申请资源请求")
class RequestResourceInput:
    offer_id: UUID = strawberry.field(description="Number of the offer. 资源编号")
    quantity: int = strawberry.field(description="How many. 数量")
    from_on: date = strawberry.field(name="from", description="First day, within the offer's. 起始日期")
    to_on: date = strawberry.field(name="to", description="Last day, within the offer's. 截止日期")
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="Which request is granted. 同意申请请求")
class GrantResourceInput:
    offer_id: UUID = strawberry.field(description="Number of the offer. 资源编号")
    no: int = strawberry.field(description="Number of the request. 序号")
    quantity: int = strawberry.field(description="How many; at most as were asked for. 同意数量")
    version: int = strawberry.field(description=READ_VERSION)


@strawberry.input(description="Which request ends. 结束申请请求")
class EndResourceRequestInput:
    offer_id: UUID = strawberry.field(description="Number of the offer. 资源编号")
    no: int = strawberry.field(description="Number of the request. 序号")
    version: int = strawberry.field(description=READ_VERSION)

    def which(self) -> Which:
        """The request as the desk takes it."""
        return Which(self.offer_id, self.no, self.version)


@strawberry.input(description="Which offer is closed. 结束资源请求")
class CloseResourceOfferInput:
    offer_id: UUID = strawberry.field(description="Number of the offer. 资源编号")
    version: int = strawberry.field(description=READ_VERSION)


ResourceOffersResult: TypeAlias = Annotated[
    Connection[ResourceOffer] | Refusal,
    strawberry.union("ResourceOffersResult", description="The offers, or why not. 资源列表结果"),
]
NewResourceResult: TypeAlias = Annotated[
    ResourceOffer | Refusal,
    strawberry.union("NewResourceResult", description="The offer, or why not. 资源协同结果"),
]
ChangeResourceResult: TypeAlias = Annotated[
    ResourceOffer | StaleVersion | TransitionNotAllowed | Refusal,
    strawberry.union("ChangeResourceResult", description="The offer, or why not. 资源协同变更结果"),
]
OfKind: TypeAlias = Annotated[ResourceKind | None, strawberry.argument(description="Of this kind only. 资源类型")]
Offered: TypeAlias = Annotated[OfferResourceInput, strawberry.argument(description="What. 提供资源请求")]
Requested: TypeAlias = Annotated[RequestResourceInput, strawberry.argument(description="What. 申请资源请求")]
Granted: TypeAlias = Annotated[GrantResourceInput, strawberry.argument(description="Which one. 同意申请请求")]
Ended: TypeAlias = Annotated[EndResourceRequestInput, strawberry.argument(description="Which one. 结束申请请求")]
Closed: TypeAlias = Annotated[CloseResourceOfferInput, strawberry.argument(description="Which one. 结束资源请求")]


@strawberry.type
class ResourceQuery:
    @strawberry.field(description="What the caller's court offers, and what is offered to it, newest first. 资源列表")
    async def resource_offers(
        self,
        info: GatewayInfo,
        kind: OfKind = None,
        open: OnlyOpen = None,  # noqa: A002
        first: First = 20,
        after: After = None,
    ) -> ResourceOffersResult:
        context = info.context
        page = await resources.page(
            context.gateway, context.caller, kind=kind, is_open=open, first=first, after=place(_FIELD, after)
        )
        return connection(
            [ResourceOffer.of(row, context) for row in page.rows],
            [cursor(_FIELD, row.record.recorded_at, row.record.id) for row in page.rows],
            has_next=page.has_next,
        )


@strawberry.type
class ResourceMutation:
    @strawberry.mutation(description="Offer something of the own court; for its centre and liaison. 提供资源")
    async def offer_resource(self, info: GatewayInfo, input: Offered) -> NewResourceResult:  # noqa: A002
        new = NewOffer(input.kind, tuple(input.to_courts), input.quantity, input.from_on, input.to_on)
        context = info.context
        made = await resources.offer(context.gateway, context.caller, new, idempotency_key=input.idempotency_key)
        return ResourceOffer.of(made, context)

    @strawberry.mutation(description="Ask for some of an offer; for a court to which it is made. 申请资源")
    async def request_resource(self, info: GatewayInfo, input: Requested) -> NewResourceResult:  # noqa: A002
        new = NewRequest(input.offer_id, input.quantity, input.from_on, input.to_on)
        context = info.context
        made = await resources.request(context.gateway, context.caller, new, idempotency_key=input.idempotency_key)
        return ResourceOffer.of(made, context)

    @strawberry.mutation(description="Grant a request, or some of it; for the court that offers. 同意申请")
    async def grant_resource(self, info: GatewayInfo, input: Granted) -> ChangeResourceResult:  # noqa: A002
        context, which = info.context, Which(input.offer_id, input.no, input.version)
        made = await lending.grant(context.gateway, context.caller, which, input.quantity)
        return ResourceOffer.of(made, context)

    @strawberry.mutation(description="Refuse a request; for the court that offers. 不同意申请")
    async def refuse_resource(self, info: GatewayInfo, input: Ended) -> ChangeResourceResult:  # noqa: A002
        made = await lending.refuse(info.context.gateway, info.context.caller, input.which())
        return ResourceOffer.of(made, info.context)

    @strawberry.mutation(description="Say that what was granted came back; for the court that offers. 归还资源")
    async def return_resource(self, info: GatewayInfo, input: Ended) -> ChangeResourceResult:  # noqa: A002
        made = await lending.give_back(info.context.gateway, info.context.caller, input.which())
        return ResourceOffer.of(made, info.context)

    @strawberry.mutation(description="Take a request back; for the court that asked. 撤回申请")
    async def withdraw_resource_request(self, info: GatewayInfo, input: Ended) -> ChangeResourceResult:  # noqa: A002
        made = await lending.withdraw(info.context.gateway, info.context.caller, input.which())
        return ResourceOffer.of(made, info.context)

    @strawberry.mutation(description="Close an offer of which nothing is lent; for the court that offers. 结束资源")
    async def close_resource_offer(self, info: GatewayInfo, input: Closed) -> ChangeResourceResult:  # noqa: A002
        context = info.context
        made = await resources.close(context.gateway, context.caller, input.offer_id, input.version)
        return ResourceOffer.of(made, context)
