"""Refused acts (被拒绝的操作): who tried what, and by which code it was refused, stands in the court's audit trail.

Invariant: of the input only the id of the object that it names is kept. Who has not signed in is nobody: not recorded.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from inspect import isawaitable
from typing import Any, Final, TypeAlias
from uuid import UUID

from graphql import GraphQLSchema

from enforcement import audit
from schema.area_doors import has_room
from schema.problems import Problem

_ITEMS: Final = "tasks"
"""The items of an input that is a batch; its answer's `results` stand in their order."""

Resolver: TypeAlias = Callable[..., Any]


def put_on_record(schema: GraphQLSchema) -> None:
    """Let every mutation that can be refused put its refusals on record."""
    acts = schema.mutation_type
    assert acts is not None  # every node acts
    for name, field in acts.fields.items():
        if has_room(field):
            assert field.resolve is not None  # a mutation has a resolver
            field.resolve = _recording(name, field.resolve)


def _recording(act: str, resolve: Resolver) -> Resolver:
    @wraps(resolve, assigned=())
    async def recorded(source: Any, info: Any, **arguments: Any) -> Any:
        answer = resolve(source, info, **arguments)
        if isawaitable(answer):
            answer = await answer
        found, caller = list(_refusals(answer, arguments["input"])), info.context.caller
        if found and caller is not None:
            await audit.note_refused(info.context.court, caller, act, found)
        return answer

    return recorded


def _refusals(answer: Any, given: Mapping[str, Any]) -> Iterator[tuple[str, UUID | None]]:
    """The code of each refusal in the answer, and what was to be acted on."""
    if isinstance(answer, Problem):
        yield answer.code, _named(given)
    if _ITEMS not in given:  # what is answered to one act may have `results` of its own
        return
    for item, result in zip(given[_ITEMS], getattr(answer, "results", ()), strict=False):
        if isinstance(result, Problem):
            yield result.code, _named(item)


def _named(given: Mapping[str, Any]) -> UUID | None:
    """The first object that an input names: none of what makes something new of words alone."""
    return next((value for value in given.values() if isinstance(value, UUID)), None)
