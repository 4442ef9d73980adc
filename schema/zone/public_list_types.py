"""The public list of dishonest debtors (失信被执行人名单): what the law makes public, masked at the courts."""

from datetime import date, datetime
from typing import Annotated, Final, TypeAlias

import strawberry

from db.records.sanctions import ListFilter
from federation.graph.contract import Merge
from schema.case_enums import DishonestGround, PartyKind
from schema.federated import Public
from schema.problems import Refusal
from schema.scalars import CourtCode
from schema.zone.coverage_types import Coverage, NotCovered
from schema.zone.merging import merged
from schema.zone.page_types import PageInfo

PUBLIC_LIST: Final = "The public list of dishonest debtors: entries in force, masked, newest first. 失信被执行人名单"
_BASIS: Final = "民事诉讼法第二百六十六条；最高人民法院关于公布失信被执行人名单信息的若干规定"


@strawberry.input(description="Which entries: no name, no number, no text. 筛选条件")
class PublicDishonestDebtorFilter:
    ground: DishonestGround | None = strawberry.field(default=None, description="Listed for this. 列入情形")
    division: str | None = strawberry.field(
        default=None, description="Domiciled in this county, GB/T 2260, six digits. 住所地区划代码"
    )
    published_from: date | None = strawberry.field(default=None, description="Published that day or later. 发布日期起")
    published_to: date | None = strawberry.field(default=None, description="Published that day or before. 发布日期止")

    def record(self) -> ListFilter:
        """The filter as the list takes it."""
        return ListFilter(self.ground, self.division, self.published_from, self.published_to)


OfEntries = Annotated[
    PublicDishonestDebtorFilter | None, strawberry.argument(description="Which entries; all when left out. 筛选条件")
]


@strawberry.type(
    description="An entry in force, as everybody may see it. 失信被执行人",
    directives=[Public(basis=_BASIS)],
)
class PublicDishonestDebtor:
    source_court: CourtCode = strawberry.field(description="Who listed the debtor. 来源法院")
    kind: PartyKind = strawberry.field(description="A person or an organisation. 主体类型")
    name: str = strawberry.field(description="A person's name masked, 张*伟; an organisation's whole. 姓名或名称")
    number: str = strawberry.field(description="The number, its middle masked. 证件号码（脱敏）")
    division: str = strawberry.field(description="County of the domicile, GB/T 2260, six digits. 住所地区划代码")
    ground: DishonestGround = strawberry.field(description="Why the debtor is listed. 列入情形")
    published_on: date = strawberry.field(description="Day of publication. 发布日期")
    until_on: date = strawberry.field(description="Last day of the entry. 截止日期")
    revision: int | None = strawberry.field(
        description="1 as published; raised by every correction: a copy with a lower one is out of date. 修订号"
    )


@strawberry.type(description="One page of the list, over the courts that answered. 失信被执行人名单")
class PublicDishonestDebtors:
    as_of: datetime = merged(Merge.EARLIEST, "The oldest instant that a row speaks of. 截至时间")
    nodes: list[PublicDishonestDebtor] = merged(
        Merge.PAGE, "The entries of this page: newest day of publication first, then by court. 本页记录"
    )
    page_info: PageInfo = merged(Merge.DERIVED, "How to go on. 分页信息")
    coverage: Coverage = merged(Merge.DERIVED, "For which courts this speaks. 覆盖情况")


PublicDishonestDebtorsResult: TypeAlias = Annotated[
    PublicDishonestDebtors | Refusal | NotCovered,
    strawberry.union("PublicDishonestDebtorsResult", description="The page, or why there is none. 失信名单查询结果"),
]
