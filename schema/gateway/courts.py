"""The zone and its courts (协作区、成员法院): what anybody may know, without a token."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

import strawberry

from federation.directory.document import AgreementEntry, CourtEntry
from federation.wire.errors import UnknownCourt
from schema.enums import described
from schema.gateway.context import GatewayContext, GatewayInfo, Language
from schema.objects import Node
from schema.scalars import CourtCode


class CourtLevel(StrEnum):
    """Tier of a court."""

    GRASSROOTS = "GRASSROOTS"
    INTERMEDIATE = "INTERMEDIATE"
    HIGH = "HIGH"
    SUPREME = "SUPREME"


class MembershipState(StrEnum):
    """Whether a court takes part."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    WITHDRAWING = "WITHDRAWING"
    WITHDRAWN = "WITHDRAWN"


described(
    CourtLevel,
    "Tier of a court. 法院层级",
    {
        CourtLevel.GRASSROOTS: "Grass-roots court. 基层人民法院",
        CourtLevel.INTERMEDIATE: "Intermediate court. 中级人民法院",
        CourtLevel.HIGH: "High court. 高级人民法院",
        CourtLevel.SUPREME: "The Supreme People's Court. 最高人民法院",
    },
)
described(
    MembershipState,
    "Whether a court takes part in the zone. 成员状态",
    {
        MembershipState.ACTIVE: "Takes part. 正常",
        MembershipState.SUSPENDED: "Neither asks nor is asked; open tasks run on. 暂停",
        MembershipState.WITHDRAWING: "Finishes its open tasks. 退出中",
        MembershipState.WITHDRAWN: "Has left. 已退出",
    },
)


@strawberry.type(description="A court of the zone. 成员法院")
class MemberCourt(Node):
    id: strawberry.ID = strawberry.field(description="The same text as `code`. 标识")
    code: CourtCode = strawberry.field(description="Short code. 法院代字")
    name: str = strawberry.field(description="Name in the language of the request. 名称")
    level: CourtLevel = strawberry.field(description="Tier. 层级")
    division: str = strawberry.field(description="GB/T 2260 code of its county, six digits. 行政区划代码")
    county: str = strawberry.field(description="Its county, in the language of the request. 区县")
    province: str = strawberry.field(description="Its province. 省份")
    parent: CourtCode = strawberry.field(description="Short code of its superior court. 上级法院")
    state: MembershipState = strawberry.field(description="Whether it takes part. 成员状态")
    since: date = strawberry.field(description="Since when it is in this state. 起始日期")

    @classmethod
    def of(cls, entry: CourtEntry, language: Language) -> Self:
        """The court as the directory lists it."""
        chinese = language == "zh"
        return cls(
            id=strawberry.ID(entry.code),
            code=CourtCode(entry.code),
            name=entry.name_zh if chinese else entry.name_en,
            level=CourtLevel(entry.level),
            division=entry.division,
            county=entry.county_zh if chinese else entry.county_en,
            province=entry.province,
            parent=CourtCode(entry.parent),
            state=MembershipState(entry.state),
            since=entry.since,
        )


def member(context: GatewayContext, code: str) -> MemberCourt:
    """The court of a code that the directory is known to list: none that ever sent a message is struck from it."""
    return MemberCourt.of(context.gateway.directory.current().court(code), context.language)


@strawberry.type(description="Who agreed to assist whom, and for how long. 协作协议")
class AgreementHead:
    asking: CourtCode = strawberry.field(description="The court that is assisted. 委托法院")
    asked: CourtCode | None = strawberry.field(
        description="The court that assists; null for every other court of the zone. 受托法院"
    )
    valid_from: date = strawberry.field(description="First day, in China. 生效日期")
    valid_until: date = strawberry.field(description="Last day, in China, inclusive. 终止日期")

    @classmethod
    def of(cls, entry: AgreementEntry, asking: str) -> Self:
        """The head of an agreement, as it is `asking`'s: not its sections and limits."""
        return cls(
            asking=CourtCode(asking),
            asked=None if entry.asked is None else CourtCode(entry.asked),
            valid_from=entry.valid_from,
            valid_until=entry.valid_until,
        )


@strawberry.type
class CourtQuery:
    @strawberry.field(description="The courts of the zone, in the directory's order; needs no token. 成员法院列表")
    def courts(self, info: GatewayInfo) -> list[MemberCourt]:
        view = info.context.gateway.directory.current()
        return [MemberCourt.of(entry, info.context.language) for entry in view.courts()]

    @strawberry.field(description="One court, or null when the zone has none of that code; needs no token. 成员法院")
    def court(
        self,
        info: GatewayInfo,
        code: Annotated[CourtCode, strawberry.argument(description="Short code, such as 浙0824. 法院代字")],
    ) -> MemberCourt | None:
        try:
            return member(info.context, code)
        except UnknownCourt:
            return None
