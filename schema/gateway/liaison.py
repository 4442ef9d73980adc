"""Liaison officers and their duty hours (联络员)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final, Self, TypeAlias
from uuid import UUID

import strawberry

from db.records.framework import HolidayRule
from enforcement.desk import liaison
from enforcement.desk.liaison import Duty, NewLiaison
from enforcement.rules.duty import DutyHours as HoursRecord
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
    VERSION,
    After,
    First,
    FrameworkHistoryEntry,
    cursor,
    place,
)
from schema.objects import Node, node_id
from schema.problems import Refusal, StaleVersion
from schema.scalars import CourtCode

_FIELD: Final = "liaisonOfficers"


class Weekday(StrEnum):
    """A day of the week."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


_WEEK: Final = tuple(Weekday)
described(
    Weekday,
    "A day of the week, in China. 星期",
    dict(
        zip(
            _WEEK,
            (
                "Monday. 星期一",
                "Tuesday. 星期二",
                "Wednesday. 星期三",
                "Thursday. 星期四",
                "Friday. 星期五",
                "Saturday. 星期六",
                "Sunday. 星期日",
            ),
            strict=True,
        )
    ),
)
described(
    HolidayRule,
    "Whether weekly hours hold on days off. 节假日规则",
    {
        HolidayRule.WORKING_DAYS_ONLY: "On working days; a weekend day that is worked has Monday's. 法定节假日除外",
        HolidayRule.EVERY_DAY: "On days off too. 节假日照常",
    },
)


@strawberry.type(description="Hours of one day of the week, in China. 值班时段")
class DutyHours:
    weekday: Weekday = strawberry.field(description="The day. 星期")
    from_minute: int = strawberry.field(description="First minute of the day, from 0. 开始分钟")
    to_minute: int = strawberry.field(description="The minute at which they end, up to 1440. 结束分钟")

    @classmethod
    def of(cls, hours: HoursRecord) -> Self:
        """The hours as the rules have them."""
        return cls(weekday=_WEEK[hours.weekday - 1], from_minute=hours.from_minute, to_minute=hours.to_minute)


@strawberry.type(description="A liaison officer's duty hours, and for how long they hold; by id, never by name. 联络员")
class LiaisonOfficer(Node):
    id: strawberry.ID = strawberry.field(description=NUMBER)
    court: MemberCourt = strawberry.field(description="Of which court. 法院")
    officer_id: strawberry.ID = strawberry.field(description="Id of the officer. 联络员编号")
    hours: list[DutyHours] = strawberry.field(description="Hours of the week. 值班时段")
    holidays: HolidayRule = strawberry.field(description="Whether they hold on days off. 节假日规则")
    from_on: date = strawberry.field(name="from", description="First day. 起始日期")
    to_on: date | None = strawberry.field(name="to", description="Last day; null when none is set. 截止日期")
    reachable_now: bool = strawberry.field(description="Whether the hours hold at this moment. 当前是否值班")
    recorded_at: datetime = strawberry.field(description=RECORDED)
    version: int = strawberry.field(description=VERSION)
    history: list[FrameworkHistoryEntry] = strawberry.field(description=HISTORY)

    @classmethod
    def of(cls, found: liaison.Liaison, context: GatewayContext) -> Self:
        """The officer as the desk loaded the record."""
        record = found.record
        return cls(
            id=node_id(record.id),
            court=member(context, record.court),
            officer_id=strawberry.ID(record.officer_id),
            hours=[DutyHours.of(hours) for hours in found.hours],
            holidays=record.holidays,
            from_on=record.from_on,
            to_on=record.to_on,
            reachable_now=found.is_on_duty,
            recorded_at=record.recorded_at,
            version=record.version,
            history=FrameworkHistoryEntry.of(found.history),
        )


@strawberry.input(description="Hours of one day of the week, in China. 值班时段")
class DutyHoursInput:
    weekday: Weekday = strawberry.field(description="The day. 星期")
    from_minute: int = strawberry.field(description="First minute of the day, from 0. 开始分钟")
    to_minute: int = strawberry.field(description="The minute at which they end, up to 1440. 结束分钟")


def _duty(hours: list[DutyHoursInput], holidays: HolidayRule) -> Duty:
    spans = (HoursRecord(_WEEK.index(each.weekday) + 1, each.from_minute, each.to_minute) for each in hours)
    return Duty(tuple(spans), holidays)


@strawberry.input(description="Whose duty hours are registered. 联络员登记")
class RegisterLiaisonOfficerInput:
    officer_id: strawberry.ID = strawberry.field(description="A liaison officer of the own court. 联络员编号")
    hours: list[DutyHoursInput] = strawberry.field(description="At most 21 of a week. 值班时段")
    holidays: HolidayRule = strawberry.field(description="Whether they hold on days off. 节假日规则")
    from_on: date = strawberry.field(name="from", description="First day. 起始日期")
    to_on: date | None = strawberry.field(name="to", default=None, description="Last day, if set. 截止日期")
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="The hours that hold from now on. 变更值班时间")
class ChangeDutyHoursInput:
    id: UUID = strawberry.field(description=NUMBER)
    hours: list[DutyHoursInput] = strawberry.field(description="At most 21 of a week. 值班时段")
    holidays: HolidayRule = strawberry.field(description="Whether they hold on days off. 节假日规则")
    version: int = strawberry.field(description=READ_VERSION)


@strawberry.input(description="Until when the hours hold. 终止联络员登记")
class EndLiaisonOfficerInput:
    id: UUID = strawberry.field(description=NUMBER)
    last_day: date = strawberry.field(description="Today or later. 截止日期")
    version: int = strawberry.field(description=READ_VERSION)


LiaisonOfficersResult: TypeAlias = Annotated[
    Connection[LiaisonOfficer] | Refusal,
    strawberry.union("LiaisonOfficersResult", description="The officers, or why not. 联络员列表结果"),
]
RegisterLiaisonOfficerResult: TypeAlias = Annotated[
    LiaisonOfficer | Refusal,
    strawberry.union("RegisterLiaisonOfficerResult", description="The officer, or why not. 联络员登记结果"),
]
ChangeDutyHoursResult: TypeAlias = Annotated[
    LiaisonOfficer | StaleVersion | Refusal,
    strawberry.union("ChangeDutyHoursResult", description="The officer, or why not. 变更值班时间结果"),
]
EndLiaisonOfficerResult: TypeAlias = Annotated[
    LiaisonOfficer | StaleVersion | Refusal,
    strawberry.union("EndLiaisonOfficerResult", description="The officer, or why not. 终止联络员登记结果"),
]
OfCourt: TypeAlias = Annotated[CourtCode | None, strawberry.argument(description="Of this court only. 法院")]
OnDay: TypeAlias = Annotated[date | None, strawberry.argument(description="Those that hold on this day only. 日期")]
Registered: TypeAlias = Annotated[
    RegisterLiaisonOfficerInput, strawberry.argument(description="Whose hours. 联络员登记")
]
Changed: TypeAlias = Annotated[ChangeDutyHoursInput, strawberry.argument(description="Which hours. 变更值班时间")]
Ended: TypeAlias = Annotated[EndLiaisonOfficerInput, strawberry.argument(description="Until when. 终止联络员登记")]


@strawberry.type
class LiaisonQuery:
    @strawberry.field(description="The courts' liaison officers with their duty hours, newest first. 联络员列表")
    async def liaison_officers(
        self, info: GatewayInfo, court: OfCourt = None, on: OnDay = None, first: First = 20, after: After = None
    ) -> LiaisonOfficersResult:
        context = info.context
        page = await liaison.page(
            context.gateway, context.caller, court=court, day=on, first=first, after=place(_FIELD, after)
        )
        return connection(
            [LiaisonOfficer.of(row, context) for row in page.rows],
            [cursor(_FIELD, row.record.recorded_at, row.record.id) for row in page.rows],
            has_next=page.has_next,
        )


@strawberry.type
class LiaisonMutation:
    @strawberry.mutation(
        description="Register duty hours of a liaison officer of the own court; for its command centre and liaison "
        "officers. 登记联络员"
    )
    async def register_liaison_officer(self, info: GatewayInfo, input: Registered) -> RegisterLiaisonOfficerResult:  # noqa: A002
        context = info.context
        new = NewLiaison(str(input.officer_id), _duty(input.hours, input.holidays), input.from_on, input.to_on)
        made = await liaison.register(context.gateway, context.caller, new, idempotency_key=input.idempotency_key)
        return LiaisonOfficer.of(made, context)

    @strawberry.mutation(description="Set other duty hours from now on; for the officer's court. 变更值班时间")
    async def change_duty_hours(self, info: GatewayInfo, input: Changed) -> ChangeDutyHoursResult:  # noqa: A002
        context = info.context
        duty = _duty(input.hours, input.holidays)
        made = await liaison.change_hours(context.gateway, context.caller, input.id, input.version, duty)
        return LiaisonOfficer.of(made, context)

    @strawberry.mutation(description="Set the last day of the duty hours; for the officer's court. 终止联络员登记")
    async def end_liaison_officer(self, info: GatewayInfo, input: Ended) -> EndLiaisonOfficerResult:  # noqa: A002
        context = info.context
        made = await liaison.end(context.gateway, context.caller, input.id, input.version, input.last_day)
        return LiaisonOfficer.of(made, context)
