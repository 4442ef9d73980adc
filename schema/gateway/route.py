"""Whom to delegate to (委托去向)."""

from datetime import date, datetime
from typing import Annotated, Self, TypeAlias

import strawberry

from db.records.framework import HolidayRule, LiaisonRecord
from enforcement.desk import route
from enforcement.desk.liaison import is_on_duty
from enforcement.rules.deadlines import Term as TermRecord
from enforcement.rules.duty import unpacked
from federation.directory.document import AgreementEntry, LiaisonEntry
from schema.gateway.context import GatewayContext, GatewayInfo
from schema.gateway.courts import MemberCourt
from schema.gateway.health import NodeHealth
from schema.gateway.liaison import DutyHours
from schema.problems import Refusal
from schema.scalars import CourtCode
from schema.task_enums import Approval, DelegatedMatterType, RequiredPaper, Unit


@strawberry.type(description="So many days of a kind; the first day is not counted. 期限")
class DayTerm:
    days: int = strawberry.field(description="How many. 天数")
    unit: Unit = strawberry.field(description="What is counted. 单位")

    @classmethod
    def of(cls, term: TermRecord) -> Self:
        """The term as the rules state it."""
        return cls(days=term.days, unit=term.unit)


@strawberry.type(description="An officer whom other courts call; by id, never by name. 联络员")
class DutyOfficer:
    officer_id: strawberry.ID = strawberry.field(description="Id of the officer. 联络员编号")
    hours: str = strawberry.field(
        description="When the officer is on duty, as the directory says it. 值班时间",
        deprecation_reason="Since contract 1. Use `dutyHours`.",
    )
    duty_hours: list[DutyHours] = strawberry.field(
        description="Hours of the week, as their court registered them; none before it did. 值班时段"
    )
    holidays: HolidayRule | None = strawberry.field(description="Whether they hold on days off. 节假日规则")
    reachable_now: bool | None = strawberry.field(
        description="Whether the officer is on duty now; null before hours are registered. 当前是否值班"
    )

    @classmethod
    def of(cls, entry: LiaisonEntry, record: LiaisonRecord | None, now: datetime) -> Self:
        """The officer as the directory lists them, with the hours that their court registered."""
        return cls(
            officer_id=strawberry.ID(entry.officer),
            hours=entry.hours,
            duty_hours=[DutyHours.of(hours) for hours in unpacked(record.hours)] if record else [],
            holidays=record.holidays if record else None,
            reachable_now=None if record is None else is_on_duty(record, now),
        )


@strawberry.type(description="The agreement of the two courts that is in force today. 现行协作协议")
class AgreementInForce:
    valid_from: date = strawberry.field(description="First day, in China. 生效日期")
    valid_until: date = strawberry.field(description="Last day, in China, inclusive. 终止日期")

    @classmethod
    def of(cls, entry: AgreementEntry) -> Self:
        """The agreement's days."""
        return cls(valid_from=entry.valid_from, valid_until=entry.valid_until)


@strawberry.type(description="Who takes a matter in a county, on which terms, and whether it can be reached. 委托去向")
class DelegationRoute:
    delegating_court: MemberCourt = strawberry.field(description="The court that delegates. 委托法院")
    entrusted_court: MemberCourt = strawberry.field(description="The court that takes the matter. 受托法院")
    matter: DelegatedMatterType = strawberry.field(description="The matter. 委托事项")
    in_national_list: bool = strawberry.field(
        description="Whether the national list has it; otherwise it rests on the agreement. 是否属全国列明事项"
    )
    agreement: AgreementInForce = strawberry.field(description="The agreement in force. 协作协议")
    papers: list[RequiredPaper] = strawberry.field(description="Papers that must be attached. 应附文书")
    approval: Approval = strawberry.field(description="Whose approval it needs at the delegating court. 审批权限")
    sign_for_within: DayTerm = strawberry.field(description="Within which it is signed for. 签收期限")
    sign_for_within_urgent_minutes: int = strawberry.field(
        description="The same for an urgent task, in minutes. 紧急事项签收期限（分钟）"
    )
    answer_within_days: int = strawberry.field(description="Within how many days it is answered. 反馈期限（日）")
    duty_officers: list[DutyOfficer] = strawberry.field(description="Whom to call there. 联络员")
    health: NodeHealth = strawberry.field(description="Whether its node answers now. 节点健康")

    @classmethod
    def of(cls, found: route.Route, context: GatewayContext) -> Self:
        """The route as the desk found it."""
        language = context.language
        return cls(
            delegating_court=MemberCourt.of(found.asking, language),
            entrusted_court=MemberCourt.of(found.entrusted, language),
            matter=found.rule.matter,
            in_national_list=found.rule.in_national_list,
            agreement=AgreementInForce.of(found.agreement),
            papers=sorted(found.rule.papers, key=list(RequiredPaper).index),
            approval=found.rule.approval,
            sign_for_within=DayTerm.of(found.rule.sign_for_within),
            sign_for_within_urgent_minutes=int(found.rule.sign_for_within_urgent.total_seconds() // 60),
            answer_within_days=found.rule.answer_within_days,
            duty_officers=[
                DutyOfficer.of(entry, found.duty.get(entry.officer), context.gateway.clock.now())
                for entry in found.entrusted.liaison
            ],
            health=NodeHealth.of(found.health, context),
        )


DelegationRouteResult: TypeAlias = Annotated[
    DelegationRoute | Refusal,
    strawberry.union("DelegationRouteResult", description="The route, or why there is none. 委托去向结果"),
]
From: TypeAlias = Annotated[
    CourtCode, strawberry.argument(name="from", description="The court that delegates. 委托法院")
]
Matter: TypeAlias = Annotated[DelegatedMatterType, strawberry.argument(description="What is delegated. 委托事项")]
Division: TypeAlias = Annotated[
    str, strawberry.argument(description="County where it is to be done, GB/T 2260, six digits. 行政区划代码")
]


@strawberry.type
class RouteQuery:
    @strawberry.field(description="Whom to delegate to; for command centres and liaison officers. 委托去向")
    async def delegation_route(
        self, info: GatewayInfo, from_: From, matter: Matter, division: Division
    ) -> DelegationRouteResult:
        context = info.context
        found = await route.find(context.gateway, context.caller, asking=from_, matter=matter, division=division)
        return DelegationRoute.of(found, context)
