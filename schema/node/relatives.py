"""What officers declare of themselves (回避申报). The person is named by a variable, and never shown again."""

from datetime import datetime
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from db.records.warnings_raised import RelativeRecord
from enforcement import relatives
from enforcement.rules.anomalies import Relation
from enforcement.rules.refusals import RuleBroken
from schema.context import NodeContext
from schema.enums import described
from schema.federated import Personal
from schema.node.lookup_types import DebtorIdentityInput
from schema.problems import DuplicateOf, Refusal, StaleVersion, TransitionNotAllowed, problem_of

InfoNode: TypeAlias = Info[NodeContext, None]

described(
    Relation,
    "In which relation an officer stands to somebody. 回避事由",
    {
        Relation.SPOUSE: "Spouse. 配偶",
        Relation.PARENT: "Parent. 父母",
        Relation.CHILD: "Child. 子女",
        Relation.SIBLING: "Sibling. 兄弟姐妹",
        Relation.OTHER_RELATIVE: "Another near relative. 其他近亲属",
        Relation.OTHER_INTEREST: "Another interest. 其他利害关系",
    },
)


@strawberry.type(
    description="That an officer is close to somebody, whom it does not name. 回避申报", directives=[Personal()]
)
class RelativeDeclaration:
    id: UUID = strawberry.field(description="This court's id. 编号")
    relation: Relation = strawberry.field(description="How. 事由")
    declared_at: datetime = strawberry.field(description="When it was declared. 申报时间")
    ended_at: datetime | None = strawberry.field(description="When it was ended. 撤销时间")
    version: int = strawberry.field(description="Raised by every change. 版本")


@strawberry.type(description="The officer's own declarations, newest first. 本人回避申报")
class RelativeDeclarations:
    declarations: list[RelativeDeclaration] = strawberry.field(description="Ended ones too; at most 200. 申报")


@strawberry.input(description="To whom the officer is close. 回避申报")
class DeclareRelativeInput:
    identity: DebtorIdentityInput = strawberry.field(description="To whom; kept as a hash alone. 身份")
    relation: Relation = strawberry.field(description="How. 事由")
    idempotency_key: str = strawberry.field(description="The same key again gives the same declaration. 幂等键")


@strawberry.input(description="Ending a declaration of one's own. 撤销回避申报")
class EndRelativeDeclarationInput:
    id: UUID = strawberry.field(description="Which one. 编号")
    version: int = strawberry.field(description="As it was read. 版本")


RelativeDeclarationsResult: TypeAlias = Annotated[
    RelativeDeclarations | Refusal,
    strawberry.union("RelativeDeclarationsResult", description="The declarations, or why not. 申报查询结果"),
]
DeclareRelativeResult: TypeAlias = Annotated[
    RelativeDeclaration | Refusal | DuplicateOf,
    strawberry.union("DeclareRelativeResult", description="The declaration, or why there is none. 申报结果"),
]
EndRelativeDeclarationResult: TypeAlias = Annotated[
    RelativeDeclaration | Refusal | StaleVersion | TransitionNotAllowed,
    strawberry.union("EndRelativeDeclarationResult", description="The declaration, or why it stays. 撤销结果"),
]


@strawberry.type
class RelativeQuery:
    """One's own declarations."""

    @strawberry.field(description="Your own declarations. 本人回避申报")
    async def relative_declarations(self, info: InfoNode) -> RelativeDeclarationsResult:
        try:
            found = await relatives.own(info.context.court, info.context.caller)
        except RuleBroken as refusal:
            return cast("RelativeDeclarationsResult", problem_of(refusal, info.context.language))
        return RelativeDeclarations(declarations=[_declaration(record) for record in found])


@strawberry.type
class RelativeMutation:
    """Declaring, and ending it."""

    @strawberry.mutation(description="Declare somebody close to you: looking them up is then a warning. 回避申报")
    async def declare_relative(
        self,
        info: InfoNode,
        input: Annotated[DeclareRelativeInput, strawberry.argument(description="Whom. 输入")],  # noqa: A002
    ) -> DeclareRelativeResult:
        try:
            made = await relatives.declare(
                info.context.court,
                info.context.caller,
                resident_id=input.identity.resident_id,
                credit_code=input.identity.credit_code,
                relation=input.relation,
                idempotency_key=input.idempotency_key,
            )
        except RuleBroken as refusal:
            return cast("DeclareRelativeResult", problem_of(refusal, info.context.language))
        return _declaration(made)

    @strawberry.mutation(description="End a declaration of your own. 撤销回避申报")
    async def end_relative_declaration(
        self,
        info: InfoNode,
        input: Annotated[EndRelativeDeclarationInput, strawberry.argument(description="Which. 输入")],  # noqa: A002
    ) -> EndRelativeDeclarationResult:
        court, caller = info.context.court, info.context.caller
        try:
            return _declaration(await relatives.end(court, caller, input.id, input.version))
        except RuleBroken as refusal:
            return cast("EndRelativeDeclarationResult", problem_of(refusal, info.context.language))


def _declaration(record: RelativeRecord) -> RelativeDeclaration:
    return RelativeDeclaration(
        id=record.id,
        relation=Relation(record.relation),
        declared_at=record.declared_at,
        ended_at=record.ended_at,
        version=record.version,
    )
