"""What a caller can foresee, as values: `Problem` and its kinds; one function turns broken rules into them."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Final
from uuid import UUID

import strawberry
from strawberry.utils.str_converters import to_camel_case

from enforcement.rules import refusals, task_refusals
from enforcement.rules.transfer import TransferTooEarly as TooEarly
from schema.messages import message
from schema.scalars import CourtCode, Money
from schema.task_enums import RequiredPaper


@strawberry.interface(description="Something the caller can foresee, as a value. 可预见的问题")
class Problem:
    code: str = strawberry.field(description="Stable code, documented. 代码")
    message: str = strawberry.field(description="For people, in the language asked for. 说明")


@strawberry.type(description="A refusal that carries nothing but its code. 拒绝")
class Refusal(Problem):
    part: str | None = strawberry.field(
        default=None, description="Which part of the input is wrong, or which selected field you may not read. 出错部分"
    )


@strawberry.type(description="The object changed since it was read. 版本已过期")
class StaleVersion(Problem):
    current: int = strawberry.field(description="The version it has now. 当前版本")


@strawberry.type(description="The state table has no such step. 不允许的状态变更")
class TransitionNotAllowed(Problem):
    current: str = strawberry.field(description="The state it is in. 当前状态")
    wanted: str = strawberry.field(description="The state that was asked for. 目标状态")


@strawberry.type(description="The same thing exists already. 重复")
class DuplicateOf(Problem):
    id: UUID = strawberry.field(description="The one that exists. 已有对象")


@strawberry.type(description="The law keeps the asset out of reach. 豁免财产")
class ExemptProperty(Problem):
    ground: str = strawberry.field(description="The ground of exemption. 豁免事由")


@strawberry.type(description="The term is longer than the law allows. 期限过长")
class TermTooLong(Problem):
    max_years: int = strawberry.field(description="The longest term, in years. 最长年限")


@strawberry.type(description="The measure's term has run out. 续行过迟")
class TooLateToRenew(Problem):
    expired_on: date = strawberry.field(description="Its last day. 届满日")


@strawberry.type(description="More would be controlled than is owed. 超标的")
class ExceedsClaim(Problem):
    claim: Money = strawberry.field(description="What is owed today. 尚欠金额")
    controlled: Money = strawberry.field(description="What other measures control already. 已控制金额")
    requested: Money = strawberry.field(description="What this measure would control. 拟控制金额")


@strawberry.type(description="Sixty days since the first seal are not exceeded. 未超过六十日")
class TransferTooEarly(Problem):
    from_on: date = strawberry.field(description="The first day on which they are. 可商请日期")


@strawberry.type(description="The instalments do not add up to what was settled. 分期合计不符")
class InstalmentsDoNotAddUp(Problem):
    settled: Money = strawberry.field(description="What was settled. 和解金额")
    planned: Money = strawberry.field(description="What the instalments add up to. 分期合计")


@strawberry.type(description="The claims do not add up to what the case applies for. 债权合计不符")
class ClaimsDoNotAddUp(Problem):
    applied: Money = strawberry.field(description="What is applied for, or the whole. 应有金额")
    claimed: Money = strawberry.field(description="What the claims, or the parts, add up to. 合计金额")


@strawberry.type(description="It came after its fifteen days. 逾期")
class ObjectionTooLate(Problem):
    last_day: date = strawberry.field(description="Their last day. 最后一日")


@strawberry.type(description="The matter needs papers that are not attached. 缺少法律文书")
class LegalDocumentMissing(Problem):
    missing: list[RequiredPaper] = strawberry.field(description="Which ones. 所缺文书")


@strawberry.type(description="A court that cannot be asked. 不能受托的法院")
class RefusedCourt:
    court: CourtCode = strawberry.field(description="Which court. 法院")
    code: str = strawberry.field(description="Why: the code of the rule that it breaks. 原因代码")


@strawberry.type(description="Courts that cannot be asked; nobody was asked. 所列法院不能受托")
class CourtsRefused(Problem):
    courts: list[RefusedCourt] = strawberry.field(description="Which, and why. 法院及原因")


_KINDS: Final[Mapping[type[refusals.RuleBroken], type[Problem]]] = {
    refusals.StaleVersion: StaleVersion,
    refusals.TransitionNotAllowed: TransitionNotAllowed,
    refusals.DuplicateOf: DuplicateOf,
    refusals.ExemptProperty: ExemptProperty,
    refusals.TermTooLong: TermTooLong,
    refusals.TooLateToRenew: TooLateToRenew,
    refusals.ExceedsClaim: ExceedsClaim,
    refusals.InstalmentsDoNotAddUp: InstalmentsDoNotAddUp,
    refusals.ClaimsDoNotAddUp: ClaimsDoNotAddUp,
    refusals.ObjectionTooLate: ObjectionTooLate,
    TooEarly: TransferTooEarly,
    task_refusals.LegalDocumentMissing: LegalDocumentMissing,
}
"""Refusals that carry data, and the type whose fields have the same names."""


def _part(error: refusals.RuleBroken) -> str | None:
    """The part by its name in the schema: files of answers name facts by their columns."""
    is_fact = isinstance(error, refusals.Malformed) and error.kind == "FACTS"
    return to_camel_case(error.part) if is_fact and error.part else error.part


def problem_of(error: refusals.RuleBroken, language: str) -> Problem:
    """The problem that tells `error` in `language` ("zh" or "en")."""
    text = message(error.code, language)
    if isinstance(error, task_refusals.CourtsRefused):
        courts = [RefusedCourt(court=CourtCode(court), code=code) for court, code in error.courts]
        return CourtsRefused(code=error.code, message=text, courts=courts)
    kind = _KINDS.get(type(error))
    if kind is None:
        return Refusal(code=error.code, message=text, part=_part(error))
    carried = {field.name: getattr(error, field.name) for field in fields(error)}  # type: ignore[arg-type]  # a dataclass
    return kind(code=error.code, message=text, **carried)
