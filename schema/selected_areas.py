"""Which areas an operation selects, door by door, and at which doors a role class is therefore refused.

A door is a root field, or a field of a hall (`zone`), which is nothing but doors: there a refusal is a value, and what
stands beside it is answered. Found once with a document's plan and remembered by role class: no row costs anything.
Invariant: what is selected counts whether or not `@skip` leaves it out; a field without an area is nobody's.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
)

from enforcement.rules.areas import Area, reads
from enforcement.rules.rights import Role
from schema.areas import Areas

_KEPT: Final = 64
"""Role classes remembered of one operation: a court has a dozen."""

_HALLS: Final = frozenset({"Zone", "ZoneMutation"})

Door: TypeAlias = tuple[str, ...]
"""The response keys that lead to it."""
Refused: TypeAlias = Mapping[Door, str]
"""By door, the path of the first field behind it that may not be read."""


class Selected:
    """The areas that one operation selects."""

    def __init__(self, found: Mapping[Door, Mapping[Area | None, str]]) -> None:
        self._found = found
        self._known: dict[frozenset[Role], Refused] = {}

    def refused(self, roles: frozenset[Role]) -> Refused:
        """The doors at which holders of these roles are refused."""
        known = self._known.get(roles)
        if known is None:
            known = self._refused(roles)
            if len(self._known) < _KEPT:
                self._known[roles] = known
        return known

    def _refused(self, roles: frozenset[Role]) -> Refused:
        closed: dict[Door, str] = {}
        for door, areas in self._found.items():
            paths = (path for area, path in areas.items() if area is None or not reads(roles, area))
            if (first := next(paths, None)) is not None:
                closed[door] = first
        return MappingProxyType(closed)


def selected(
    schema: GraphQLSchema, areas: Areas, document: DocumentNode, operation: OperationDefinitionNode
) -> Selected:
    """What an operation of a valid document selects."""
    root = schema.get_root_type(operation.operation)
    assert root is not None  # the document is valid
    walk = _Walk(schema, areas, document)
    walk.selections(operation.selection_set, root, ())
    return Selected(walk.found)


def doors(schema: GraphQLSchema) -> Iterator[GraphQLField]:
    """The fields that are doors."""
    roots = [schema.query_type, schema.mutation_type, schema.subscription_type]
    halls = (schema.type_map.get(name) for name in _HALLS)
    for kind in (*roots, *halls):
        if isinstance(kind, GraphQLObjectType):
            yield from kind.fields.values()


class _Walk:
    def __init__(self, schema: GraphQLSchema, areas: Areas, document: DocumentNode) -> None:
        self.found: dict[Door, dict[Area | None, str]] = {}
        self._schema, self._areas = schema, areas
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._spread: set[tuple[str, Door]] = set()

    def selections(self, chosen: SelectionSetNode, parent: GraphQLNamedType, path: Door, door: Door = ()) -> None:
        """Note each field of a level; `door` is the one behind which it stands, empty above all doors."""
        for node in chosen.selections:
            if isinstance(node, FieldNode):
                self._field(node, parent, path, door)
            elif isinstance(node, FragmentSpreadNode):
                self._fragment(node.name.value, path, door)
            else:
                assert isinstance(node, InlineFragmentNode)  # there is no fourth kind
                kind = node.type_condition and self._schema.get_type(node.type_condition.name.value)
                self.selections(node.selection_set, kind or parent, path, door)

    def _fragment(self, name: str, path: Door, door: Door) -> None:
        """A fragment counts once behind each door, and above them once on each path."""
        if (name, door or path) in self._spread:
            return
        self._spread.add((name, door or path))
        fragment = self._fragments[name]
        kind = self._schema.get_type(fragment.type_condition.name.value)
        assert kind is not None  # the document is valid
        self.selections(fragment.selection_set, kind, path, door)

    def _field(self, node: FieldNode, parent: GraphQLNamedType, path: Door, door: Door) -> None:
        name = node.name.value
        declared = getattr(parent, "fields", {}).get(name)
        if name.startswith("__") or declared is None:
            return
        path = (*path, node.alias.value if node.alias else name)
        is_hall = not path[1:] and get_named_type(declared.type).name in _HALLS
        of = self.found.setdefault(door or path, {})
        of.setdefault(self._areas.get(parent.name, {}).get(name), ".".join(path))
        if node.selection_set is not None:
            behind = () if is_hall else door or path
            self.selections(node.selection_set, get_named_type(declared.type), path, behind)


def all_selected(
    schema: GraphQLSchema, areas: Areas, document: DocumentNode, operations: Iterable[OperationDefinitionNode]
) -> dict[str | None, Selected]:
    """What each operation of a document selects, by its name."""
    return {each.name.value if each.name else None: selected(schema, areas, document, each) for each in operations}
