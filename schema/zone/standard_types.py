"""Unified standards (统一标准): what the courts apply in their provinces; numbers and codes, no free text."""

from datetime import date, datetime
from typing import Annotated, Final, TypeAlias

import strawberry

from db.records.zone import StandardMatter, StandardPractice, UnifiedStandardRecord
from federation.graph.contract import Merge
from schema.enums import described
from schema.problems import Refusal
from schema.scalars import CourtCode, Money
from schema.zone.coverage_types import Coverage, NotCovered
from schema.zone.merging import merged

STANDARDS: Final = "The standards that the courts apply, in force or to come, by matter and province. 统一标准"

described(
    StandardMatter,
    "What a unified standard settles. 统一标准事项",
    {
        StandardMatter.LIVING_COST_MINIMUM: (
            "What a debtor and each dependant keep for a month's living. 生活必需费用标准"
        ),
        StandardMatter.PROVIDENT_FUND_WITHDRAWAL: "When a housing provident fund may be withdrawn. 住房公积金提取条件",
        StandardMatter.PRIORITY_OF_FIRST_SEIZURE: "What the first seizure gives an ordinary creditor. 首封债权受偿顺序",
        StandardMatter.PAYOUT_TERM: "Within how many days money received is paid out. 案款发放期限",
    },
)
described(
    StandardPractice,
    "A practice that a standard prescribes. 统一标准做法",
    {
        StandardPractice.WHEN_WITHDRAWABLE: "Only when the owner could withdraw it too. 符合提取条件方可提取",
        StandardPractice.ON_RULING: "By ruling, whether the owner could or not. 依裁定即可提取",
        StandardPractice.PRO_RATA: "All ordinary creditors by their shares. 按比例受偿",
        StandardPractice.FIRST_SEIZURE_FIRST: "The first seizure is satisfied first. 首封优先受偿",
        StandardPractice.FIRST_SEIZURE_LARGER_SHARE: "The first seizure gets a larger share. 首封适当多分",
        StandardPractice.OTHER: "A practice that this release does not know. 其他",
    },
)
OfMatter = Annotated[StandardMatter | None, strawberry.argument(description="Of this matter only. 事项")]


@strawberry.type(description="A standard that one court applies: exactly one of amount, days and practice. 统一标准")
class UnifiedStandard:
    source_court: CourtCode = strawberry.field(description="Who applies and reports it. 来源法院")
    matter: StandardMatter = strawberry.field(description="What it settles. 事项")
    province: str = strawberry.field(description="The province's character, such as 浙. 省份")
    amount: Money | None = strawberry.field(description="The amount, of a month and person. 金额")
    days: int | None = strawberry.field(description="The number of days. 天数")
    practice: StandardPractice | None = strawberry.field(description="The practice. 做法")
    effective_from: date = strawberry.field(description="First day. 生效日期")
    effective_to: date | None = strawberry.field(description="Last day; null when none is set. 失效日期")

    @classmethod
    def of(cls, court: str, record: UnifiedStandardRecord) -> "UnifiedStandard":
        """The standard as `court` has it on record."""
        return cls(
            source_court=CourtCode(court),
            matter=record.matter,
            province=record.province,
            amount=None if record.amount is None else Money(record.amount),
            days=record.days,
            practice=record.practice,
            effective_from=record.effective_from,
            effective_to=record.effective_to,
        )


@strawberry.type(description="The standards of the courts that answered. 统一标准列表")
class UnifiedStandards:
    as_of: datetime = merged(Merge.EARLIEST, "The oldest instant that a row speaks of. 截至时间")
    standards: list[UnifiedStandard] = merged(Merge.CONCAT, "By court, matter, province, first day. 标准")
    has_more: bool = merged(Merge.ANY, "Whether a court has more than can be shown: ask by matter then. 是否还有更多")
    coverage: Coverage = merged(Merge.DERIVED, "For which courts this speaks. 覆盖情况")


UnifiedStandardsResult: TypeAlias = Annotated[
    UnifiedStandards | Refusal | NotCovered,
    strawberry.union("UnifiedStandardsResult", description="The standards, or why there are none. 统一标准查询结果"),
]
