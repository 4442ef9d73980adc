"""The directives that make a field federated, say how the courts' values become one, and mark what is personal."""

import strawberry
from strawberry.schema_directive import Location

from federation.graph.contract import Carry, Merge
from schema.enums import described

__all__ = ["Carry", "Federated", "Merged", "Personal", "Public"]

described(
    Carry,
    "How an answer travels through the gateway. 传输方式",
    {
        Carry.CLEAR: "Readable by the gateway: nothing in it names a person. 明文",
        Carry.ENCRYPTED: "Encrypted to the asking court. 加密",
    },
)
described(
    Merge,
    "How the values of one field at several courts become one. 合并方式",
    {
        Merge.CONCAT: "Lists one after the other, by court code. 连接",
        Merge.SUM: "The sum. 求和",
        Merge.MIN: "The least; null is passed over. 最小",
        Merge.MAX: "The greatest; null is passed over. 最大",
        Merge.ANY: "True if it is at one court. 任一",
        Merge.ALL: "True if it is at every court. 全部",
        Merge.EARLIEST: "The earliest instant or day. 最早",
        Merge.LATEST: "The latest instant or day. 最晚",
        Merge.SAME: "The common value; null and a contradiction in the coverage when they differ. 相同",
        Merge.DERIVED: "Computed where the answer is rendered. 推导",
        Merge.PAGE: "One page in one order over the courts; further pages follow its cursor. 分页",
    },
)


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="federated",
    description="The field is asked of every court in scope. 联邦字段",
)
class Federated:
    carry: Carry = strawberry.directive_field(name="carry", default=Carry.ENCRYPTED)


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="merge",
    description="How the courts' values of the field become one. 合并规则",
)
class Merged:
    by: Merge


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.OBJECT],
    name="personal",
    description="Can identify a debtor: it crosses the gateway encrypted, or not at all. 涉及个人",
)
class Personal:
    """On a type or a field."""


@strawberry.schema_directive(
    locations=[Location.OBJECT],
    name="public",
    description="The law makes it public though it names a person; `basis` is the article. 依法公开",
)
class Public:
    basis: str
