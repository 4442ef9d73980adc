"""Objects of the gateway by id at a node's door: passed on in one request, with what the selection has for them.

Fragments on types that the gateway does not have are left out -> the rest is passed on (zone_ask.py) -> its shape is
checked against the gateway's types alone, so that nothing can come as an object of a court -> each is spliced in.

Invariant: nothing is passed on that is not a UUID or a court's code: what else somebody gives as an id stays here.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    InlineFragmentNode,
    NameNode,
    SelectionSetNode,
    Visitor,
    build_ast_schema,
    parse,
    visit,
)

from federation.clear.passing import ZoneAnswer
from federation.graph import shape
from federation.graph.free_keys import free_key
from federation.graph.selection import Selection
from federation.wire.header import Court
from schema.context import NodeContext
from schema.declarations import declarations, root_fields
from schema.node import zone_ask
from schema.objects import uuid_of
from schema.splice import Passed, PassedError

_GATEWAY_SDL: Final = Path(__file__).parent.parent / "gateway.graphql"
_FORBIDDEN: Final = "FORBIDDEN"
_MANY: Final = "nodes"
_FIELDS: Final[Mapping[str, tuple[str, str]]] = {"node": ("id", "ID!"), _MANY: ("ids", "[ID!]!")}
"""The gateway's root fields, by our own of the same names: the argument, and its type."""


@cache
def _gateway() -> GraphQLSchema:
    """`node` and `nodes` of the gateway with all that they reach, as its committed SDL declares them."""
    document = parse(_GATEWAY_SDL.read_text(encoding="utf-8"), no_location=True)
    fields = {"Query": [f for f in root_fields(document)["Query"] if f.name.value in _FIELDS]}
    return build_ast_schema(declarations(document, fields), assume_valid_sdl=True)


async def passed_on(info: GraphQLResolveInfo[Any], ids: Sequence[str]) -> dict[str, Passed]:
    """By id, what the gateway gives for each of `ids`, or why it gives nothing.

    Nothing is said of an id that cannot be the gateway's, nor to somebody whom it does not know.
    """
    context: NodeContext = info.context
    wanted = list(dict.fromkeys(each for each in ids if _may_be_the_gateways(each)))
    if not wanted or context.caller is None:
        return {}
    chosen = _cut(info)
    try:
        answer = await _ask(context, info, chosen, wanted)
        found = _checked(context, info.field_name, chosen, answer, len(wanted))
    except GraphQLError as error:
        told = PassedError(error.message, extensions=error.extensions or {})
        return {} if told.extensions.get("code") == _FORBIDDEN else dict.fromkeys(wanted, Passed(None, (told,)))
    return _of_each(info.field_name, wanted, found, answer.errors)


def _may_be_the_gateways(text: str) -> bool:
    if uuid_of(text) is not None:
        return True
    try:
        msgspec.convert(text, Court)
    except msgspec.ValidationError:
        return False
    return True


def _cut(info: GraphQLResolveInfo[Any]) -> Selection:
    """What is selected for objects of the gateway."""
    without = _WithoutForeign(info.fragments)
    fragments = {name: visit(fragment, without) for name, fragment in info.fragments.items()}
    return zone_ask.cut(info, [visit(node, without) for node in info.field_nodes], fragments)


class _WithoutForeign(Visitor):
    """Leaves out the fragments on types that the gateway does not have: no object of its own is one."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        super().__init__()
        self._known, self._fragments = _gateway().type_map.keys(), fragments

    def enter_inline_fragment(self, node: InlineFragmentNode, *_: Any) -> Any:
        is_known = node.type_condition is None or node.type_condition.name.value in self._known
        return None if is_known else self.REMOVE

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> Any:
        is_known = self._fragments[node.name.value].type_condition.name.value in self._known
        return None if is_known else self.REMOVE


async def _ask(context: NodeContext, info: GraphQLResolveInfo[Any], chosen: Selection, wanted: list[str]) -> ZoneAnswer:
    argument, kind = _FIELDS[info.field_name]
    given = zone_ask.variables(info, chosen)
    name = free_key("ids", given)
    text = zone_ask.document(info, chosen, f"{info.field_name}({argument}: ${name})", "Node", more={name: kind})
    given[name] = wanted if info.field_name == _MANY else wanted[0]
    return await zone_ask.ask(context, text, given)


def _checked(context: NodeContext, field: str, chosen: Selection, answer: ZoneAnswer, many: int) -> list[Any]:
    """The objects in the answer, one for each id.

    Raises:
        GraphQLError: there is no answer, but the reason; or GATEWAY_FAULTY.
    """
    if answer.value == b"null" and answer.errors:
        told = zone_ask.error_of(answer.errors[0])
        raise GraphQLError(told.message, extensions=dict(told.extensions))
    root = _gateway().query_type
    assert root is not None  # it is declared
    node = FieldNode(name=NameNode(value=field), selection_set=chosen.selection_set)
    whole = Selection(chosen.text, SelectionSetNode(selections=(node,)), chosen.fragments)
    raw = b'{"%s":%s}' % (field.encode(), answer.value)
    try:
        value = shape.check(_gateway(), root, whole, raw, most_rows=zone_ask.MOST_ROWS, is_named=False, is_sum=True)[
            field
        ]
    except shape.WrongShape:
        raise zone_ask.error(zone_ask.FAULTY, context.language) from None
    found: list[Any] = value if field == _MANY else [value]
    if len(found) != many:
        raise zone_ask.error(zone_ask.FAULTY, context.language)
    return found


def _of_each(
    field: str, wanted: Sequence[str], found: Sequence[Any], errors: Sequence[Mapping[str, Any]]
) -> dict[str, Passed]:
    """Each object with the errors at its place: behind the field's key stands its number, if there are many."""
    below = 1 + (field == _MANY)
    told: dict[object, list[PassedError]] = {}
    for error in errors:
        path = error.get("path")
        place = path[1] if field == _MANY and isinstance(path, list) and len(path) > 1 else 0
        told.setdefault(str(place), []).append(zone_ask.error_of(error, below=below))
    return {
        each: Passed(value, tuple(told.get(str(number), ())))
        for number, (each, value) in enumerate(zip(wanted, found, strict=True))
    }
