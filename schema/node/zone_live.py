"""Live twins of the clear fields at the node's door: passed on to the gateway, each answer returned as it comes.

The field is cut out of the document with its arguments and passed on as a subscription (zone_ask.py) -> each answer's
binding, number and signature are verified, its shape is checked -> it is spliced in, its coverage stands in the
response. A row that breaks off, or that is not the gateway's, ends with an error: never as if it had been all.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Final

from graphql import FieldNode, GraphQLError, GraphQLObjectType, GraphQLResolveInfo, NameNode, SelectionSetNode

from federation.clear.passing import ZoneAnswer
from federation.graph import shape
from federation.graph.selection import Selection
from schema.context import NodeContext
from schema.node import zone_ask
from schema.splice import Passed

_COVERAGE: Final = "coverage"


async def follow(
    _root: object, info: GraphQLResolveInfo[Any], **_arguments: object
) -> AsyncGenerator[Passed | GraphQLError, None]:
    """The values of the field, as the gateway gives them; an error that is given is the field's, and the last event."""
    context: NodeContext = info.context
    chosen = _cut(info)
    document, given = zone_ask.live_document(info, chosen), zone_ask.variables(info, chosen)
    try:
        async with aclosing(zone_ask.follow(context, document, given)) as answers:
            async for answer in answers:
                yield _event(info, chosen, answer)
    except GraphQLError as error:
        yield error


def _cut(info: GraphQLResolveInfo[Any]) -> Selection:
    """The field as it is written, at the root."""
    root = FieldNode(name=NameNode(value="root"), selection_set=SelectionSetNode(selections=tuple(info.field_nodes)))
    return zone_ask.cut(info, [root], info.fragments)


def _event(info: GraphQLResolveInfo[Any], chosen: Selection, answer: ZoneAnswer) -> Passed | GraphQLError:
    """One answer; of a field that is never null there is an error instead of null.

    Raises:
        GraphQLError: GATEWAY_FAULTY.
    """
    context: NodeContext = info.context
    told = [zone_ask.error_of(each) for each in answer.errors]
    if isinstance(answer.extensions.get(_COVERAGE), dict):
        context.extensions[_COVERAGE] = answer.extensions[_COVERAGE]
    if answer.value == b"null" and told:
        return GraphQLError(told[0].message, extensions=dict(told[0].extensions))
    assert isinstance(info.parent_type, GraphQLObjectType)  # the root of subscriptions
    key = str(info.path.key)
    raw = b'{"%s":%s}' % (key.encode(), answer.value)
    try:
        found = shape.check(
            info.schema, info.parent_type, chosen, raw, most_rows=zone_ask.MOST_ROWS, is_named=False, is_sum=True
        )
    except shape.WrongShape:
        raise zone_ask.error(zone_ask.FAULTY, context.language) from None
    return Passed(found[key], tuple(told))
