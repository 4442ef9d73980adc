"""What a node of the contract before ours passes on: whether that contract has all of it, and the answer in its words.

The document is executed as it is, with names of types added to it -> the response is rendered down to the older
contract by them, and its coverage -> what that contract cannot say is not answered.

Invariant: nothing is answered to an older node that its contract does not declare.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    is_abstract_type,
    is_object_type,
    validate,
    visit,
)

from federation.graph import selection, skew
from federation.graph.free_keys import free_key, taken
from federation.graph.selection import Nodes, Selection
from schema.snapshots import zone_of

_DOCUMENTS: Final = 128
_COVERAGE: Final = "coverage"
_ONE: Final = "inScope"  # a member of a coverage, and of no set of named ones


@dataclass(frozen=True, slots=True)
class OlderDocument:
    """A document of that contract. `document` is to be executed: under the key `names` it also asks for types."""

    document: DocumentNode
    names: str
    older: GraphQLSchema
    root: GraphQLObjectType
    chosen: Selection


def read(number: int, ours: GraphQLSchema, document: DocumentNode) -> OlderDocument | None:
    """The valid document of ours as contract `number` has it; None when not all of it stands there."""
    return _read(number, ours, Nodes((document,), {}))


@lru_cache(maxsize=_DOCUMENTS)
def _read(number: int, ours: GraphQLSchema, asked: Nodes) -> OlderDocument | None:
    older, (document,) = zone_of(number), asked.nodes
    assert isinstance(document, DocumentNode)  # as it was given
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if older is None or len(operations) != 1 or validate(older, document, max_errors=1):
        return None
    fragments = {f.name.value: f for f in document.definitions if isinstance(f, FragmentDefinitionNode)}
    root = _root(older, operations[0].operation)
    if root is None or selection.is_varying(Nodes((operations[0],), fragments)):  # nodes decide what stands
        return None
    chosen = Selection("", operations[0].selection_set, fragments)
    names = free_key("_type", taken(chosen))
    return OlderDocument(_naming(ours, document, names), names, older, root, chosen)


def _root(schema: GraphQLSchema, operation: OperationType) -> GraphQLObjectType | None:
    return {
        OperationType.QUERY: schema.query_type,
        OperationType.MUTATION: schema.mutation_type,
        OperationType.SUBSCRIPTION: schema.subscription_type,
    }[operation]


def _naming(schema: GraphQLSchema, document: DocumentNode, key: str) -> DocumentNode:
    """The document, with the type of each value whose type is abstract under `key`."""
    types = TypeInfo(schema)
    name = FieldNode(alias=NameNode(value=key), name=NameNode(value="__typename"))

    class Names(Visitor):
        def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> Any:
            if not is_abstract_type(types.get_parent_type()):
                return None
            return SelectionSetNode(selections=(*node.selections, name))

    named: DocumentNode = visit(document, TypeInfoVisitor(types, Names()))
    return named


def narrowed(asked: OlderDocument, response: Mapping[str, Any]) -> dict[str, Any]:
    """The response to the document, in the words of its contract.

    Raises:
        CannotNarrow: it has no word for something in it.
    """
    told = dict(response)
    if told.get("data") is not None:
        data = orjson.loads(orjson.dumps(told["data"]))  # some of it may be text already
        told["data"] = skew.narrow(asked.older, asked.root, asked.chosen, data, names=asked.names).part
    extensions = dict(told.get("extensions", {}))
    if _COVERAGE in extensions:
        extensions[_COVERAGE] = _coverage(asked.older, extensions[_COVERAGE])
        told["extensions"] = extensions
    return told


def _coverage(older: GraphQLSchema, told: Mapping[str, Any]) -> dict[str, Any]:
    """One coverage, or several by their paths, each with all that the older contract has for it."""
    if _ONE not in told:
        return {path: _coverage(older, each) for path, each in told.items()}
    kind = older.get_type("Coverage")
    assert isinstance(kind, GraphQLObjectType)  # every answer has one
    return skew.narrow(older, kind, selection.read(_whole(kind)), told).part


def _whole(kind: GraphQLObjectType) -> str:
    """Every field of a type that does not contain itself."""
    fields = ((name, get_named_type(field.type)) for name, field in kind.fields.items())
    return "{ " + " ".join(f"{name} {_whole(of)}" if is_object_type(of) else name for name, of in fields) + " }"
