"""Who looked at a person, as those see it who watch over the court. The person is named by a variable alone."""

from datetime import datetime
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from db.records.lookups import PersonAccessRecord
from enforcement import person_accesses
from enforcement.rules.refusals import RuleBroken
from schema.connections import page_info
from schema.context import NodeContext
from schema.federated import Personal
from schema.node.lookup_types import DebtorIdentityInput
from schema.problems import Refusal, problem_of
from schema.scalars import CaseNumber, CourtCode
from schema.zone.page_types import After, First, PageInfo


@strawberry.type(description="Somebody looked at the person, or was refused. 对该人的查询", directives=[Personal()])
class PersonAccess:
    at: datetime = strawberry.field(description="When. 时间")
    court: CourtCode = strawberry.field(description="Whose officer: this court's, or another's that asked here. 法院")
    officer_id: str | None = strawberry.field(description="Who. 查询人员")
    roles: list[str] | None = strawberry.field(description="With which offices then; null if unknown. 岗位")
    lookup_id: UUID | None = strawberry.field(description="Under which it stands in both courts' logs. 查询流水号")
    field: str | None = strawberry.field(description="What was asked for. 查询类型")
    case_number: CaseNumber | None = strawberry.field(description="For which case of that court. 案号")
    purpose: str | None = strawberry.field(description="For which purpose. 查询目的")
    sections: list[str] | None = strawberry.field(description="Which sections. 查询内容")
    outcome: str = strawberry.field(description="What came of it: a status, or the code of the refusal. 结果")
    rows: int | None = strawberry.field(
        description="How many records were shown, of an own look-up by all courts; null if it did not end. 记录数"
    )


@strawberry.type(description="Who looked at the person, newest first. 查询人核查")
class PersonAccesses:
    entries: list[PersonAccess] = strawberry.field(description="At most as many as asked for. 记录")
    page_info: PageInfo = strawberry.field(description="Where the page ends. 分页信息")


PersonAccessesResult: TypeAlias = Annotated[
    PersonAccesses | Refusal,
    strawberry.union("PersonAccessesResult", description="Who looked, or why you do not see it. 查询人核查结果"),
]
OfWhom: TypeAlias = Annotated[DebtorIdentityInput, strawberry.argument(description="Who was looked at. 身份")]


@strawberry.type
class AccessesQuery:
    """Who looked at whom."""

    @strawberry.field(
        description="Who looked at this person; handlers see their own look-ups. It is in the audit trail. 查询人核查"
    )
    async def person_accesses(
        self, info: Info[NodeContext, None], identity: OfWhom, first: First = 20, after: After = None
    ) -> PersonAccessesResult:
        court = info.context.court
        try:
            found = await person_accesses.of_person(
                court,
                info.context.caller,
                resident_id=identity.resident_id,
                credit_code=identity.credit_code,
                first=first,
                after=after,
            )
        except RuleBroken as refusal:
            return cast("PersonAccessesResult", problem_of(refusal, info.context.language))
        return PersonAccesses(
            entries=[_access(record, court.code) for record in found.rows],
            page_info=page_info(found.cursors, has_next=found.has_next),
        )


def _access(record: PersonAccessRecord, own: str) -> PersonAccess:
    return PersonAccess(
        at=record.at,
        court=CourtCode(record.court or own),
        officer_id=record.officer_id,
        roles=record.roles,
        lookup_id=record.lookup_id,
        field=record.field,
        case_number=None if record.case_number is None else CaseNumber(record.case_number),
        purpose=record.purpose,
        sections=record.sections,
        outcome=record.outcome,
        rows=record.rows,
    )
