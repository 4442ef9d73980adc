"""What the courts of a zone write down under their framework agreement (框架协议), as the gateway keeps it.

Invariant: codes, dates, numbers, courts and officers' ids; no field holds text.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class FrameworkKind(StrEnum):
    """Which kind of record."""

    LIAISON_OFFICER = "LIAISON_OFFICER"  # 联络员
    STANDARD = "STANDARD"  # 统一标准
    MEETING = "MEETING"  # 定期交流会议
    SUPERVISION = "SUPERVISION"  # 督办
    RESOURCE_OFFER = "RESOURCE_OFFER"  # 资源协同


class FrameworkStep(StrEnum):
    """What made a version of a record."""

    REGISTERED = "REGISTERED"  # 登记
    HOURS_CHANGED = "HOURS_CHANGED"  # 变更值班时间
    PROPOSED = "PROPOSED"  # 提出
    SIGNED = "SIGNED"  # 签署
    AGREED = "AGREED"  # 达成一致
    END_PROPOSED = "END_PROPOSED"  # 提议终止
    WITHDRAWN = "WITHDRAWN"  # 撤回
    RECORDED = "RECORDED"  # 记录
    DECISION_ADDED = "DECISION_ADDED"  # 增加议定事项
    STRUCK_OFF = "STRUCK_OFF"  # 销号
    MINUTES_FILED = "MINUTES_FILED"  # 纪要存档
    RAISED = "RAISED"  # 发起督办
    ANSWERED = "ANSWERED"  # 答复
    OFFERED = "OFFERED"  # 提供
    REQUESTED = "REQUESTED"  # 申请
    GRANTED = "GRANTED"  # 同意
    REFUSED = "REFUSED"  # 不同意
    RETURNED = "RETURNED"  # 归还
    ENDED = "ENDED"  # 终止
    CLOSED = "CLOSED"  # 结束


@dataclass(frozen=True, slots=True)
class FrameworkAct:
    """Who made which version of a record, and how; `item` is the number of the part that it was about."""

    record_id: UUID
    version: int
    kind: FrameworkKind
    step: FrameworkStep
    item: int | None
    at: datetime
    court: str
    officer_id: str


class HolidayRule(StrEnum):
    """Whether weekly hours hold on days off."""

    WORKING_DAYS_ONLY = "WORKING_DAYS_ONLY"  # 法定节假日除外
    EVERY_DAY = "EVERY_DAY"  # 节假日照常


@dataclass(frozen=True, slots=True)
class LiaisonRecord:
    """联络员: `hours` are pairs of minutes from Monday 00:00 in China, each begin with its end."""

    id: UUID
    court: str
    officer_id: str
    hours: list[int]
    holidays: HolidayRule
    from_on: date
    to_on: date | None  # last day
    recorded_at: datetime
    version: int


class MeetingTopic(StrEnum):
    """What a meeting is about: the heads and mechanisms of the framework agreement."""

    TASK_COORDINATION = "TASK_COORDINATION"  # 执行事务协同
    CROSS_ACTIONS = "CROSS_ACTIONS"  # 执行行动交叉
    UNIFIED_STANDARDS = "UNIFIED_STANDARDS"  # 统一执行标准
    RESOURCES = "RESOURCES"  # 执行资源协同
    LIAISON = "LIAISON"  # 常态联络
    SUPERVISION = "SUPERVISION"  # 监督
    MEMBERSHIP = "MEMBERSHIP"  # 成员
    STATISTICS = "STATISTICS"  # 统计通报
    SYSTEM = "SYSTEM"  # 系统运行
    OTHER = "OTHER"  # 其他


class DecisionKind(StrEnum):
    """What a meeting decided to have done."""

    PUBLISH_STANDARD = "PUBLISH_STANDARD"  # 制定标准
    CLEAR_OVERDUE_TASKS = "CLEAR_OVERDUE_TASKS"  # 清理超期事项
    PLAN_ACTION = "PLAN_ACTION"  # 策划行动
    OFFER_RESOURCES = "OFFER_RESOURCES"  # 提供资源
    CHANGE_LIAISON = "CHANGE_LIAISON"  # 调整联络员
    TRAIN_OFFICERS = "TRAIN_OFFICERS"  # 培训人员
    REPORT = "REPORT"  # 报送情况
    IMPROVE_SYSTEM = "IMPROVE_SYSTEM"  # 完善系统
    OTHER = "OTHER"  # 其他


@dataclass(frozen=True, slots=True)
class MeetingRecord:
    """定期交流会议, recorded by `court`; its minutes are at the courts, here is the digest alone."""

    id: UUID
    court: str
    held_on: date
    courts: list[str]
    minutes_digest: str | None
    closed_on: date | None
    recorded_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class AgendaRecord:
    """议题; `about` is the id of another record of the framework."""

    meeting_id: UUID
    no: int
    topic: MeetingTopic
    about: UUID | None


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """议定事项, struck off when it is done."""

    meeting_id: UUID
    no: int
    kind: DecisionKind
    owner_court: str
    due_on: date
    done_on: date | None
    done_by: str | None


class SupervisionGround(StrEnum):
    """Why a superior court supervises a task."""

    NOT_SIGNED_FOR = "NOT_SIGNED_FOR"  # 逾期未签收
    NOT_BEGUN = "NOT_BEGUN"  # 逾期未开始办理
    NOT_ANSWERED = "NOT_ANSWERED"  # 逾期未反馈
    NOT_CONFIRMED = "NOT_CONFIRMED"  # 逾期未确认
    RETURNED_WITHOUT_GROUND = "RETURNED_WITHOUT_GROUND"  # 无故退回
    COMPLAINT = "COMPLAINT"  # 投诉
    DISPUTE = "DISPUTE"  # 争议


class SupervisionAnswer(StrEnum):
    """What the supervised court says; the reasons stay there."""

    DONE = "DONE"  # 已办理
    IN_HAND = "IN_HAND"  # 正在办理
    LAWFULLY_DELAYED = "LAWFULLY_DELAYED"  # 依法延期
    CANNOT_BE_DONE = "CANNOT_BE_DONE"  # 无法办理
    OTHER_COURT_ACTS = "OTHER_COURT_ACTS"  # 应由对方法院办理


class SupervisionOutcome(StrEnum):
    """How a supervision ended."""

    SETTLED = "SETTLED"  # 已解决
    UNFOUNDED = "UNFOUNDED"  # 不成立
    PASSED_UP = "PASSED_UP"  # 报请上级


class SupervisionOrigin(StrEnum):
    """What brought a supervision about."""

    OFFICER = "OFFICER"  # 上级法院发起
    DEADLINE = "DEADLINE"  # 超期自动升级
    DISPUTE = "DISPUTE"  # 争议自动报请
    PASSED_UP = "PASSED_UP"  # 报请上级


@dataclass(frozen=True, slots=True)
class SupervisionRecord:
    """督办: `raised_by` is the superior court, `court` the one that answers, `other_court` the task's other one.

    `tier` and `overdue_on` are set when a deadline raised it: how far up it goes, and the day that was missed.
    """

    id: UUID
    track_id: UUID
    ground: SupervisionGround
    raised_by: str
    court: str
    other_court: str
    respond_by: date
    answer: SupervisionAnswer | None
    answer_digest: str | None
    answered_on: date | None
    outcome: SupervisionOutcome | None
    closed_on: date | None
    recorded_at: datetime
    version: int
    origin: SupervisionOrigin = SupervisionOrigin.OFFICER
    tier: int | None = None
    overdue_on: date | None = None


class ResourceKind(StrEnum):
    """What one court lends another."""

    OFFICERS = "OFFICERS"  # 人员
    VEHICLES = "VEHICLES"  # 车辆
    VENUE = "VENUE"  # 场所
    EQUIPMENT = "EQUIPMENT"  # 装备
    CUSTODY_SITE = "CUSTODY_SITE"  # 保管场所


class RequestStatus(StrEnum):
    """Where a request for what was offered stands."""

    REQUESTED = "REQUESTED"  # 已申请
    GRANTED = "GRANTED"  # 已同意
    REFUSED = "REFUSED"  # 不同意
    WITHDRAWN = "WITHDRAWN"  # 已撤回
    RETURNED = "RETURNED"  # 已归还


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """资源协同: what `court` offers; no `to_courts` means every court of the zone."""

    id: UUID
    court: str
    kind: ResourceKind
    to_courts: list[str]
    quantity: int
    from_on: date
    to_on: date
    closed_on: date | None
    recorded_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """资源申请, numbered within its offer."""

    offer_id: UUID
    no: int
    court: str
    quantity: int
    from_on: date
    to_on: date
    status: RequestStatus
    granted: int | None
    ended_on: date | None
