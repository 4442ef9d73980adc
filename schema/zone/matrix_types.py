"""The zone in one table (跨域矩阵): per court and county, counts that name nobody."""

from datetime import datetime
from typing import Annotated, Final, TypeAlias

import strawberry

from enforcement.rules.small_counts import LEAST_SHOWN
from federation.graph.contract import Merge
from schema.problems import Refusal
from schema.scalars import CourtCode
from schema.zone.coverage_types import Coverage, NotCovered
from schema.zone.merging import merged

MATRIX: Final = (
    "What each court has in each county of the zone: open cases, found assets, open delegated tasks; names nobody. "
    "跨域矩阵"
)


@strawberry.type(description=f"A count that is hidden when it is under {LEAST_SHOWN}. 计数（小于{LEAST_SHOWN}不显示）")
class SmallCount:
    value: int | None = strawberry.field(description=f"The count; null when it is under {LEAST_SHOWN}. 数值")
    text: str = strawberry.field(description=f'What a screen shows: the digits, or "<{LEAST_SHOWN}". 显示文本')


@strawberry.type(description="What one court has in one county. 单个法院在一县的情况")
class CrossBorderRow:
    source_court: CourtCode = strawberry.field(description="Who counts and reports it. 来源法院")
    division: str = strawberry.field(description="The county, GB/T 2260, six digits. 行政区划代码")
    open_cases: SmallCount = strawberry.field(
        description="Its cases that are not closed and have a debtor domiciled there. 被执行人住所地在该县的未结案件数"
    )
    assets_found: SmallCount = strawberry.field(
        description="Assets it found there that are neither released nor disposed of. 位于该县的财产数"
    )
    open_tasks: SmallCount = strawberry.field(
        description="Tasks it sent to the court there that have not ended. 委托该县法院的未结事项数"
    )


@strawberry.type(description="The zone in one table, without totals: from it no hidden count can be computed. 跨域矩阵")
class CrossBorderMatrix:
    as_of: datetime = merged(Merge.EARLIEST, "The oldest instant that a row speaks of. 截至时间")
    rows: list[CrossBorderRow] = merged(Merge.CONCAT, "One for each court and county, by court, then county. 各行")
    coverage: Coverage = merged(Merge.DERIVED, "For which courts this speaks. 覆盖情况")


CrossBorderMatrixResult: TypeAlias = Annotated[
    CrossBorderMatrix | Refusal | NotCovered,
    strawberry.union("CrossBorderMatrixResult", description="The matrix, or why there is none. 跨域矩阵查询结果"),
]


def small_count(value: int | None) -> SmallCount:
    """`value` as it is shown; None stands for a hidden count."""
    return SmallCount(value=value, text=f"<{LEAST_SHOWN}" if value is None else str(value))
