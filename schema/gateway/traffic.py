"""What the gateway carried (传输流量), as a carrier sees it."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Self, TypeAlias, cast

import strawberry

from db.carried_traffic import NotedEnvelope
from enforcement.desk import traffic
from enforcement.rules import cursors
from enforcement.rules.refusals import RuleBroken
from schema.enums import described
from schema.gateway.context import GatewayInfo
from schema.positions import Resume, row_number
from schema.problems import Refusal, problem_of
from schema.scalars import CourtCode

_FIELD: Final = "carriedTraffic"


class EnvelopeKind(StrEnum):
    """Kind of an envelope."""

    ASK = "ASK"
    ANSWER = "ANSWER"
    MESSAGE = "MESSAGE"
    RECEIPT = "RECEIPT"


described(
    EnvelopeKind,
    "Kind of an envelope. 信封种类",
    {
        EnvelopeKind.ASK: "A look-up. 查询",
        EnvelopeKind.ANSWER: "The answer to a look-up. 查询答复",
        EnvelopeKind.MESSAGE: "A message of a delegated task. 消息",
        EnvelopeKind.RECEIPT: "The destination's receipt. 投递回执",
    },
)


@strawberry.type(description="An envelope as the gateway sees it; what is in it is encrypted. 传输信封")
class CarriedEnvelope:
    at: datetime = strawberry.field(description="When. 时间")
    kind: EnvelopeKind = strawberry.field(description="Which kind. 种类")
    from_court: CourtCode = strawberry.field(description="From whom. 发出法院")
    to_court: CourtCode = strawberry.field(description="To whom. 收件法院")
    size_bytes: int = strawberry.field(description="How many bytes. 大小（字节）")
    outcome: str = strawberry.field(description="What became of it, as a code such as CARRIED. 结果代码")
    cursor: str = strawberry.field(description="Give it as `after` to go on behind this envelope. 续传游标")

    @classmethod
    def of(cls, noted: NotedEnvelope) -> Self:
        """The envelope as it was noted."""
        record = noted.envelope
        return cls(
            at=record.at,
            kind=EnvelopeKind(record.kind.upper()),
            from_court=CourtCode(record.sender),
            to_court=CourtCode(record.to),
            size_bytes=record.size_bytes,
            outcome=record.outcome,
            cursor=cursors.written(_FIELD, record.at.isoformat(), noted.id),
        )


@strawberry.type(description="Envelopes of one kind, size and outcome. 传输计数")
class CarriedCount:
    kind: EnvelopeKind = strawberry.field(description="Which kind. 种类")
    padded_kib: int = strawberry.field(description="To how many KiB they were padded. 填充后大小（KiB）")
    outcome: str = strawberry.field(description="What became of them, as a code. 结果代码")
    envelopes: int = strawberry.field(description="How many. 数量")


@strawberry.type(description="What was carried since an instant; all of it encrypted. 传输汇总")
class CarriedTrafficSummary:
    since: datetime = strawberry.field(description="Since when. 起始时间")
    counts: list[CarriedCount] = strawberry.field(description="By kind, size and outcome. 计数")


CarriedTrafficSummaryResult: TypeAlias = Annotated[
    CarriedTrafficSummary | Refusal,
    strawberry.union("CarriedTrafficSummaryResult", description="The summary, or why not. 传输汇总结果"),
]
CarriedTrafficEvent: TypeAlias = Annotated[
    CarriedEnvelope | Refusal,
    strawberry.union("CarriedTrafficEvent", description="An envelope, or why none is shown. 传输事件"),
]


@strawberry.type
class TrafficQuery:
    @strawberry.field(
        description="Counts of what was carried; for gateway admins, and for a command centre's own court. 传输汇总"
    )
    async def carried_traffic_summary(
        self, info: GatewayInfo, since: Annotated[datetime, strawberry.argument(description="Since when. 起始时间")]
    ) -> CarriedTrafficSummaryResult:
        found = await traffic.summary(info.context.gateway, info.context.caller, since)
        counts = [
            CarriedCount(
                **{name: getattr(c, name) for name in ("padded_kib", "outcome", "envelopes")},
                kind=EnvelopeKind(c.kind.upper()),
            )
            for c in found
        ]
        return CarriedTrafficSummary(since=since, counts=counts)


@strawberry.type
class TrafficSubscription:
    @strawberry.subscription(
        description="Each envelope as it is carried; for gateway admins, and for a command centre's own court. 传输流量"
    )
    async def carried_traffic(
        self, info: GatewayInfo, after: Resume = None
    ) -> AsyncGenerator[CarriedTrafficEvent, None]:
        try:
            behind = cursors.read(_FIELD, after, cursors.instant, row_number)
            async with aclosing(traffic.watch(info.context.gateway, info.context.caller, after=behind)) as watched:
                async for noted in watched:
                    yield CarriedEnvelope.of(noted)
        except RuleBroken as error:
            yield cast("Refusal", problem_of(error, info.context.language))
