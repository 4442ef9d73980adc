"""A field's selection set, cut out of a document: what an ask carries instead of a document.

Invariant: the text is a selection set and its fragments and nothing else: no operation of its own, no variable, no
second root. Aliases and fragments stand as written; `@skip` and `@include` are decided; other directives are dropped.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    is_abstract_type,
    parse,
    print_ast,
    visit,
)

from federation.graph.cost import FragmentCycle, TooManySteps, Walk

MAX_TOKENS: Final = 1000
MAX_CHARACTERS: Final = 16_000
MAX_DEPTH: Final = 15
MAX_REPEATS: Final = 60
MAX_FIELDS: Final = 2000
"""The caps of a whole document at the officers' door: what passed there passes here, and a peer gets no more."""
_NOTHING: Final = "__typename @skip(if: true)"


class MalformedSelection(Exception):
    """The text is no selection set with its fragments, or exceeds its limits."""


@dataclass(frozen=True, slots=True)
class Selection:
    """A selection set with the fragments that it spreads; `text` is both as GraphQL."""

    text: str
    selection_set: SelectionSetNode = field(repr=False)
    fragments: Mapping[str, FragmentDefinitionNode] = field(repr=False)

    def fields(
        self, schema: GraphQLSchema, runtime: GraphQLObjectType, *sets: SelectionSetNode
    ) -> dict[str, list[FieldNode]]:
        """The fields selected on an object of type `runtime`, by response key, in the order of the answer."""
        found: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        for selection_set in sets or (self.selection_set,):
            for node in self._flat(schema, runtime, selection_set, seen):
                found.setdefault((node.alias or node.name).value, []).append(node)
        return found

    def _flat(
        self, schema: GraphQLSchema, runtime: GraphQLObjectType, selection_set: SelectionSetNode, seen: set[str]
    ) -> Iterator[FieldNode]:
        for node in selection_set.selections:
            if not is_included(node, {}):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                if node.type_condition is None or _applies(schema, runtime, node.type_condition.name.value):
                    yield from self._flat(schema, runtime, node.selection_set, seen)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                fragment = self.fragments[node.name.value]
                if _applies(schema, runtime, fragment.type_condition.name.value):
                    yield from self._flat(schema, runtime, fragment.selection_set, seen)


def cut(
    nodes: Sequence[FieldNode], fragments: Mapping[str, FragmentDefinitionNode], variables: Mapping[str, Any]
) -> str:
    """The merged selection of the nodes of one response key, as the text that `read` takes."""
    cutter = _Cutter(fragments, variables)
    text = cutter.selection_set(*(node.selection_set for node in nodes if node.selection_set))
    for name in cutter.spread:  # grows while fragments spread further ones
        fragment = fragments[name]
        text += f" fragment {name} on {fragment.type_condition.name.value} "
        text += cutter.selection_set(fragment.selection_set)
    return text


class Nodes:
    """Nodes of one parsed document with its fragments, told apart by identity: what follows from them may be kept."""

    __slots__ = ("fragments", "nodes")

    def __init__(self, nodes: tuple[Node, ...], fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self.nodes = nodes
        self.fragments = fragments

    def __hash__(self) -> int:
        return hash(tuple(map(id, self.nodes)))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Nodes)
            and len(self.nodes) == len(other.nodes)
            and all(left is right for left, right in zip(self.nodes, other.nodes, strict=True))
        )


def is_varying(asked: Nodes) -> bool:
    """Whether a variable decides if something of these nodes, or of a fragment, stands."""
    search = _Conditions()
    for node in (*asked.nodes, *asked.fragments.values()):
        visit(node, search)
    return search.found


def cut_always(asked: Nodes) -> str | None:
    """What `cut` makes of these fields whatever the variables are; None when they decide."""
    if is_varying(asked):
        return None
    return cut([node for node in asked.nodes if isinstance(node, FieldNode)], asked.fragments, {})


class _Cutter:
    """Writes what `@skip` and `@include` leave; an emptied set keeps a node that answers nothing."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], variables: Mapping[str, Any]) -> None:
        self._fragments = fragments
        self._variables = variables
        self.spread: list[str] = []

    def selection_set(self, *sets: SelectionSetNode) -> str:
        nodes = (node for each in sets for node in each.selections if is_included(node, self._variables))
        return "{ " + (" ".join(map(self._selection, nodes)) or _NOTHING) + " }"

    def _selection(self, node: SelectionNode) -> str:
        if isinstance(node, FragmentSpreadNode):
            if node.name.value not in self.spread:
                self.spread.append(node.name.value)
            return f"...{node.name.value}"
        if isinstance(node, InlineFragmentNode):
            condition = f" on {node.type_condition.name.value}" if node.type_condition else ""
            return f"...{condition} {self.selection_set(node.selection_set)}"
        assert isinstance(node, FieldNode)  # there is no fourth kind
        alias = f"{node.alias.value}: " if node.alias else ""
        arguments = f"({', '.join(map(print_ast, node.arguments))})" if node.arguments else ""
        below = f" {self.selection_set(node.selection_set)}" if node.selection_set else ""
        return f"{alias}{node.name.value}{arguments}{below}"


def read(text: str) -> Selection:
    """The selection in `text`, which may come from a peer.

    Raises:
        MalformedSelection: it is another thing, or too large.
    """
    if len(text) > MAX_CHARACTERS:
        raise MalformedSelection
    try:
        document = parse(text, no_location=True, max_tokens=MAX_TOKENS)
    except (GraphQLError, RecursionError) as error:
        raise MalformedSelection from error
    operation, fragments = _parts(document)
    if set(_spreads(operation.selection_set, fragments)) != set(fragments) or _has_variables(document):
        raise MalformedSelection
    _check_cost(operation.selection_set, fragments)
    return Selection(text, operation.selection_set, fragments)


def _check_cost(root: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
    try:
        cost = Walk(fragments).level(root)
    except (FragmentCycle, TooManySteps, RecursionError) as error:
        raise MalformedSelection from error
    if cost.depth > MAX_DEPTH or max(cost.aliases, cost.repeats) > MAX_REPEATS or cost.fields > MAX_FIELDS:
        raise MalformedSelection


def _parts(document: DocumentNode) -> tuple[OperationDefinitionNode, dict[str, FragmentDefinitionNode]]:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    if len(operations) != 1 or len(operations) + len(fragments) != len(document.definitions):
        raise MalformedSelection
    (operation,) = operations
    if operation.operation is not OperationType.QUERY or operation.name or operation.directives:
        raise MalformedSelection
    return operation, fragments


def _spreads(root: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> list[str]:
    """The names of the fragments that `root` needs, also through others, each once and in order of use."""
    names: list[str] = []
    waiting = [root]
    while waiting:
        for name in _spread_names(waiting.pop(0)):
            if name not in fragments:
                raise MalformedSelection
            if name not in names:
                names.append(name)
                waiting.append(fragments[name].selection_set)
    return names


def _spread_names(selection_set: SelectionSetNode) -> Iterator[str]:
    for node in selection_set.selections:
        if isinstance(node, FragmentSpreadNode):
            yield node.name.value
        elif isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
            yield from _spread_names(node.selection_set)


def _applies(schema: GraphQLSchema, runtime: GraphQLObjectType, condition: str) -> bool:
    wanted = schema.get_type(condition)
    return wanted is runtime or (is_abstract_type(wanted) and schema.is_sub_type(wanted, runtime))


def is_included(node: SelectionNode, variables: Mapping[str, Any]) -> bool:
    """Whether `@skip` and `@include` let `node` stand."""
    return all(_holds(directive, variables) for directive in node.directives or ())


def _holds(directive: DirectiveNode, variables: Mapping[str, Any]) -> bool:
    """Whether `directive` lets its node stand."""
    if directive.name.value not in {"skip", "include"}:
        return True
    value: Any = (directive.arguments or ())[0].value
    decided = variables[value.name.value] if isinstance(value, VariableNode) else value.value
    return bool(decided) is (directive.name.value == "include")


class _Variables(Visitor):
    found = False

    def enter_variable(self, *_: Any) -> Any:
        self.found = True
        return self.BREAK


class _Conditions(Visitor):
    found = False

    def enter_directive(self, node: DirectiveNode, *_: Any) -> Any:
        self.found = self.found or any(isinstance(each.value, VariableNode) for each in node.arguments or ())
        return self.BREAK if self.found else None


def _has_variables(document: DocumentNode) -> bool:
    search = _Variables()
    visit(document, search)
    return search.found
