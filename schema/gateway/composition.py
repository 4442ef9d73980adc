"""The supergraph, and a member's schema held against it (组合检查); for the gateway's admins."""

from typing import Annotated, Final, Self, TypeAlias

import strawberry

from enforcement.desk import access, composition
from federation.graph.compose import Change, Composition, Verdict
from federation.graph.difference import Difference, Kind
from schema.enums import described
from schema.federated import Carry
from schema.gateway.context import GatewayInfo
from schema.gateway.published import Published, published
from schema.problems import Refusal

MAX_CHANGES: Final = 200

described(
    Verdict,
    "Whether a member can be asked for a field. 组合结论",
    {
        Verdict.SERVED: "It can: nothing contradicts the contract. 支持",
        Verdict.UNSUPPORTED: "It cannot: such a member is listed as UNSUPPORTED. 不支持",
    },
    name="CompositionVerdict",
)
described(
    Kind,
    "What contradicts the contract. 不一致种类",
    {
        Kind.MISSING_FIELD: "The field is missing. 缺少字段",
        Kind.OTHER_TYPE: "It has another type. 类型不同",
        Kind.NULLABILITY: "An answer may be null, or an argument may not. 可空性不同",
        Kind.MISSING_ARGUMENT: "The argument, or the input's field, is missing. 缺少参数",
        Kind.REQUIRED_ARGUMENT: "An argument that the contract does not have is required. 多出必填参数",
        Kind.ENUM_VALUES: "An answer has unknown values, or an argument lacks some. 枚举值不同",
        Kind.POSSIBLE_TYPES: "A union's members, or an interface's types, are others. 可能类型不同",
        Kind.MERGE_RULE: "The merge rule is another. 合并规则不同",
        Kind.CARRY: "It is not federated, or not carried in that way. 传输方式不同",
    },
    name="ContradictionKind",
)


@strawberry.type(description="The zone's published schema. 协作区接口定义")
class Supergraph:
    sdl: str = strawberry.field(description="Its text. 定义文本")
    contract: int = strawberry.field(description="The number of the contract. 契约编号")
    digest: str = strawberry.field(description="SHA-256 of the text's UTF-8 bytes, in hexadecimal. 摘要")


@strawberry.type(description="A place where a member's schema contradicts the contract. 不一致之处")
class Contradiction:
    path: str = strawberry.field(description="Where: from the root, with `<Type>` where types part. 路径")
    kind: Kind = strawberry.field(description="What is not as in the contract. 种类")

    @classmethod
    def of(cls, found: Difference) -> Self:
        """The difference as a GraphQL object."""
        return cls(path=found.path, kind=found.kind)


@strawberry.type(description="Whether a member serves one federated field. 单个联邦字段的组合结论")
class ComposedField:
    field: str = strawberry.field(description="Its name. 字段")
    carry: Carry = strawberry.field(description="How its answers travel. 传输方式")
    verdict: Verdict = strawberry.field(description="Whether the member can be asked for it. 结论")
    contradictions: list[Contradiction] = strawberry.field(description="Every one, in the order of paths. 不一致之处")


@strawberry.type(description="A change against the contract. 接口变更")
class SchemaChange:
    kind: str = strawberry.field(description="A word of graphql-core, such as FIELD_REMOVED. 种类")
    description: str = strawberry.field(description="What changed, in English. 说明")

    @classmethod
    def of(cls, change: Change) -> Self:
        """The change as a GraphQL object."""
        return cls(kind=change.kind, description=change.description)


@strawberry.type(description="A member's schema, held against the contract. 组合检查")
class CompositionCheck:
    contract: int = strawberry.field(description="The number of the contract. 契约编号")
    digest: str = strawberry.field(description="Of the supergraph that it was held against. 摘要")
    serves_all: bool = strawberry.field(description="Whether every federated field is served. 是否全部支持")
    fields: list[ComposedField] = strawberry.field(description="Each federated field, by name. 联邦字段")
    breaking: list[SchemaChange] = strawberry.field(
        description=f"Changes that break documents or answers, at most {MAX_CHANGES}. 破坏性变更"
    )
    dangerous: list[SchemaChange] = strawberry.field(
        description=f"Changes that may surprise a client, at most {MAX_CHANGES}. 危险变更"
    )

    @classmethod
    def of(cls, against: Published, found: Composition) -> Self:
        """What was found, against what is published."""
        fields = [
            ComposedField(
                field=name,
                carry=against.contract.carry[name],
                verdict=found.verdict(name),
                contradictions=[Contradiction.of(each) for each in differences],
            )
            for name, differences in found.fields.items()
        ]
        return cls(
            contract=against.number,
            digest=against.digest,
            serves_all=all(field.verdict is Verdict.SERVED for field in fields),
            fields=fields,
            breaking=[SchemaChange.of(change) for change in found.breaking[:MAX_CHANGES]],
            dangerous=[SchemaChange.of(change) for change in found.dangerous[:MAX_CHANGES]],
        )


SupergraphResult: TypeAlias = Annotated[
    Supergraph | Refusal,
    strawberry.union("SupergraphResult", description="The supergraph, or why not. 接口定义结果"),
]
CompositionCheckResult: TypeAlias = Annotated[
    CompositionCheck | Refusal,
    strawberry.union("CompositionCheckResult", description="What was found, or why nothing was. 组合检查结果"),
]
OfSchema: TypeAlias = Annotated[
    str,
    strawberry.argument(description="The member's schema; its descriptions may be left out. 成员接口定义"),
]


@strawberry.type
class CompositionQuery:
    @strawberry.field(description="The published schema with its number and digest; for gateway admins. 协作区接口定义")
    async def supergraph(self, info: GatewayInfo) -> SupergraphResult:
        access.check_composes(info.context.caller)
        found = published(info.schema)
        return Supergraph(sdl=found.sdl, contract=found.number, digest=found.digest)

    @strawberry.field(description="What of the contract a member's schema serves; for gateway admins. 组合检查")
    async def composition_check(self, info: GatewayInfo, sdl: OfSchema) -> CompositionCheckResult:
        against = published(info.schema)
        return CompositionCheck.of(against, await composition.check(info.context.caller, against.contract, sdl))
