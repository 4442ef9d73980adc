"""`zone` at the node's door: an officer's clear fields, passed on to the gateway and returned as they come.

The selection is cut out of the document and passed on (zone_ask.py) -> the shape of the answer is checked -> it is
spliced in; its errors and its coverage stand in the response as if they had been found here.
"""

from collections.abc import Mapping
from typing import Any, Final

from graphql import GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema, get_named_type

from federation.graph import shape
from federation.graph.selection import Selection
from schema.context import NodeContext
from schema.engine import engine_of
from schema.node import zone_ask
from schema.splice import Passed

_COVERAGE: Final = "coverage"
_ONE: Final = "inScope"  # a member of a coverage, and of no set of named ones


async def pass_on(_root: object, info: GraphQLResolveInfo[Any], **_arguments: object) -> Passed:
    """The value of `zone`, as the gateway gives it.

    Raises:
        GraphQLError: GATEWAY_UNREACHABLE, GATEWAY_FAULTY, TOO_MANY_REQUESTS, or the gateway's refusal of this court.
    """
    context: NodeContext = info.context
    chosen = zone_ask.cut(info, info.field_nodes, info.fragments)
    returned = get_named_type(info.return_type)
    assert isinstance(returned, GraphQLObjectType)  # declared so
    document = zone_ask.document(info, chosen, info.field_name, returned.name)
    answer = await zone_ask.ask(context, document, zone_ask.variables(info, chosen))
    _note_coverage(context, info, answer.extensions)
    value = _checked(info.schema, returned, chosen, answer.value, context.language)
    return Passed(value, tuple(map(zone_ask.error_of, answer.errors)))


def _checked(schema: GraphQLSchema, returned: GraphQLObjectType, chosen: Selection, raw: bytes, language: str) -> Any:
    if raw == b"null":
        return None
    try:
        return shape.check(schema, returned, chosen, raw, most_rows=zone_ask.MOST_ROWS, is_named=False, is_sum=True)
    except shape.WrongShape:
        raise zone_ask.error(zone_ask.FAULTY, language) from None


def _note_coverage(context: NodeContext, info: GraphQLResolveInfo[Any], extensions: Mapping[str, Any]) -> None:
    """The gateway names coverage by its own document's paths, if it has several: here the key may be another."""
    told = extensions.get(_COVERAGE)
    if not isinstance(told, dict) or not told:
        return
    schema: Any = info.schema
    paths = engine_of(schema._strawberry_schema).federated_paths(info)  # noqa: SLF001 - strawberry's own way back
    key = str(info.path.key)
    own = [path for path in paths if path.startswith(key + ".")]
    if _ONE in told and own:
        told = {own[0]: told}
    else:
        told = {key + path.removeprefix(info.field_name): coverage for path, coverage in told.items()}
    if len(paths) == 1:
        context.extensions[_COVERAGE] = next(iter(told.values()))
    else:
        context.extensions.setdefault(_COVERAGE, {}).update(told)
