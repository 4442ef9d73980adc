"""What a caller can foresee, as values: `Problem` and its kinds; one function turns broken rules into them."""

from uuid import UUID

import strawberry

from enforcement.rules import refusals
from schema.messages import message


@strawberry.interface(description="Something the caller can foresee, as a value. 可预见的问题")
class Problem:
    code: str = strawberry.field(description="Stable code, documented. 代码")
    message: str = strawberry.field(description="For people, in the language asked for. 说明")


@strawberry.type(description="A refusal that carries nothing but its code. 拒绝")
class Refusal(Problem):
    part: str | None = strawberry.field(default=None, description="Which part of the input is wrong. 出错部分")


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


def problem_of(error: refusals.RuleBroken, language: str) -> Problem:
    """The problem that tells `error` in `language` ("zh" or "en")."""
    text = message(error.code, language)
    match error:
        case refusals.StaleVersion(current=current):
            return StaleVersion(code=error.code, message=text, current=current)
        case refusals.TransitionNotAllowed(current=now, wanted=wanted):
            return TransitionNotAllowed(code=error.code, message=text, current=now, wanted=wanted)
        case refusals.DuplicateOf(id=existing):
            return DuplicateOf(code=error.code, message=text, id=existing)
        case refusals.Malformed(part=part):
            return Refusal(code=error.code, message=text, part=part)
        case _:
            return Refusal(code=error.code, message=text, part=getattr(error, "part", None))
