"""The logs of look-ups (查询日志) as GraphQL objects. Nobody who was looked up stands in them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from db.records.lookups import AccessRecord, LookupRecord
from federation.ask.status import Reason, Status, reason_of
from schema.federated import Personal
from schema.problems import Refusal
from schema.scalars import CaseNumber, CourtCode
from schema.zone.page_types import PageInfo


@strawberry.type(description="What became of a look-up at one court. 单个法院的查询结果")
class LookupCourt:
    court: CourtCode = strawberry.field(description="Which court. 法院")
    status: Status = strawberry.field(description="What became of it. 状态")
    reason: Reason | None = strawberry.field(description="Why not, if it did not answer. 原因")
    rows: int | None = strawberry.field(description="How many records it gave; null when it gave no answer. 记录数")


@strawberry.type(
    description="One attempt of an officer of this court to look somebody up. 查询记录", directives=[Personal()]
)
class LookupEntry:
    id: UUID = strawberry.field(description="The look-up. 查询流水号")
    at: datetime = strawberry.field(description="When. 时间")
    officer_id: str = strawberry.field(description="Who. 查询人员")
    roles: list[str] | None = strawberry.field(description="With which offices then; null if unknown. 岗位")
    field: str = strawberry.field(description="What was asked for. 查询类型")
    case_number: CaseNumber | None = strawberry.field(description="For which case; null when it was none. 案号")
    purpose: str = strawberry.field(description="For which purpose. 查询目的")
    sections: list[str] = strawberry.field(description="Which sections. 查询内容")
    subject: str | None = strawberry.field(
        description="About whom, as a hash that only this court can make; null when malformed. 对象（带密钥哈希）"
    )
    outcome: str = strawberry.field(description="DONE, NOT_COVERED, STARTED, or the code of the refusal. 结果")
    answered: int | None = strawberry.field(description="How many courts answered. 已答复法院数")
    in_scope: int | None = strawberry.field(description="Of how many in scope. 范围内法院数")
    courts: list[LookupCourt] | None = strawberry.field(
        description="What became of it at each court; null of a refused or interrupted look-up. 覆盖情况"
    )
    ended_at: datetime | None = strawberry.field(description="When it ended. 结束时间")


@strawberry.type(
    description="One question of another court, answered or refused here. 被查询记录", directives=[Personal()]
)
class AccessEntry:
    at: datetime = strawberry.field(description="When. 时间")
    asking_court: CourtCode = strawberry.field(description="Who asked. 询问法院")
    outcome: str = strawberry.field(description="ANSWERED, EMPTY, or the code of the refusal. 结果")
    lookup_id: UUID | None = strawberry.field(description="The asking court's look-up. 查询流水号")
    officer_id: str | None = strawberry.field(description="Its officer. 查询人员")
    roles: list[str] | None = strawberry.field(description="The officer's offices then, as listed. 岗位")
    subject: str | None = strawberry.field(
        description="About whom, as a hash that only this court can make. 对象（带密钥哈希）"
    )
    field: str | None = strawberry.field(description="What was asked for. 查询类型")
    case_number: CaseNumber | None = strawberry.field(description="For which case of its. 案号")
    purpose: str | None = strawberry.field(description="For which purpose. 查询目的")
    sections: list[str] | None = strawberry.field(description="Which sections. 查询内容")
    rows: int = strawberry.field(description="How many records were given. 记录数")


@strawberry.type(description="Look-ups, newest first. 查询日志")
class LookupLog:
    entries: list[LookupEntry] = strawberry.field(description="At most as many as asked for. 记录")
    page_info: PageInfo = strawberry.field(description="Where the page ends. 分页信息")


@strawberry.type(description="Questions of other courts, newest first. 被查询日志")
class AccessLog:
    entries: list[AccessEntry] = strawberry.field(description="At most as many as asked for. 记录")
    page_info: PageInfo = strawberry.field(description="Where the page ends. 分页信息")


LookupLogResult: TypeAlias = Annotated[
    LookupLog | Refusal,
    strawberry.union("LookupLogResult", description="The log of look-ups, or why not. 查询日志结果"),
]
AccessLogResult: TypeAlias = Annotated[
    AccessLog | Refusal,
    strawberry.union("AccessLogResult", description="The log of questions received, or why not. 被查询日志结果"),
]


def lookup_entry(record: LookupRecord) -> LookupEntry:
    """`record` as a GraphQL object."""
    coverage = record.coverage or {}
    return LookupEntry(
        id=record.id,
        at=record.at,
        officer_id=record.officer_id,
        field=record.field,
        case_number=None if record.case_number is None else CaseNumber(record.case_number),
        purpose=record.purpose,
        sections=record.sections,
        outcome=record.outcome,
        answered=coverage.get("answered"),
        in_scope=coverage.get("inScope"),
        roles=record.roles,
        subject=None if record.subject_key is None else record.subject_key.hex(),
        courts=[_court(told) for told in coverage["courts"]] if "courts" in coverage else None,
        ended_at=record.ended_at,
    )


def _court(told: Mapping[str, Any]) -> LookupCourt:
    reason = told["reason"]
    return LookupCourt(
        court=CourtCode(told["court"]["code"]),
        status=Status(told["status"]),
        reason=None if reason is None else reason_of(reason),
        rows=told["rows"],
    )


def access_entry(record: AccessRecord) -> AccessEntry:
    """`record` as a GraphQL object."""
    return AccessEntry(
        at=record.at,
        asking_court=CourtCode(record.asking_court),
        outcome=record.outcome,
        lookup_id=record.lookup_id,
        officer_id=record.officer_id,
        field=record.field,
        case_number=None if record.case_number is None else CaseNumber(record.case_number),
        purpose=record.purpose,
        sections=record.sections,
        rows=record.rows,
        roles=record.roles,
        subject=None if record.subject_key is None else record.subject_key.hex(),
    )
