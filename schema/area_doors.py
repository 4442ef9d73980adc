"""The doors of a schema, each of which refuses who may not read what is selected behind it (selected_areas.py).

Where the door's answer has room for it, the refusal is a value: `Refusal` with FORBIDDEN and, as `part`, the path of
the first field that may not be read; elsewhere an error with the same. Nothing behind the door is done then, nor read.
"""

from collections.abc import AsyncGenerator, Callable
from typing import Any, Final

from graphql import GraphQLError, GraphQLSchema, default_field_resolver, get_named_type, is_union_type

from schema.messages import message
from schema.problems import Refusal
from schema.selected_areas import doors

FORBIDDEN: Final = "FORBIDDEN"
NOT_SIGNED_IN: Final = "NOT_SIGNED_IN"


def close(schema: GraphQLSchema) -> None:
    """Let every door of the schema look at what the request's plan refuses."""
    for field in doors(schema):
        is_value = has_room(field)
        if field.subscribe is not None:
            field.subscribe = _subscribing(field.subscribe, is_value=is_value)
        else:
            field.resolve = _resolving(field.resolve or default_field_resolver, is_value=is_value)


def has_room(field: Any) -> bool:
    """Whether the field's answer may be a refusal."""
    answer = get_named_type(field.type)
    return is_union_type(answer) and any(member.name == Refusal.__name__ for member in answer.types)


def _resolving(resolve: Callable[..., Any], *, is_value: bool) -> Callable[..., Any]:
    def at_the_door(source: Any, info: Any, **arguments: Any) -> Any:
        refused = getattr(info.context, "refused", None)
        if refused and (part := refused.get(tuple(info.path.as_list()))) is not None:
            return _refusal(info.context, part, is_value=is_value)
        return resolve(source, info, **arguments)

    return at_the_door


def _subscribing(subscribe: Callable[..., Any], *, is_value: bool) -> Callable[..., Any]:
    def at_the_door(source: Any, info: Any, **arguments: Any) -> Any:
        refused = getattr(info.context, "refused", None)
        if refused and (part := refused.get(tuple(info.path.as_list()))) is not None:
            return _once(_refusal(info.context, part, is_value=is_value))
        return subscribe(source, info, **arguments)

    return at_the_door


async def _once(refusal: Refusal) -> AsyncGenerator[Refusal, None]:
    yield refusal


def _refusal(context: Any, part: str, *, is_value: bool) -> Refusal:
    """The refusal as a value.

    Raises:
        GraphQLError: the field has no room for one.
    """
    code = NOT_SIGNED_IN if context.caller is None else FORBIDDEN
    text = message(code, context.language)
    if not is_value:
        raise GraphQLError(text, extensions={"code": code, "part": part})
    return Refusal(code=code, message=text, part=part)
