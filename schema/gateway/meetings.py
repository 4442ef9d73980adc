"""Exchange meetings (定期交流会议): agenda, courts, decisions; the minutes are texts of the courts."""

from datetime import date, datetime
from typing import Annotated, Final, Self, TypeAlias
from uuid import UUID

import strawberry

from db.records.framework import AgendaRecord, DecisionKind, DecisionRecord, MeetingTopic
from enforcement.desk import meetings
from enforcement.desk.meetings import NewDecision, NewItem, NewMeeting
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
    OnlyOpen,
    cursor,
    place,
)
from schema.objects import Node, node_id
from schema.problems import Refusal, StaleVersion
from schema.scalars import CourtCode

_FIELD: Final = "exchangeMeetings"
_T: Final = MeetingTopic
_D: Final = DecisionKind

described(
    MeetingTopic,
    "What an item of the agenda is about. 议题类别",
    {
        _T.TASK_COORDINATION: "Coordination of delegated matters. 执行事务协同",
        _T.CROSS_ACTIONS: "Joint enforcement actions. 执行行动交叉",
        _T.UNIFIED_STANDARDS: "Unified standards. 统一执行标准",
        _T.RESOURCES: "Resources that courts lend each other. 执行资源协同",
        _T.LIAISON: "Standing liaison. 常态联络",
        _T.SUPERVISION: "Supervision. 监督",
        _T.MEMBERSHIP: "Membership. 成员",
        _T.STATISTICS: "Statistics that are made known. 统计通报",
        _T.SYSTEM: "How the programs run. 系统运行",
        _T.OTHER: "Something else. 其他",
    },
)
described(
    DecisionKind,
    "What was decided to be done. 议定事项类别",
    {
        _D.PUBLISH_STANDARD: "Publish a standard. 制定标准",
        _D.CLEAR_OVERDUE_TASKS: "Clear overdue tasks. 清理超期事项",
        _D.PLAN_ACTION: "Plan a joint action. 策划行动",
        _D.OFFER_RESOURCES: "Offer resources. 提供资源",
        _D.CHANGE_LIAISON: "Change liaison officers or their hours. 调整联络员",
        _D.TRAIN_OFFICERS: "Train officers. 培训人员",
        _D.REPORT: "Report to the other courts. 报送情况",
        _D.IMPROVE_SYSTEM: "Improve the programs. 完善系统",
        _D.OTHER: "Something else. 其他",
    },
)


@strawberry.type(description="An item of a meeting's agenda, without a text. 议题")
class AgendaItem:
    topic: MeetingTopic = strawberry.field(description="What it is about. 类别")
    about: strawberry.ID | None = strawberry.field(description="Another record that it is about, by id. 相关记录")

    @classmethod
    def of(cls, item: AgendaRecord) -> Self:
        """The item as the desk loaded it."""
        return cls(topic=item.topic, about=None if item.about is None else node_id(item.about))


@strawberry.type(description="What a meeting decided to have done, by whom and by when. 议定事项")
class MeetingDecision:
    no: int = strawberry.field(description="Its number within the meeting, from 1. 序号")
    kind: DecisionKind = strawberry.field(description="What is to be done. 类别")
    owner: MemberCourt = strawberry.field(description="By which court. 责任法院")
    due_on: date = strawberry.field(description="By which day. 期限")
    done_on: date | None = strawberry.field(description="When it was carried out; null while it is open. 完成日期")
    done_by: strawberry.ID | None = strawberry.field(description="Which officer struck it off. 销号人编号")
    overdue: bool = strawberry.field(description="Whether it is open after its day. 是否超期")

    @classmethod
    def of(cls, decision: DecisionRecord, today: date, context: GatewayContext) -> Self:
        """The decision as the desk loaded it."""
        return cls(
            no=decision.no,
            kind=decision.kind,
            owner=member(context, decision.owner_court),
            due_on=decision.due_on,
            done_on=decision.done_on,
            done_by=None if decision.done_by is None else strawberry.ID(decision.done_by),
            overdue=decision.done_on is None and today > decision.due_on,
        )


@strawberry.type(description="A meeting of courts of the zone. 定期交流会议")
class ExchangeMeeting(Node):
    id: strawberry.ID = strawberry.field(description=NUMBER)
    recorded_by: MemberCourt = strawberry.field(description="Which court recorded it and keeps the minutes. 记录法院")
    held_on: date = strawberry.field(description="When it was held. 召开日期")
    courts: list[MemberCourt] = strawberry.field(description="Which courts took part. 参加法院")
    agenda: list[AgendaItem] = strawberry.field(description="What it was about. 议程")
    decisions: list[MeetingDecision] = strawberry.field(description="What was decided. 议定事项")
    minutes_digest: str | None = strawberry.field(
        description="Digest of the minutes, which the court keeps; null before they are filed. 纪要摘要"
    )
    closed_on: date | None = strawberry.field(description="When it was closed; null while it is open. 结束日期")
    recorded_at: datetime = strawberry.field(description=RECORDED)
    version: int = strawberry.field(description=VERSION)
    history: list[FrameworkHistoryEntry] = strawberry.field(description=HISTORY)

    @classmethod
    def of(cls, found: meetings.Meeting, context: GatewayContext) -> Self:
        """The meeting as the desk loaded it."""
        record = found.record
        return cls(
            id=node_id(record.id),
            recorded_by=member(context, record.court),
            held_on=record.held_on,
            courts=[member(context, code) for code in record.courts],
            agenda=[AgendaItem.of(item) for item in found.agenda],
            decisions=[MeetingDecision.of(each, found.today, context) for each in found.decisions],
            minutes_digest=record.minutes_digest,
            closed_on=record.closed_on,
            recorded_at=record.recorded_at,
            version=record.version,
            history=FrameworkHistoryEntry.of(found.history),
        )


@strawberry.input(description="An item of the agenda. 议题")
class AgendaItemInput:
    topic: MeetingTopic = strawberry.field(description="What it is about. 类别")
    about: UUID | None = strawberry.field(default=None, description="Another record, by id. 相关记录")


@strawberry.input(description="What is to be done, by whom and by when. 议定事项")
class MeetingDecisionInput:
    kind: DecisionKind = strawberry.field(description="What is to be done. 类别")
    owner: CourtCode = strawberry.field(description="A court that took part. 责任法院")
    due_on: date = strawberry.field(description="The day of the meeting, or later. 期限")

    def new(self) -> NewDecision:
        """The decision as the desk takes it."""
        return NewDecision(self.kind, self.owner, self.due_on)


@strawberry.input(description="A meeting that was held. 会议记录")
class RecordExchangeMeetingInput:
    held_on: date = strawberry.field(description="When; not ahead. 召开日期")
    courts: list[CourtCode] = strawberry.field(description="Who took part, the own court too. 参加法院")
    agenda: list[AgendaItemInput] = strawberry.field(description="1 to 50 items. 议程")
    decisions: list[MeetingDecisionInput] = strawberry.field(default_factory=list, description="At most 100. 议定事项")
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="A decision that is added to a meeting. 增加议定事项")
class AddMeetingDecisionInput:
    id: UUID = strawberry.field(description="Number of the meeting. 会议编号")
    decision: MeetingDecisionInput = strawberry.field(description="What was decided. 议定事项")
    version: int = strawberry.field(description=READ_VERSION)


@strawberry.input(description="Which decision was carried out. 销号")
class StrikeOffDecisionInput:
    id: UUID = strawberry.field(description="Number of the meeting. 会议编号")
    no: int = strawberry.field(description="Number of the decision. 序号")
    done_on: date = strawberry.field(description="When it was carried out. 完成日期")
    version: int = strawberry.field(description=READ_VERSION)


@strawberry.input(description="Of which minutes this is the digest. 纪要存档")
class FileMeetingMinutesInput:
    id: UUID = strawberry.field(description="Number of the meeting. 会议编号")
    digest: str = strawberry.field(description="64 lower-case hexadecimal digits, as the own node gives it. 纪要摘要")
    version: int = strawberry.field(description=READ_VERSION)


@strawberry.input(description="Which meeting is closed. 结束会议")
class CloseExchangeMeetingInput:
    id: UUID = strawberry.field(description="Number of the meeting. 会议编号")
    version: int = strawberry.field(description=READ_VERSION)


ExchangeMeetingsResult: TypeAlias = Annotated[
    Connection[ExchangeMeeting] | Refusal,
    strawberry.union("ExchangeMeetingsResult", description="The meetings, or why not. 会议列表结果"),
]
RecordExchangeMeetingResult: TypeAlias = Annotated[
    ExchangeMeeting | Refusal,
    strawberry.union("RecordExchangeMeetingResult", description="The meeting, or why not. 会议记录结果"),
]
ChangeMeetingResult: TypeAlias = Annotated[
    ExchangeMeeting | StaleVersion | Refusal,
    strawberry.union("ChangeMeetingResult", description="The meeting, or why not. 会议变更结果"),
]
Recorded: TypeAlias = Annotated[RecordExchangeMeetingInput, strawberry.argument(description="Which one. 会议记录")]
Added: TypeAlias = Annotated[AddMeetingDecisionInput, strawberry.argument(description="What. 增加议定事项")]
Struck: TypeAlias = Annotated[StrikeOffDecisionInput, strawberry.argument(description="Which one. 销号")]
Filed: TypeAlias = Annotated[FileMeetingMinutesInput, strawberry.argument(description="Which minutes. 纪要存档")]
Closed: TypeAlias = Annotated[CloseExchangeMeetingInput, strawberry.argument(description="Which one. 结束会议")]


@strawberry.type
class MeetingQuery:
    @strawberry.field(description="The meetings in which the caller's court took part, newest first. 会议列表")
    async def exchange_meetings(
        self,
        info: GatewayInfo,
        open: OnlyOpen = None,  # noqa: A002
        first: First = 20,
        after: After = None,
    ) -> ExchangeMeetingsResult:
        context = info.context
        page = await meetings.page(
            context.gateway, context.caller, is_open=open, first=first, after=place(_FIELD, after)
        )
        return connection(
            [ExchangeMeeting.of(row, context) for row in page.rows],
            [cursor(_FIELD, row.record.recorded_at, row.record.id) for row in page.rows],
            has_next=page.has_next,
        )


@strawberry.type
class MeetingMutation:
    @strawberry.mutation(
        description="Record a meeting of courts; for the centre or a liaison officer of one that took part. 记录会议"
    )
    async def record_exchange_meeting(self, info: GatewayInfo, input: Recorded) -> RecordExchangeMeetingResult:  # noqa: A002
        new = NewMeeting(
            held_on=input.held_on,
            courts=tuple(input.courts),
            agenda=tuple(NewItem(item.topic, item.about) for item in input.agenda),
            decisions=tuple(decision.new() for decision in input.decisions),
        )
        context = info.context
        made = await meetings.record(context.gateway, context.caller, new, idempotency_key=input.idempotency_key)
        return ExchangeMeeting.of(made, context)

    @strawberry.mutation(description="Add a decision; for the courts that took part. 增加议定事项")
    async def add_meeting_decision(self, info: GatewayInfo, input: Added) -> ChangeMeetingResult:  # noqa: A002
        context = info.context
        new = input.decision.new()
        made = await meetings.add_decision(context.gateway, context.caller, input.id, input.version, new)
        return ExchangeMeeting.of(made, context)

    @strawberry.mutation(description="Strike a decision off; for the court that owns it. 销号")
    async def strike_off_decision(self, info: GatewayInfo, input: Struck) -> ChangeMeetingResult:  # noqa: A002
        context = info.context
        made = await meetings.strike_off(
            context.gateway, context.caller, input.id, input.version, input.no, input.done_on
        )
        return ExchangeMeeting.of(made, context)

    @strawberry.mutation(description="File the digest of the minutes; for the court that recorded it. 纪要存档")
    async def file_meeting_minutes(self, info: GatewayInfo, input: Filed) -> ChangeMeetingResult:  # noqa: A002
        context = info.context
        made = await meetings.file_minutes(context.gateway, context.caller, input.id, input.version, input.digest)
        return ExchangeMeeting.of(made, context)

    @strawberry.mutation(
        description="Close a meeting whose every decision is struck off; for the court that recorded it. 结束会议"
    )
    async def close_exchange_meeting(self, info: GatewayInfo, input: Closed) -> ChangeMeetingResult:  # noqa: A002
        context = info.context
        made = await meetings.close(context.gateway, context.caller, input.id, input.version)
        return ExchangeMeeting.of(made, context)
